#pragma once
#include "timeline/timeline.hpp"
#include "wire/json.hpp"

/// Figures of many incidents side by side. Pure; every figure says how it is computed, over how many, and what it lacks.
namespace incident::timeline {

/// What one incident gives to a list or to statistics, without its events.
struct Figures {
    IncidentKey key{};
    std::string severity, detected_how;     ///< empty: not said
    std::optional<Instant> started_at, detected_at, resolved_at;
    Instant began_at{};                     ///< the start, or the opening where no start is known
    std::optional<std::int64_t> duration_minutes;
    std::vector<Duration> durations;        ///< as Timeline's
    std::int64_t dead_end_minutes = 0;      ///< minutes that several dead ends share count once
    std::size_t dead_ends = 0;              ///< ideas that were ruled out
    std::size_t dead_ends_unknown = 0;      ///< of these: it is not known when the idea began
    std::size_t dead_ends_negative = 0;     ///< of these: ruled out before they were had
    std::uint64_t alerts = 0;               ///< notifications of firing alerts, repeats included
    std::uint64_t events = 0;               ///< that count, whoever wrote them
    bool operator==(const Figures&) const = default;
};
[[nodiscard]] Figures figures_of(const Timeline& timeline);

struct Missing {
    std::string why;
    std::vector<IncidentKey> incidents;
    bool operator==(const Missing&) const = default;
};
struct Outlier {
    IncidentKey incident{};
    std::int64_t value = 0;
    bool operator==(const Outlier&) const = default;
};

/// One figure over all incidents. `n` incidents are in the median; those in `missing` and `negative` are not, so
/// n + missing + negative = incidents.
struct Figure {
    std::string name, unit;                 ///< unit: `minutes` or `count`
    std::string definition;                 ///< how it is computed, for a reader
    std::size_t n = 0;
    std::optional<double> median;           ///< of an even number the mean of the middle two
    std::optional<std::int64_t> least, most, sum;
    std::vector<Missing> missing;           ///< why, most frequent first
    std::vector<Outlier> negative;          ///< one time lies before the other: the record should be corrected
    bool operator==(const Figure&) const = default;
};
struct Share {
    std::string name;                       ///< empty: not said
    std::size_t incidents = 0;
    bool operator==(const Share&) const = default;
};

struct Stats {
    std::size_t incidents = 0;
    std::vector<Figure> figures;            ///< to_detect to_acknowledge to_mitigate to_resolve dead_end_minutes alerts
    std::vector<Share> by_severity, by_detected_how;  ///< most frequent first
    bool operator==(const Stats&) const = default;
};
/// The order of `all` makes no difference but to the lists of keys, which keep it.
[[nodiscard]] Stats stats_of(std::span<const Figures> all);

/// Nulls where a figure is not known; `durations` as in a timeline.
[[nodiscard]] wire::json::object to_json(const Figures& figures);
[[nodiscard]] wire::json::object to_json(const Stats& stats);

}  // namespace incident::timeline
