#pragma once
#include "model/entry.hpp"
#include <stdexcept>

/// Builds the entries of one incident as the store would hand them out, so that a test reads like the story it tells.
namespace incident::test {

/// `2024-06-22 15:15`, `15:15` on that day, or any RFC 3339; throws on a slip of the pen.
inline Instant at(std::string_view text)
{
    std::string full{text};
    if (full.size() == 5) full = "2024-06-22T" + full + ":00Z";
    else if (full.size() == 8 && full[2] == ':') full = "2024-06-22T" + full + "Z";
    else if (full.size() == 16) full += ":00Z";
    return parse_rfc3339(full).value();
}

inline Tag person_tag(std::string_view name, std::optional<Id> of = std::nullopt)
{
    Tag tag;
    tag.name = name;
    tag.by = "person:sam";
    tag.of = of;
    return tag;
}

inline Tag rule_tag(std::string_view name, std::string match = "words")
{
    Tag tag;
    tag.name = name;
    tag.by = "rule:built-in";
    tag.match = std::move(match);
    return tag;
}

class Story {
public:
    explicit Story(std::string title = "Checkout returns 503", std::string opened = "15:20")
    {
        IncidentStep step;
        step.change = IncidentStep::Change::opened;
        step.incident = key;
        step.fields.title = std::move(title);
        add(opened, step);
    }

    /// Any kind of entry, written at `when`.
    Id add(std::string_view when, std::variant<Event, Amendment, IncidentStep, Tally> what)
    {
        Entry entry;
        entry.seq = ++seq_;
        entry.received_at = at(when);
        entry.id = make_id(entry.received_at, entry.seq, 7);
        entry.author.name = "sam";
        entry.source = "api";
        entry.principal = "unix:uid=1000(sam)";
        if (auto* event = std::get_if<Event>(&what)) {
            event->id = entry.id;
            event->seq = entry.seq;
            event->received_at = entry.received_at;
            if (event->author.name.empty()) event->author.name = "sam";
            if (event->source.empty()) event->source = "api";
            if (event->incident) event->number = ++number_;
            entry.author = event->author;
            entry.source = event->source;
        }
        entry.what = std::move(what);
        entries.push_back(std::move(entry));
        return entries.back().id;
    }

    /// An event of the incident, received when it happened.
    Event blank(std::string_view when, std::string text, Kind kind = Kind::note) const
    {
        Event event;
        event.kind = kind;
        event.incident = key;
        event.occurred_at = at(when);
        event.text = std::move(text);
        return event;
    }
    Id note(std::string_view when, std::string text, std::vector<Tag> tags = {}, std::string details = {})
    {
        auto event = blank(when, std::move(text));
        event.tags = std::move(tags);
        event.details = std::move(details);
        return add(when, std::move(event));
    }
    /// One tag, set by a person.
    Id tagged(std::string_view when, std::string_view tag, std::string text, std::optional<Id> of = std::nullopt)
    {
        return note(when, std::move(text), {person_tag(tag, of)});
    }
    Id detection(std::string_view when, std::string text, std::string how)
    {
        auto tag = person_tag(tags::detection);
        tag.how = std::move(how);
        return note(when, std::move(text), {tag});
    }
    Id escalation(std::string_view when, std::string text, std::string to)
    {
        auto tag = person_tag(tags::escalation);
        tag.to = std::move(to);
        return note(when, std::move(text), {tag});
    }
    Id task(std::string_view when, std::string text, std::string owner = {}, std::string due = {})
    {
        auto tag = person_tag(tags::follow_up);
        tag.to = std::move(owner);
        auto event = blank(when, std::move(text));
        event.tags = {tag};
        if (!due.empty()) event.labels["due"] = std::move(due);
        return add(when, std::move(event));
    }
    Id improvement(std::string_view when, std::string text)
    {
        auto tag = person_tag(tags::follow_up);
        tag.how = "broad";
        return note(when, std::move(text), {tag});
    }
    Id alert(std::string_view when, std::string title, std::string status = "firing", std::string fingerprint = {},
             std::string instance = {}, std::vector<Tag> tags = {})
    {
        auto event = blank(when, std::move(title), Kind::alert);
        event.source = "alertmanager";
        event.author.name = "alertmanager";
        event.status = std::move(status);
        if (!fingerprint.empty()) event.labels[std::string{fingerprint_label}] = std::move(fingerprint);
        if (!instance.empty()) event.labels["instance"] = std::move(instance);
        event.tags = std::move(tags);
        return add(when, std::move(event));
    }
    void tally(std::string_view when, Id event, std::uint64_t count)
    {
        Tally what;
        what.event = event;
        what.count = count;
        what.last_at = at(when);
        add(when, what);
    }
    Id amend(std::string_view when, Amendment amendment) { return add(when, std::move(amendment)); }
    Id move(std::string_view when, Id event, std::string_view to)
    {
        Amendment amendment;
        amendment.event = event;
        amendment.occurred_at = at(to);
        return add(when, std::move(amendment));
    }
    Id strike(std::string_view when, Id event)
    {
        Amendment amendment;
        amendment.event = event;
        amendment.strike = true;
        return add(when, std::move(amendment));
    }
    void set(std::string_view when, IncidentFields fields)
    {
        IncidentStep step;
        step.change = IncidentStep::Change::set;
        step.incident = key;
        step.fields = std::move(fields);
        add(when, std::move(step));
    }
    void close(std::string_view when)
    {
        IncidentStep step;
        step.change = IncidentStep::Change::closed;
        step.incident = key;
        add(when, std::move(step));
    }

    static constexpr IncidentKey key{7};
    std::vector<Entry> entries;

private:
    std::uint64_t seq_ = 0, number_ = 0;
};

}  // namespace incident::test
