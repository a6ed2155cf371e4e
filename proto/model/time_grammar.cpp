#include "model/time_grammar.hpp"
#include "model/digits.hpp"
#include "model/text.hpp"
#include "model/typed_time.hpp"
#include "model/zone.hpp"
#include <algorithm>

namespace incident {
namespace {

using namespace std::chrono;
using typed::Moment;
using zones::Reading;
using zones::Zone;

constexpr std::size_t max_time_bytes = 128;
/// A time that somebody copied from another machine may be ahead of our clock by this much and still be meant as past.
constexpr auto max_ahead = minutes{1};
constexpr std::size_t least_epoch_digits = 9, most_epoch_digits = 11;

Failure wrong(std::string reason) { return {Errc::invalid_input, std::move(reason)}; }

std::string quoted(std::string_view text) { return "\"" + visible(shortened(text, 64)) + "\""; }

/// Puts the text as typed in front of a reason that does not name it yet.
Failure about(std::string_view text, const Failure& failure)
{
    const auto name = quoted(text);
    if (failure.code != Errc::invalid_input || failure.detail.find(name) != std::string::npos) return failure;
    return {failure.code, name + " is not a time we can use: " + failure.detail};
}

/// Turns what was typed into an instant, given the zone it is meant in.
class Resolver {
 public:
    Resolver(const Moment& moment, std::string_view shown, const TimeContext& context)
        : moment_(moment), shown_(shown), context_(context)
    {}

    Result<Instant> in(const Zone& zone) const
    {
        const auto at = moment_.date || moment_.days_from_today ? dated(zone) : nearest_to_now(zone);
        if (!at) return at.error();
        const bool leap = moment_.clock && moment_.clock->second == 60;
        if (leap && (*at - moment_.clock->fraction).time_since_epoch() % days{1} != seconds{0})
            return wrong("a leap second (:60) comes at 23:59:60 UTC only; write seconds 00 to 59");
        return *at;
    }

 private:
    Result<zones::Wall> today(const Zone& zone) const
    {
        const auto state = zones::state_at(context_.now, zone);
        if (!state) return state.error();
        return zones::Wall{floor<days>(context_.now + state->offset).time_since_epoch()};
    }

    Result<Instant> dated(const Zone& zone) const
    {
        zones::Wall wall;
        if (moment_.date) wall = local_days{*moment_.date};
        else if (const auto day = today(zone)) wall = *day + days{*moment_.days_from_today};
        else return day.error();
        if (moment_.clock) wall += moment_.clock->within_day();
        const auto reading = zones::read(wall, zone);
        if (!reading) return reading.error();
        return zones::only(*reading, shown_, zone);
    }

    /// A time of day alone is the last such moment before now (for a due time the next one). Three days around now are
    /// enough for every offset and every change of the clocks.
    Result<Instant> nearest_to_now(const Zone& zone) const
    {
        const auto day = today(zone);
        if (!day) return day.error();
        const bool ahead = context_.future_allowed;
        for (int step = -1; step <= 2; ++step) {
            const auto wall = *day + days{ahead ? step : -step} + moment_.clock->within_day();
            const auto reading = zones::read(wall, zone);
            if (!reading) return reading.error();
            const auto fits = [&](Instant at) { return ahead ? at > context_.now : at <= context_.now; };
            const bool first = fits(reading->first);
            const bool second = reading->times != Reading::Times::once && fits(reading->second);
            if (first && !second && reading->times != Reading::Times::never) return reading->first;
            if (second && !first && reading->times == Reading::Times::twice) return reading->second;
            if (first || second) return zones::only(*reading, shown_, zone);
        }
        return wrong("there was no such moment in the last day; write the date too, like 2024-06-05 14:00");
    }

