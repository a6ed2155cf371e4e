#pragma once
#include "draft/page.hpp"

/// Marks around the sections of a page, so that a later export can tell what people wrote. HTML comments on lines of their
/// own, at the left edge: escaped text of others never begins with `<`.
///
///     <!-- incidentd:draft INC-7 brief title issue-summary timeline -->
///     <!-- incidentd:begin timeline 9f3c… -->
///     …
///     <!-- incidentd:end timeline -->
namespace incident::draft {

/// Whose draft a file is.
struct MarkedAs {
    std::string incident;
    std::string template_name;  ///< `brief`; for others than us with the audience: `brief:customer`
    bool operator==(const MarkedAs&) const = default;
};

/// The page as Markdown with marks.
[[nodiscard]] std::string marked(std::span<const Block> page, const Options& options, const MarkedAs& as);

/// Of a section's text as generated: sixteen hex digits of FNV-1a over its lines without blanks at their ends and without
/// empty lines at both ends, so that an editor's tidying is no change. It finds edits; it proves nothing.
[[nodiscard]] std::string checksum_of(std::string_view text);

}  // namespace incident::draft
