#include "ingest/foreign_time.hpp"
#include "model/letters.hpp"
#include "ingest/lenient.hpp"
#include "model/text.hpp"
#include "model/time_grammar.hpp"
#include <algorithm>
#include <array>
#include <charconv>

namespace incident::ingest {

namespace {

using namespace std::chrono;
using Unit = TimeSpelling::Unit;

/// A wall clock's reading in a zone. Years, months and days were not checked before.
std::optional<Instant> at_wall(const LocalTime& wall, const std::string& zone)
{
    const year_month_day date{year{wall.year}, month{static_cast<unsigned>(wall.month)}, day{static_cast<unsigned>(wall.day)}};
    if (!date.ok() || wall.year < first_year || wall.year > last_year || wall.hour > 23 || wall.minute > 59 || wall.second > 59) return std::nullopt;
    const auto at = from_local(wall, zone);
    if (!at || is_zero_time(*at)) return std::nullopt;
    return *at;
}

/// `2026-05-06 07:08:09.5`: what is left when the zone was taken away.
std::optional<Instant> read_zoneless(std::string_view raw, const std::string& zone)
{
    const auto as_utc = read_time(std::string{raw} + 'Z');
    if (!as_utc || zone == "UTC") return as_utc;
    if (zone.empty()) return std::nullopt;
    const auto midnight = floor<days>(*as_utc);
    const year_month_day date{midnight};
    const hh_mm_ss clock{*as_utc - midnight};
    return at_wall({static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())),
                    static_cast<int>(static_cast<unsigned>(date.day())), static_cast<int>(clock.hours().count()),
                    static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
                    static_cast<int>(clock.subseconds().count()), {}, {}},
                   zone);
}

/// The offset at the end of `text` (`+0200`, `+02:00`, `-3`, `+01.00`): where it begins, or npos.
std::size_t offset_place(std::string_view text)
{
    const auto sign = text.find_last_of("+-");
    if (sign == text.npos || sign < 11) return text.npos;  // a date has two dashes in its first ten places
    const auto digits = text.substr(sign + 1);
    const bool fits = digits.size() >= 4 && digits.size() <= 5 && std::ranges::all_of(digits, [](char c) { return is_digit(c) || c == ':' || c == '.'; });
    return fits ? sign : text.npos;
}

std::optional<ForeignTime> read_words(std::string_view raw, const std::string& zone)
{
    std::string text{raw};
    if (text.size() > 10 && text[4] == '/' && text[7] == '/') text[4] = text[7] = '-';
    bool utc = false;
    for (const std::string_view word : {" UTC", " GMT", " Z"})
        if (text.ends_with(word)) {
            text.resize(text.size() - word.size());
            utc = true;
            break;
        }
    ForeignTime read;
    if (const auto place = offset_place(text); place != text.npos) {
        auto offset = text.substr(place);
        auto clock = std::string{trimmed(std::string_view{text}.substr(0, place))};
        if (const auto dot = offset.find('.'); dot != offset.npos) {
            offset[dot] = ':';
            read.guessed = true;
        }
        if (const auto at = read_time(clock + offset)) {
            read.at = *at;
            return read;
        }
        return std::nullopt;
    }
    const auto at = read_zoneless(text, utc ? "UTC" : zone);
    if (!at) return std::nullopt;
    read.at = *at;
    return read;
}

