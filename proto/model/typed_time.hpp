#pragma once
#include "model/result.hpp"
#include <chrono>
#include <optional>
#include <string_view>

/// The spelling of typed times, without their meaning; private to the model.
namespace incident::typed {

/// The time of day as a wall clock shows it.
struct Clock {
    int hour = 0, minute = 0, second = 0;  ///< second 60: a leap second, for the caller to judge
    std::chrono::microseconds fraction{};
    bool has_seconds = false;
    [[nodiscard]] std::chrono::microseconds within_day() const noexcept
    {
        return std::chrono::hours{hour} + std::chrono::minutes{minute} + std::chrono::seconds{second} + fraction;
    }
};

/// A date, a clock, or both; then perhaps a zone.
struct Moment {
    std::optional<std::chrono::year_month_day> date{};
    std::optional<int> days_from_today{};  ///< `yesterday` is -1
    std::optional<Clock> clock{};
    std::string_view zone{};  ///< as typed; empty where none was
};

/// Does it begin like a date or a clock? If not it may be a span.
[[nodiscard]] bool looks_like_moment(std::string_view text);
/// @return Errc::invalid_input with what is wrong and the fix, without the text itself.
[[nodiscard]] Result<Moment> read_moment(std::string_view text);

}  // namespace incident::typed
