#pragma once
#include "timeline/timeline.hpp"
#include "wire/json.hpp"

/// What somebody who comes back wants to know first. Pure: the same timeline and the same span give the same answer.
namespace incident::timeline {

struct CaughtEvent {
    Id event{};
    std::optional<std::uint64_t> number;
    Instant at{};                    ///< when it happened
    std::string what;                ///< its tags, or its kind
    std::string text;                ///< one line
    std::string by;
    bool late = false;               ///< it happened before the span and was written down within it
    bool operator==(const CaughtEvent&) const = default;
};
struct OpenIdea {
    CaughtEvent idea;
    std::vector<std::string> people; ///< who had it and who tests it
    std::size_t tests = 0;
    bool operator==(const OpenIdea&) const = default;
};
struct Owned {
    std::string owner;               ///< empty: nobody
    CaughtEvent task;
    bool operator==(const Owned&) const = default;
};
struct Called {
    std::string to;                  ///< team or person
    Instant at{};
    bool operator==(const Called&) const = default;
};
struct Storm {
    std::string title, source;
    std::uint64_t count = 0;         ///< notifications in all
    Instant last_at{};
    std::optional<Instant> resolved_at;
    std::size_t hosts = 0;
    bool operator==(const Storm&) const = default;
};

/// Lists are cut to what fits on a screen; `more_…` says how many are left out.
struct CatchUp {
    IncidentKey key{};
    std::string title, severity, lead, status;  ///< status: `open`, `closed` or `merged`
    Instant since{}, until{};
    std::optional<Instant> started_at, detected_at, mitigated_at, resolved_at;
    std::vector<OpenIdea> ideas;     ///< newest last
    std::vector<Called> called;
    std::vector<Owned> tasks;
    std::vector<CaughtEvent> actions;  ///< the last ones, whenever they were
    std::vector<CaughtEvent> changes;  ///< what people wrote in the span, in reading order; the last ones
    std::vector<Storm> storms;       ///< alerts told in the span, folded
    std::size_t more_ideas = 0, more_tasks = 0, more_changes = 0, more_storms = 0;
    bool operator==(const CatchUp&) const = default;
};
inline constexpr std::size_t caught_ideas = 3, caught_tasks = 2, caught_actions = 2, caught_changes = 5, caught_storms = 2;

/// Of [since, until], by time of receipt: what was written down within it is new, whenever it happened.
[[nodiscard]] CatchUp catch_up(const Timeline& timeline, Instant since, Instant until);
[[nodiscard]] wire::json::object to_json(const CatchUp& caught);

}  // namespace incident::timeline
