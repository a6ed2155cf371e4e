#include "model/digits.hpp"
#include "model/letters.hpp"
#include "model/text.hpp"
#include "model/time_grammar.hpp"
#include <algorithm>
#include <array>

namespace incident {
namespace {

using std::chrono::microseconds;

constexpr std::int64_t millisecond_us = 1000, second_us = 1'000'000, minute_us = 60 * second_us,
                       hour_us = 60 * minute_us, day_us = 24 * hour_us, week_us = 7 * day_us;
/// Ten years: longer ago is a typing error, and a recorder was not there.
constexpr std::int64_t max_span_us = 3653 * day_us;
constexpr std::size_t max_span_bytes = 64;

struct Unit {
    std::string_view word;
    std::int64_t size_us;
};
constexpr std::array units{
    Unit{"ms", millisecond_us}, Unit{"msec", millisecond_us},
    Unit{"s", second_us}, Unit{"sec", second_us}, Unit{"secs", second_us}, Unit{"second", second_us}, Unit{"seconds", second_us},
    Unit{"m", minute_us}, Unit{"min", minute_us}, Unit{"mins", minute_us}, Unit{"minute", minute_us}, Unit{"minutes", minute_us},
    Unit{"h", hour_us}, Unit{"hr", hour_us}, Unit{"hrs", hour_us}, Unit{"hour", hour_us}, Unit{"hours", hour_us},
    Unit{"d", day_us}, Unit{"day", day_us}, Unit{"days", day_us},
    Unit{"w", week_us}, Unit{"week", week_us}, Unit{"weeks", week_us}};

std::string_view take(std::string_view& rest, std::size_t count)
{
    const auto taken = rest.substr(0, count);
    rest.remove_prefix(count);
    return taken;
}

/// One `30m` or `1.5 hours` off the front of `rest`, in microseconds; empty, with `reason` set, when it is none.
struct Piece {
    std::int64_t us = 0, unit_us = 0;
};
std::optional<Piece> take_piece(std::string_view& rest, std::string& reason)
{
    const auto whole = digits::number(take(rest, digits::run(rest)));
    if (!whole) return reason = "a number is missing or too long", std::nullopt;
    std::string_view fraction;
    if (rest.starts_with('.')) {
        take(rest, 1);
        fraction = take(rest, digits::run(rest));
        if (fraction.empty() || fraction.size() > 6) return reason = "a fraction has 1 to 6 digits", std::nullopt;
    }
    rest = trimmed(rest);
    const auto letters = std::ranges::find_if_not(rest, is_letter) - rest.begin();
    const auto word = take(rest, static_cast<std::size_t>(letters));
    if (word.empty()) return reason = "the unit is missing", std::nullopt;
    // systemd reads M as months; whoever types it may mean that, and months have no fixed length.
    const auto unit = word == "M" ? units.end() : std::ranges::find(units, lowered(word), &Unit::word);
    if (unit == units.end()) return reason = "there is no unit \"" + shortened(word, 16) + "\"", std::nullopt;
    if (*whole > max_span_us / unit->size_us) return reason = "it is longer than 10 years", std::nullopt;
    Piece piece{*whole * unit->size_us, unit->size_us};
    if (!fraction.empty()) {
        std::int64_t parts = *digits::number(fraction), of = 1;
        for (std::size_t i = 0; i < fraction.size(); ++i) of *= 10;
        piece.us += parts * (unit->size_us / 1000) / of * 1000 + parts * (unit->size_us / 1000) % of * 1000 / of;
    }
    return piece;
}

Failure refuse(std::string_view text, std::string_view reason)
{
    return {Errc::invalid_input, "\"" + visible(shortened(text, 64)) + "\" is not a span of time: " +
                                     std::string{reason} + "; write it like 90s, 5m, 1h30m, 2 hours or 3d"};
}

}  // namespace

Result<microseconds> parse_span(std::string_view text)
{
    auto rest = trimmed(text);
    if (rest.empty()) return refuse(text, "it is empty");
    if (rest.size() > max_span_bytes) return refuse(text, "it is too long");
    if (rest.front() == '-' || rest.front() == '+') return refuse(text, "it has a sign");
    std::int64_t total_us = 0, smallest_us = max_span_us;
    while (!rest.empty()) {
        std::string reason;
        const auto piece = take_piece(rest, reason);
        if (!piece) return refuse(text, reason);
        if (piece->unit_us >= smallest_us) return refuse(text, "the larger unit comes first, and each one once");
        smallest_us = piece->unit_us;
        total_us += piece->us;
        if (total_us > max_span_us) return refuse(text, "it is longer than 10 years");
        rest = trimmed(rest);
    }
    return microseconds{total_us};
}

std::string to_words(microseconds span)
{
    const auto count = span.count();
    // The smallest int64 has no positive twin, an unsigned one has.
    const auto us = count < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(count) : static_cast<std::uint64_t>(count);
    const auto in = [us](std::int64_t unit) { return us / static_cast<std::uint64_t>(unit); };
    std::string out = count < 0 && us >= millisecond_us ? "-" : "";
    const auto two = [&](std::uint64_t large, const char* large_word, std::uint64_t small, const char* small_word) {
        out += std::to_string(large) + " " + large_word;
        if (small > 0) out += " " + std::to_string(small) + " " + small_word;
    };
    if (us >= day_us) two(in(day_us), "d", in(hour_us) % 24, "h");
    else if (us >= hour_us) two(in(hour_us), "h", in(minute_us) % 60, "min");
    else if (us >= minute_us) two(in(minute_us), "min", 0, "");
    else if (us >= second_us || us < millisecond_us) two(in(second_us), "s", 0, "");
    else two(in(millisecond_us), "ms", 0, "");
    return out;
}

}  // namespace incident
