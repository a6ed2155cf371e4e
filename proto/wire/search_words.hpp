#pragma once
#include "model/result.hpp"
#include <string>
#include <string_view>
#include <vector>

/// What people type to find something: words that must all be there, "a phrase", prefix*, and -word that must not. Whatever
/// else stands there is text to be found, so nothing that is typed is a mistake of syntax. Pure.
namespace incident::wire {

inline constexpr std::size_t max_search_bytes = 1024, max_search_terms = 32;

struct SearchTerm {
    std::string text;      ///< one word, or several in this order
    bool prefix = false;   ///< the last word only begins so
    bool without = false;  ///< must not be there
    bool operator==(const SearchTerm&) const = default;
};

/// Terms without a letter or digit are passed over, as the index knows none of them.
/// @return at least one term that must be there; Errc::invalid_input where there is none, or too much.
[[nodiscard]] Result<std::vector<SearchTerm>> read_search(std::string_view typed);

}  // namespace incident::wire
