#pragma once
#include "model/instant.hpp"
#include <optional>

/// Times as monitoring and chat systems write them: a dozen spellings, some without a zone, some wrong. Pure.
namespace incident::ingest {

struct TimeSpelling {
    enum class Unit {
        automatic,     ///< every spelling below by its looks; digits are an epoch whose unit is told by the magnitude
        seconds, milliseconds, microseconds, nanoseconds,  ///< digits only, whatever their magnitude
        snowflake,     ///< Discord's ids: milliseconds since 2015 above 22 bits
        pattern        ///< as `pattern` says
    };
    Unit unit = Unit::automatic;
    /// `%Y %m %d %e %b %B %a %A %H %I %p %M %S %f %z %Z %s %%`; a space stands for any white space. English names only.
    std::string pattern{};
    std::string zone{};  ///< for times without one: an IANA name or an offset; empty: such a time is none
};

struct ForeignTime {
    Instant at{};
    bool guessed = false;  ///< the spelling is wrong (`+01.00`) and was read as what it must have meant
};

/// RFC 3339 with 0 to 9 fraction digits, an offset with or without a colon or behind a space, `… UTC`, `… +0000 UTC`,
/// `… GMT`, slashes in the date, `Sat Oct 26 23:20:39 UTC 2024`, `Thu, 29 Feb 2024 11:48:32 GMT`, epochs as s, ms, us or ns with an optional fraction (through integers, never a double),
/// and what `spelling` adds.
/// @return empty when it cannot be read, is the zero time, has no zone where none was named, or names an hour that
/// daylight saving repeats or skips: no time we could stand for.
[[nodiscard]] std::optional<ForeignTime> read_foreign_time(std::string_view raw, const TimeSpelling& spelling);

/// What is wrong with a pattern, for the configuration; empty: nothing.
[[nodiscard]] std::string wrong_with_pattern(std::string_view pattern);

}  // namespace incident::ingest
