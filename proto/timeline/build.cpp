#include "timeline/amend.hpp"
#include "timeline/parts.hpp"
#include <algorithm>

namespace incident::timeline {
namespace {

/// @param events moved out or copied from the entries, when it is known that there is such an incident.
template <class Events>
Result<Timeline> build_sorted(std::span<const Entry> entries, IncidentKey key, const Events& events)
{
    auto incidents = incidents_of(entries);
    const auto incident = std::ranges::find(incidents, key, &Incident::key);
    if (incident == incidents.end())
        return Failure{Errc::not_found, "no incident " + to_string(key) + " (incidentctl ls shows those there are)"};
    Timeline timeline;
    timeline.incident = std::move(*incident);
    timeline.events = events();
    std::erase_if(timeline.events, [&](const Event& event) { return event.incident != key; });
    const auto before = [](const Event& a, const Event& b) { return reading_order(a, b) < 0; };
    // Most nights are written down as they happen, and an event is large to swap.
    if (!std::ranges::is_sorted(timeline.events, before)) std::ranges::sort(timeline.events, before);
    timeline.lines = fold(timeline.events);
    timeline.dead_ends = dead_ends_of(timeline.events, timeline.incident);
    timeline.facts = facts_of(timeline.incident, timeline.events, timeline.dead_ends);
    const auto* mitigation = first_mitigation(timeline.events, timeline.dead_ends);
    timeline.phases = phases_of(timeline.events, timeline.facts, mitigation);
    timeline.durations = durations_of(timeline.events, timeline.incident, timeline.facts, mitigation);
    return timeline;
}

bool repeats(const Entry& a, const Entry& b) { return a.seq == b.seq && a.id == b.id; }

bool in_order(std::span<const Entry> entries)
{
    return std::ranges::is_sorted(entries, {}, &Entry::seq) && std::ranges::adjacent_find(entries, repeats) == entries.end();
}

}  // namespace

Result<Timeline> build(std::span<const Entry> entries, IncidentKey key)
{
    if (!in_order(entries)) return build_taking({entries.begin(), entries.end()}, key);
    return build_sorted(entries, key, [&] { return amended_events(entries); });
}

Result<Timeline> build_taking(std::vector<Entry> entries, IncidentKey key)
{
    if (!in_order(entries)) {
        std::ranges::sort(entries, [](const Entry& a, const Entry& b) { return a.seq != b.seq ? a.seq < b.seq : a.id < b.id; });
        entries.erase(std::ranges::unique(entries, repeats).begin(), entries.end());  // a resumed stream repeats its last entry
    }
    return build_sorted(entries, key, [&] { return take_amended_events(entries); });
}

}  // namespace incident::timeline
