#include "timeline/amend.hpp"
#include "timeline/parts.hpp"
#include <algorithm>

namespace incident::timeline {
namespace {

Result<Timeline> build_sorted(std::span<const Entry> entries, IncidentKey key)
{
    auto incidents = incidents_of(entries);
    const auto incident = std::ranges::find(incidents, key, &Incident::key);
    if (incident == incidents.end())
        return Failure{Errc::not_found, "no incident " + to_string(key) + " (incidentctl ls shows those there are)"};
    Timeline timeline;
    timeline.incident = std::move(*incident);
    timeline.events = amended_events(entries);
    std::erase_if(timeline.events, [&](const Event& event) { return event.incident != key; });
    std::ranges::sort(timeline.events, [](const Event& a, const Event& b) { return reading_order(a, b) < 0; });
    timeline.lines = fold(timeline.events);
    timeline.dead_ends = dead_ends_of(timeline.events);
    timeline.facts = facts_of(timeline.incident, timeline.events, timeline.dead_ends);
    const auto* mitigation = first_mitigation(timeline.events, timeline.dead_ends);
    timeline.phases = phases_of(timeline.events, timeline.facts, mitigation);
    timeline.durations = durations_of(timeline.events, timeline.incident, timeline.facts, mitigation);
    return timeline;
}

}  // namespace

Result<Timeline> build(std::span<const Entry> entries, IncidentKey key)
{
    const auto in_ledger_order = [](const Entry& a, const Entry& b) { return a.seq < b.seq; };
    const auto repeats = [](const Entry& a, const Entry& b) { return a.seq == b.seq && a.id == b.id; };
    // The store's readers deliver them sorted; a copy of 100,000 entries is worth avoiding.
    if (std::ranges::is_sorted(entries, in_ledger_order) && std::ranges::adjacent_find(entries, repeats) == entries.end())
        return build_sorted(entries, key);
    std::vector<Entry> sorted(entries.begin(), entries.end());
    std::ranges::sort(sorted, [](const Entry& a, const Entry& b) { return a.seq != b.seq ? a.seq < b.seq : a.id < b.id; });
    sorted.erase(std::ranges::unique(sorted, repeats).begin(), sorted.end());  // a resumed stream repeats its last entry
    return build_sorted(sorted, key);
}

}  // namespace incident::timeline
