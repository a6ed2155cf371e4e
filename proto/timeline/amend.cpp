#include "timeline/amend.hpp"
#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>

namespace incident::timeline {
namespace {

using Later = std::vector<const Entry*>;

const Id* event_of(const Entry& entry)
{
    if (const auto* amendment = std::get_if<Amendment>(&entry.what)) return &amendment->event;
    if (const auto* tally = std::get_if<Tally>(&entry.what)) return &tally->event;
    return nullptr;
}

/// The amendments that nothing undoes. Read from the newest back: whoever could undo an entry came after it, so when
/// we reach an entry its own fate is settled.
std::unordered_set<const Entry*> undone_among(const Later& later)
{
    std::unordered_set<Id> taken_back;
    std::unordered_set<const Entry*> undone;
    for (auto entry = later.rbegin(); entry != later.rend(); ++entry) {
        const auto* amendment = std::get_if<Amendment>(&(*entry)->what);
        if (!amendment) continue;
        if (taken_back.contains((*entry)->id)) undone.insert(*entry);
        else if (amendment->undo) taken_back.insert(*amendment->undo);
    }
    return undone;
}

/// Applies amendments to one event, and remembers which tags a person took away.
class Amender {
 public:
    explicit Amender(Event& event) : event_(event) {}

    void apply(const Entry& entry, const Amendment& amendment, bool undone)
    {
        // What a redaction took is gone from the disk: nothing can bring it back, and claiming so would be a lie.
        if (amendment.redact) redact();
        if (undone) return;
        if (amendment.undo && *amendment.undo == event_.id) event_.struck = true;
        if (amendment.text) event_.text = *amendment.text;
        if (amendment.occurred_at) set_time(amendment);
        if (amendment.precision) event_.precision = *amendment.precision;
        remove_tags(amendment, by_rule(entry, amendment));
        add_tags(amendment);
        if (amendment.incident) {
            event_.incident = *amendment.incident;
            event_.number = event_.incident ? amendment.number : std::nullopt;
        }
        if (amendment.star) event_.star = *amendment.star;
        if (amendment.visibility) event_.visibility = *amendment.visibility;
        if (amendment.strike) event_.struck = *amendment.strike;
    }

    void apply(const Tally& tally)
    {
        event_.count = tally.count;
        event_.last_at = tally.count > 1 ? std::optional{tally.last_at} : std::nullopt;
    }

 private:
    void redact()
    {
        event_.redacted = true;
        event_.text.clear();
        event_.details.clear();
        event_.links.clear();
        event_.labels.clear();
        for (auto& tag : event_.tags) tag.match.clear();  // words of the text
    }

    void set_time(const Amendment& amendment)
    {
        event_.occurred_at = *amendment.occurred_at;
        event_.occurred_raw = amendment.occurred_raw;
        // These spoke of the time that has just been corrected.
        std::erase_if(event_.flags, [](const std::string& flag) {
            return flag == "future" || flag == "old" || flag == "skewed" || flag == "time_from_arrival";
        });
    }

    bool has_person_tag() const { return std::ranges::any_of(event_.tags, &Tag::by_person); }

    /// A re-run of the rules shows in the tags it brings, or in the daemon's own name on a mere removal.
    static bool by_rule(const Entry& entry, const Amendment& amendment)
    {
        if (amendment.add_tags.empty()) return entry.principal == "daemon";
        return std::ranges::none_of(amendment.add_tags, &Tag::by_person);
    }

    void remove_tags(const Amendment& amendment, bool rule)
    {
        for (const auto& name : amendment.remove_tags) {
            std::erase_if(event_.tags, [&](const Tag& tag) { return tag.name == name && !(rule && tag.by_person()); });
            if (!rule) removed_by_person_.push_back(name);
        }
    }

    void add_tags(const Amendment& amendment)
    {
        // Asked before the first is added: an amendment that brings both kinds was decided as a whole.
        const bool person_spoke = has_person_tag();
        for (const auto& tag : amendment.add_tags) {
            if (tag.by_person()) std::erase(removed_by_person_, tag.name);
            else if (person_spoke || std::ranges::find(removed_by_person_, tag.name) != removed_by_person_.end()) continue;
            const auto same = std::ranges::find(event_.tags, tag.name, &Tag::name);
            if (same == event_.tags.end()) event_.tags.push_back(tag);
            else *same = tag;
        }
    }

    Event& event_;
    std::vector<std::string> removed_by_person_;
};

void amend(Event& event, const Later& later)
{
    const auto undone = undone_among(later);
    Amender amender{event};
    for (const auto* entry : later) {
        if (const auto* amendment = std::get_if<Amendment>(&entry->what))
            amender.apply(*entry, *amendment, undone.contains(entry));
        else if (const auto* tally = std::get_if<Tally>(&entry->what)) amender.apply(*tally);
    }
}

/// Takes the events out of entries that may be changed, copies them from others.
template <class E>
std::vector<Event> stand_now(std::span<E> entries)
{
    std::unordered_map<Id, Later> later;  // only of events that have any: most have none
    std::vector<Event> events;
    events.reserve(entries.size());
    for (auto& entry : entries) {
        if (const auto* id = event_of(entry)) later[*id].push_back(&entry);
        auto* recorded = std::get_if<Event>(&entry.what);
        if (!recorded) continue;
        if constexpr (std::is_const_v<E>) events.push_back(*recorded);
        else events.push_back(std::move(*recorded));
        auto& event = events.back();
        if (event.id.is_nil()) event.id = entry.id;  // what commit gave stands in the entry
        if (event.seq == 0) event.seq = entry.seq;
    }
    if (later.empty()) return events;
    for (auto& event : events)
        if (const auto found = later.find(event.id); found != later.end()) amend(event, found->second);
    return events;
}

}  // namespace

Event amended(const Event& recorded, std::span<const Entry> later)
{
    Later about;
    for (const auto& entry : later)
        if (const auto* id = event_of(entry); id && *id == recorded.id) about.push_back(&entry);
    Event event = recorded;
    amend(event, about);
    return event;
}

std::vector<Event> amended_events(std::span<const Entry> entries) { return stand_now(entries); }
std::vector<Event> take_amended_events(std::span<Entry> entries) { return stand_now(entries); }

std::vector<Incident> incidents_of(std::span<const Entry> entries)
{
    std::map<IncidentKey, Incident> incidents;
    for (const auto& entry : entries)
        if (const auto* step = std::get_if<IncidentStep>(&entry.what)) {
            const auto found = incidents.try_emplace(step->incident).first;
            found->second.key = step->incident;
            apply_step(found->second, entry);
        }
    std::vector<Incident> ordered;
    ordered.reserve(incidents.size());
    for (auto& [key, incident] : incidents) ordered.push_back(std::move(incident));
    return ordered;
}

}  // namespace incident::timeline
