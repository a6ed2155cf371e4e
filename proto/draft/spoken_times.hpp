#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Times of day, dates and zones as they stand inside people's sentences. What the check of a written document needs to
/// know: is there one, and which comes first. Exact instants are the import's work.
namespace incident::draft {

struct SpokenDate {
    std::size_t begin = 0, end = 0;
    std::optional<std::chrono::year_month_day> date;  ///< empty where day and month, or the year, are in doubt
};
/// `2024-06-22`, `June 22nd, 2024`, `22 June 2024`, `22/06/2024`, `22.06.2024`.
[[nodiscard]] std::vector<SpokenDate> dates_in(std::string_view text);

struct SpokenClock {
    std::size_t begin = 0, end = 0;  ///< with am or pm and the zone
    std::chrono::seconds since_midnight{};
    std::string zone;                ///< as written behind it, or empty
    std::optional<std::chrono::year_month_day> date;  ///< said right before or behind it
};
/// `15:15`, `15:15:07`, `3:15 PM`, `3pm`, `2306HRS`, `2024-06-22T15:15Z`. Versions, addresses and ports are none.
[[nodiscard]] std::vector<SpokenClock> clocks_in(std::string_view text);

/// The first word that names a zone (`UTC`, `EAT`, `UTC+3`, `Africa/Nairobi`), or empty.
[[nodiscard]] std::string zone_in(std::string_view text);

/// The time at the head of a timeline's line, and where the words behind it begin.
struct LineHead {
    bool timed = false;                ///< a clock, a date, or minutes since the start (`T+15min`)
    std::optional<SpokenClock> clock;
    std::optional<std::chrono::year_month_day> date;
    std::size_t text_begin = 0;
};
[[nodiscard]] LineHead head_of(std::string_view line);

/// Where in a paragraph further entries begin (`9:00 AM GMT - This. 9:15 AM GMT - That.`), the first at 0.
[[nodiscard]] std::vector<std::size_t> entries_in(std::string_view paragraph);

}  // namespace incident::draft
