#include "render/clock.hpp"
#include "model/time_grammar.hpp"
#include <cstdlib>

namespace incident::ctl {
namespace {

struct Shown {
    std::string date, clock;
};

Shown shown(Instant at, const ClockLook& look)
{
    if (look.zone != "UTC")
        if (const auto local = to_local(at, look.zone)) {
            char date[32], clock[32];
            std::snprintf(date, sizeof date, "%04d-%02d-%02d", local->year, local->month, local->day);
            std::snprintf(clock, sizeof clock, "%02d:%02d:%02d", local->hour, local->minute, local->second);
            return {date, std::string{clock} + ' ' + local->zone};
        }
    const auto text = to_rfc3339(at);  // 2024-06-22T15:15:00.000000Z
    return {text.substr(0, 10), text.substr(11, 8) + "Z"};
}

}  // namespace

std::string short_time(Instant at, const ClockLook& look)
{
    auto parts = shown(at, look);
    if (parts.date == shown(look.now, look).date) return parts.clock;
    return parts.date + ' ' + parts.clock;
}

std::string time_of_day(Instant at, const ClockLook& look) { return shown(at, look).clock; }
std::string date_of(Instant at, const ClockLook& look) { return shown(at, look).date; }

std::string age(Instant at, Instant now)
{
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - at).count();
    const auto apart = seconds < 0 ? -seconds : seconds;
    std::string span;
    if (apart < 5) return "just now";
    if (apart < 60) span = std::to_string(apart) + " s";
    else if (apart < 3600) span = std::to_string(apart / 60) + " min";
    else if (apart < 2 * 86400) span = std::to_string(apart / 3600) + " h";
    else span = std::to_string(apart / 86400) + " d";
    return seconds < 0 ? "in " + span : span + " ago";
}

std::string minutes_in_words(std::int64_t minutes)
{
    if (minutes < 0) return "-" + minutes_in_words(-minutes);
    std::string words;
    if (minutes >= 1440) words = std::to_string(minutes / 1440) + " d ";
    if (minutes % 1440 >= 60) words += std::to_string(minutes % 1440 / 60) + " h ";
    if (minutes % 60 != 0 || words.empty()) words += std::to_string(minutes % 60) + " min";
    while (words.ends_with(' ')) words.pop_back();
    return words;
}

}  // namespace incident::ctl
