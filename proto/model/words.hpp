#pragma once
#include "model/text.hpp"
#include <algorithm>
#include <array>
#include <cstddef>

/// Words of an enumeration, in the order of its values; private to the model.
namespace incident::words {

template <std::size_t N>
using List = std::array<std::string_view, N>;

/// The value whose word this is. @return Errc::invalid_input with the list, and the nearest word.
template <class Enum, std::size_t N>
[[nodiscard]] Result<Enum> parse(const char* what, const List<N>& list, std::string_view word)
{
    const auto found = std::ranges::find(list, word);
    if (found != list.end()) return static_cast<Enum>(found - list.begin());
    std::string detail = "\"" + visible(shortened(word, 64)) + "\" is no " + what;
    if (const auto near = nearest(lowered(shortened(word, 64)), list); !near.empty())
        detail.append("; did you mean \"").append(near).append("\"?");
    else detail += '.';
    detail += " Write one of";
    for (const auto& each : list) detail.append(&each == list.data() ? " " : ", ").append(each);
    return Failure{Errc::invalid_input, std::move(detail)};
}

template <class Enum, std::size_t N>
[[nodiscard]] std::string_view name(const List<N>& list, Enum value) noexcept
{
    return list[static_cast<std::size_t>(value)];
}

}  // namespace incident::words
