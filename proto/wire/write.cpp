#include "model/text.hpp"
#include "wire/json.hpp"

// Every member is always there, null when empty: a reader sees one shape, and jq needs no guards.
namespace incident::wire {
namespace {

/// What came in over line protocols and files may be no UTF-8; what goes out always is.
json::value text_of(std::string_view text)
{
    if (is_utf8(text)) return json::string(text);
    return json::string(to_valid_utf8(text));
}

json::value text_or_null(std::string_view text) { return text.empty() ? json::value{} : text_of(text); }

json::value time_of(Instant at) { return json::string(to_rfc3339(at)); }

json::value time_or_null(const std::optional<Instant>& at) { return at ? time_of(*at) : json::value{}; }

json::value id_of(const Id& id) { return json::string(to_string(id)); }

json::value key_or_null(const std::optional<IncidentKey>& key)
{
    return key ? json::value(json::string(to_string(*key))) : json::value{};
}

template <class T>
json::value value_or_null(const std::optional<T>& value)
{
    return value ? json::value(*value) : json::value{};
}

json::value text_if_given(const std::optional<std::string>& text) { return text ? text_of(*text) : json::value{}; }

json::array tags_of(const std::vector<Tag>& tags)
{
    json::array all;
    all.reserve(tags.size());
    for (const auto& tag : tags) all.push_back(to_json(tag));
    return all;
}

json::array texts_of(const std::vector<std::string>& texts)
{
    json::array all;
    all.reserve(texts.size());
    for (const auto& text : texts) all.push_back(text_of(text));
    return all;
}

json::array links_of(const std::vector<Link>& links)
{
    json::array all;
    all.reserve(links.size());
    for (const auto& link : links) {
        json::object one;
        one.emplace("url", text_of(link.url));
        one.emplace("title", text_or_null(link.title));
        all.push_back(std::move(one));
    }
    return all;
}

json::object labels_of(const std::map<std::string, std::string>& labels)
{
    json::object all;
    all.reserve(labels.size());
    for (const auto& [name, value] : labels)
        all.insert_or_assign(is_utf8(name) ? name : to_valid_utf8(name), text_of(value));
    return all;
}

json::object body_of(const Amendment& amendment)
{
    json::object tags;
    tags.emplace("add", tags_of(amendment.add_tags));
    tags.emplace("remove", texts_of(amendment.remove_tags));

    json::object body;
    body.reserve(15);
    body.emplace("event", id_of(amendment.event));
    body.emplace("text", text_if_given(amendment.text));
    body.emplace("occurred_at", time_or_null(amendment.occurred_at));
    body.emplace("occurred_raw", text_or_null(amendment.occurred_raw));
    body.emplace("precision", amendment.precision ? text_of(to_string(*amendment.precision)) : json::value{});
    body.emplace("tags", std::move(tags));
    // null means "stays where it is", as with the other members, so the inbox needs a word.
    body.emplace("incident", !amendment.incident    ? json::value{}
                             : !*amendment.incident ? json::value("inbox")
                                                    : key_or_null(*amendment.incident));
    body.emplace("number", value_or_null(amendment.number));
    body.emplace("star", value_or_null(amendment.star));
    body.emplace("visibility", text_if_given(amendment.visibility));
    body.emplace("strike", value_or_null(amendment.strike));
    body.emplace("redact", amendment.redact);
    body.emplace("reason", text_or_null(amendment.reason));
    body.emplace("undo", amendment.undo ? id_of(*amendment.undo) : json::value{});
    return body;
}

/// An inner empty time ("forget it") is the empty string; null is "not touched".
json::value settable_time(const std::optional<std::optional<Instant>>& at)
{
    if (!at) return {};
    return *at ? time_of(**at) : json::value("");
}

json::object body_of(const IncidentStep& step)
{
    json::object none;
    none.emplace("misleading_path", value_or_null(step.fields.none_misleading_path));
    none.emplace("escalation", value_or_null(step.fields.none_escalation));

    json::object body;
    body.reserve(13);
    body.emplace("change", text_of(to_string(step.change)));
    body.emplace("incident", json::string(to_string(step.incident)));
    body.emplace("title", text_if_given(step.fields.title));
    body.emplace("severity", text_if_given(step.fields.severity));
    body.emplace("lead", text_if_given(step.fields.lead));
    body.emplace("label", text_if_given(step.fields.label));
    body.emplace("service", text_if_given(step.fields.service));
    body.emplace("started_at", settable_time(step.fields.started_at));
    body.emplace("ended_at", settable_time(step.fields.ended_at));
    body.emplace("none", std::move(none));
    body.emplace("members", step.fields.members ? json::value(texts_of(*step.fields.members)) : json::value{});
    body.emplace("merged_into", key_or_null(step.merged_into));
    body.emplace("reason", text_or_null(step.reason));
    return body;
}

json::object body_of(const Tally& tally)
{
    json::object body;
    body.emplace("event", id_of(tally.event));
    body.emplace("count", tally.count);
    body.emplace("last_at", time_of(tally.last_at));
    return body;
}

/// The word in `entry`, and the member that holds the body.
struct Named {
    std::string_view word, member;
};
constexpr Named name_of(const Event&) { return {"event", "event"}; }
constexpr Named name_of(const Amendment&) { return {"amendment", "amendment"}; }
constexpr Named name_of(const IncidentStep&) { return {"incident", "step"}; }
constexpr Named name_of(const Tally&) { return {"tally", "tally"}; }

json::object body_of(const Event& event) { return to_json(event); }

}  // namespace

json::object to_json(const Author& author)
{
    json::object object;
    object.emplace("name", text_of(author.name));
    object.emplace("verified", author.verified);
    object.emplace("claimed", text_or_null(author.claimed));
    return object;
}

json::object to_json(const Tag& tag)
{
    json::object object;
    object.reserve(6);
    object.emplace("name", text_of(tag.name));
    object.emplace("by", text_of(tag.by));
    object.emplace("match", text_or_null(tag.match));
    object.emplace("how", text_or_null(tag.how));
    object.emplace("to", text_or_null(tag.to));
    object.emplace("of", tag.of ? id_of(*tag.of) : json::value{});
    return object;
}

json::object to_json(const Event& event)
{
    json::object object;
    object.reserve(29);
    object.emplace("id", id_of(event.id));
    object.emplace("seq", event.seq);
    object.emplace("number", value_or_null(event.number));
    object.emplace("incident", key_or_null(event.incident));
    object.emplace("kind", text_of(to_string(event.kind)));
    object.emplace("source", text_of(event.source));
    object.emplace("author", to_json(event.author));
    object.emplace("occurred_at", time_of(event.occurred_at));
    object.emplace("sent_at", time_or_null(event.sent_at));
    object.emplace("received_at", time_of(event.received_at));
    object.emplace("occurred_raw", text_or_null(event.occurred_raw));
    object.emplace("precision", text_of(to_string(event.precision)));
    object.emplace("flags", texts_of(event.flags));
    object.emplace("text", text_of(event.text));
    object.emplace("details", text_or_null(event.details));
    object.emplace("links", links_of(event.links));
    object.emplace("labels", labels_of(event.labels));
    object.emplace("severity", text_or_null(event.severity));
    object.emplace("status", text_or_null(event.status));
    object.emplace("key", text_or_null(event.key));
    object.emplace("count", event.count);
    object.emplace("last_at", time_or_null(event.last_at));
    object.emplace("star", event.star);
    object.emplace("visibility", text_or_null(event.visibility));
    object.emplace("struck", event.struck);
    object.emplace("redacted", event.redacted);
    object.emplace("tags", tags_of(event.tags));
    return object;
}

json::object to_json(const Incident& incident)
{
    json::object none;
    none.emplace("misleading_path", incident.none.misleading_path);
    none.emplace("escalation", incident.none.escalation);

    json::object object;
    object.reserve(17);
    object.emplace("id", id_of(incident.id));
    object.emplace("key", json::string(to_string(incident.key)));
    object.emplace("title", text_of(incident.title));
    object.emplace("severity", text_or_null(incident.severity));
    object.emplace("status", text_of(to_string(incident.status)));
    object.emplace("lead", text_or_null(incident.lead));
    object.emplace("label", text_or_null(incident.label));
    object.emplace("service", text_or_null(incident.service));
    object.emplace("started_at", time_or_null(incident.started_at));
    object.emplace("ended_at", time_or_null(incident.ended_at));
    object.emplace("opened_at", time_of(incident.opened_at));
    object.emplace("opened_by", to_json(incident.opened_by));
    object.emplace("closed_at", time_or_null(incident.closed_at));
    object.emplace("merged_into", key_or_null(incident.merged_into));
    object.emplace("none", std::move(none));
    object.emplace("members", texts_of(incident.members));
    object.emplace("last_seq", incident.last_seq);
    return object;
}

json::object to_json(const Entry& entry)
{
    json::object object;
    object.reserve(9);
    object.emplace("seq", entry.seq);
    object.emplace("id", id_of(entry.id));
    std::visit([&](const auto& what) { object.emplace("entry", text_of(name_of(what).word)); }, entry.what);
    object.emplace("received_at", time_of(entry.received_at));
    object.emplace("author", to_json(entry.author));
    object.emplace("source", text_of(entry.source));
    object.emplace("principal", text_of(entry.principal));
    std::visit([&](const auto& what) { object.emplace(name_of(what).member, body_of(what)); }, entry.what);
    return object;
}

json::object acknowledgement(const Event& event)
{
    json::array tags;
    tags.reserve(event.tags.size());
    for (const auto& tag : event.tags) {
        json::object one;
        one.emplace("name", text_of(tag.name));
        one.emplace("by", text_of(tag.by));
        one.emplace("match", text_or_null(tag.match));
        tags.push_back(std::move(one));
    }
    json::object object;
    object.reserve(9);
    object.emplace("id", id_of(event.id));
    object.emplace("seq", event.seq);
    object.emplace("number", value_or_null(event.number));
    object.emplace("incident", key_or_null(event.incident));
    object.emplace("kind", text_of(to_string(event.kind)));
    object.emplace("occurred_at", time_of(event.occurred_at));
    object.emplace("received_at", time_of(event.received_at));
    object.emplace("text", text_of(event.text));
    object.emplace("tags", std::move(tags));
    return object;
}

}  // namespace incident::wire
