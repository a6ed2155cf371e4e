#include "draft/spoken_times.hpp"
#include "model/letters.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <array>

namespace incident::draft {
namespace {

using std::chrono::year_month_day;

bool in_word(char c) noexcept { return is_digit(c) || is_letter(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80; }

char char_at(std::string_view text, std::size_t i) noexcept { return i < text.size() ? text[i] : '\0'; }

/// The number of `least` to `most` digits at `i`, which moves behind it; -1 and `i` untouched where there is none.
int digits_at(std::string_view text, std::size_t& i, std::size_t least, std::size_t most)
{
    auto end = i;
    int value = 0;
    while (end < text.size() && end - i < most && is_digit(text[end])) value = value * 10 + (text[end++] - '0');
    if (end - i < least || is_digit(char_at(text, end))) return -1;
    i = end;
    return value;
}

void skip_spaces(std::string_view text, std::size_t& i)
{
    while (i < text.size() && (text[i] == ' ' || text[i] == '\t' || text[i] == '\n')) ++i;
}

std::string_view word_at(std::string_view text, std::size_t i)
{
    auto end = i;
    while (end < text.size() && is_letter(text[end])) ++end;
    return text.substr(i, end - i);
}

int month_of(std::string_view word)
{
    static constexpr std::array<std::string_view, 12> names{"january", "february", "march",     "april",   "may",      "june",
                                                            "july",    "august",   "september", "october", "november", "december"};
    const auto lower = lowered(word);
    if (lower.size() < 3) return 0;
    for (std::size_t i = 0; i < names.size(); ++i)
        if (lower == names[i] || lower == names[i].substr(0, 3) || (lower == "sept" && i == 8)) return static_cast<int>(i) + 1;
    return 0;
}

std::optional<year_month_day> real_date(int year, int month, int day)
{
    const year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                              std::chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok() || year < 1970 || year > 2200) return std::nullopt;
    return date;
}

void skip_ordinal(std::string_view text, std::size_t& i)
{
    const auto word = lowered(word_at(text, i));
    if (word == "st" || word == "nd" || word == "rd" || word == "th") i += 2;
}

/// A date that begins at `i`, or nullopt.
std::optional<SpokenDate> date_at(std::string_view text, std::size_t begin)
{
    SpokenDate found{begin, begin, std::nullopt};
    auto i = begin;
    if (is_digit(char_at(text, i))) {
        const auto first_begin = i;
        const auto first = digits_at(text, i, 1, 4);
        if (first < 0) return std::nullopt;
        const auto digits = i - first_begin;
        const char mark = char_at(text, i);
        if ((mark == '-' || mark == '/' || mark == '.') && is_digit(char_at(text, i + 1))) {
            ++i;
            const auto second = digits_at(text, i, 1, 2);
            if (second < 0 || char_at(text, i) != mark) return std::nullopt;
            ++i;
            const auto third = digits_at(text, i, digits == 4 ? 1 : 2, digits == 4 ? 2 : 4);
            if (third < 0 || (digits != 4 && third < 100 && mark == '.')) return std::nullopt;  // 1.14.10 is a version
            found.end = i;
            if (digits == 4) found.date = real_date(first, second, third);
            else if (third >= 1970 && first > 12) found.date = real_date(third, second, first);
            else if (third >= 1970 && second > 12) found.date = real_date(third, first, second);
            else if (third >= 1970 && first == second) found.date = real_date(third, first, second);
            return found;
        }
        if (digits > 2) return std::nullopt;
        skip_ordinal(text, i);
        skip_spaces(text, i);
        if (lowered(word_at(text, i)) == "of") i += 2, skip_spaces(text, i);
        const auto word = word_at(text, i);
        const auto month = month_of(word);
        if (month == 0) return std::nullopt;
        i += word.size();
        found.end = i;
        while (char_at(text, i) == ',' || char_at(text, i) == '.' || char_at(text, i) == ' ') ++i;
        const auto year = digits_at(text, i, 4, 4);
        if (year >= 1970 && char_at(text, i) != ':') found.end = i, found.date = real_date(year, month, first);
        return found;
    }
    const auto word = word_at(text, i);
    const auto month = month_of(word);
    if (month == 0) return std::nullopt;
    i += word.size();
    if (char_at(text, i) == '.') ++i;
    skip_spaces(text, i);
    const auto day = digits_at(text, i, 1, 2);
    if (day < 1 || day > 31 || char_at(text, i) == ':') return std::nullopt;  // "may 5:30" is a clock
    skip_ordinal(text, i);
    found.end = i;
    while (char_at(text, i) == ',' || char_at(text, i) == ' ') ++i;
    const auto year = digits_at(text, i, 4, 4);
    if (year >= 1970 && char_at(text, i) != ':') found.end = i, found.date = real_date(year, month, day);
    return found;
}

constexpr std::array<std::string_view, 53> zone_words{
    "UTC", "GMT", "EAT", "WAT",  "CAT",  "SAST", "WAST", "CET",  "CEST", "EET",  "EEST", "WET",  "WEST", "BST",
    "IST", "EST", "EDT", "CST",  "CDT",  "MST",  "MDT",  "PST",  "PDT",  "AKST", "AKDT", "HST",  "JST",  "KST",
    "SGT", "HKT", "AEST", "AEDT", "ACST", "ACDT", "AWST", "NZST", "NZDT", "MSK", "PKT",  "NPT",  "PHT",  "WIB",
    "ET",  "CT",  "MT",  "PT",   "AST",  "ADT",  "BRT",  "ART",  "CLT",  "TRT",  "GST"};
constexpr std::array<std::string_view, 6> zone_places{"Pacific", "Eastern", "Central", "Mountain", "UK", "Zulu"};

/// How many characters of a zone stand at `i`; 0: none.
std::size_t zone_at(std::string_view text, std::size_t i)
{
    const auto begin = i;
    const auto offset = [&](std::size_t from) -> std::size_t {
        if (char_at(text, from) != '+' && char_at(text, from) != '-') return 0;
        auto end = from + 1;
        const auto digits_begin = end;
        while (end < text.size() && is_digit(text[end]) && end - digits_begin < 4) ++end;
        if (end == digits_begin || end - digits_begin == 3) return 0;
        if (char_at(text, end) == ':' && is_digit(char_at(text, end + 1)) && is_digit(char_at(text, end + 2))) end += 3;
        return in_word(char_at(text, end)) ? 0 : end - from;
    };
    auto word = word_at(text, i);
    if (word.empty()) {
        // `15:15+03:00`: digits enough that it cannot be a range.
        const auto size = offset(i);
        return size >= 5 ? size : 0;
    }
    if (word == "Z" && !in_word(char_at(text, i + 1))) return 1;
    const auto upper_utc = lowered(word) == "utc" || lowered(word) == "gmt";
    if (upper_utc || std::ranges::find(zone_words, word) != zone_words.end()) {
        i += word.size();
        if (is_digit(char_at(text, i))) return 0;
        return i - begin + offset(i);
    }
    if (std::ranges::find(zone_places, word) != zone_places.end()) {
        auto next = i + word.size();
        skip_spaces(text, next);
        const auto following = lowered(word_at(text, next));
        if (following == "time") return next + 4 - begin;
        if (following == "standard" || following == "daylight") return next + following.size() - begin;
        return 0;
    }
    static constexpr std::array<std::string_view, 9> areas{"Africa", "America", "Asia",   "Atlantic", "Australia",
                                                           "Europe", "Indian",  "Pacific", "Etc"};
    if (std::ranges::find(areas, word) != areas.end() && char_at(text, i + word.size()) == '/') {
        auto end = i + word.size() + 1;
        while (end < text.size() && (is_letter(text[end]) || text[end] == '_' || text[end] == '/' || text[end] == '-')) ++end;
        return end - begin;
    }
    return 0;
}

/// A time of day that begins at `begin`, without date.
std::optional<SpokenClock> clock_at(std::string_view text, std::size_t begin, bool at_head)
{
    if (!is_digit(char_at(text, begin))) return std::nullopt;
    if (begin > 0 && (is_digit(text[begin - 1]) || text[begin - 1] == '.' || text[begin - 1] == ':' || text[begin - 1] == '$'))
        return std::nullopt;
    if (begin > 0 && is_letter(text[begin - 1]) && text[begin - 1] != 'T') return std::nullopt;
    auto i = begin;
    int hour = -1, minute = 0, second = 0;
    bool colon = false;
    if (const auto four = digits_at(text, i, 4, 4); four >= 0) {
        const auto word = lowered(word_at(text, i));
        if (word != "hrs" && word != "h" && word != "hours") return std::nullopt;
        i += word.size();
        hour = four / 100, minute = four % 100, colon = true;
    } else {
        hour = digits_at(text, i, 1, 2);
        if (hour < 0) return std::nullopt;
        const bool dotted = at_head && char_at(text, i) == '.' && is_digit(char_at(text, i + 1)) && is_digit(char_at(text, i + 2)) &&
                            !in_word(char_at(text, i + 3)) && char_at(text, i + 3) != '.' && char_at(text, i + 3) != '%';
        if (char_at(text, i) == ':' || dotted) {
            auto next = i + 1;
            minute = digits_at(text, next, 2, 2);
            if (minute < 0) return std::nullopt;  // 5:1 is a ratio
            i = next;
            colon = true;
            if (char_at(text, i) == ':') {
                auto more = i + 1;
                if (const auto seconds = digits_at(text, more, 2, 2); seconds >= 0) {
                    second = seconds, i = more;
                    if (char_at(text, i) == '.' && is_digit(char_at(text, i + 1)))
                        do ++i;
                        while (is_digit(char_at(text, i)));
                    if (char_at(text, i) == ':') return std::nullopt;  // an address
                }
            }
        }
    }
    auto after = i;
    skip_spaces(text, after);
    bool half = false;
    const auto letter = static_cast<char>(char_at(text, after) | 0x20);
    if (letter == 'a' || letter == 'p') {
        auto end = after + 1;
        const bool dots = char_at(text, end) == '.';
        if (dots) ++end;
        if ((char_at(text, end) | 0x20) == 'm') {
            ++end;
            if (dots && char_at(text, end) == '.') ++end;
            if (!in_word(char_at(text, end))) {
                half = true;
                if (hour <= 12) hour = hour % 12 + (letter == 'p' ? 12 : 0);  // 13:00 PM: the 24-hour value stands
                i = end;
            }
        }
    }
    if ((!colon && !half) || hour > 24 || minute > 59 || second > 60) return std::nullopt;
    if (in_word(char_at(text, i)) && zone_at(text, i) == 0) return std::nullopt;
    SpokenClock clock;
    clock.begin = begin;
    clock.since_midnight = std::chrono::hours{hour} + std::chrono::minutes{minute} + std::chrono::seconds{second};
    auto zone = i;
    skip_spaces(text, zone);
    if (char_at(text, zone) == '(') ++zone;
    if (const auto size = zone_at(text, zone); size > 0) {
        clock.zone = text.substr(zone, size);
        i = zone + size;
        if (char_at(text, i) == ')') ++i;
    }
    clock.end = i;
    return clock;
}

/// Only marks and small words that join a date and a time.
bool only_joins(std::string_view between)
{
    if (between.size() > 12) return false;
    const auto lower = lowered(between);
    for (std::size_t i = 0; i < lower.size();) {
        if (is_letter(lower[i])) {
            const auto word = word_at(lower, i);
            if (word != "at" && word != "on" && word != "from" && word != "t" && word != "the") return false;
            i += word.size();
        } else if (in_word(lower[i])) {
            return false;
        } else {
            ++i;
        }
    }
    return true;
}

bool is_sentence_end(std::string_view text, std::size_t i)
{
    while (i > 0 && (text[i - 1] == ' ' || text[i - 1] == '\n' || text[i - 1] == '*')) --i;
    return i == 0 || text[i - 1] == '.' || text[i - 1] == ';' || text[i - 1] == '!' || text[i - 1] == '?';
}

/// `:`, dashes and the like between a time and its words; how many bytes one takes at `i`.
std::size_t separator_at(std::string_view text, std::size_t i)
{
    const auto rest = text.substr(std::min(i, text.size()));
    if (rest.starts_with("\xE2\x80\x93") || rest.starts_with("\xE2\x80\x94") || rest.starts_with("\xE2\x86\x92") ||
        rest.starts_with("\xE2\x88\x92"))
        return 3;
    if (rest.empty()) return 0;
    return std::string_view{":-|,.)]*`~\t "}.find(rest.front()) != std::string_view::npos ? 1 : 0;
}

/// Behind the first time of a range: `– 15:40`, `to 15:40`, `- ongoing`.
void skip_range_end(std::string_view line, std::size_t& i)
{
    auto next = i;
    skip_spaces(line, next);
    if (lowered(word_at(line, next)) == "to") next += 2;
    else if (line.substr(next).starts_with("\xE2\x80\x93") || line.substr(next).starts_with("\xE2\x80\x94")) next += 3;
    else if (char_at(line, next) == '-') ++next;
    else return;
    skip_spaces(line, next);
    if (char_at(line, next) == '~') ++next;
    if (const auto until = clock_at(line, next, true)) i = until->end;
}

}  // namespace

std::vector<SpokenDate> dates_in(std::string_view text)
{
    std::vector<SpokenDate> found;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i > 0 && (in_word(text[i - 1]) || text[i - 1] == '.' || text[i - 1] == ':')) continue;
        if (auto date = date_at(text, i)) {
            i = date->end - 1;
            found.push_back(*date);
        }
    }
    return found;
}

