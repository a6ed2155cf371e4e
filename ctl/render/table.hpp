#pragma once
#include "render/style.hpp"
#include <string>
#include <vector>

namespace incident::ctl {

struct Cell {
    std::string text;  ///< untrusted is welcome: printing makes controls visible
    Style style = Style::plain;
    std::string full = {};  ///< what a pipe gets instead (a whole time for a short one); empty: `text`
    std::vector<std::string> marks = {};  ///< of the last column: words to stand out, in lower case
};

struct Column {
    std::string title;
    bool wide = false;  ///< only in `wide` and pipes
    bool right = false;
    bool piped = true;  ///< false: for people only, such as an age that changes while it is read
};

/// Rows for people. The last column takes the width that is left and wraps.
struct Table {
    std::vector<Column> columns;
    std::vector<std::vector<Cell>> rows;
    std::vector<std::pair<std::size_t, std::string>> headings;  ///< before row n; terminal only
};

struct TableLook {
    bool terminal = false;  ///< false: tab separated, no heading, nothing cut
    bool wide = false;
    bool colour = false;
    std::size_t columns = 80;
};

[[nodiscard]] std::string print_table(const Table& table, const TableLook& look);
/// A GitHub-style Markdown table; everything escaped.
[[nodiscard]] std::string print_markdown(const Table& table);

}  // namespace incident::ctl
