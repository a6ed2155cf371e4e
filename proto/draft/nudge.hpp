#pragma once
#include "timeline/timeline.hpp"

/// The one fact that is missing most while an incident is open, asked for in one line. Pure: the caller says what time it is.
namespace incident::draft {

/// What a person may hear of one incident at most.
inline constexpr std::chrono::minutes nudge_pause{15};
/// Nobody knows much of an outage that began just now.
inline constexpr std::chrono::minutes nudge_grace{5};

struct Nudge {
    std::string finding;  ///< its id: `T5`
    std::string text;     ///< `no escalation recorded yet: incidentctl escalate --to TEAM TEXT, or --none`
    bool operator==(const Nudge&) const = default;
};

/// Whether it is time to ask again. A `last` in the future (a clock was set back) counts as just now.
[[nodiscard]] bool may_nudge(Instant now, std::optional<Instant> last, std::chrono::minutes pause = nudge_pause) noexcept;

/// Which of the findings to ask about. While the trouble lasts: detection, impact, what is being done, whom it went to; once
/// it is resolved: the cause, open hypotheses, dead ends, improvements, tasks. Nothing of a closed incident, nothing in its
/// first minutes, and nothing that only the draft is about (its length, its order).
/// @param last when this incident was asked about last; empty: never.
[[nodiscard]] std::optional<Nudge> nudge_of(const timeline::Timeline& timeline, std::span<const timeline::Finding> findings, Instant now,
                                            std::optional<Instant> last, std::chrono::minutes pause = nudge_pause);

}  // namespace incident::draft
