#pragma once
#include "model/letters.hpp"
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

/// Digits in and out without streams and locales; private to the model.
namespace incident::digits {

/// How many digits `text` begins with.
[[nodiscard]] constexpr std::size_t run(std::string_view text) noexcept
{
    std::size_t count = 0;
    while (count < text.size() && is_digit(text[count])) ++count;
    return count;
}

/// The number that `text` spells, whole and digits only. Empty on anything else and on more than 18 digits.
[[nodiscard]] constexpr std::optional<std::int64_t> number(std::string_view text) noexcept
{
    if (text.empty() || text.size() > 18 || run(text) != text.size()) return {};
    std::int64_t value = 0;
    for (const char c : text) value = value * 10 + (c - '0');
    return value;
}

/// Writes `value` right-aligned with leading zeros and returns the place behind it. @pre it fits into `width` digits.
constexpr char* put(char* out, std::uint64_t value, int width) noexcept
{
    for (int place = width - 1; place >= 0; --place, value /= 10) out[place] = static_cast<char>('0' + value % 10);
    return out + width;
}

}  // namespace incident::digits
