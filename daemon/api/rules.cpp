#include "api/common.hpp"
#include "api/handlers.hpp"
#include "api/retag.hpp"
#include "api/site_rules.hpp"
#include "model/text.hpp"
#include <algorithm>

namespace incident::api {
namespace {

constexpr std::size_t max_changes = 10'000;  // of one request, which is one transaction

struct ApplyRequest {
    IncidentKey incident;
    bool dry_run = false;
    std::string author;
};

Result<ApplyRequest> read(const wire::json::value& body)
{
    const auto* members = body.if_object();
    if (members == nullptr) return Failure{Errc::invalid_input, R"(give an object like {"incident":"INC-7","dry_run":true})"};
    constexpr std::string_view names[] = {"incident", "dry_run", "author"};
    ApplyRequest request;
    bool incident_given = false;
    std::vector<FieldError> errors;
    for (const auto& member : *members) {
        const std::string name{member.key()};
        if (name == "incident") {
            const auto* text = member.value().if_string();
            const auto key = text == nullptr ? Result<IncidentKey>{Failure{Errc::invalid_input, ""}} : parse_incident_key({text->data(), text->size()});
            if (key) {
                request.incident = *key;
                incident_given = true;
            } else {
                errors.push_back({"/incident", "give a key like \"INC-7\""});
                incident_given = true;  // given, though wrong: said once
            }
        } else if (name == "dry_run") {
            if (const auto* flag = member.value().if_bool()) request.dry_run = *flag;
            else errors.push_back({"/dry_run", "give true or false"});
        } else if (name == "author") {
            if (const auto* text = member.value().if_string(); text != nullptr && text->size() <= max_name_bytes)
                request.author.assign(text->data(), text->size());
            else errors.push_back({"/author", "give a name of at most 256 bytes"});
        } else {
            auto detail = "unknown member " + visible(shortened(name, 80));
            if (const auto meant = nearest(name, names); !meant.empty()) detail += ", did you mean " + std::string{meant} + '?';
            errors.push_back({'/' + wire::pointer_token(name), std::move(detail)});
        }
    }
    if (!incident_given) errors.push_back({"/incident", "say which incident's events, like \"INC-7\""});
    if (errors.empty()) return request;
    auto detail = errors.front().detail;
    return Failure{Errc::invalid_input, std::move(detail), std::move(errors)};
}

using Changes = std::vector<TagChange>;

Result<Changes> find_changes(store::Reader& reader, IncidentKey key, const tagging::RuleSet& rules)
{
    const auto incident = target_incident(reader, key);
    if (!incident) return Failure{Errc::invalid_input, incident.error().detail, {{"/incident", incident.error().detail}}};
    const auto entries = reader.incident_entries(incident->key);
    if (!entries) return entries.error();
    auto changes = retag(*entries, incident->key, rules);
    if (changes.size() > max_changes)
        return Failure{Errc::limit_exceeded, std::to_string(changes.size()) + " events would change, at most " +
                                                 std::to_string(max_changes) + " are changed at once"};
    return changes;
}

store::Decide decide_retag(std::shared_ptr<const Changes> changes, Sender sender, std::string reason)
{
    return [changes = std::move(changes), sender = std::move(sender), reason = std::move(reason)](
               store::View&) -> Result<std::vector<store::NewEntry>> {
        std::vector<store::NewEntry> entries;
        for (const auto& change : *changes) {
            Amendment amendment;
            amendment.event = change.event;
            amendment.add_tags = change.add;
            amendment.remove_tags = change.remove;
            amendment.reason = reason;
            store::NewEntry entry;
            entry.entry.author = Author{"rule:apply", true, {}};
            entry.entry.source = sender.source;
            entry.entry.principal = sender.principal;
            entry.entry.what = std::move(amendment);
            entries.push_back(std::move(entry));
        }
        return entries;
    };
}

/// Whose rule it is, by where its name stands first.
std::string_view origin_of(const Settings& settings, const tagging::Rule& rule)
{
    const auto has = [&](const std::vector<tagging::Rule>& rules) { return std::ranges::find(rules, rule.name, &tagging::Rule::name) != rules.end(); };
    if (has(settings.config.rules)) return "configuration";
    return has(settings.site_rules) ? "site" : "built-in";
}

}  // namespace

Handled list_rules(Context&, Call call)
{
    wire::json::array rules;
    for (const auto& rule : call.settings->rules->rules()) {
        auto form = to_json(rule);
        form["origin"] = origin_of(*call.settings, rule);
        rules.push_back(std::move(form));
    }
    wire::json::object body;
    body["rules"] = std::move(rules);
    const auto& problem = call.settings->site_rules_problem;
    body["problem"] = problem.empty() ? wire::json::value(nullptr) : wire::json::value(problem);
    co_return json_reply(200, body);
}

Handled apply_rules(Context& context, Call call)
{
    auto& runtime = context.runtime;
    auto key = request_key(call);
    if (!key) co_return key.error();
    auto document = json_body(call);
    if (!document) co_return document.error();
    auto request = read(*document);
    if (!request) co_return request.error();
    std::function<Result<Changes>(store::Reader&)> job = [wanted = request->incident, rules = call.settings->rules](
                                                             store::Reader& reader) { return find_changes(reader, wanted, *rules); };
    auto found = co_await read_as<Changes>(runtime, call.sender.who, std::move(job));
    if (!found) co_return found.error();
    auto changes = std::make_shared<const Changes>(std::move(*found));

    const bool apply = !request->dry_run && !changes->empty();
    bool replayed = false;
    if (apply) {
        store::Submission submission;
        submission.lane = changes->size() <= store::people_lane_events ? store::Lane::people : store::Lane::machines;
        submission.key = std::move(*key);
        submission.events = changes->size();
        const auto author = author_for(call.sender.author, request->author);
        submission.decide = decide_retag(changes, call.sender, "rules applied by " + author.name);
        auto receipt = co_await runtime.ledger.append(std::move(submission));
        if (!receipt) co_return receipt.error();
        replayed = receipt->replayed;
        if (!replayed)
            for (const auto& change : *changes)
                for (const auto& tag : change.add) runtime.metrics.tag_set(tag.name, "rule");
    }
    wire::json::array list;
    for (const auto& change : *changes) list.push_back(api::to_json(change));
    wire::json::object body;
    body["changes"] = std::move(list);
    body["applied"] = !request->dry_run;
    auto reply = json_reply(200, body);
    if (replayed) reply.headers.emplace_back("Idempotent-Replay", "true");
    co_return reply;
}

}  // namespace incident::api
