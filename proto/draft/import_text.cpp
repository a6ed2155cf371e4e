#include "draft/import_sections.hpp"
#include "model/text.hpp"
#include "timeline/prose.hpp"
#include <algorithm>

namespace incident::draft::importing {
namespace {

std::string title_of(std::span<const Piece> pieces)
{
    for (const auto& piece : pieces) {
        if (piece.kind != Piece::Kind::heading && !(piece.kind == Piece::Kind::paragraph && lowered(piece.text.substr(0, 11)).starts_with("postmortem"))) continue;
        auto text = timeline::one_line(piece.text.substr(0, piece.text.find('\n')));
        for (const std::string_view prefix : {"postmortem report:", "postmortem:", "post-mortem:", "incident report:", "postmortem -", "postmortem –"})
            if (lowered(text.substr(0, prefix.size())) == prefix) text = std::string{trimmed(std::string_view{text}.substr(prefix.size()))};
        if (text.empty() || timeline::count_words(text) > 20) continue;
        return visible(shortened(text, 200));
    }
    return {};
}

/// Times behind their texts, where no line begins with one.
void collect_ends(std::span<const Line> lines, const ImportOptions& options, Collected& out)
{
    for (const auto& line : lines) {
        const auto end = stamp_at_end(line.text, options);
        if (!end || end->text_length == 0) continue;
        auto& raw = out.lines.emplace_back();
        raw.stamp = end->stamp;
        raw.line.raw = end->stamp.raw;
        raw.line.line = line.number;
        raw.line.typed = line.typed;
        set_text(raw.line, std::string_view{line.text}.substr(0, end->text_length));
    }
}

std::vector<Piece> with_code_as_text(std::vector<Piece> pieces)
{
    std::vector<Piece> all;
    for (auto& piece : pieces) {
        if (piece.kind == Piece::Kind::code) piece.kind = Piece::Kind::paragraph, piece.typed = piece.text, ++piece.line;
        all.push_back(std::move(piece));
    }
    return all;
}

}  // namespace

Collected collect_text(std::string_view document, const ImportOptions& options, Imported& out)
{
    Collected collected;
    auto pieces = pieces_of(document);
    out.title = title_of(pieces);
    for (int attempt = 0; attempt < 2; ++attempt) {
        if (attempt == 1) {  // the whole timeline may stand in a code block
            if (std::ranges::none_of(pieces, [](const Piece& piece) { return piece.kind == Piece::Kind::code; })) break;
            pieces = with_code_as_text(std::move(pieces));
        }
        auto lines = lines_of(pieces);
        std::size_t weak = 0, strong = 0;
        for (const auto& line : lines)
            if (const auto stamp = stamp_at(line.text, options); stamp && (stamp->clock || stamp->instant)) ++(stamp->weak ? weak : strong);
        const bool weak_too = weak >= 2 && weak >= strong;
        auto ranges = timelines_in(pieces, lines, options);
        std::size_t from = 0;
        for (auto& range : ranges) {
            const auto first = lines_in(range, true, {pieces, lines, options, weak_too, collected, out});
            if (!first) continue;
            range.first_line = *first;
            collected.sections.push_back(context_of(lines, range, from, options));
            from = range.end;
        }
        if (collected.sections.size() > 1)
            out.warnings.push_back(std::to_string(collected.sections.size()) + " timelines stand in this document; all of their lines are here");
        if (collected.lines.empty()) {
            Range whole{0, 0, lines.size(), 0};
            if (const auto first = lines_in(whole, false, {pieces, lines, options, weak_too, collected, out})) {
                whole.heading = *first;
                whole.first_line = *first;
                whole.end = lines.size();
                collected.sections.push_back(context_of(lines, whole, 0, options));
            }
        }
        if (collected.lines.empty()) {
            collect_ends(lines, options, collected);
            if (collected.lines.size() == 1) collected.lines.clear();  // one sentence that ends in a date is no list
            if (!collected.lines.empty()) collected.sections.push_back(context_of(lines, {lines.size(), lines.size(), lines.size(), lines.size()}, 0, options));
        }
        if (!collected.lines.empty()) break;
    }
    return collected;
}

}  // namespace incident::draft::importing
