#include "model/instant.hpp"
#include "model/assert.hpp"
#include "model/digits.hpp"
#include "model/text.hpp"
#include <optional>

namespace incident {
namespace {

using namespace std::chrono;

constexpr Instant begin_of_time = sys_days{year{first_year} / January / 1};
constexpr Instant end_of_time = sys_days{year{last_year + 1} / January / 1};

/// Reads RFC 3339 from left to right; the first thing that does not fit is kept as the reason.
class Reader {
 public:
    explicit Reader(std::string_view text) : rest_(text) {}

    std::optional<Instant> read()
    {
        const auto y = number(4), mo = after('-') ? number(2) : std::nullopt, d = after('-') ? number(2) : std::nullopt;
        if (!y || !mo || !d) return fail("it should begin with YYYY-MM-DD");
        if (*y < first_year) return fail("the year must be 0001 to 9999");
        const year_month_day date{year{*y}, month{static_cast<unsigned>(*mo)}, day{static_cast<unsigned>(*d)}};
        if (!date.ok()) return fail("there is no such day in the calendar");
        if (!after('T') && !after('t') && !after(' ')) return fail("the time of day is missing");
        const auto h = number(2), mi = after(':') ? number(2) : std::nullopt, s = after(':') ? number(2) : std::nullopt;
        if (!h || !mi || !s) return fail("the time of day should be HH:MM:SS");
        if (*h > 23 || *mi > 59 || *s > 60) return fail("there is no such time of day");
        microseconds fraction{0};
        if (after('.') && !read_fraction(fraction)) return fail("a fraction has 1 to 9 digits");
        seconds offset{0};
        if (!read_offset(offset)) return fail("it should end with Z or an offset such as +03:00");
        if (!rest_.empty()) return fail("something follows the time");
        const auto at = sys_days{date} + hours{*h} + minutes{*mi} + seconds{*s} - offset;
        // `:60` names the second that UTC inserts at the end of a day; our time line has no place for it but the next.
        if (*s == 60 && at.time_since_epoch() % days{1} != seconds{0})
            return fail("a leap second (:60) comes at 23:59:60 UTC only");
        const Instant result = at + fraction;
        if (result < begin_of_time || result >= end_of_time) return fail("in UTC it is outside the years 0001 to 9999");
        return result;
    }

    [[nodiscard]] const char* reason() const noexcept { return reason_; }

 private:
    bool after(char c)
    {
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }

    std::optional<int> number(std::size_t width)
    {
        if (rest_.size() < width) return {};
        int value = 0;
        for (std::size_t i = 0; i < width; ++i) {
            if (!is_digit(rest_[i])) return {};
            value = value * 10 + (rest_[i] - '0');
        }
        rest_.remove_prefix(width);
        return value;
    }

    bool read_fraction(microseconds& fraction)
    {
        const auto length = digits::run(rest_);
        if (length < 1 || length > 9) return false;
        std::int64_t value = 0;
        for (std::size_t i = 0; i < 6; ++i) value = value * 10 + (i < length ? rest_[i] - '0' : 0);
        fraction = microseconds{value};
        rest_.remove_prefix(length);
        return true;
    }

    bool read_offset(seconds& offset)
    {
        if (after('Z') || after('z')) return true;
        const bool east = after('+');
        if (!east && !after('-')) return false;
        const auto h = number(2);
        after(':');
        const auto m = number(2);
        if (!h || !m || *h > 23 || *m > 59) return false;
        offset = (hours{*h} + minutes{*m}) * (east ? 1 : -1);
        return true;
    }

    std::optional<Instant> fail(const char* reason)
    {
        reason_ = reason;
        return {};
    }

    std::string_view rest_;
    const char* reason_ = "";
};

}  // namespace

std::string to_rfc3339(Instant at)
{
    INCIDENT_ASSERT(at >= begin_of_time && at < end_of_time);
    const auto midnight = floor<days>(at);
    const year_month_day date{midnight};
    const auto within = static_cast<std::uint64_t>((at - midnight).count());
    const auto second = within / 1'000'000;
    std::string out(27, '\0');
    char* to = digits::put(out.data(), static_cast<std::uint64_t>(static_cast<int>(date.year())), 4);
    *to++ = '-';
    to = digits::put(to, static_cast<unsigned>(date.month()), 2);
    *to++ = '-';
    to = digits::put(to, static_cast<unsigned>(date.day()), 2);
    *to++ = 'T';
    to = digits::put(to, second / 3600, 2);
    *to++ = ':';
    to = digits::put(to, second / 60 % 60, 2);
    *to++ = ':';
    to = digits::put(to, second % 60, 2);
    *to++ = '.';
    to = digits::put(to, within % 1'000'000, 6);
    *to = 'Z';
    return out;
}

Result<Instant> parse_rfc3339(std::string_view text)
{
    Reader reader{text};
    if (const auto at = reader.read()) return *at;
    return Failure{Errc::invalid_input, "\"" + visible(shortened(text, 64)) + "\" is not a time: " + reader.reason() +
                                            "; write it like 2024-06-22T15:15:00Z"};
}

bool is_zero_time(Instant at) noexcept { return at == begin_of_time; }

}  // namespace incident
