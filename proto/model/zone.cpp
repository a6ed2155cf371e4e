#include "model/zone.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <date/tz.h>
#include <stdexcept>

namespace incident {
namespace zones {
namespace {

using std::chrono::microseconds;

Failure no_zone_files(const std::exception& error)
{
    return {Errc::unavailable, std::string{"cannot read the system's time zones: "} + visible(error.what()) +
                                   "; install the package tzdata, or use UTC"};
}

/// `Nairobi` means Africa/Nairobi to a person, and `africa/nairobi` too.
std::string_view last_part(std::string_view name)
{
    const auto slash = name.rfind('/');
    return slash == name.npos ? name : name.substr(slash + 1);
}

Result<Zone> find_in_files(std::string_view name)
{
    try {
        const auto& all = date::get_tzdb().zones;
        const auto exact = std::ranges::lower_bound(all, name, {}, [](const auto& zone) { return std::string_view{zone.name()}; });
        if (exact != all.end() && exact->name() == name) return Zone{exact->name(), {}};
        const auto wanted = lowered(name);
        std::string near;
        std::size_t distance = 3;  // "did you mean" looks two edits far
        for (const auto& zone : all) {
            const auto candidate = lowered(zone.name());
            if (candidate == wanted) return Zone{zone.name(), {}};
            const auto d = last_part(candidate) == wanted ? 0 : edit_distance(candidate, wanted);
            if (d < distance && wanted.size() > 3) {  // everything is near a word of three letters
                near = zone.name();
                distance = d;
            }
        }
        auto detail = "there is no time zone \"" + visible(shortened(name, 64)) + "\"; ";
        if (!near.empty()) detail += "did you mean " + near + "?";
        else detail += "write an IANA name like Africa/Nairobi, an offset like +03:00, or UTC";
        return Failure{Errc::invalid_input, std::move(detail)};
    } catch (const std::exception& error) {
        return no_zone_files(error);
    }
}

State state_of(const date::sys_info& info) { return {info.offset, info.abbrev}; }

}  // namespace

Result<Zone> find(std::string_view name)
{
    if (lowered(shortened(name, 16)) == "etc/utc") return Zone{"UTC", seconds{0}};
    if (name.find('/') != name.npos) return find_in_files(name);  // the usual case, once per printed time
    if (auto zone = built_in(name)) return *std::move(zone);
    if (auto zone = offset_zone(name)) return *std::move(zone);
    std::string_view place;
    if (const auto meanings = ambiguous(name); !meanings.empty()) place = meanings.front().place;
    else if (const auto* pair = seasonal(name)) place = pair->standard.place;
    if (!place.empty())
        return Failure{Errc::invalid_input, "the time zone \"" + std::string{name} +
                                                "\" does not say enough: write a place, like " + std::string{place}};
    return find_in_files(name);
}

Result<State> state_at(Instant at, const Zone& zone)
{
    if (zone.fixed) return State{*zone.fixed, zone.name};
    try {
        return state_of(date::locate_zone(zone.name)->get_info(std::chrono::floor<seconds>(at)));
    } catch (const std::exception& error) {
        return no_zone_files(error);
    }
}

Result<Reading> read(Wall wall, const Zone& zone)
{
    const auto as_utc = Instant{wall.time_since_epoch()};
    if (zone.fixed) return Reading{.first = as_utc - *zone.fixed};
    try {
        const date::local_time<microseconds> local{wall.time_since_epoch()};
        const auto info = date::locate_zone(zone.name)->get_info(local);
        Reading reading{.first = as_utc - info.first.offset};
        if (info.result == date::local_info::unique) return reading;
        reading.times = info.result == date::local_info::ambiguous ? Reading::Times::twice : Reading::Times::never;
        reading.second = as_utc - info.second.offset;
        reading.before = state_of(info.first);
        reading.after = state_of(info.second);
        return reading;
    } catch (const std::exception& error) {
        return no_zone_files(error);
    }
}

Result<Instant> only(const Reading& reading, std::string_view shown, const Zone& zone)
{
    if (reading.times == Reading::Times::once) return reading.first;
    const auto each = [&](Instant at, const State& state) {
        return short_utc(at) + " (" + state.letters + ", " + offset_text(state.offset) + ")";
    };
    const auto both = each(reading.first, reading.before) + " or " + each(reading.second, reading.after);
    const std::string what{reading.times == Reading::Times::twice
                               ? " came twice in " + zone.name + ", where the clocks went back: it is "
                               : " never came in " + zone.name + ", where the clocks went forward over it: you may mean "};
    return Failure{Errc::invalid_input, "\"" + visible(shortened(shown, 64)) + "\"" + what + both +
                                            "; write that one, with its Z or offset"};
}

bool is_printable(Instant at)
{
    using namespace std::chrono;
    return at >= sys_days{year{first_year} / 1 / 1} && at < sys_days{year{last_year + 1} / 1 / 1};
}

std::string short_utc(Instant at)
{
    if (!is_printable(at)) return "outside the years 0001 to 9999";
    auto text = to_rfc3339(at);
    text.pop_back();
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text + "Z";
}

}  // namespace zones

Result<LocalTime> to_local(Instant at, std::string_view zone_name)
{
    using namespace std::chrono;
    const auto zone = zones::find(zone_name);
    if (!zone) return zone.error();
    const auto state = zones::state_at(at, *zone);
    if (!state) return state.error();
    const auto wall = at + state->offset;
    const auto midnight = floor<days>(wall);
    const year_month_day date{midnight};
    const hh_mm_ss clock{wall - midnight};
    // Letters only where parse_time() reads them as this very offset: what we print we can parse.
    const auto letters = zones::built_in(state->letters);
    return LocalTime{.year = static_cast<int>(date.year()),
                     .month = static_cast<int>(static_cast<unsigned>(date.month())),
                     .day = static_cast<int>(static_cast<unsigned>(date.day())),
                     .hour = static_cast<int>(clock.hours().count()),
                     .minute = static_cast<int>(clock.minutes().count()),
                     .second = static_cast<int>(clock.seconds().count()),
                     .microsecond = static_cast<int>(clock.subseconds().count()),
                     .offset = state->offset,
                     .zone = letters && letters->fixed == state->offset ? state->letters : zones::offset_text(state->offset)};
}

Result<Instant> from_local(const LocalTime& local, std::string_view zone_name)
{
    using namespace std::chrono;
    const year_month_day date{year{local.year}, month{static_cast<unsigned>(local.month)},
                              day{static_cast<unsigned>(local.day)}};
    // chrono keeps months and days in a byte: 257 would be January.
    const bool in_range = local.month >= 1 && local.month <= 12 && local.day >= 1 && local.day <= 31;
    const bool clock_ok = local.hour >= 0 && local.hour < 24 && local.minute >= 0 && local.minute < 60 &&
                          local.second >= 0 && local.second < 60 && local.microsecond >= 0 &&
                          local.microsecond < 1'000'000;
    if (!in_range || !date.ok() || local.year < first_year || local.year > last_year || !clock_ok)
        return Failure{Errc::invalid_input, "there is no such time: \"" + to_string(local) +
                                                "\"; write it like 2024-06-22 15:15:00"};
    const auto zone = zones::find(zone_name);
    if (!zone) return zone.error();
    const auto reading = zones::read(zones::Wall{local_days{date}} + hours{local.hour} + minutes{local.minute} +
                                         seconds{local.second} + microseconds{local.microsecond},
                                     *zone);
    if (!reading) return reading.error();
    return zones::only(*reading, to_string(local), *zone);
}

std::string to_string(const LocalTime& local)
{
    const auto two = [](int value) { return (value < 10 ? "0" : "") + std::to_string(value); };
    const auto padded = [](int value, std::size_t width) {
        auto text = std::to_string(value);
        return text.size() < width ? std::string(width - text.size(), '0') + text : text;
    };
    auto out = padded(local.year, 4) + "-" + two(local.month) + "-" + two(local.day) + " " + two(local.hour) + ":" +
               two(local.minute) + ":" + two(local.second);
    if (local.microsecond != 0) out += "." + padded(local.microsecond, 6);
    return local.zone.empty() ? out : out + " " + local.zone;
}

}  // namespace incident