std::optional<Instant> from_unit(std::string_view digits, Unit unit)
{
    std::uint64_t number = 0;
    const auto point = digits.find('.');
    const auto whole = digits.substr(0, point);
    const auto [end, error] = std::from_chars(whole.data(), whole.data() + whole.size(), number);
    if (error != std::errc{} || end != whole.data() + whole.size() || number == 0) return std::nullopt;
    std::uint64_t micros = 0;
    constexpr std::uint64_t last_micros = 253'402'300'799'999'999;  // the end of year 9999
    switch (unit) {
    case Unit::seconds: {
        if (number > last_micros / 1'000'000) return std::nullopt;
        micros = number * 1'000'000;
        std::uint64_t place = 100'000;
        if (point != digits.npos)
            for (const char c : digits.substr(point + 1, 6)) {
                if (!is_digit(c)) return std::nullopt;
                micros += static_cast<std::uint64_t>(c - '0') * place;
                place /= 10;
            }
        break;
    }
    case Unit::milliseconds:
        if (number > last_micros / 1000) return std::nullopt;
        micros = number * 1000;
        break;
    case Unit::microseconds: micros = number; break;
    case Unit::nanoseconds: micros = number / 1000; break;
    case Unit::snowflake: micros = ((number >> 22U) + 1'420'070'400'000ULL) * 1000; break;
    case Unit::automatic:
    case Unit::pattern: return std::nullopt;
    }
    if (micros == 0 || micros > last_micros) return std::nullopt;
    return Instant{microseconds{static_cast<std::int64_t>(micros)}};
}

constexpr std::array<std::string_view, 12> months{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::string_view known_places = "YmdebBaAHIpMSfzZs%";

/// Reads a text by a pattern, left to right.
class Patterned {
 public:
    Patterned(std::string_view text, const std::string& zone) : rest_(text), zone_(zone) {}

    std::optional<Instant> read(std::string_view pattern)
    {
        for (std::size_t i = 0; i < pattern.size(); ++i) {
            const char c = pattern[i];
            if (c == '%' && i + 1 < pattern.size()) {
                if (!place(pattern[++i])) return std::nullopt;
            } else if (c == ' ') {
                rest_ = rest_.substr(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size()));
            } else if (!after(c)) {
                return std::nullopt;
            }
        }
        if (!trimmed(rest_).empty()) return std::nullopt;
        if (epoch_) return epoch_;
        if (half_ != 0) {
            if (wall_.hour < 1 || wall_.hour > 12) return std::nullopt;
            wall_.hour = wall_.hour % 12 + (half_ == 'p' ? 12 : 0);
        }
        if (zone_.empty() || wall_.month < 1 || wall_.day < 1) return std::nullopt;
        return at_wall(wall_, zone_);
    }

 private:
    bool after(char c)
    {
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }

    bool number(int& into, std::size_t width)
    {
        std::size_t length = 0;
        int value = 0;
        while (length < width && length < rest_.size() && is_digit(rest_[length])) value = value * 10 + (rest_[length++] - '0');
        if (length == 0) return false;
        rest_.remove_prefix(length);
        into = value;
        return true;
    }

    std::string_view letters()
    {
        const auto end = static_cast<std::size_t>(std::ranges::find_if_not(rest_, is_letter) - rest_.begin());
        const auto word = rest_.substr(0, end);
        rest_.remove_prefix(end);
        return word;
    }

    bool place(char kind)
    {
        switch (kind) {
        case 'Y': return number(wall_.year, 4);
        case 'm': return number(wall_.month, 2);
        case 'e': rest_ = rest_.substr(std::min(rest_.find_first_not_of(' '), rest_.size())); return number(wall_.day, 2);
        case 'd': return number(wall_.day, 2);
        case 'H':
        case 'I': return number(wall_.hour, 2);
        case 'M': return number(wall_.minute, 2);
        case 'S': return number(wall_.second, 2);
        case 'f': return fraction();
        case 'a':
        case 'A': return !letters().empty();
        case 'b':
        case 'B': {
            const auto found = std::ranges::find(months, lowered(letters().substr(0, 3)));
            wall_.month = static_cast<int>(found - months.begin()) + 1;
            return found != months.end();
        }
        case 'p': {
            const auto word = lowered(letters());
            half_ = word == "am" ? 'a' : word == "pm" ? 'p' : '\0';
            return half_ != 0;
        }
        case 'z': return offset();
        case 'Z':
            zone_ = letters();
            if (zone_ == "Z") zone_ = "UTC";
            return !zone_.empty();
        case 's': {
            const auto end = static_cast<std::size_t>(std::ranges::find_if_not(rest_, [](char c) { return is_digit(c) || c == '.'; }) - rest_.begin());
            epoch_ = from_unit(rest_.substr(0, end), Unit::seconds);
            rest_.remove_prefix(end);
            return epoch_.has_value();
        }
        case '%': return after('%');
        default: return false;
        }
    }

    bool fraction()
    {
        std::size_t length = 0;
        int value = 0, place = 100'000;
        for (; length < rest_.size() && length < 9 && is_digit(rest_[length]); ++length) {
            if (length < 6) value += (rest_[length] - '0') * place;
            place /= 10;
        }
        wall_.microsecond = value;
        rest_.remove_prefix(length);
        return length > 0;
    }

    bool offset()
    {
        if (after('Z') || after('z')) {
            zone_ = "UTC";
            return true;
        }
        const char sign = rest_.empty() ? '\0' : rest_.front();
        int hour = 0, minute = 0;
        if ((!after('+') && !after('-')) || !number(hour, 2)) return false;
        after(':');
        if (!rest_.empty() && is_digit(rest_.front()) && !number(minute, 2)) return false;
        if (hour > 15 || minute > 59) return false;
        zone_ = {sign, static_cast<char>('0' + hour / 10), static_cast<char>('0' + hour % 10), ':', static_cast<char>('0' + minute / 10), static_cast<char>('0' + minute % 10)};
        return true;
    }

    std::string_view rest_;
    std::string zone_;
    LocalTime wall_{};
    char half_ = 0;
    std::optional<Instant> epoch_;
};