std::vector<SpokenClock> clocks_in(std::string_view text)
{
    const auto dates = dates_in(text);
    std::vector<SpokenClock> found;
    auto next = dates.begin();  // the first date that does not end before the place we are at
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!is_digit(text[i]) || (i > 0 && is_digit(text[i - 1]))) continue;
        while (next != dates.end() && next->end <= i) ++next;
        if (next != dates.end() && i >= next->begin) {
            i = next->end - 1;
            continue;
        }
        auto clock = clock_at(text, i, false);
        if (!clock) continue;
        const auto* const before = next == dates.begin() ? nullptr : &*std::prev(next);
        if (before && only_joins(text.substr(before->end, clock->begin - before->end))) clock->date = before->date;
        if (!clock->date && next != dates.end() && next->begin >= clock->end && only_joins(text.substr(clock->end, next->begin - clock->end)))
            clock->date = next->date;
        i = clock->end - 1;
        found.push_back(std::move(*clock));
    }
    return found;
}

std::string zone_in(std::string_view text)
{
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i > 0 && in_word(text[i - 1])) continue;
        if (!is_letter(text[i])) continue;
        const auto size = zone_at(text, i);
        if (size > 1 && !in_word(char_at(text, i + size))) return std::string{text.substr(i, size)};
    }
    for (const auto& clock : clocks_in(text))
        if (!clock.zone.empty()) return clock.zone;  // 15:15Z, 15:15+03:00
    return {};
}

