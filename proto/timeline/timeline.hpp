#pragma once
#include "model/entry.hpp"
#include <span>

namespace incident::timeline {

/// The order a reader should see: when it happened, then when we learnt of it.
[[nodiscard]] std::strong_ordering reading_order(const Event& a, const Event& b) noexcept;

/// One line of the folded timeline: an event, or a storm of alerts of one source and title (DESIGN §2 *Fold*).
struct Line {
    Event event;                        ///< the first; its time is the line's
    std::vector<Id> events;             ///< all that are folded in, `event.id` first, in reading order
    std::uint64_t count = 1;            ///< notifications, repeats included (resolves not)
    std::optional<Instant> last_at;     ///< of the last one folded in
    std::optional<Instant> resolved_at; ///< last resolve folded in, where every firing has one
    std::vector<std::string> hosts;     ///< distinct `instance`/`host` labels, sorted
    bool operator==(const Line&) const = default;
};

struct Phase {
    std::string name;  ///< `lead-up`, `undetected`, `diagnosing`, `recovering`, `after`
    std::optional<Instant> from, to;
    bool operator==(const Phase&) const = default;
};

/// A figure with its receipt: either minutes and the two events, or why it cannot be computed.
struct Duration {
    std::string name;  ///< `to_detect`, `to_acknowledge`, `to_mitigate`, `to_resolve`
    std::optional<std::int64_t> minutes;  ///< rounded to the nearest; may be negative, which a finding then names
    std::optional<Id> from, to;
    std::string why;
    bool operator==(const Duration&) const = default;
};

/// An event that nobody linked, taken to speak of a hypothesis because it shares these words with it.
struct WordLink {
    Id event;
    std::vector<std::string> words;
    bool operator==(const WordLink&) const = default;
};

struct DeadEnd {
    Id hypothesis;                         ///< or the event that was itself tagged a misleading path
    std::string verdict;                   ///< `open`, `ruled_out`, `confirmed`
    std::optional<Id> verdict_event;
    std::optional<std::int64_t> minutes;   ///< lost, when ruled out: verdict − hypothesis by occurred_at
    std::vector<Id> linked;                ///< investigations and actions that test it
    std::vector<std::string> people{};     ///< whose time it was: authors of all of these, each once, in reading order
    std::vector<WordLink> by_words{};      ///< of `linked` and `verdict_event`, those found by their words, in reading order
    bool operator==(const DeadEnd&) const = default;
};

enum class Level { error, warning };
struct Finding {
    std::string id;   ///< `S1` … of DRAFT.md
    Level level = Level::error;
    std::string text; ///< what is missing or contradicts
    std::string fix;  ///< the command that would fix it
    std::vector<Id> events;
    bool operator==(const Finding&) const = default;
};
[[nodiscard]] std::string_view to_string(Level level) noexcept;

/// What a reader wants first. Each empty when no event supports it.
struct Facts {
    std::optional<Instant> started_at, detected_at, resolved_at, closed_at;  ///< resolved_at: end of impact
    std::string detected_how;
    std::vector<std::string> escalated_to;
    std::optional<std::int64_t> duration_minutes;
    std::optional<double> impact_percent;
    std::string root_cause;
    std::optional<Id> started_by, detected_by, resolved_by;  ///< the events these come from
    bool operator==(const Facts&) const = default;
};

struct Timeline {
    Incident incident;
    std::vector<Event> events;  ///< all of the incident, struck ones included, in reading order
    std::vector<Line> lines;    ///< what a reader sees: folded, without struck, follow_up and system events
    std::vector<Phase> phases;
    std::vector<Duration> durations;
    std::vector<DeadEnd> dead_ends;
    Facts facts;
    bool operator==(const Timeline&) const = default;
};

/// Pure and total: the same entries in any order give the same timeline.
/// @pre `entries` hold the incident's `opened` step, its other steps, every event that stands or stood in it, and
/// everything about those events.
[[nodiscard]] Result<Timeline> build(std::span<const Entry> entries, IncidentKey key);
/// The same, and takes what it needs out of `entries`: a long night is large to copy.
[[nodiscard]] Result<Timeline> build_taking(std::vector<Entry> entries, IncidentKey key);

}  // namespace incident::timeline
