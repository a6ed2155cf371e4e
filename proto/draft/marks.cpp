#include "draft/marks.hpp"
#include "model/text.hpp"
#include <algorithm>

namespace incident::draft {
namespace {

/// `issue-summary` of "Issue Summary". Only our own headings come here; the title is always `title`.
std::string name_of(const Block& block)
{
    if (block.kind == Block::Kind::picture) return "picture";
    if (block.level == 1) return "title";
    std::string name;
    for (const char c : lowered(block.text)) {
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) name += c;
        else if (!name.empty() && name.back() != '-') name += '-';
    }
    return name;
}

}  // namespace

std::string checksum_of(std::string_view text)
{
    std::string even;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        auto line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        while (!line.empty() && (line.back() == ' ' || line.back() == '\t' || line.back() == '\r')) line.remove_suffix(1);
        if (!even.empty() || !line.empty()) even.append(line).append("\n");
    }
    while (even.ends_with("\n\n")) even.pop_back();
    std::uint64_t hash = 0xcbf29ce484222325ull;
    for (const char c : even) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 0x100000001b3ull;
    }
    static constexpr char hex[] = "0123456789abcdef";
    std::string printed;
    for (int shift = 60; shift >= 0; shift -= 4) printed += hex[(hash >> shift) & 15u];
    return printed;
}

std::string marked(std::span<const Block> page, const Options& options, const MarkedAs& as)
{
    std::vector<std::string> names;
    std::string body;
    for (std::size_t at = 0; at < page.size();) {
        auto end = at + 1;
        while (end < page.size() && !begins_section(page, end)) ++end;
        auto name = name_of(page[at]);
        if (const auto same = std::ranges::count(names, name); same > 0) name += '-' + std::to_string(same + 1);
        while (std::ranges::find(names, name) != names.end()) name += "-2";
        const auto text = to_markdown(page.subspan(at, end - at), options);
        body += "\n<!-- incidentd:begin " + name + ' ' + checksum_of(text) + " -->\n" + text + "<!-- incidentd:end " + name + " -->\n";
        names.push_back(std::move(name));
        at = end;
    }
    std::string head = "<!-- incidentd:draft " + as.incident + ' ' + as.template_name;
    for (const auto& name : names) head += ' ' + name;
    return head + " -->\n" + body;
}

}  // namespace incident::draft
