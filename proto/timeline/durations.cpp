#include "timeline/parts.hpp"

namespace incident::timeline {
namespace {

/// One end of a figure: a moment, the event it comes from, and what to say where either is missing.
struct Mark {
    std::optional<Instant> at;
    std::optional<Id> by;
    std::string_view missing;  ///< why there is no moment
    std::string_view by_hand;  ///< where the moment comes from, when from no event
};

Duration between(std::string name, const Mark& from, const Mark& to)
{
    Duration duration;
    duration.name = std::move(name);
    if (!from.at || !to.at) {
        duration.why = !from.at ? from.missing : to.missing;
        if (!from.at && !to.at && from.missing != to.missing) duration.why.append("; ").append(to.missing);
        return duration;
    }
    duration.minutes = whole_minutes(*to.at - *from.at);
    duration.from = from.by;
    duration.to = to.by;
    if (!from.by) duration.why = from.by_hand;
    if (!to.by) duration.why.append(duration.why.empty() ? "" : "; ").append(to.by_hand);
    return duration;
}

Mark mark(const Event* event, std::string_view missing)
{
    if (!event) return {std::nullopt, std::nullopt, missing, {}};
    return {event->occurred_at, event->id, missing, {}};
}

}  // namespace

std::vector<Duration> durations_of(std::span<const Event> events, const Incident& incident, const Facts& facts,
                                   const Event* mitigation)
{
    const Mark start{facts.started_at, facts.started_by, "no start: no event is tagged impact or detection, and started is not set",
                     "the start is the one set on the incident"};
    const Mark end{facts.resolved_at, facts.resolved_by,
                   incident.ended_at ? "" : "no end: no resolution that nothing contradicts, and ended is not set",
                   "the end is the one set on the incident"};
    const Mark detected{facts.detected_at, facts.detected_by, "no event is tagged detection", {}};
    const auto acknowledged = mark(acknowledgement(events, facts), "no person wrote anything at or after the detection");
    const auto mitigated = mark(mitigation, "no event is tagged mitigation");
    return {between("to_detect", start, detected), between("to_acknowledge", detected, acknowledged),
            between("to_mitigate", start, mitigated), between("to_resolve", start, end)};
}

}  // namespace incident::timeline
