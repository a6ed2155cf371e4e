#pragma once
#include "draft/draft.hpp"
#include <span>

/// Documents laid out by a user's own Mustache file.
namespace incident::draft {

inline constexpr std::size_t max_template_bytes = 256 * 1024, max_template_depth = 32;
inline constexpr std::size_t max_rendered_bytes = 64u << 20;  ///< of one document

/// How values are made safe for the document they are put into.
enum class Escape { markdown, html };
/// `.html` and `.htm`, also with `.mustache` behind, are HTML; all else is Markdown.
[[nodiscard]] Escape escape_for(std::string_view file_name);

/// What a template can say. `within` is the list whose items have it; empty: everywhere.
struct Variable {
    std::string_view within, name;
    bool list = false;
    std::string_view says;
};
[[nodiscard]] std::span<const Variable> template_variables() noexcept;

/// Mustache without what would let text through or never end: `{{name}}`, `{{#name}}…{{/name}}`, `{{^name}}…{{/name}}`,
/// `{{.}}` for the items of a list of words, `{{! comment }}`. Values are escaped, always; a section of an empty value is
/// left out.
/// @param name of the file, for messages
/// @return Errc::invalid_input with the line for a name that nothing is called (and the nearest one), for partials,
/// unescaped values, other delimiters, sections that are not closed; Errc::limit_exceeded beyond the limits above.
[[nodiscard]] Result<std::string> render_template(std::string_view text, std::string_view name, const timeline::Timeline& timeline,
                                                  const Options& options, Escape escape);

}  // namespace incident::draft
