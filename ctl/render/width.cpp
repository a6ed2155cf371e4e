#include "render/width.hpp"
#include <algorithm>
#include <utf8proc.h>

namespace incident::ctl {
namespace {

/// One grapheme: what a reader sees as one character.
struct Grapheme {
    std::size_t bytes = 0, columns = 0;
};

utf8proc_int32_t code_point(std::string_view text, std::size_t& bytes) noexcept
{
    utf8proc_int32_t point = 0;
    const auto read = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                       static_cast<utf8proc_ssize_t>(text.size()), &point);
    bytes = read > 0 ? static_cast<std::size_t>(read) : 1;  // an ill-formed byte counts as one column
    return read > 0 ? point : 0xFFFD;
}

Grapheme first_grapheme(std::string_view text) noexcept
{
    std::size_t bytes = 0;
    auto previous = code_point(text, bytes);
    Grapheme grapheme{bytes, static_cast<std::size_t>(std::max(0, utf8proc_charwidth(previous)))};
    utf8proc_int32_t state = 0;
    while (grapheme.bytes < text.size()) {
        std::size_t more = 0;
        const auto next = code_point(text.substr(grapheme.bytes), more);
        if (utf8proc_grapheme_break_stateful(previous, next, &state)) break;
        grapheme.bytes += more;
        grapheme.columns = std::max(grapheme.columns, static_cast<std::size_t>(std::max(0, utf8proc_charwidth(next))));
        if (next == 0xFE0F) grapheme.columns = 2;  // emoji presentation
        previous = next;
    }
    return grapheme;
}

}  // namespace

std::size_t display_width(std::string_view text) noexcept
{
    std::size_t columns = 0;
    while (!text.empty()) {
        const auto grapheme = first_grapheme(text);
        columns += grapheme.columns;
        text.remove_prefix(grapheme.bytes);
    }
    return columns;
}

std::string cut(std::string_view text, std::size_t columns)
{
    if (display_width(text) <= columns) return std::string{text};
    if (columns == 0) return {};
    std::size_t used = 0, bytes = 0;
    while (bytes < text.size()) {
        const auto grapheme = first_grapheme(text.substr(bytes));
        if (used + grapheme.columns > columns - 1) break;
        used += grapheme.columns;
        bytes += grapheme.bytes;
    }
    return std::string{text.substr(0, bytes)} + "…";
}

std::string padded(std::string_view text, std::size_t columns, bool right)
{
    const auto width = display_width(text);
    const std::string space(width < columns ? columns - width : 0, ' ');
    return right ? space + std::string{text} : std::string{text} + space;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t columns)
{
    columns = std::max<std::size_t>(columns, 1);
    std::vector<std::string> lines;
    while (true) {
        std::size_t used = 0, bytes = 0, space = std::string_view::npos;
        while (bytes < text.size()) {
            const auto grapheme = first_grapheme(text.substr(bytes));
            if (text[bytes] == ' ') space = bytes;
            if (used + grapheme.columns > columns && bytes > 0) break;
            used += grapheme.columns;
            bytes += grapheme.bytes;
        }
        if (bytes >= text.size()) {
            lines.emplace_back(text);
            return lines;
        }
        if (space != std::string_view::npos && space > 0) {
            lines.emplace_back(text.substr(0, space));
            text.remove_prefix(space + 1);
        } else {
            lines.emplace_back(text.substr(0, bytes));
            text.remove_prefix(bytes);
        }
    }
}

}  // namespace incident::ctl
