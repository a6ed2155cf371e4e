#include "draft/import_parts.hpp"
#include "model/text.hpp"
#include "timeline/prose.hpp"
#include "wire/json.hpp"
#include <algorithm>
#include <array>

namespace incident::draft::importing {
namespace {

namespace json = wire::json;

constexpr wire::JsonLimits json_limits{32, 1'000'000, 1000, max_written_bytes};

std::string text_of(const json::value* value)
{
    if (value == nullptr) return {};
    if (const auto* text = value->if_string()) return std::string{text->data(), text->size()};
    if (value->is_number()) return json::serialize(*value);
    return {};
}

const json::value* member(const json::object& object, std::initializer_list<std::string_view> names)
{
    for (const auto name : names)
        if (const auto* found = object.if_contains(json::string_view{name.data(), name.size()}); found != nullptr && !found->is_null()) return found;
    return nullptr;
}

std::string name_of(const json::value* value)
{
    if (value == nullptr) return {};
    if (const auto* object = value->if_object()) return text_of(member(*object, {"claimed", "real_name", "display_name", "name", "login", "id"}));
    return text_of(value);
}

/// Whole events, as this project writes them.
bool is_own_event(const json::object& object)
{
    return object.contains("occurred_at") && object.contains("received_at") && object.contains("id") && object.contains("kind");
}

void add_own(const json::value& value, std::size_t line, Collected& collected, Imported& out)
{
    auto event = wire::read_event(value);
    if (!event) {
        out.skipped.push_back({line, "an event that cannot be read: " + event.error().detail});
        return;
    }
    auto& raw = collected.lines.emplace_back();
    raw.line.line = line;
    raw.line.raw = event->occurred_raw.empty() ? to_rfc3339(event->occurred_at) : event->occurred_raw;
    raw.line.at = event->occurred_at;
    raw.line.precision = event->precision;
    raw.line.text = event->text;
    raw.line.details = event->details;
    raw.line.author = event->author.claimed.empty() ? event->author.name : event->author.claimed;
    raw.line.tags = event->tags;
    raw.line.typed = json::serialize(value);
    out.events.push_back(*std::move(event));
}

void add_json_tags(const json::value* value, ImportedLine& line)
{
    const auto* array = value == nullptr ? nullptr : value->if_array();
    if (array == nullptr) return;
    for (const auto& each : *array) {
        const auto* object = each.if_object();
        auto name = canonical_tag(lowered(object ? text_of(member(*object, {"name"})) : text_of(&each)));
        if (!name || line.tags.size() >= max_tags || std::ranges::find(line.tags, *name, &Tag::name) != line.tags.end()) continue;
        Tag tag;
        tag.name = *name;
        const auto how = object ? text_of(member(*object, {"how"})) : std::string{};
        if (tag.name == tags::detection && (how == "alert" || how == "engineer" || how == "customer")) tag.how = how;
        if (tag.name == tags::escalation && object) tag.to = shortened(timeline::one_line(text_of(member(*object, {"to"}))), max_name_bytes);
        line.tags.push_back(std::move(tag));
    }
}

/// An object of somebody else's log: a time and a text under names that people use.
void add_object(const json::object& object, std::size_t number, std::string typed, const ImportOptions& options, Collected& collected, Imported& out)
{
    const auto* time = member(object, {"occurred_at", "at", "time", "timestamp", "@timestamp", "ts", "datetime", "date", "when", "started_at", "created_at", "start"});
    auto text = text_of(member(object, {"text", "message", "msg", "event", "description", "summary", "title", "body", "note", "entry", "what"}));
    if (time == nullptr && text.empty()) {
        out.skipped.push_back({number, visible(shortened(typed, 200))});
        return;
    }
    auto& raw = collected.lines.emplace_back();
    raw.line.line = number;
    raw.line.typed = std::move(typed);
    raw.line.raw = text_of(time);
    raw.line.author = shortened(timeline::one_line(visible(name_of(member(object, {"author", "user", "who", "by", "actor", "sender", "name"})))), max_name_bytes);
    raw.stamp = stamp_at(raw.line.raw, options);
    if (const auto* date = object.if_contains("date"); date != nullptr && date != time && raw.stamp && !raw.stamp->day) {
        raw.day = day_alone(text_of(date));
        if (raw.day) raw.line.raw = text_of(date) + " | " + raw.line.raw;
    }
    if (raw.stamp && !raw.stamp->alone) raw.stamp.reset();
    raw.zone = text_of(member(object, {"tz", "timezone", "zone"}));
    if (!raw.zone.empty())
        if (const auto zone = zone_at(raw.zone, options); !zone || zone->length != raw.zone.size()) raw.zone.clear();
    add_json_tags(member(object, {"tags", "labels"}), raw.line);
    if (const auto details = text_of(member(object, {"details"})); !details.empty()) add_details(raw.line, details);
    set_text(raw.line, text);
    if (raw.line.text.empty()) raw.line.text = "(no text)";
}

void replace_all(std::string& text, std::string_view from, std::string_view to)
{
    for (auto at = text.find(from); at != text.npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
}

/// Slack's own marks: `<@U12>`, `<#C1|ops>`, `<https://x|shown>`, `<!here>`, `&lt;`.
std::string slack_text(std::string_view text, const std::map<std::string, std::string>& people)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto end = text[i] == '<' ? text.find('>', i) : text.npos;
        if (end == text.npos || end == i + 1) {
            out += text[i];
            continue;
        }
        const auto inside = text.substr(i + 1, end - i - 1);
        const auto bar = inside.find('|');
        const auto shown = bar == inside.npos ? std::string_view{} : inside.substr(bar + 1);
        const auto target = inside.substr(0, bar);
        if (inside[0] == '@') {
            const auto known = people.find(std::string{target.substr(1)});
            out += '@' + (known != people.end() ? known->second : std::string{shown.empty() ? target.substr(1) : shown});
        } else if (inside[0] == '#') {
            out += '#' + std::string{shown.empty() ? target.substr(1) : shown};
        } else if (inside[0] == '!') {
            out += '@' + std::string{shown.empty() ? target.substr(1) : shown};
        } else {
            out += shown.empty() || shown == target ? std::string{target} : std::string{shown} + " (" + std::string{target} + ')';
        }
        i = end;
    }
    replace_all(out, "&lt;", "<");
    replace_all(out, "&gt;", ">");
    replace_all(out, "&amp;", "&");
    return out;
}

std::map<std::string, std::string> slack_people(const json::value* users)
{
    std::map<std::string, std::string> people;
    if (const auto* array = users == nullptr ? nullptr : users->if_array())
        for (const auto& user : *array)
            if (const auto* object = user.if_object()) {
                const auto* profile = member(*object, {"profile"});
                std::string name;
                if (const auto* fields = profile == nullptr ? nullptr : profile->if_object()) {
                    name = text_of(member(*fields, {"display_name"}));
                    if (name.empty()) name = text_of(member(*fields, {"real_name"}));
                }
                if (name.empty()) name = text_of(member(*object, {"real_name", "name"}));
                people[text_of(member(*object, {"id"}))] = name;
            }
    return people;
}

bool is_slack_message(const json::value& value)
{
    const auto* object = value.if_object();
    return object != nullptr && object->contains("ts") && (object->contains("type") || object->contains("user") || object->contains("text")) &&
           !object->contains("occurred_at");
}

}  // namespace

