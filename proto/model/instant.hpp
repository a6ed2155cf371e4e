#pragma once
#include "model/result.hpp"
#include <chrono>
#include <string>
#include <string_view>

namespace incident {

/// A moment in UTC. Sources send up to nanoseconds; we keep microseconds (truncated) and the original text beside it.
using Instant = std::chrono::sys_time<std::chrono::microseconds>;

/// Years that are accepted and printed: four digits, so that printed instants sort as text.
inline constexpr int first_year = 1, last_year = 9999;

/// RFC 3339 in UTC, always six fraction digits and `Z`: `2024-06-22T15:15:00.000000Z`. @pre the year has four digits.
[[nodiscard]] std::string to_rfc3339(Instant at);

/// Reads RFC 3339: `T`, `t` or a space between date and time, `Z` or an offset with or without a colon, 0 to 9 fraction
/// digits (beyond microseconds truncated), leap second `:60` normalised to the next second.
/// @return Errc::invalid_input with the value and an example when it is none, or outside 0001 to 9999.
[[nodiscard]] Result<Instant> parse_rfc3339(std::string_view text);

/// `0001-01-01T00:00:00Z` in any spelling: Go's zero time, which senders use for "not set".
[[nodiscard]] bool is_zero_time(Instant at) noexcept;

}  // namespace incident
