#pragma once
#include "draft/page.hpp"

namespace incident::draft {

/// A picture stays readable up to here; beyond it only the bullets that never fold are drawn, and the last line says so.
inline constexpr std::size_t max_mermaid_lines = 100;

/// Puts a Mermaid `timeline` of the shown bullets behind the page's timeline. Times and dates are ours; of other text only
/// letters, digits, spaces and a little punctuation stand as they are, the rest as Mermaid's entities (`#58;`), so that it
/// can neither end the block nor begin a statement, a comment or an entity of its own.
void add_picture(Page& page, const Document& document, const Times& times);

/// One label as above.
[[nodiscard]] std::string escape_mermaid(std::string_view text);

}  // namespace incident::draft
