#include "draft/times.hpp"
#include "model/assert.hpp"
#include <cstdio>

namespace incident::draft {

Result<Times> Times::in(const Options& options)
{
    if (const auto known = to_local(Instant{}, options.zone); !known) return known.error();
    return Times{options};
}

LocalTime Times::local(Instant at) const
{
    auto local = to_local(at, options_.zone);
    INCIDENT_ASSERT(local.has_value());  // in() asked for the zone
    return *std::move(local);
}

std::string Times::date(Instant at) const
{
    const auto time = local(at);
    char text[32];
    std::snprintf(text, sizeof text, "%04d-%02d-%02d", time.year, time.month, time.day);
    return text;
}

std::string Times::clock(Instant at) const
{
    const auto time = local(at);
    const bool twelve = options_.clock == Clock::hours12;
    const int hour = twelve ? (time.hour % 12 == 0 ? 12 : time.hour % 12) : time.hour;
    char text[32];
    std::snprintf(text, sizeof text, twelve ? "%d:%02d" : "%02d:%02d", hour, time.minute);
    std::string shown = text;
    if (options_.seconds) {
        std::snprintf(text, sizeof text, ":%02d", time.second);
        shown += text;
        if (time.microsecond != 0) {
            std::snprintf(text, sizeof text, time.microsecond % 1000 == 0 ? ".%03d" : ".%06d",
                          time.microsecond % 1000 == 0 ? time.microsecond / 1000 : time.microsecond);
            shown += text;
        }
    }
    if (twelve) shown += time.hour < 12 ? " AM" : " PM";
    return shown;
}

std::string Times::clock(Instant at, Precision precision) const
{
    if (precision != Precision::minute || !options_.seconds || at.time_since_epoch() % std::chrono::minutes{1} != at.time_since_epoch().zero()) return clock(at);
    auto minutes = *this;
    minutes.options_.seconds = false;
    return minutes.clock(at);
}

std::string Times::zone(Instant at) const { return local(at).zone; }

std::optional<std::string> Times::shown_span(Instant from, Instant to) const
{
    using namespace std::chrono;
    if (to < from) return std::nullopt;
    if (!options_.seconds) return to_words(floor<minutes>(to) - floor<minutes>(from));
    const auto span = floor<seconds>(to) - floor<seconds>(from);
    const auto rest = span % minutes{1};  // to_words() leaves the seconds of a longer span out
    if (span < minutes{1} || rest == seconds{0}) return to_words(span);
    return to_words(span - rest) + ' ' + to_words(rest);
}

}  // namespace incident::draft
