#pragma once
#include "draft/import.hpp"
#include "model/letters.hpp"

/// The time at the head of a line, as people write it; private to the import.
namespace incident::draft::importing {

/// Bytes beyond ASCII are parts of words.
[[nodiscard]] constexpr bool is_word(char c) noexcept { return is_letter(c) || is_digit(c) || static_cast<unsigned char>(c) >= 0x80; }

struct Day {
    int year = 0;               ///< 0: not written
    unsigned month = 0, day = 0;
    bool swappable = false;     ///< `05/06/2024`: day and month may have changed places
    bool slashes = false;
    bool month_first = false;   ///< `06/16/2024`: certainly, so the others of the document are too
    int weekday = -1;           ///< as written, 0 is Sunday; alone (month 0) it is a day of the week only
    bool operator==(const Day&) const = default;
};

struct WallClock {
    int hour = 0, minute = 0, second = 0;  ///< of 24 hours; 24:00 stays 24
    std::chrono::microseconds fraction{};
    bool has_seconds = false;
    bool halved = false;        ///< AM or PM was written
    bool contradicts = false;   ///< `13:00 PM`: the 24-hour value was obeyed
    [[nodiscard]] std::chrono::microseconds within_day() const
    {
        return std::chrono::hours{hour} + std::chrono::minutes{minute} + std::chrono::seconds{second} + fraction;
    }
    bool operator==(const WallClock&) const = default;
};

/// What was written, not yet what it means.
struct Stamp {
    std::string raw;
    std::size_t length = 0;     ///< up to the text behind it, separators included
    std::optional<Day> day;
    std::optional<WallClock> clock;
    std::string zone;           ///< letters, offset or name as written; empty without one
    std::optional<WallClock> end;
    std::optional<Day> end_day;
    std::optional<std::chrono::seconds> offset;  ///< `T+15min`
    std::optional<Instant> instant;              ///< epoch seconds
    std::optional<WallClock> second_clock;       ///< the same instant in another zone: `10:00 PST (18:00 UTC)`
    std::string second_zone;
    bool approx = false;
    bool unknown = false;       ///< `??:??`, `HH:mm`
    bool weak = false;          ///< `1600`, `2.41`: a time only in a document that writes its times so
    bool closed = false;        ///< a colon or dash stands behind it
    bool alone = false;         ///< nothing stands behind it
};

/// The time that `text` begins with: marks (`[`, `~`, `at`) may stand before it. Nothing further on is looked at: what
/// stands in a sentence is no line's time.
[[nodiscard]] std::optional<Stamp> stamp_at(std::string_view text, const ImportOptions& options);
/// The time that `text` ends with (`… (14:03 UTC)`), and where its text ends.
struct EndStamp {
    Stamp stamp;
    std::size_t text_length;
};
[[nodiscard]] std::optional<EndStamp> stamp_at_end(std::string_view text, const ImportOptions& options);

/// A date at the head of `text` and its length. A year or a month's name, or numbers with a clock behind them.
struct DayAt {
    Day day;
    std::size_t length = 0;
};
[[nodiscard]] std::optional<DayAt> day_at(std::string_view text);
/// A whole text that is a date, with marks and a weekday perhaps: a heading over the lines below.
[[nodiscard]] std::optional<Day> day_alone(std::string_view text);
/// The first date in running text; with a year, else `any`.
[[nodiscard]] std::optional<Day> day_within(std::string_view text, bool any);

struct ClockAt {
    WallClock clock;
    std::size_t length = 0;
    bool weak = false;
};
[[nodiscard]] std::optional<ClockAt> clock_at(std::string_view text);

/// `T+15min`, `T-0`, `+15m`, `T+1h30`, `T+01:30` at the head of `text`.
struct OffsetAt {
    std::chrono::seconds offset;
    std::size_t length = 0;
};
[[nodiscard]] std::optional<OffsetAt> offset_at(std::string_view text);
/// `1719064800.000200`, or 13 digits of milliseconds.
struct EpochAt {
    Instant at;
    std::size_t length = 0;
};
[[nodiscard]] std::optional<EpochAt> epoch_at(std::string_view text);
/// The length of `??:??`, `14:??`, `2X:XX`, `HH:mm` at the head of `text`: kept, but no instant. 0: none.
[[nodiscard]] std::size_t unknown_at(std::string_view text);

/// A zone at the head of `text` (letters in capitals, an offset, an IANA name, `Pacific Time`) and its length.
struct ZoneAt {
    std::string name;
    std::size_t length = 0;
};
[[nodiscard]] std::optional<ZoneAt> zone_at(std::string_view text, const ImportOptions& options);
/// For names that people write and the model does not know (`JST`): one that it knows; else the name itself.
[[nodiscard]] std::string zone_meaning(std::string_view name);
/// A zone that a sentence or heading names. `strict`: only behind a clock or in words about times.
[[nodiscard]] std::string zone_within(std::string_view text, bool strict, const ImportOptions& options);

}  // namespace incident::draft::importing
