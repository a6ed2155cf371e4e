#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace incident::ctl {

/// Meanings, not colours: one place decides how each looks.
enum class Style { plain, bold, faint, good, warning, bad, key, tag, match };

struct ColourInputs {
    std::string_view choice = "auto";  ///< flag or config: always, never, auto
    bool choice_given = false;         ///< flag and config beat the variable
    bool tty = false;
    std::string_view no_color;         ///< NO_COLOR; any non-empty value
    std::string_view term;             ///< TERM
};
/// C11: off without a terminal, with NO_COLOR, with TERM=dumb, with --color=never.
[[nodiscard]] bool wants_colour(const ColourInputs& inputs) noexcept;

[[nodiscard]] std::string painted(std::string_view text, Style style, bool colour);

/// `text` in `style`, and wherever one of `words` begins a word in it, that in Style::match. @pre `words` in lower case.
[[nodiscard]] std::string marked(std::string_view text, std::span<const std::string> words, Style style, bool colour);

/// The colour of a tag by its meaning; the word itself is always printed.
[[nodiscard]] Style style_of_tag(std::string_view tag) noexcept;

}  // namespace incident::ctl
