#include "api/site_rules.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <functional>

namespace incident::api {
namespace {

namespace json = wire::json;

constexpr std::size_t max_words = 20;  // in a list of sources, kinds, authors

/// Reads the members of one object, each by its own function; others are refused with the nearest known name.
class Members {
 public:
    explicit Members(std::vector<FieldError>& errors) : errors_(errors) {}

    void text(std::string_view name, std::string& into, std::size_t max_bytes)
    {
        add(name, [this, name, &into, max_bytes](const json::value& value) {
            const auto* text = value.if_string();
            if (text == nullptr && value.is_null()) return;
            if (text == nullptr || text->size() > max_bytes || !is_utf8({text->data(), text->size()}))
                return wrong(name, "give text of at most " + std::to_string(max_bytes) + " bytes");
            into.assign(text->data(), text->size());
        });
    }
    void flag(std::string_view name, bool& into)
    {
        add(name, [this, name, &into](const json::value& value) {
            if (const auto* flag = value.if_bool()) into = *flag;
            else wrong(name, "give true or false");
        });
    }
    void words(std::string_view name, std::vector<std::string>& into)
    {
        add(name, [this, name, &into](const json::value& value) {
            const auto* list = value.if_array();
            if (list == nullptr || list->size() > max_words) return wrong(name, "give a list of at most " + std::to_string(max_words) + " words");
            for (const auto& element : *list) {
                const auto* text = element.if_string();
                if (text == nullptr || text->size() > max_name_bytes) return wrong(name, "give a list of words of at most 256 bytes");
                into.emplace_back(text->data(), text->size());
            }
        });
    }
    void words_by_name(std::string_view name, std::map<std::string, std::string>& into)
    {
        add(name, [this, name, &into](const json::value& value) {
            const auto* map = value.if_object();
            if (map == nullptr || map->size() > max_words) return wrong(name, "give an object of at most " + std::to_string(max_words) + " texts");
            for (const auto& [key, element] : *map) {
                const auto* text = element.if_string();
                if (text == nullptr) return wrong(name, "give an object of texts");
                into.insert_or_assign(std::string{key}, std::string{text->data(), text->size()});
            }
        });
    }

    void read(const json::value& body)
    {
        const auto* object = body.if_object();
        if (object == nullptr) {
            errors_.push_back({"", R"(give an object like {"name":"paged","tag":"escalation","text":"\\bpaged\\b"})"});
            return;
        }
        std::vector<std::string_view> names;
        for (const auto& [name, unused] : readers_) names.push_back(name);
        for (const auto& member : *object) {
            const std::string_view name{member.key()};
            const auto known = std::ranges::find(readers_, name, &Reader::first);
            if (known != readers_.end()) {
                known->second(member.value());
                continue;
            }
            auto detail = "unknown member " + visible(shortened(name, 80));
            if (const auto meant = nearest(name, names); !meant.empty()) detail += ", did you mean " + std::string{meant} + '?';
            errors_.push_back({'/' + wire::pointer_token(std::string{name}), std::move(detail)});
        }
    }

 private:
    using Reader = std::pair<std::string_view, std::function<void(const json::value&)>>;
    void add(std::string_view name, std::function<void(const json::value&)> read) { readers_.emplace_back(name, std::move(read)); }
    void wrong(std::string_view name, std::string detail) { errors_.push_back({'/' + std::string{name}, std::move(detail)}); }

