#pragma once
#include "model/time_grammar.hpp"
#include <span>

/// Time zones for the time grammar, and for the reader of written timelines, which must know both readings; else use
/// time_grammar.hpp. A zone with a fixed offset never touches the time zone files:
/// reading them costs a millisecond or more, and most calls are about UTC.
namespace incident::zones {

using std::chrono::seconds;
/// What a clock on a wall shows, as if it were UTC.
using Wall = std::chrono::local_time<std::chrono::microseconds>;

struct Zone {
    std::string name;              ///< as we show it: `UTC`, `+05:45`, `Africa/Nairobi`
    std::optional<seconds> fixed;  ///< else by the rules of the IANA zone `name`
};

/// Letters with a meaning of their own all year and everywhere: UTC GMT Z EAT WAT CAT SAST, in either case.
[[nodiscard]] std::optional<Zone> built_in(std::string_view letters);
/// `+3`, `+03`, `+0300`, `+03:00`, `+00:19:32`; also after UTC or GMT. Empty when it is none or beyond 15:59:59.
[[nodiscard]] std::optional<Zone> offset_zone(std::string_view text);
/// `+03:00`; with seconds where there are some.
[[nodiscard]] std::string offset_text(seconds offset);

/// One of the things that letters can stand for.
struct Meaning {
    std::string_view letters;
    seconds offset;
    std::string_view place;  ///< an IANA name that says it clearly
};
/// The meanings of letters that say too little: `IST`, `CST`, `ET`; empty for others.
[[nodiscard]] std::span<const Meaning> ambiguous(std::string_view letters);

/// Letters of one half of the year in one part of the world: `PST` and `PDT`.
struct Pair {
    Meaning standard, daylight;
};
[[nodiscard]] const Pair* seasonal(std::string_view letters);

/// By IANA name (either case), built-in letters or offset.
/// @return Errc::invalid_input with near names; also when letters are not clear, or the system has no time zone files.
[[nodiscard]] Result<Zone> find(std::string_view name);

struct State {
    seconds offset;
    std::string letters;  ///< as the zone calls it: `EDT`, `+0545`
};
[[nodiscard]] Result<State> state_at(Instant at, const Zone& zone);

/// When a wall clock showed something.
struct Reading {
    enum class Times { once, twice, never } times = Times::once;
    Instant first{}, second{};  ///< `never`: as if the clocks had not yet, and as if they had already been moved
    State before{}, after{};    ///< the offsets of the two; only where `times` is not `once`
};
[[nodiscard]] Result<Reading> read(Wall wall, const Zone& zone);
/// The reading, where there is one and only one. @return Errc::invalid_input with both readings in UTC otherwise.
[[nodiscard]] Result<Instant> only(const Reading& reading, std::string_view shown, const Zone& zone);

/// Within the years 0001 to 9999.
[[nodiscard]] bool is_printable(Instant at);
/// `2024-06-22T15:15:00Z`: as to_rfc3339(), with a fraction only where there is one. For error texts.
[[nodiscard]] std::string short_utc(Instant at);

}  // namespace incident::zones
