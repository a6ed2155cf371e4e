#pragma once
#include "model/event.hpp"
#include <map>

namespace incident {

/// What a typed time is read against.
struct TimeContext {
    Instant now{};
    std::string zone = "UTC";                    ///< for times without one: an IANA name
    std::map<std::string, std::string> aliases{};  ///< `timezone_aliases`: abbreviation -> IANA name
    bool future_allowed = false;                 ///< `--due` only
};

struct TimeReading {
    Instant at{};
    std::string raw{};                             ///< as typed
    Precision precision = Precision::exact;      ///< `minute` when no seconds were given
    bool operator==(const TimeReading&) const = default;
};

/// Reads a time as people type it: every row of CLI.md §5.4 (README "Times people type").
/// @return Errc::invalid_input naming the text, what was wrong and a spelling that works. Ambiguous input (an
/// abbreviation with several meanings, the hour that daylight saving repeats or skips) shows each reading in UTC.
[[nodiscard]] Result<TimeReading> parse_time(std::string_view text, const TimeContext& context);

/// `5m`, `2h`, `1h30m`, `90s`, `2 hours`, `1d`; no sign. @return Errc::invalid_input otherwise, or beyond 10 years.
[[nodiscard]] Result<std::chrono::microseconds> parse_span(std::string_view text);

/// `1 h 45 min`, `2 d 3 h`, `40 s`: what durations look like wherever we print them; parse_span() reads it back to the unit printed.
[[nodiscard]] std::string to_words(std::chrono::microseconds span);

/// A local clock reading of an instant, for printing.
struct LocalTime {
    int year, month, day, hour, minute, second, microsecond;
    std::chrono::seconds offset;
    std::string zone{};  ///< what a reader should see: `UTC`, `EAT`, or `+05:45` where letters would not be clear
};
/// @param zone an IANA name, an offset, or letters that are clear: `UTC GMT EAT WAT CAT SAST`.
/// @return Errc::invalid_input when the zone is unknown, with near names. UTC and offsets read no time zone files.
/// Years after 2037 have no daylight saving: the date library does not read that part of the files.
[[nodiscard]] Result<LocalTime> to_local(Instant at, std::string_view zone);
/// The inverse for a wall-clock reading. @return Errc::invalid_input with both readings in a fold, or the neighbours of a gap.
[[nodiscard]] Result<Instant> from_local(const LocalTime& local, std::string_view zone);

/// `2024-06-22 18:15:00 EAT`, with a fraction where there is one; parse_time() reads it back.
[[nodiscard]] std::string to_string(const LocalTime& local);

}  // namespace incident