Form json_form(std::string_view document)
{
    constexpr std::size_t looked_at = 4096;
    const auto head = trimmed(document.substr(0, looked_at));
    const auto has = [&](std::string_view part) { return head.find(part) != head.npos; };
    if (head.starts_with('{') && has("\"messages\"")) return Form::slack;
    if (head.starts_with('[') && has("\"ts\"") && !has("\"occurred_at\"") && (has("\"user\"") || has("\"type\"") || has("\"text\""))) return Form::slack;
    const auto line = head.substr(0, std::min(head.find('\n'), head.size()));
    if (head.starts_with('{') && has("\"format_version\"")) return Form::draft_json;
    if (head.starts_with('{') && line.find('}') == line.npos && document.find("\"events\"") != document.npos) return Form::draft_json;
    return Form::jsonl;
}

Result<Collected> collect_slack(std::string_view document, const ImportOptions& options, Imported& out)
{
    const auto parsed = wire::parse_json(document, json_limits);
    if (!parsed) return parsed.error();
    const json::array* messages = parsed->if_array();
    std::map<std::string, std::string> people;
    if (const auto* object = parsed->if_object()) {
        const auto* list = member(*object, {"messages"});
        messages = list == nullptr ? nullptr : list->if_array();
        people = slack_people(member(*object, {"users", "members"}));
    }
    if (messages == nullptr) return Failure{Errc::invalid_input, "no array of messages in this Slack export"};
    Collected collected;
    collected.sections.emplace_back();
    std::size_t number = 0;
    for (const auto& value : *messages) {
        ++number;
        if (!is_slack_message(value)) {
            out.skipped.push_back({number, "no message"});
            continue;
        }
        const auto& message = value.as_object();
        const auto subtype = text_of(member(message, {"subtype"}));
        auto text = text_of(member(message, {"text"}));
        if (text.empty())
            if (const auto* attachments = member(message, {"attachments"}); attachments != nullptr && attachments->is_array() && !attachments->as_array().empty())
                if (const auto* first = attachments->as_array().front().if_object()) text = text_of(member(*first, {"fallback", "text", "title", "pretext"}));
        const bool of_channel = subtype.starts_with("channel_") || subtype.starts_with("group_") || subtype.ends_with("_join") || subtype.ends_with("_leave");
        if (of_channel || text.empty()) {
            out.skipped.push_back({number, visible(shortened(subtype.empty() ? "a message without text" : subtype + ": " + text, 200))});
            continue;
        }
        auto& raw = collected.lines.emplace_back();
        raw.line.line = number;
        raw.line.typed = text;
        raw.line.raw = text_of(member(message, {"ts"}));
        raw.stamp = stamp_at(raw.line.raw, options);
        std::string author;
        if (const auto* profile = member(message, {"user_profile"}); profile != nullptr && profile->is_object()) {
            author = text_of(member(profile->as_object(), {"display_name"}));
            if (author.empty()) author = text_of(member(profile->as_object(), {"real_name", "name"}));
        }
        const auto user = text_of(member(message, {"user"}));
        if (const auto known = people.find(user); author.empty() && known != people.end()) author = known->second;
        if (author.empty()) author = user.empty() ? text_of(member(message, {"username", "bot_id"})) : user;
        raw.line.author = shortened(timeline::one_line(visible(author)), max_name_bytes);
        auto plain = slack_text(text, people);
        const auto feed = plain.find('\n');
        if (feed != plain.npos) add_details(raw.line, std::string_view{plain}.substr(feed + 1));
        set_text(raw.line, std::string_view{plain}.substr(0, feed));
        if (raw.line.text.empty()) set_text(raw.line, plain);
    }
    return collected;
}