/// `Sat Oct 26 23:20:39 UTC 2024`, `Thu, 29 Feb 2024 11:48:32 GMT`: date(1)'s and the mail's.
constexpr std::array<std::string_view, 5> prose_patterns{"%a %b %e %H:%M:%S %Z %Y", "%a %b %e %H:%M:%S %Y", "%a, %e %b %Y %H:%M:%S %z", "%a, %e %b %Y %H:%M:%S %Z", "%e %b %Y %H:%M:%S %z"};

}  // namespace

std::optional<ForeignTime> read_foreign_time(std::string_view raw, const TimeSpelling& spelling)
{
    raw = trimmed(raw);
    constexpr std::size_t longest = 128;  // no time is longer
    if (raw.empty() || raw.size() > longest) return std::nullopt;
    switch (spelling.unit) {
    case Unit::automatic:
        if (const auto at = read_epoch(raw)) return ForeignTime{*at};
        if (const auto at = read_time(raw)) return ForeignTime{*at};
        if (is_digit(raw.front()))
            if (const auto read = read_words(raw, spelling.zone)) return read;
        for (const auto pattern : prose_patterns)
            if (const auto at = Patterned{raw, spelling.zone}.read(pattern)) return ForeignTime{*at};
        return std::nullopt;
    case Unit::pattern: {
        const auto at = Patterned{raw, spelling.zone}.read(spelling.pattern);
        return at ? std::optional{ForeignTime{*at}} : std::nullopt;
    }
    case Unit::seconds:
    case Unit::milliseconds:
    case Unit::microseconds:
    case Unit::nanoseconds:
    case Unit::snowflake: {
        const auto at = from_unit(raw, spelling.unit);
        return at ? std::optional{ForeignTime{*at}} : std::nullopt;
    }
    }
    return std::nullopt;
}

std::string wrong_with_pattern(std::string_view pattern)
{
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] != '%') continue;
        if (i + 1 == pattern.size()) return "it ends with a lone %";
        if (known_places.find(pattern[++i]) == known_places.npos) {
            std::string what = "it has %";
            what += pattern[i];
            what += "; known are";
            for (const char c : known_places) what += std::string{" %"} + c;
            return what;
        }
    }
    const auto has = [&](std::string_view place) { return pattern.find(place) != pattern.npos; };
    if (has("%s") || (has("%Y") && (has("%d") || has("%e")) && (has("%m") || has("%b") || has("%B")) && (has("%H") || has("%I")))) return {};
    return "it needs %s, or a year, month, day and hour (like %Y-%m-%d %H:%M:%S)";
}

}  // namespace incident::ingest
