#include "model/typed_time.hpp"
#include "model/letters.hpp"
#include "model/digits.hpp"
#include "model/instant.hpp"
#include "model/text.hpp"
#include <array>

namespace incident::typed {
namespace {

using namespace std::chrono;

struct DayWord {
    std::string_view word;
    int days_from_today;
};
constexpr std::array<DayWord, 3> day_words{{{"today", 0}, {"yesterday", -1}, {"tomorrow", 1}}};

bool is_blank(char c) noexcept { return c == ' ' || c == '\t'; }

Failure wrong(std::string reason) { return {Errc::invalid_input, std::move(reason)}; }

const DayWord* day_word(std::string_view text)
{
    for (const auto& each : day_words)
        if (text.size() >= each.word.size() && lowered(text.substr(0, each.word.size())) == each.word &&
            (text.size() == each.word.size() || !is_letter(text[each.word.size()])))
            return &each;
    return nullptr;
}

bool begins_with_date(std::string_view text)
{
    const auto count = digits::run(text);
    return count >= 3 && text.size() > count && text[count] == '-';
}

/// `am`, `PM`, `p.m.` at the front: how many bytes, and which half of the day.
struct HalfDay {
    std::size_t bytes = 0;
    bool afternoon = false;
};
HalfDay half_day(std::string_view text)
{
    for (const std::string_view spelling : {"a.m.", "p.m.", "am", "pm"}) {
        if (lowered(text.substr(0, spelling.size())) != spelling) continue;
        if (text.size() > spelling.size() && is_letter(text[spelling.size()])) continue;
        return {spelling.size(), spelling.front() == 'p'};
    }
    return {};
}

bool begins_with_clock(std::string_view text)
{
    const auto count = digits::run(text);
    if (count == 0 || count == text.size()) return false;
    if (text[count] == ':') return true;
    return half_day(trimmed(text.substr(count))).bytes > 0;
}

class Scanner {
 public:
    explicit Scanner(std::string_view text) : rest_(text) {}

    Result<Moment> read()
    {
        Moment moment;
        bool clock_must_follow = false;
        if (const auto* day = day_word(rest_)) {
            moment.days_from_today = day->days_from_today;
            rest_.remove_prefix(day->word.size());
        } else if (begins_with_date(rest_)) {
            const auto date = read_date();
            if (!date) return date.error();
            moment.date = *date;
            if (!rest_.empty() && (rest_.front() == 'T' || rest_.front() == 't')) {
                rest_.remove_prefix(1);
                clock_must_follow = true;
            } else if (!rest_.empty() && !is_blank(rest_.front()))
                return wrong("something sticks to the date; write it like 2024-06-05 14:00");
        }
        const bool dated = moment.date || moment.days_from_today;
        skip_spaces();
        if (!dated || clock_must_follow || (!rest_.empty() && is_digit(rest_.front()))) {
            const auto clock = read_clock();
            if (!clock) return clock.error();
            moment.clock = *clock;
        }
        skip_spaces();
        moment.zone = rest_;
        return moment;
    }

 private:
    void skip_spaces()
    {
        while (!rest_.empty() && is_blank(rest_.front())) rest_.remove_prefix(1);
    }

    /// A number of `least` to `most` digits with no further digit behind it.
    std::optional<int> number(std::size_t least, std::size_t most)
    {
        const auto count = digits::run(rest_);
        if (count < least || count > most) return {};
        const auto value = digits::number(rest_.substr(0, count));
        rest_.remove_prefix(count);
        return static_cast<int>(*value);
    }

    bool after(char c)
    {
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }

    Result<year_month_day> read_date()
    {
        const auto y = number(4, 4);
        const auto m = y && after('-') ? number(2, 2) : std::nullopt;
        const auto d = m && after('-') ? number(2, 2) : std::nullopt;
        if (!d) return wrong("a date has four, two and two digits; write it like 2024-06-05");
        const year_month_day date{year{*y}, month{static_cast<unsigned>(*m)}, day{static_cast<unsigned>(*d)}};
        if (*y < first_year) return wrong("the year must be 0001 to 9999; write it like 2024-06-05");
        if (!date.ok()) return wrong("the calendar has no such day; write one like 2024-06-05");
        return date;
    }

    Result<Clock> read_clock()
    {
        Clock clock;
        const auto h = number(1, 2);
        if (!h) return wrong("the time of day is missing or odd; write it like 14:02 or 14:02:07");
        clock.hour = *h;
        const bool has_minutes = after(':');
        if (has_minutes) {
            const auto m = number(2, 2);
            if (!m || *m > 59) return wrong("minutes are 00 to 59, in two digits; write it like 14:02");
            clock.minute = *m;
            if (after(':')) {
                const auto s = number(2, 2);
                if (!s || *s > 60) return wrong("seconds are 00 to 59, in two digits; write it like 14:02:07");
                clock.second = *s;
                clock.has_seconds = true;
                if (after('.')) {
                    const auto count = digits::run(rest_);
                    if (count < 1 || count > 9) return wrong("a fraction has 1 to 9 digits; write it like 14:02:07.250");
                    std::int64_t value = 0;
                    for (std::size_t i = 0; i < 6; ++i) value = value * 10 + (i < count ? rest_[i] - '0' : 0);
                    clock.fraction = microseconds{value};
                    rest_.remove_prefix(count);
                }
            }
        }
        return with_half_day(clock, has_minutes);
    }

    Result<Clock> with_half_day(Clock clock, bool has_minutes)
    {
        const auto spaced = rest_;
        skip_spaces();
        const auto half = half_day(rest_);
        if (half.bytes == 0) {
            rest_ = spaced;
            if (!has_minutes) return wrong("an hour alone is not clear; write it like 14:00 or 2pm");
            if (clock.hour == 24) return wrong("the day ends before 24:00; write 00:00 of the next day");
            if (clock.hour > 23) return wrong("hours are 00 to 23; write it like 14:02");
            return clock;
        }
        rest_.remove_prefix(half.bytes);
        if (clock.hour < 1 || clock.hour > 12)
            return wrong("with am or pm hours are 1 to 12; write it like 3:15pm or 15:15");
        // 12 am is midnight and 12 pm is noon: twelve counts as zero, then afternoon adds twelve.
        clock.hour = clock.hour % 12 + (half.afternoon ? 12 : 0);
        return clock;
    }

    std::string_view rest_;
};

}  // namespace

bool looks_like_moment(std::string_view text)
{
    return day_word(text) != nullptr || begins_with_date(text) || begins_with_clock(text);
}

Result<Moment> read_moment(std::string_view text) { return Scanner{text}.read(); }

}  // namespace incident::typed