    const Moment& moment_;
    std::string_view shown_;
    const TimeContext& context_;
};

/// The readings of letters that say too little, each in UTC.
Failure unclear(const Resolver& resolver, std::string_view letters, std::span<const zones::Meaning> meanings)
{
    auto detail = quoted(letters) + " has several meanings here:";
    for (const auto& meaning : meanings) {
        const auto at = resolver.in(Zone{std::string{meaning.letters}, meaning.offset});
        detail += &meaning == meanings.data() ? " " : ", or ";
        detail += at ? zones::short_utc(*at) : std::string{"no such time"};
        detail.append(" (").append(meaning.letters).append(" is ").append(zones::offset_text(meaning.offset));
        detail.append(", ").append(meaning.place).append(")");
    }
    detail += "; write the offset, like " + zones::offset_text(meanings.front().offset) + ", or a place, like " +
              std::string{meanings.front().place};
    return wrong(std::move(detail));
}

/// `PST` is clear only while the west coast's own clocks call themselves so; in summer it may be a slip for `PDT`.
Result<Instant> in_season(const Resolver& resolver, std::string_view letters, const zones::Pair& pair)
{
    const bool daylight = lowered(letters) == lowered(pair.daylight.letters);
    const auto& said = daylight ? pair.daylight : pair.standard;
    const auto at = resolver.in(Zone{std::string{said.letters}, said.offset});
    if (!at) return at;
    const auto state = zones::state_at(*at, Zone{std::string{said.place}, {}});
    if (!state) return state.error();
    if (state->offset == said.offset) return at;
    const std::array both{said, daylight ? pair.standard : pair.daylight};
    return unclear(resolver, letters, both);
}

const std::string* alias_of(std::string_view letters, const TimeContext& context)
{
    const auto wanted = lowered(letters);
    for (const auto& [alias, zone] : context.aliases)
        if (lowered(alias) == wanted) return &zone;
    return nullptr;
}

bool is_word(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
}

Result<Instant> resolve(const Moment& moment, std::string_view shown, const TimeContext& context)
{
    const Resolver resolver{moment, shown, context};
    const auto in_named = [&](std::string_view name) -> Result<Instant> {
        const auto zone = zones::find(name);
        if (!zone) return zone.error();
        return resolver.in(*zone);
    };
    if (moment.zone.empty()) return in_named(context.zone);
    if (const auto* zone = alias_of(moment.zone, context)) return in_named(*zone);  // the site's word comes first
    if (const auto meanings = zones::ambiguous(moment.zone); !meanings.empty())
        return unclear(resolver, moment.zone, meanings);
    if (const auto* pair = zones::seasonal(moment.zone)) return in_season(resolver, moment.zone, *pair);
    if (moment.zone.find_first_of(" \t") != moment.zone.npos)
        return wrong("we do not understand " + quoted(moment.zone) + "; write the time, then at most a zone: 14:02 UTC");
    const auto zone = zones::find(moment.zone);
    if (zone) return resolver.in(*zone);
    if (zone.error().code != Errc::invalid_input || moment.zone.size() > 5 || !is_word(moment.zone)) return zone.error();
    return wrong("we do not know the zone " + quoted(moment.zone) +
                 "; write an offset like 14:02+03:00 or a place like 14:02 Africa/Nairobi, or add it to timezone_aliases");
}

Result<Instant> from_epoch(std::string_view text)
{
    const auto count = digits::run(text);
    if (count < least_epoch_digits)
        return wrong(count == 4   ? "four digits may be a year or a clock; write it like 14:02"
                     : count == 8 ? "a date needs its hyphens; write it like 2024-06-05"
                                  : "a number alone is seconds since 1970, in 9 to 11 digits; write 5m, 14:02 or @1717596000");
    if (count > most_epoch_digits)
        return wrong("seconds since 1970 have 9 to 11 digits, this looks like a finer unit; write it like @1717596000");
    Instant at{seconds{*digits::number(text.substr(0, count))}};
    text.remove_prefix(count);
    if (text.empty()) return at;
    text.remove_prefix(1);  // the point
    const auto fraction = digits::run(text);
    if (fraction < 1 || fraction > 9 || fraction != text.size())
        return wrong("a fraction has 1 to 9 digits; write it like @1717596000.5");
    std::int64_t value = 0;
    for (std::size_t i = 0; i < 6; ++i) value = value * 10 + (i < fraction ? text[i] - '0' : 0);
    return at + microseconds{value};
}

bool looks_like_epoch(std::string_view text)
{
    const auto count = digits::run(text);
    return count > 0 && (count == text.size() || (text[count] == '.' && count >= least_epoch_digits));
}

/// `5m`, `-5m`, `5m ago`, `+10m`: an amount, and on which side of now.
struct Distance {
    std::string_view amount;
    bool ahead = false, said = false;  ///< `said`: by a sign or by `ago`, so nobody has to guess
};
Result<Distance> read_distance(std::string_view text)
{
    Distance distance{text};
    const bool sign = text.front() == '+' || text.front() == '-';
    if (sign) {
        distance.ahead = text.front() == '+';
        distance.said = true;
        distance.amount = trimmed(text.substr(1));
    }
    constexpr std::string_view ago = "ago";
    if (text.size() > ago.size() && lowered(text.substr(text.size() - ago.size())) == ago) {
        if (sign) return wrong("a sign and \"ago\" say it twice; write 5m ago or -5m");
        distance.said = true;
        distance.amount = trimmed(text.substr(0, text.size() - ago.size()));
    }
    return distance;
}

Result<TimeReading> from_distance(std::string_view text, const TimeContext& context)
{
    const auto distance = read_distance(text);
    if (!distance) return distance.error();
    const auto span = parse_span(distance->amount);
    if (!span) return span.error();
    if (distance->ahead && !context.future_allowed)
        return wrong("it lies in the future, and what is recorded has happened; write -" + visible(distance->amount) +
                     " or a time that has passed");
    if (context.future_allowed && !distance->said)
        return wrong("a due time lies ahead; write +" + visible(distance->amount));
    const bool to_the_second = *span % minutes{1} != microseconds{0};  // `90s` is meant so, `2h` is not
    return TimeReading{.at = distance->ahead ? context.now + *span : context.now - *span,
                       .precision = to_the_second ? Precision::exact : Precision::minute};
}

Result<TimeReading> from_moment(std::string_view text, const TimeContext& context)
{
    const auto moment = typed::read_moment(text);
    if (!moment) return moment.error();
    const auto at = resolve(*moment, text, context);
    if (!at) return at.error();
    if (!context.future_allowed && zones::is_printable(*at) && *at > context.now + max_ahead)
        return wrong("it is " + zones::short_utc(*at) + ", " + to_words(*at - context.now) +
                     " in the future; write a time that has passed, or its date and zone");
    const auto precision = !moment->clock ? Precision::about
                           : moment->clock->has_seconds ? Precision::exact
                                                        : Precision::minute;
    return TimeReading{.at = *at, .precision = precision};
}

/// 06/07/2024, 5.6.2024, 12-06-2024: whoever wrote it knows which is the month, we do not.
bool is_foreign_date(std::string_view text)
{
    return text.find('/') != text.npos || std::ranges::count(text, '.') > 1 || std::ranges::count(text, '-') > 1;
}

Result<TimeReading> read(std::string_view text, const TimeContext& context)
{
    constexpr auto spellings = "write it like 14:02, 5m, yesterday 23:10 or 2024-06-05 14:00 UTC";
    if (text.empty()) return wrong(std::string{"it is empty; "} + spellings);
    if (text.size() > max_time_bytes) return wrong(std::string{"it is too long; "} + spellings);
    if (lowered(text) == "now") return TimeReading{.at = context.now};
    if (looks_like_epoch(text)) {
        const auto at = from_epoch(text);
        if (!at) return at.error();
        if (!context.future_allowed && *at > context.now + max_ahead)
            return wrong("it is " + zones::short_utc(*at) + ", in the future; write seconds since 1970 that have passed");
        return TimeReading{.at = *at};
    }
    if (typed::looks_like_moment(text)) return from_moment(text, context);
    if (is_digit(text.front()) && is_foreign_date(text))
        return wrong("the order of day and month is not clear; write the year first, like 2024-06-05");
    if (text.front() == '+' || text.front() == '-' || is_digit(text.front())) return from_distance(text, context);
    return wrong(std::string{"we do not know this spelling; "} + spellings);
}

}  // namespace

Result<TimeReading> parse_time(std::string_view text, const TimeContext& context)
{
    auto spelled = trimmed(text);
    if (spelled.starts_with('@')) spelled.remove_prefix(1);  // `@1717596000`, and `--at @14:02` from the hot path's habit
    auto reading = read(spelled, context);
    if (!reading) return about(text, reading.error());
    if (!zones::is_printable(reading->at))
        return wrong(quoted(text) + " is outside the years 0001 to 9999 in UTC; write a year with four digits");
    reading->raw = std::string{text};
    return reading;
}

}  // namespace incident