Result<Collected> collect_json(std::string_view document, const ImportOptions& options, Imported& out)
{
    Collected collected;
    collected.sections.emplace_back();
    const auto one = [&](const json::value& value, std::size_t number, std::string typed) {
        const auto* object = value.if_object();
        if (object == nullptr) out.skipped.push_back({number, "no object"});
        else if (is_own_event(*object)) add_own(value, number, collected, out);
        else add_object(*object, number, typed.empty() ? json::serialize(value) : std::move(typed), options, collected, out);
    };
    if (document.starts_with("\xef\xbb\xbf")) document.remove_prefix(3);
    if (const auto whole = wire::parse_json(document, json_limits)) {
        const json::array* list = whole->if_array();
        if (const auto* object = whole->if_object()) {
            for (const char* name : {"events", "timeline", "entries", "items"})
                if (const auto* found = object->if_contains(name); list == nullptr && found != nullptr) list = found->if_array();
            if (list == nullptr) one(*whole, 1, std::string{trimmed(document)});
            if (const auto* incident = object->if_contains("incident"); incident != nullptr && incident->is_object())
                out.title = visible(shortened(timeline::one_line(text_of(member(incident->as_object(), {"title"}))), 200));
        }
        if (list != nullptr)
            for (std::size_t i = 0; i < list->size() && i < max_pieces; ++i) one((*list)[i], i + 1, {});
        return collected;
    } else if (out.form == Form::draft_json) {
        return whole.error();
    }
    std::size_t number = 0, read = 0;
    std::optional<Failure> first;
    while (!document.empty() && number < max_pieces) {
        ++number;
        const auto end = std::min(document.find('\n'), document.size());
        const auto line = trimmed(document.substr(0, end));
        document.remove_prefix(std::min(end + 1, document.size()));
        if (line.empty()) continue;
        const auto value = wire::parse_json(line, json_limits);
        if (value) ++read, one(*value, number, std::string{line});
        else {
            if (!first) first = value.error();
            out.skipped.push_back({number, "no JSON: " + visible(shortened(line, 100))});
        }
    }
    if (read == 0 && first) return *first;
    return collected;
}

}  // namespace incident::draft::importing