    std::vector<FieldError>& errors_;
    std::vector<Reader> readers_;
};

Failure all_of(std::vector<FieldError> errors)
{
    auto detail = errors.front().detail;
    return {Errc::invalid_input, std::move(detail), std::move(errors)};
}

json::array words_of(const std::vector<std::string>& list)
{
    json::array all;
    for (const auto& word : list) all.push_back(json::string(word));
    return all;
}

std::vector<Tag> tags_by(const tagging::RuleSet& rules, Event event)
{
    event.tags.clear();
    tagging::add_rule_tags(event, rules);
    return std::move(event.tags);
}

/// The rule alone, with a tag of its own where it gives none, so that it can be seen to hold.
Result<std::shared_ptr<const tagging::RuleSet>> probe_of(tagging::Rule rule)
{
    if (rule.tag.empty()) rule.tag = "fits";
    rule.suppresses.clear();
    return tagging::RuleSet::compile({std::move(rule)});
}

}  // namespace

Result<RuleRequest> read_rule_request(const json::value& body)
{
    RuleRequest request;
    auto& rule = request.rule;
    std::vector<FieldError> errors;
    Members members{errors};
    members.text("name", rule.name, max_name_bytes);
    members.text("tag", rule.tag, max_name_bytes);
    members.text("text", rule.text, tagging::max_pattern_bytes);
    members.text("unless", rule.unless, tagging::max_pattern_bytes);
    members.words("source", rule.source);
    members.words("kind", rule.kind);
    members.words("status", rule.status);
    members.words("author", rule.author);
    members.words_by_name("labels", rule.labels);
    members.text("how", rule.how, max_name_bytes);
    members.text("to_group", rule.to_group, max_name_bytes);
    members.words("suppresses", rule.suppresses);
    members.flag("details", rule.details);
    members.flag("dry_run", request.dry_run);
    members.read(body);
    if (!errors.empty()) return all_of(std::move(errors));
    // Its words, patterns and limits are the engine's to judge.
    if (auto compiled = tagging::RuleSet::compile({rule}); !compiled) {
        for (auto field : compiled.error().fields) {
            constexpr std::string_view place = "/rules/0";
            if (field.pointer.starts_with(place)) field.pointer.erase(0, place.size());
            errors.push_back(std::move(field));
        }
        return all_of(std::move(errors));
    } else {
        rule = (*compiled)->rules().front();  // its tags by their own names
    }
    return request;
}

Result<Event> read_tried_event(const json::value& body)
{
    Event event;
    std::string kind;
    std::vector<FieldError> errors;
    Members members{errors};
    members.text("text", event.text, max_text_bytes);
    members.text("details", event.details, max_details_bytes);
    members.text("kind", kind, max_name_bytes);
    members.text("source", event.source, max_name_bytes);
    members.text("status", event.status, max_name_bytes);
    members.text("author", event.author.name, max_name_bytes);
    members.words_by_name("labels", event.labels);
    members.read(body);
    if (!kind.empty()) {
        if (auto known = parse_kind(kind)) event.kind = *known;
        else errors.push_back({"/kind", known.error().detail});
    }
    if (errors.empty() && trimmed(event.text).empty()) errors.push_back({"/text", "give the text that the rules shall read"});
    if (!errors.empty()) return all_of(std::move(errors));
    return event;
}

Result<Preview> preview(std::span<const Event> events, const tagging::Rule& rule, const tagging::RuleSet& before, const tagging::RuleSet& after)
{
    auto probe = probe_of(rule);
    if (!probe) return probe.error();
    Preview all;
    for (const auto& event : events) {
        if (event.struck || event.redacted || event.kind == Kind::system) continue;
        ++all.looked_at;
        if (tags_by(**probe, event).empty()) continue;
        ++all.fits;
        Fit fit;
        fit.left_alone = std::ranges::any_of(event.tags, &Tag::by_person);
        const auto was = tags_by(before, event), is = tags_by(after, event);
        const auto has = [](const std::vector<Tag>& tags, const std::string& name) { return std::ranges::find(tags, name, &Tag::name) != tags.end(); };
        for (const auto& tag : is)
            if (!has(was, tag.name)) fit.add.push_back(tag);
        for (const auto& tag : was)
            if (!has(is, tag.name)) fit.remove.push_back(tag.name);
        all.changes += !fit.left_alone && (!fit.add.empty() || !fit.remove.empty()) ? 1 : 0;
        if (all.told.size() == told_changes) continue;
        fit.event = event;
        all.told.push_back(std::move(fit));
    }
    return all;
}

json::object to_json(const tagging::Rule& rule)
{
    json::object form;
    form["name"] = rule.name;
    form["tag"] = rule.tag;
    form["text"] = rule.text;
    form["unless"] = rule.unless;
    form["source"] = words_of(rule.source);
    form["kind"] = words_of(rule.kind);
    form["status"] = words_of(rule.status);
    form["author"] = words_of(rule.author);
    json::object labels;
    for (const auto& [name, pattern] : rule.labels) labels[name] = pattern;
    form["labels"] = std::move(labels);
    form["how"] = rule.how;
    form["suppresses"] = words_of(rule.suppresses);
    form["more_text"] = words_of(rule.more_text);
    form["more_unless"] = words_of(rule.more_unless);
    form["except"] = words_of(rule.except);
    form["also"] = words_of(rule.also);
    form["unless_tags"] = words_of(rule.unless_tags);
    form["after"] = words_of(rule.after);
    return form;
}

json::object to_json(const Preview& preview)
{
    json::array events;
    for (const auto& fit : preview.told) {
        json::array add;
        for (const auto& tag : fit.add) add.push_back(wire::to_json(tag));
        json::object one;
        one["event"] = to_string(fit.event.id);
        one["number"] = fit.event.number ? json::value(*fit.event.number) : json::value(nullptr);
        one["incident"] = fit.event.incident ? json::value(to_string(*fit.event.incident)) : json::value(nullptr);
        one["text"] = fit.event.text;
        one["left_alone"] = fit.left_alone;
        one["add"] = std::move(add);
        one["remove"] = words_of(fit.remove);
        events.push_back(std::move(one));
    }
    json::object form;
    form["looked_at"] = preview.looked_at;
    form["fits"] = preview.fits;
    form["changes"] = preview.changes;
    form["events"] = std::move(events);
    return form;
}

}  // namespace incident::api
