#include "draft/mermaid.hpp"
#include "model/text.hpp"
#include "timeline/prose.hpp"
#include <algorithm>

namespace incident::draft {
namespace {

bool stands_as_it_is(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80 ||
           std::string_view{" .,()!?/+-'"}.find(c) != std::string_view::npos;
}

/// In Mermaid a colon ends the name of a moment; the sign of a ratio looks the same and means nothing there.
std::string mermaid_time(std::string text)
{
    std::string shown;
    for (const char c : text) {
        if (c == ':') shown += "∶";
        else shown += c;
    }
    return shown;
}

}  // namespace

std::string escape_mermaid(std::string_view text)
{
    const auto line = visible(timeline::one_line(to_valid_utf8(text)));
    std::string safe;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        // `--` and `...` mean nothing in a timeline, yet other diagrams know them, and a reader's renderer may be older.
        const bool repeated_dash = c == '-' && i > 0 && line[i - 1] == '-';
        if (stands_as_it_is(c) && !repeated_dash) safe += c;
        else safe.append("#").append(std::to_string(static_cast<unsigned char>(c))).append(";");
    }
    return safe;
}

void add_picture(Page& page, const Document& document, const Times& times)
{
    auto moments = moments_of(document, times);
    const auto all = moments.shown.size();
    if (all == 0) return;
    auto shown = moments.shown;
    if (shown.size() > max_mermaid_lines) {
        std::erase_if(shown, [](const Bullet* bullet) { return bullet->fold_rank > 0; });
        if (shown.size() > max_mermaid_lines) shown.resize(max_mermaid_lines);
    }
    Block block;
    block.kind = Block::Kind::picture;
    block.ours = true;
    block.text = "timeline\n    title " + escape_mermaid(document.title) + '\n';
    std::string date;
    for (const auto* bullet : shown) {
        if (auto own = times.date(bullet->at); own != date) {
            date = std::move(own);
            block.text += "    section " + date + '\n';
        }
        block.text += "    " + mermaid_time(times.clock(bullet->at)) + " : " + escape_mermaid(bullet->text) + '\n';
    }
    if (shown.size() < all)
        block.text += "    and more : " + std::to_string(all - shown.size()) + " other entries stand in the list\n";
    const auto heading = std::ranges::find_if(page, [](const Block& each) {
        return each.kind == Block::Kind::heading && each.level == 2 && each.ours && each.text == "Timeline";
    });
    auto place = heading == page.end() ? page.end() : std::next(heading);
    while (place != page.end() && !(place->kind == Block::Kind::heading && place->level <= 2)) ++place;
    page.insert(place, std::move(block));
}

}  // namespace incident::draft
