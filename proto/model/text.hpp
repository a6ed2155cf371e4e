#pragma once
#include "model/result.hpp"
#include <string>
#include <string_view>

namespace incident {

/// Whole and well-formed UTF-8 (no overlong forms, surrogates or code points over U+10FFFF).
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;
/// Replaces each ill-formed byte sequence by U+FFFD.
[[nodiscard]] std::string to_valid_utf8(std::string_view text);
/// At most `bytes` bytes, cut before a code point, with `…` when something was cut.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t bytes);
/// Without white space (ASCII) at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;
/// ASCII letters lowered; others unchanged.
[[nodiscard]] std::string lowered(std::string_view text);
/// Makes controls visible for a terminal: C0, DEL, C1, bidi controls, U+2028/9 and zero-width characters become `\x1b`,
/// `\u202e`; line feeds too, unless `keep_line_feeds` (RELIABILITY E-5).
[[nodiscard]] std::string visible(std::string_view text, bool keep_line_feeds = false);
/// Edits to turn `a` into `b` (insert, delete, replace, swap neighbours), for "did you mean"; stops counting at `limit`.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit = 4);
/// The nearest of `words` within two edits, or empty: for "did you mean".
template <class Words>
[[nodiscard]] std::string_view nearest(std::string_view word, const Words& words)
{
    std::string_view best;
    std::size_t distance = 3;
    for (const auto& candidate : words)
        if (const auto d = edit_distance(word, candidate); d < distance) distance = d, best = candidate;
    return best;
}

}  // namespace incident
