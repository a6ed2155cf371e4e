#include "api/common.hpp"
#include "api/handlers.hpp"
#include "api/site_rules.hpp"
#include "config/site_rules.hpp"
#include "model/text.hpp"
#include "observe/log.hpp"
#include <algorithm>

// Rules that people make, try and take back while the daemon runs.
namespace incident::api {
namespace {

using Rules = std::vector<tagging::Rule>;
using RuleSetPtr = std::shared_ptr<const tagging::RuleSet>;

/// Only one change is under way at a time, so that none is lost by another; ends when the request does.
class Turn {
 public:
    explicit Turn(bool& taken) : taken_(taken), mine_(!taken) { taken_ = true; }
    ~Turn() { if (mine_) taken_ = false; }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    [[nodiscard]] bool mine() const noexcept { return mine_; }

 private:
    bool& taken_;
    bool mine_;
};

Failure busy() { return {Errc::unavailable, "another change of the rules is under way; try again"}; }

/// Why no rule can be kept now, or nothing.
std::optional<Failure> cannot_keep(const Runtime& runtime)
{
    if (runtime.storage_path.empty()) return Failure{Errc::unavailable, "this daemon has no state folder to keep rules in"};
    const auto& problem = runtime.settings->site_rules_problem;
    if (!problem.empty())
        return Failure{Errc::conflict, "the file of the site's rules is damaged; put it right or remove it, then reload: " + problem};
    return std::nullopt;
}

struct Made {
    RuleSetPtr rules;   ///< with the change
    Preview seen;
};

/// On a worker: compiles, tries and, unless it is a rehearsal, saves.
std::function<Result<Made>(store::Reader&)> make_job(std::shared_ptr<const Settings> settings, RuleRequest request, Rules site, std::string file)
{
    return [settings = std::move(settings), request = std::move(request), site = std::move(site),
            file = std::move(file)](store::Reader& reader) -> Result<Made> {
        Made made;
        auto compiled = config::compile_rules(settings->config, site);
        if (!compiled) return compiled.error();
        made.rules = std::move(*compiled);
        store::EventQuery query;
        query.descending = true;
        query.limit = previewed_events;
        std::vector<Event> events;
        do {  // a page may be short
            auto page = reader.events(query);
            if (!page) return page.error();
            for (auto& event : page->events) events.push_back(std::move(event));
            query.after_seq = page->next;
            query.limit = previewed_events - events.size();
        } while (query.after_seq && query.limit > 0);
        auto seen = preview(events, request.rule, *settings->rules, *made.rules);
        if (!seen) return seen.error();
        made.seen = std::move(*seen);
        if (!request.dry_run)
            if (auto saved = config::save_site_rules(file, site); !saved) return saved.error();
        return made;
    };
}

/// The settings in force, which a reload may have replaced in the meantime, with other site rules.
Result<void> put_in_force(Runtime& runtime, const std::shared_ptr<const Settings>& compiled_for, Rules site, RuleSetPtr rules)
{
    if (runtime.settings != compiled_for) {
        auto again = config::compile_rules(runtime.settings->config, site);
        if (!again) return again.error();
        rules = std::move(*again);
    }
    auto next = std::make_shared<Settings>(*runtime.settings);
    next->site_rules = std::move(site);
    next->rules = std::move(rules);
    runtime.settings = std::move(next);
    return {};
}

/// Why a rule of this name cannot be added, or nothing.
std::optional<Failure> name_taken(const Settings& settings, const tagging::Rule& rule)
{
    const auto taken = [&](const std::string& detail) { return Failure{Errc::conflict, detail, {{"/name", detail}}}; };
    if (std::ranges::find(settings.config.rules, rule.name, &tagging::Rule::name) != settings.config.rules.end())
        return taken("the configuration has a rule " + rule.name + "; choose another name");
    if (std::ranges::find(settings.site_rules, rule.name, &tagging::Rule::name) != settings.site_rules.end())
        return taken("there is another rule " + rule.name + "; choose another name, or remove it: incidentctl rules rm " + rule.name);
    if (settings.site_rules.size() >= config::max_site_rules)
        return Failure{Errc::conflict, "there are " + std::to_string(config::max_site_rules) + " rules already; remove one: incidentctl rules rm NAME"};
    return std::nullopt;
}

}  // namespace

Handled create_rule(Context& context, Call call)
{
    auto& runtime = context.runtime;
    auto document = json_body(call);
    if (!document) co_return document.error();
    auto request = read_rule_request(*document);
    if (!request) co_return request.error();
    const Turn turn{context.rules_changing};
    if (!turn.mine()) co_return busy();
    if (auto why = cannot_keep(runtime)) co_return *why;

    const auto settings = runtime.settings;
    auto site = settings->site_rules;
    // The same again, be it because the answer got lost: it is there.
    const bool again = std::ranges::find(site, request->rule) != site.end();
    if (!again) {
        if (auto why = name_taken(*settings, request->rule)) co_return *why;
        site.push_back(request->rule);
    }
    const auto rule = request->rule;
    const bool dry_run = request->dry_run;
    if (again) request->dry_run = true;
    auto job = make_job(settings, std::move(*request), site, config::site_rules_file(runtime.storage_path));
    auto made = co_await read_as<Made>(runtime, call.sender.who, std::move(job));
    if (!made) co_return made.error();
    if (!dry_run && !again) {
        if (auto done = put_in_force(runtime, settings, std::move(site), made->rules); !done) co_return done.error();
        observe::log_info("rule made", {{"rule", rule.name}, {"tag", rule.tag}, {"text", rule.text}, {"by", call.sender.principal}});
    }
    wire::json::object body;
    body["rule"] = to_json(rule);
    body["applied"] = !dry_run;
    body["preview"] = to_json(made->seen);
    co_return json_reply(dry_run || again ? 200 : 201, body);
}

Handled remove_rule(Context& context, Call call)
{
    auto& runtime = context.runtime;
    const auto name = call.params.at("name");
    const Turn turn{context.rules_changing};
    if (!turn.mine()) co_return busy();
    if (auto why = cannot_keep(runtime)) co_return *why;
    const auto settings = runtime.settings;
    auto site = settings->site_rules;
    const auto found = std::ranges::find(site, name, &tagging::Rule::name);
    if (found == site.end()) {
        const auto all = settings->rules->rules();
        if (std::ranges::find(all, name, &tagging::Rule::name) != all.end())
            co_return Failure{Errc::conflict, "the rule " + name + " stands in the configuration or is built in, so it cannot be removed here"};
        co_return Failure{Errc::not_found, "there is no rule " + visible(shortened(name, 80))};
    }
    const auto rule = *found;
    site.erase(found);
    std::function<Result<RuleSetPtr>(store::Reader&)> job = [settings, site, file = config::site_rules_file(runtime.storage_path)](
                                                                store::Reader&) -> Result<RuleSetPtr> {
        auto compiled = config::compile_rules(settings->config, site);
        if (!compiled) return compiled.error();
        if (auto saved = config::save_site_rules(file, site); !saved) return saved.error();
        return std::move(*compiled);
    };
    auto rules = co_await read_as<RuleSetPtr>(runtime, call.sender.who, std::move(job));
    if (!rules) co_return rules.error();
    if (auto done = put_in_force(runtime, settings, std::move(site), std::move(*rules)); !done) co_return done.error();
    observe::log_info("rule removed", {{"rule", name}, {"by", call.sender.principal}});
    wire::json::object body;
    body["rule"] = to_json(rule);
    co_return json_reply(200, body);
}

Handled try_rules(Context&, Call call)
{
    auto document = json_body(call);
    if (!document) co_return document.error();
    auto event = read_tried_event(*document);
    if (!event) co_return event.error();
    tagging::add_rule_tags(*event, *call.settings->rules);
    wire::json::array tags;
    for (const auto& tag : event->tags) tags.push_back(wire::to_json(tag));
    wire::json::object body;
    body["tags"] = std::move(tags);
    co_return json_reply(200, body);
}

}  // namespace incident::api
