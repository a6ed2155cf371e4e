#include "draft/import_stamp.hpp"
#include "model/digits.hpp"
#include "model/letters.hpp"
#include "model/text.hpp"
#include "model/zone.hpp"
#include <algorithm>
#include <array>

namespace incident::draft::importing {
namespace {

bool is_upper(char c) noexcept { return c >= 'A' && c <= 'Z'; }

/// Letters that the model's zones leave out, and the zone_names that people write out.
constexpr std::array<std::pair<std::string_view, std::string_view>, 30> zone_names{{{"JST", "Asia/Tokyo"},
                                                                               {"KST", "Asia/Seoul"},
                                                                               {"MSK", "Europe/Moscow"},
                                                                               {"HKT", "Asia/Hong_Kong"},
                                                                               {"SGT", "Asia/Singapore"},
                                                                               {"PKT", "Asia/Karachi"},
                                                                               {"NPT", "Asia/Kathmandu"},
                                                                               {"BRT", "America/Sao_Paulo"},
                                                                               {"ART", "America/Argentina/Buenos_Aires"},
                                                                               {"HST", "Pacific/Honolulu"},
                                                                               {"WIB", "Asia/Jakarta"},
                                                                               {"TRT", "Europe/Istanbul"},
                                                                               {"WAST", "+02:00"},
                                                                               {"coordinated universal time", "UTC"},
                                                                               {"greenwich mean time", "GMT"},
                                                                               {"east africa time", "EAT"},
                                                                               {"east african time", "EAT"},
                                                                               {"west africa time", "WAT"},
                                                                               {"central africa time", "CAT"},
                                                                               {"british summer time", "BST"},
                                                                               {"central european summer time", "CEST"},
                                                                               {"central european time", "CET"},
                                                                               {"pacific time", "America/Los_Angeles"},
                                                                               {"mountain time", "America/Denver"},
                                                                               {"central time", "America/Chicago"},
                                                                               {"eastern time", "America/New_York"},
                                                                               {"us pacific", "America/Los_Angeles"},
                                                                               {"pacific", "America/Los_Angeles"},
                                                                               {"uk local time", "Europe/London"},
                                                                               {"uk time", "Europe/London"}}};

/// `am`, `PM`, `a.m.` behind a clock. 0: none, else the letter.
char half_at(std::string_view text, std::size_t& length, bool single)
{
    std::size_t i = 0;
    while (i < text.size() && text[i] == ' ') ++i;
    if (i >= text.size()) return 0;
    const char half = static_cast<char>(text[i] | 0x20);
    if (half != 'a' && half != 'p') return 0;
    auto end = i + 1;
    if (end < text.size() && text[end] == '.') ++end;
    if (end < text.size() && (text[end] | 0x20) == 'm') {
        ++end;
        if (end < text.size() && text[end] == '.' && text[end - 2] == '.') ++end;
    } else if (!single || i > 0 || end != i + 1) {
        return 0;
    }
    if (end < text.size() && (is_letter(text[end]) || is_digit(text[end]))) return 0;
    length = end;
    return half;
}

void halve(WallClock& clock, char half)
{
    if (half == 0) return;
    clock.halved = true;
    if (clock.hour > 12 || (clock.hour == 0 && half == 'p')) clock.contradicts = true;
    else if (half == 'p' && clock.hour < 12) clock.hour += 12;
    else if (half == 'a' && clock.hour == 12) clock.hour = 0;
}

std::size_t word_length(std::string_view text, std::string_view word)
{
    if (text.size() < word.size() || lowered(text.substr(0, word.size())) != word) return 0;
    return text.size() > word.size() && (is_letter(text[word.size()]) || is_digit(text[word.size()])) ? 0 : word.size();
}

}  // namespace

std::optional<ClockAt> clock_at(std::string_view text)
{
    const auto hours = digits::run(text);
    const auto number = [&](std::size_t at, std::size_t size) { return static_cast<int>(digits::number(text.substr(at, size)).value_or(99)); };
    const auto digit = [&](std::size_t at) { return at < text.size() && is_digit(text[at]); };
    ClockAt found;
    auto& clock = found.clock;
    std::size_t at = hours;
    bool bare = false;
    if (hours == 4 && number(0, 2) <= 24 && number(2, 2) < 60 && !(at < text.size() && (text[at] == '-' || text[at] == '/' || text[at] == ':'))) {
        clock.hour = number(0, 2), clock.minute = number(2, 2);  // 2306HRS
        found.weak = bare = true;
    } else if (hours == 1 || hours == 2) {
        clock.hour = number(0, hours);
        const char sign = at < text.size() ? text[at] : '\0';
        const bool two = digit(at + 1) && digit(at + 2) && !digit(at + 3);
        if ((sign == ':' || sign == '.' || (sign | 0x20) == 'h') && two) {
            clock.minute = number(at + 1, 2);
            at += 3;
            if (sign == '.') found.weak = true;
            const char next = at < text.size() ? text[at] : '\0';
            const bool seconds = next == sign && digit(at + 1) && digit(at + 2) && !digit(at + 3) && sign != 'h';
            if (seconds) {
                clock.second = number(at + 1, 2);
                clock.has_seconds = true;
                at += 3;
                if (sign == ':' && at + 1 < text.size() && (text[at] == '.' || text[at] == ',') && digit(at + 1)) {
                    const auto run = digits::run(text.substr(at + 1));
                    std::int64_t micros = 0;
                    for (std::size_t i = 0; i < 6; ++i) micros = micros * 10 + (i < run ? text[at + 1 + i] - '0' : 0);
                    if (run > 9) return std::nullopt;
                    clock.fraction = std::chrono::microseconds{micros};
                    at += 1 + run;
                }
            } else if (next == sign && digit(at + 1)) {
                return std::nullopt;  // 1.14.10, 00:1f:…
            }
            if (at < text.size() && text[at] == ':' && digit(at + 1) && sign == ':') return std::nullopt;
            if (sign == '.' && at < text.size() && (text[at] == '%' || (text[at] == '.' && digit(at + 1)))) return std::nullopt;
        } else {
            std::size_t length = 0;
            if (half_at(text.substr(at), length, true) == 0) return std::nullopt;  // 6pm
            if (clock.hour == 0 || clock.hour > 12) return std::nullopt;
            bare = true;
        }
    } else {
        return std::nullopt;
    }
    if (clock.minute > 59 || clock.second > 60 || clock.hour > 24 || (clock.hour == 24 && (clock.minute > 0 || clock.second > 0)))
        return std::nullopt;
    if (clock.second == 60) clock.second = 59, clock.fraction = std::chrono::microseconds{999999};
    std::size_t length = 0;
    if (const char half = half_at(text.substr(at), length, true)) {
        halve(clock, half);
        at += length;
        found.weak = false;
    } else if (bare || found.weak || (at < text.size() && is_letter(text[at]))) {
        auto rest = text.substr(at);
        while (rest.starts_with(' ')) rest.remove_prefix(1);
        for (const std::string_view unit : {"hrs", "hours", "h", "uhr"})
            if (const auto size = word_length(rest, unit); size > 0 && (unit != "hours" || hours == 4)) {
                at = text.size() - rest.size() + size;
                found.weak = false;
                break;
            }
    }
    if (at < text.size() && is_digit(text[at])) return std::nullopt;
    found.length = at;
    return found;
}

std::optional<ZoneAt> zone_at(std::string_view text, const ImportOptions& options)
{
    if (text.empty()) return std::nullopt;
    if (text[0] == '+' || text[0] == '-') {
        for (const std::size_t size : {6u, 5u, 3u, 2u}) {
            if (size > text.size() || (size < text.size() && (is_digit(text[size]) || text[size] == ':' || is_letter(text[size])))) continue;
            if (zones::offset_zone(text.substr(0, size))) return ZoneAt{std::string{text.substr(0, size)}, size};
        }
        return std::nullopt;
    }
    if (!is_letter(text[0])) return std::nullopt;
    for (const auto& [name, meaning] : zone_names)
        if (name[0] >= 'a' && word_length(text, name) > 0) return ZoneAt{std::string{meaning}, name.size()};
    std::size_t size = 0;
    while (size < text.size() && (is_letter(text[size]) || text[size] == '_' || text[size] == '/')) ++size;
    const auto word = text.substr(0, size);
    if (word.find('/') != word.npos) {  // an IANA name; its last part may hold digits and signs (Etc/GMT+3)
        auto whole = size;
        while (whole < text.size() && (is_digit(text[whole]) || text[whole] == '+' || text[whole] == '-' || is_letter(text[whole]) || text[whole] == '_')) ++whole;
        for (const auto length : {whole, size})
            if (length <= 64 && is_upper(word[0]) && zones::find(text.substr(0, length))) return ZoneAt{std::string{text.substr(0, length)}, length};
        size = word.find('/');
    }
    const auto letters = text.substr(0, size);
    if (size < text.size() && is_digit(text[size])) return std::nullopt;
    for (const auto& [alias, zone] : options.zone_aliases)
        if (letters == alias) return ZoneAt{alias, size};
    const bool upper = std::ranges::all_of(letters, is_upper);
    if (!upper && letters != "utc" && letters != "gmt" && letters != "z") return std::nullopt;
    if (letters.size() > 5) return std::nullopt;
    if (letters == "UTC" || letters == "GMT" || letters == "utc" || letters == "gmt") {
        auto rest = text.substr(size);
        const auto spaces = rest.starts_with(' ') ? 1u : 0u;
        if (spaces + 1 < rest.size() && (rest[spaces] == '+' || rest[spaces] == '-') && is_digit(rest[spaces + 1])) {
            const auto offset = zone_at(rest.substr(spaces), options);
            // `14:00 UTC -15:00 UTC` is a range, `UTC-5` is none
            const bool range = offset && rest[spaces] == '-' && offset->name.find(':') != std::string::npos && !offset->name.ends_with("00") && !offset->name.ends_with("30");
            if (offset && !range && !(spaces == 1 && rest[spaces] == '-')) return ZoneAt{offset->name, size + spaces + offset->length};
        }
    }
    const auto extra = std::ranges::find(zone_names, letters, [](const auto& row) { return row.first; });
    if (extra != zone_names.end()) return ZoneAt{std::string{letters}, size};
    if (zones::built_in(letters) || zones::seasonal(letters) || !zones::ambiguous(letters).empty()) return ZoneAt{std::string{letters}, size};
    return std::nullopt;
}

std::string zone_within(std::string_view text, bool strict, const ImportOptions& options)
{
    const auto lower = lowered(text.substr(0, 2000));
    const bool about_times = lower.find("times") != lower.npos || lower.find("time zone") != lower.npos || lower.find("timezone") != lower.npos;
    std::string found;
    bool behind_clock = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool boundary = i == 0 || (!is_letter(text[i - 1]) && !is_digit(text[i - 1]) && text[i - 1] != '/' && text[i - 1] != '-' && text[i - 1] != '_');
        if (!boundary) continue;
        if (is_digit(text[i])) {
            const auto clock = clock_at(text.substr(i, 64));
            if (!clock) continue;
            i += clock->length - 1;
            behind_clock = true;
            if (i + 1 < text.size() && (text[i + 1] == 'Z')) return "Z";
            continue;
        }
        if (!is_letter(text[i])) {
            if (text[i] != ' ' && text[i] != '(') behind_clock = false;
            continue;
        }
        const auto zone = zone_at(text.substr(i, 80), options);
        if (!zone) {
            behind_clock = false;
            continue;
        }
        const bool short_name = zone->length <= 2;
        if (behind_clock || about_times || (!strict && !short_name) || (!strict && i > 0 && text[i - 1] == '(')) {
            // `CET, then CEST (Europe/Berlin)`: the place says it best
            if (found.empty() || (found.find('/') == found.npos && zone->name.find('/') != zone->name.npos)) found = zone->name;
        }
        i += zone->length - 1;
        behind_clock = false;
    }
    return found;
}

std::string zone_meaning(std::string_view name)
{
    const auto extra = std::ranges::find(zone_names, name, [](const auto& row) { return row.first; });
    return extra == zone_names.end() ? std::string{name} : std::string{extra->second};
}

}  // namespace incident::draft::importing
