#pragma once
#include <algorithm>
#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm-extension_api.h>
#include <cmark-gfm.h>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// What a reader of GitHub's Markdown makes of a text, by the library that GitHub itself grew from.
namespace incident::test {

struct ParsedMarkdown {
    std::map<std::string, int> nodes;  ///< how many of each type
    std::vector<std::string> headings, links, html;
    [[nodiscard]] int count(const std::string& type) const
    {
        const auto found = nodes.find(type);
        return found == nodes.end() ? 0 : found->second;
    }
};

namespace detail {
inline std::string text_below(cmark_node* node)
{
    std::string text;
    for (auto* child = cmark_node_first_child(node); child; child = cmark_node_next(child)) {
        if (const char* literal = cmark_node_get_literal(child)) text += literal;
        text += text_below(child);
    }
    return text;
}
}  // namespace detail

inline ParsedMarkdown parse_markdown(std::string_view text)
{
    cmark_gfm_core_extensions_ensure_registered();
    const std::unique_ptr<cmark_parser, decltype(&cmark_parser_free)> parser{
        cmark_parser_new(CMARK_OPT_FOOTNOTES | CMARK_OPT_UNSAFE), &cmark_parser_free};
    for (const char* name : {"table", "strikethrough", "autolink", "tasklist"})
        if (auto* extension = cmark_find_syntax_extension(name)) cmark_parser_attach_syntax_extension(parser.get(), extension);
    cmark_parser_feed(parser.get(), text.data(), text.size());
    const std::unique_ptr<cmark_node, decltype(&cmark_node_free)> root{cmark_parser_finish(parser.get()), &cmark_node_free};
    const std::unique_ptr<cmark_iter, decltype(&cmark_iter_free)> iter{cmark_iter_new(root.get()), &cmark_iter_free};
    ParsedMarkdown parsed;
    for (auto event = cmark_iter_next(iter.get()); event != CMARK_EVENT_DONE; event = cmark_iter_next(iter.get())) {
        if (event != CMARK_EVENT_ENTER) continue;
        auto* node = cmark_iter_get_node(iter.get());
        const std::string type = cmark_node_get_type_string(node);
        ++parsed.nodes[type];
        if (type == "heading") parsed.headings.push_back(detail::text_below(node));
        if (type == "link" || type == "image") parsed.links.emplace_back(cmark_node_get_url(node));
        if (type == "html_block" || type == "html_inline") parsed.html.emplace_back(cmark_node_get_literal(node));
    }
    return parsed;
}

}  // namespace incident::test