LineHead head_of(std::string_view line)
{
    static constexpr std::array<std::string_view, 24> before{
        "about", "around", "approx", "approximately", "circa", "at",  "by",  "on",  "ca",        "monday",   "tuesday", "wednesday",
        "thursday", "friday", "saturday", "sunday",   "mon",   "tue", "wed", "thu", "fri",       "sat",      "sun",     "tues"};
    LineHead head;
    std::size_t i = 0;
    bool ended = false;
    while (i < line.size() && !ended) {
        const auto date = date_at(line, i);
        if (date && !head.date && !clock_at(line, i, true)) {
            head.timed = true;
            head.date = date->date;
            i = date->end;
            if (char_at(line, i) == 'T' && is_digit(char_at(line, i + 1))) ++i;
            continue;
        }
        if (auto clock = head.clock ? std::nullopt : clock_at(line, i, true)) {
            head.timed = true;
            i = clock->end;
            skip_range_end(line, i);
            head.clock = std::move(*clock);
            continue;
        }
        const auto sign = line.substr(i);
        if (!head.timed && (sign.starts_with("T+") || sign.starts_with("T-") || sign.starts_with("+")) ) {
            auto next = i + (sign.front() == 'T' ? 2 : 1);
            const auto digits = next;
            while (is_digit(char_at(line, next)) || char_at(line, next) == ':') ++next;
            if (next > digits) {
                const auto unit = lowered(word_at(line, next));
                if (sign.front() == 'T' || unit.starts_with("m") || unit.starts_with("h") || unit.starts_with("s")) {
                    head.timed = true;
                    i = next + unit.size();
                    continue;
                }
            }
        }
        const auto word = lowered(word_at(line, i));
        if (!word.empty()) {
            const bool joins = std::ranges::find(before, word) != before.end();
            // "at" and "on" belong to the time only where one follows.
            auto next = i + word.size();
            while (char_at(line, next) == ' ' || char_at(line, next) == ',' || char_at(line, next) == '.' || char_at(line, next) == '~') ++next;
            const bool followed = clock_at(line, next, true).has_value() || date_at(line, next).has_value();
            if (!joins || !followed || (head.clock && word != "on")) break;
            i = next;
            continue;
        }
        const auto size = line[i] == '[' || line[i] == '(' ? std::size_t{1} : separator_at(line, i);
        if (size == 0 || (line[i] == '(' && head.timed)) ended = true;
        else i += size;
    }
    head.text_begin = head.timed ? std::min(i, line.size()) : 0;
    if (head.clock && head.date) head.clock->date = head.date;
    return head;
}

std::vector<std::size_t> entries_in(std::string_view paragraph)
{
    constexpr std::size_t longest_head = 48;  // "9:00 AM GMT on Wednesday, September 25th, 2022 - "
    std::vector<std::size_t> begins{0};
    for (const auto& clock : clocks_in(paragraph)) {
        if (clock.begin == 0 || !is_sentence_end(paragraph, clock.begin)) continue;
        const auto behind = paragraph.substr(clock.end, longest_head);
        const auto stop = std::min({behind.find(" - "), behind.find(" \xE2\x80\x93 "), behind.find(" \xE2\x80\x94 "), behind.find(": ")});
        if (stop == std::string_view::npos || behind.substr(0, stop).find_first_of(".!?;") != std::string_view::npos) continue;
        if (const auto dates = dates_in(behind.substr(0, stop)); stop > 4 && dates.empty()) continue;
        begins.push_back(clock.begin);
    }
    return begins;
}

}  // namespace incident::draft
