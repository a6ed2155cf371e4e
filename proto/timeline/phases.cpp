#include "timeline/parts.hpp"
#include <algorithm>

namespace incident::timeline {

std::vector<Phase> phases_of(std::span<const Event> events, const Facts& facts, const Event* mitigation)
{
    const auto first = std::ranges::find_if(events, counts);
    std::optional<Instant> lead_up;
    if (first != events.end() && facts.started_at && first->occurred_at < *facts.started_at) lead_up = first->occurred_at;
    std::optional<Instant> mitigated;
    if (mitigation) mitigated = mitigation->occurred_at;
    // Without a mitigation nobody knows when recovery began: diagnosing lasts to the end and recovering has no bounds.
    return {{"lead-up", lead_up, facts.started_at},
            {"undetected", facts.started_at, facts.detected_at},
            {"diagnosing", facts.detected_at, mitigated ? mitigated : facts.resolved_at},
            {"recovering", mitigated, mitigated ? facts.resolved_at : std::nullopt},
            {"after", facts.resolved_at, facts.resolved_at ? facts.closed_at : std::nullopt}};
}

}  // namespace incident::timeline
