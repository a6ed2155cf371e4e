#include "draft/draft.hpp"
#include "timeline/prose.hpp"

namespace incident::draft {
namespace {

/// A line that only asks for what is missing: `TODO:` behind nothing but our own list mark and label.
bool is_todo_line(std::string_view line)
{
    while (line.starts_with(' ') || line.starts_with('-')) line.remove_prefix(1);
    if (line.starts_with("[ ] ")) line.remove_prefix(4);
    if (line.starts_with("**"))
        if (const auto end = line.find(":** "); end != std::string_view::npos) line.remove_prefix(end + 4);
    return line.starts_with("TODO:");
}

}  // namespace

std::size_t count_words(std::string_view markdown)
{
    // Comments first: one may span lines. An escaped `\<!--` is text.
    std::string text;
    while (!markdown.empty()) {
        const auto open = markdown.find("<!--");
        if (open == std::string_view::npos || (open > 0 && markdown[open - 1] == '\\')) {
            const auto taken = open == std::string_view::npos ? markdown.size() : open + 4;
            text += markdown.substr(0, taken);
            markdown.remove_prefix(taken);
            continue;
        }
        text += markdown.substr(0, open);
        const auto close = markdown.find("-->", open);
        if (close == std::string_view::npos) break;
        markdown.remove_prefix(close + 3);
    }
    std::size_t words = 0;
    bool in_picture = false;
    for (std::string_view rest = text; !rest.empty();) {
        const auto end = std::min(rest.find('\n'), rest.size());
        const auto line = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        // The code of a picture is drawn, not read.
        if (line.starts_with("```mermaid")) in_picture = true;
        else if (in_picture && line.starts_with("```")) in_picture = false;
        else if (!in_picture && !is_todo_line(line)) words += timeline::count_words(line);
    }
    return words;
}

}  // namespace incident::draft
