#include "render/table.hpp"
#include "model/text.hpp"
#include "render/width.hpp"
#include <algorithm>

namespace incident::ctl {
namespace {

std::string tab_separated(const Table& table)
{
    std::string out;
    for (const auto& row : table.rows) {
        bool first = true;
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (!table.columns[i].piped) continue;
            if (!first) out += '\t';
            first = false;
            out += visible(row[i].full.empty() ? row[i].text : row[i].full);
        }
        out += '\n';
    }
    return out;
}

std::string without_trailing_space(std::string line)
{
    while (!line.empty() && line.back() == ' ') line.pop_back();
    return line + '\n';
}

}  // namespace

std::string print_table(const Table& table, const TableLook& look)
{
    if (!look.terminal) return tab_separated(table);
    std::vector<std::size_t> shown;
    for (std::size_t i = 0; i < table.columns.size(); ++i)
        if (look.wide || !table.columns[i].wide) shown.push_back(i);
    std::vector<std::size_t> widths;
    for (const auto i : shown) {
        auto width = display_width(table.columns[i].title);
        for (const auto& row : table.rows) width = std::max(width, display_width(visible(row[i].text)));
        widths.push_back(width);
    }
    std::size_t before_last = 0;
    for (std::size_t n = 0; n + 1 < widths.size(); ++n) {
        widths[n] = std::min<std::size_t>(widths[n], look.wide ? 60 : 32);
        before_last += widths[n] + 2;
    }
    // On a narrow terminal the widest columns give way, so that the last one gets room for a few words.
    constexpr std::size_t wanted_last = 16, least_last = 10, least_other = 10;
    while (before_last + wanted_last > look.columns && widths.size() > 1) {
        auto& widest = *std::max_element(widths.begin(), widths.end() - 1);
        if (widest <= least_other) break;
        --widest;
        --before_last;
    }
    const auto last_width = std::max(look.columns > before_last ? look.columns - before_last : 0, least_last);

    std::string out, line;
    for (std::size_t n = 0; n < shown.size(); ++n) {
        const auto& column = table.columns[shown[n]];
        line += n + 1 < shown.size() ? padded(column.title, widths[n], column.right) + "  " : column.title;
    }
    if (look.colour) out += painted(line, Style::faint, true) + '\n';
    else out += without_trailing_space(line);

    auto heading = table.headings.begin();
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
        for (; heading != table.headings.end() && heading->first == r; ++heading)
            out += painted(visible(heading->second), Style::bold, look.colour) + '\n';
        line.clear();
        for (std::size_t n = 0; n < shown.size(); ++n) {
            const auto& cell = table.rows[r][shown[n]];
            const auto text = visible(cell.text);
            if (n + 1 < shown.size()) {
                const auto fit = padded(cut(text, widths[n]), widths[n], table.columns[shown[n]].right);
                line += painted(fit, cell.style, look.colour) + "  ";
                continue;
            }
            const auto pieces = wrapped(text, last_width);
            for (std::size_t p = 0; p < pieces.size(); ++p) {
                if (p > 0) line = std::string(before_last, ' ');
                line += marked(pieces[p], cell.marks, cell.style, look.colour);
                out += without_trailing_space(std::move(line));
                line.clear();
            }
        }
    }
    return out;
}

std::string print_markdown(const Table& table)
{
    const auto escaped = [](std::string_view text) {
        std::string safe;
        for (const char c : visible(text)) {
            if (std::string_view{"\\|`*_<>[]&"}.find(c) != std::string_view::npos) safe += '\\';
            safe += c;
        }
        return safe;
    };
    std::string out = "|", rule = "|";
    for (const auto& column : table.columns) {
        out += ' ' + escaped(column.title) + " |";
        rule += column.right ? " ---: |" : " --- |";
    }
    out += '\n' + rule + '\n';
    for (const auto& row : table.rows) {
        out += '|';
        for (const auto& cell : row) out += ' ' + escaped(cell.full.empty() ? cell.text : cell.full) + " |";
        out += '\n';
    }
    return out;
}

}  // namespace incident::ctl
