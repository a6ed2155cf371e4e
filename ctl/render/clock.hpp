#pragma once
#include "model/instant.hpp"
#include <string>

namespace incident::ctl {

/// How to print moments: a zone's name (`UTC` needs no zone data) and, for ages and for leaving out the date, now.
struct ClockLook {
    std::string zone = "UTC";
    Instant now;
};

/// `02:34:11Z`, with the date in front when it is not today's: `2024-06-22 02:34:11Z`; in another zone
/// `18:15:00 EAT`, or `18:15:00 +05:45`. The time grammar reads it back.
[[nodiscard]] std::string short_time(Instant at, const ClockLook& look);
[[nodiscard]] std::string time_of_day(Instant at, const ClockLook& look);
[[nodiscard]] std::string date_of(Instant at, const ClockLook& look);
/// `just now`, `2 min ago`, `3 h ago`, `5 d ago`, `in 10 min`.
[[nodiscard]] std::string age(Instant at, Instant now);
/// `1 h 45 min`; whole minutes.
[[nodiscard]] std::string minutes_in_words(std::int64_t minutes);

}  // namespace incident::ctl
