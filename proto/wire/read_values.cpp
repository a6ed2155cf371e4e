#include "wire/members.hpp"

// The inverses of write.cpp, for what a daemon of any version 1 wrote: unknown members are skipped, absent ones keep
// their defaults, only what names the value must be there.
namespace incident::wire {
namespace {

constexpr auto any_count = static_cast<std::size_t>(-1);

void require(Members& members, std::string_view name)
{
    if (members.is_object() && members.find(name) == nullptr) members.bad(name, "is missing");
}

bool read_id(Members& members, std::string_view name, Id& out)
{
    return members.word(name, out, [](std::string_view word) { return parse_id(word); });
}

void read_id(Members& members, std::string_view name, std::optional<Id>& out)
{
    members.optional(out, [&](Id& id) { return read_id(members, name, id); });
}

void read_key(Members& members, std::string_view name, std::optional<IncidentKey>& out)
{
    members.optional(out, [&](IncidentKey& key) {
        return members.word(name, key, [](std::string_view word) { return parse_incident_key(word); });
    });
}

void read_author(Members& members, std::string_view name, Author& out)
{
    const auto* value = members.find(name);
    if (value == nullptr) return;
    Members author{*value, members.pointer(name), members.errors()};
    author.text("name", out.name);
    author.flag("verified", out.verified);
    author.text("claimed", out.claimed);
}

void read_text_element(const json::value& value, const std::string& at, FieldErrors& errors,
                       std::vector<std::string>& out)
{
    if (const auto* text = value.if_string()) out.emplace_back(view_of(*text));
    else errors.add(at, "must be a string, not " + std::string{type_word(value)});
}

void read_tags(Members& members, std::string_view name, std::vector<Tag>& out)
{
    members.elements(name, any_count, [&](const json::value& value, const std::string& at) {
        Members tag{value, at, members.errors()};
        auto& read = out.emplace_back();
        require(tag, "name");
        tag.text("name", read.name);
        tag.text("by", read.by);
        tag.text("match", read.match);
        tag.text("how", read.how);
        tag.text("to", read.to);
        read_id(tag, "of", read.of);
    });
}

Event event_of(const json::value& value, std::string at, FieldErrors& errors)
{
    Event event;
    Members members{value, std::move(at), errors};
    require(members, "id");
    read_id(members, "id", event.id);
    members.number("seq", event.seq);
    members.number("number", event.number);
    read_key(members, "incident", event.incident);
    members.word("kind", event.kind, [](std::string_view word) { return parse_kind(word); });
    members.text("source", event.source);
    read_author(members, "author", event.author);
    members.time("occurred_at", event.occurred_at);
    members.time("sent_at", event.sent_at);
    members.time("received_at", event.received_at);
    members.text("occurred_raw", event.occurred_raw);
    members.word("precision", event.precision, [](std::string_view word) { return parse_precision(word); });
    members.elements("flags", any_count, [&](const json::value& flag, const std::string& place) {
        read_text_element(flag, place, errors, event.flags);
    });
    members.text("text", event.text);
    members.text("details", event.details);
    members.elements("links", any_count, [&](const json::value& element, const std::string& place) {
        Members link{element, place, errors};
        auto& read = event.links.emplace_back();
        link.text("url", read.url);
        link.text("title", read.title);
    });
    if (const auto* labels = members.find("labels")) {
        if (const auto* object = labels->if_object()) {
            for (const auto& label : *object) {
                const std::string name{label.key().data(), label.key().size()};
                if (const auto* text = label.value().if_string()) event.labels.emplace(name, view_of(*text));
                else
                    errors.add(members.pointer("labels") + "/" + pointer_token(name),
                               "must be a string, not " + std::string{type_word(label.value())});
            }
        }
        else members.bad("labels", "must be an object, not " + std::string{type_word(*labels)});
    }
    members.text("severity", event.severity);
    members.text("status", event.status);
    members.text("key", event.key);
    members.number("count", event.count);
    members.time("last_at", event.last_at);
    members.flag("star", event.star);
    members.text("visibility", event.visibility);
    members.flag("struck", event.struck);
    members.flag("redacted", event.redacted);
    read_tags(members, "tags", event.tags);
    return event;
}

Amendment amendment_of(const json::value& value, std::string at, FieldErrors& errors)
{
    Amendment amendment;
    Members members{value, std::move(at), errors};
    require(members, "event");
    read_id(members, "event", amendment.event);
    members.text("text", amendment.text);
    members.time("occurred_at", amendment.occurred_at);
    members.text("occurred_raw", amendment.occurred_raw);
    members.optional(amendment.precision, [&](Precision& precision) {
        return members.word("precision", precision, [](std::string_view word) { return parse_precision(word); });
    });
    if (const auto* tags = members.find("tags")) {
        Members changes{*tags, members.pointer("tags"), errors};
        read_tags(changes, "add", amendment.add_tags);
        changes.elements("remove", any_count, [&](const json::value& name, const std::string& place) {
            read_text_element(name, place, errors, amendment.remove_tags);
        });
    }
    if (const auto* incident = members.find("incident"); incident != nullptr && *incident == "inbox")
        amendment.incident.emplace(std::nullopt);
    else {
        std::optional<IncidentKey> key;
        read_key(members, "incident", key);
        if (key) amendment.incident = key;
    }
    members.number("number", amendment.number);
    members.flag("star", amendment.star);
    members.text("visibility", amendment.visibility);
    members.flag("strike", amendment.strike);
    members.flag("redact", amendment.redact);
    members.text("reason", amendment.reason);
    read_id(members, "undo", amendment.undo);
    return amendment;
}

void read_settable_time(Members& members, std::string_view name, std::optional<std::optional<Instant>>& out)
{
    if (const auto* value = members.find(name); value != nullptr && *value == "") {
        out.emplace(std::nullopt);
        return;
    }
    std::optional<Instant> at;
    members.time(name, at);
    if (at) out = at;
}

/// @pre the member is there; of another type it is complained about.
void read_names(Members& members, std::string_view name, std::vector<std::string>& out)
{
    members.elements(name, max_members, [&](const json::value& element, const std::string& pointer) {
        if (const auto* text = element.if_string()) out.emplace_back(view_of(*text));
        else members.errors().add(pointer, "must be a string, not " + std::string{type_word(element)});
    });
}

IncidentStep step_of(const json::value& value, std::string at, FieldErrors& errors)
{
    IncidentStep step;
    Members members{value, std::move(at), errors};
    require(members, "change");
    require(members, "incident");
    members.word("change", step.change, [](std::string_view word) { return parse_change(word); });
    members.word("incident", step.incident, [](std::string_view word) { return parse_incident_key(word); });
    members.text("title", step.fields.title);
    members.text("severity", step.fields.severity);
    members.text("lead", step.fields.lead);
    members.text("label", step.fields.label);
    members.text("service", step.fields.service);
    read_settable_time(members, "started_at", step.fields.started_at);
    read_settable_time(members, "ended_at", step.fields.ended_at);
    if (const auto* said = members.find("none")) {
        Members none{*said, members.pointer("none"), errors};
        none.flag("misleading_path", step.fields.none_misleading_path);
        none.flag("escalation", step.fields.none_escalation);
    }
    if (members.find("members") != nullptr) read_names(members, "members", step.fields.members.emplace());
    read_key(members, "merged_into", step.merged_into);
    members.text("reason", step.reason);
    return step;
}

Tally tally_of(const json::value& value, std::string at, FieldErrors& errors)
{
    Tally tally;
    Members members{value, std::move(at), errors};
    require(members, "event");
    read_id(members, "event", tally.event);
    members.number("count", tally.count);
    members.time("last_at", tally.last_at);
    return tally;
}

}  // namespace

Result<Event> read_event(const json::value& value)
{
    FieldErrors errors;
    auto event = event_of(value, "", errors);
    if (!errors.empty()) return errors.failure();
    return event;
}

Result<Incident> read_incident(const json::value& value)
{
    FieldErrors errors;
    Incident incident;
    Members members{value, "", errors};
    require(members, "key");
    read_id(members, "id", incident.id);
    members.word("key", incident.key, [](std::string_view word) { return parse_incident_key(word); });
    members.text("title", incident.title);
    members.text("severity", incident.severity);
    members.word("status", incident.status, [](std::string_view word) { return parse_incident_status(word); });
    members.text("lead", incident.lead);
    members.text("label", incident.label);
    members.text("service", incident.service);
    members.time("started_at", incident.started_at);
    members.time("ended_at", incident.ended_at);
    members.time("opened_at", incident.opened_at);
    read_author(members, "opened_by", incident.opened_by);
    members.time("closed_at", incident.closed_at);
    read_key(members, "merged_into", incident.merged_into);
    if (const auto* said = members.find("none")) {
        Members none{*said, "/none", errors};
        none.flag("misleading_path", incident.none.misleading_path);
        none.flag("escalation", incident.none.escalation);
    }
    read_names(members, "members", incident.members);
    members.number("last_seq", incident.last_seq);
    if (!errors.empty()) return errors.failure();
    return incident;
}

Result<Entry> read_entry(const json::value& value)
{
    FieldErrors errors;
    Entry entry;
    Members members{value, "", errors};
    members.number("seq", entry.seq);
    require(members, "id");
    read_id(members, "id", entry.id);
    members.time("received_at", entry.received_at);
    read_author(members, "author", entry.author);
    members.text("source", entry.source);
    members.text("principal", entry.principal);

    std::string what;
    require(members, "entry");
    members.text("entry", what);
    const auto body = [&](std::string_view member, auto read) {
        require(members, member);
        if (const auto* found = members.find(member)) entry.what = read(*found, members.pointer(member), errors);
    };
    if (what == "event") body("event", event_of);
    else if (what == "amendment") body("amendment", amendment_of);
    else if (what == "incident") body("step", step_of);
    else if (what == "tally") body("tally", tally_of);
    else if (!what.empty()) members.bad("entry", "is none of event, amendment, incident, tally: \"" + what + "\"");
    if (!errors.empty()) return errors.failure();
    return entry;
}

}  // namespace incident::wire
