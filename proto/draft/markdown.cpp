#include "draft/page.hpp"

namespace incident::draft {
namespace {

using BlockKind = Block::Kind;

std::string trace(const Block& block, const Options& options)
{
    if (!options.trace || block.events.empty()) return {};
    std::string comment = " <!--";
    for (const auto& id : block.events) comment += ' ' + to_string(id);
    return comment + " -->";
}

/// Whether an empty line parts the block from the one before it.
bool stands_apart(const Block& block, const Block& before)
{
    switch (block.kind) {
    case BlockKind::heading:
        return before.kind != BlockKind::heading || before.level == 1 || before.level >= block.level;
    case BlockKind::paragraph: return before.kind == BlockKind::paragraph;
    case BlockKind::notice:
    case BlockKind::remark:
    case BlockKind::picture: return true;
    case BlockKind::date:
    case BlockKind::fact:
    case BlockKind::zone:
    case BlockKind::moment:
    case BlockKind::item:
    case BlockKind::task: return false;
    }
    return false;
}

std::string mark(const Block& block)
{
    switch (block.kind) {
    case BlockKind::heading:
    case BlockKind::date: return std::string(static_cast<std::size_t>(block.level), '#') + ' ';
    case BlockKind::notice: return "**" + block.label + ":** ";
    case BlockKind::fact: return "- **" + block.label + ":** ";
    case BlockKind::moment: return "- **" + block.when + "** - ";
    case BlockKind::item: return "- ";
    case BlockKind::task: return "- [ ] ";
    case BlockKind::zone:
    case BlockKind::paragraph:
    case BlockKind::remark:
    case BlockKind::picture: return {};
    }
    return {};
}

}  // namespace

bool begins_section(std::span<const Block> page, std::size_t at) noexcept
{
    const auto kind = page[at].kind;
    return kind == BlockKind::picture || (kind == BlockKind::heading && (at == 0 || stands_apart(page[at], page[at - 1])));
}

std::string to_markdown(std::span<const Block> page, const Options& options)
{
    std::string out;
    for (std::size_t i = 0; i < page.size(); ++i) {
        const auto& block = page[i];
        if (i > 0 && stands_apart(block, page[i - 1])) out += '\n';
        if (block.kind == BlockKind::picture) {
            out += "```mermaid\n" + block.text + "```\n";
            continue;
        }
        out += mark(block);
        out += block.ours ? block.text : escape_markdown(block.text);
        out += trace(block, options) + '\n';
        for (const auto& part : block.details) out += "\n  " + escape_markdown(part) + '\n';
    }
    return out;
}

}  // namespace incident::draft
