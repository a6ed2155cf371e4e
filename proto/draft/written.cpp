#include "draft/written_parts.hpp"
#include "model/letters.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <array>

namespace incident::draft {
namespace written {
namespace {

bool is_blank(char c) noexcept { return c == ' ' || c == '\t'; }

/// A line of the document as a reader sees it.
struct Line {
    std::string text;         ///< evened, without its indent and the line feed
    std::size_t indent = 0;   ///< a tab counts to the next multiple of four
    std::size_t begin = 0, end = 0;  ///< in the document, without the line feed
    std::size_t number = 1;
};

/// What begins a list item: how many characters, and of which sort.
struct Marker {
    std::size_t length = 0;
    bool numbered = false, round = false;  ///< round: Word's `o`, which stands below `•` without an indent
    bool foreign = false;                  ///< a bullet that Markdown does not know: its lines do not run on
    long number = 0;
};

bool begins_with_month(std::string_view text)
{
    static constexpr std::array<std::string_view, 12> months{"jan", "feb", "mar", "apr", "may", "jun",
                                                             "jul", "aug", "sep", "oct", "nov", "dec"};
    return std::ranges::find(months, lowered(text.substr(0, 3))) != months.end();
}

Marker marker_of(std::string_view text, bool nested)
{
    Marker marker;
    std::size_t sign = 0;
    if (text.starts_with('-') || text.starts_with('*') || text.starts_with('+')) sign = 1;
    for (const std::string_view bullet : {"•", "–", "—", "·", "◦", "▪", "‣", "●", "○", "∙"})
        if (text.starts_with(bullet)) sign = bullet.size(), marker.foreign = true;
    if (sign == 0 && text.size() > 2 && text[0] == 'o' && is_blank(text[1]) && (nested || text[1] == '\t' || is_blank(text[2])))
        sign = 1, marker.foreign = marker.round = true;
    if (sign == 0 && !nested) {
        while (sign < 4 && sign < text.size() && is_digit(text[sign])) marker.number = marker.number * 10 + (text[sign++] - '0');
        if (sign == 0 || sign == 4 || sign >= text.size() || (text[sign] != '.' && text[sign] != ')')) return {};
        marker.numbered = true;
        if (++sign < text.size() && begins_with_month(trimmed(text.substr(sign)))) return {};  // `19. April`
    }
    if (sign == 0) return {};
    marker.length = sign;
    while (marker.length < text.size() && is_blank(text[marker.length])) ++marker.length;
    const bool tight = marker.length == sign && marker.length < text.size();
    if (tight && !text.starts_with("•") && !text.starts_with("●") && !text.starts_with("▪")) return {};
    return marker;
}

bool only_of(std::string_view text, std::string_view letters) { return text.find_first_not_of(letters) == std::string_view::npos; }

bool is_rule(std::string_view text)
{
    if (text.empty() || (text[0] != '-' && text[0] != '*' && text[0] != '_')) return false;
    const char letter = text[0];
    return std::ranges::count(text, letter) >= 3 && std::ranges::all_of(text, [&](char c) { return c == letter || is_blank(c); });
}

/// The line below a table's head, or a border that a terminal program drew.
bool is_table_line(std::string_view text)
{
    return text.find_first_of("-=") != text.npos && (text.find('|') != text.npos || (text.find('+') != text.npos && text.size() > 3)) &&
           only_of(text, "|:-+= \t");
}

std::vector<std::string> cells_of(std::string_view row)
{
    std::vector<std::string> cells;
    row = trimmed(row);
    if (row.starts_with('|')) row.remove_prefix(1);
    std::string cell;
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (row[i] == '\\' && i + 1 < row.size() && row[i + 1] == '|') cell += '|', ++i;
        else if (row[i] == '\\' && i + 1 < row.size()) cell += row[i], cell += row[++i];
        else if (row[i] == '|') cells.push_back(std::move(cell)), cell.clear();
        else cell += row[i];
    }
    if (!trimmed(cell).empty() || cells.empty()) cells.push_back(std::move(cell));
    return cells;
}

class Markdown {
public:
    explicit Markdown(std::string_view document) : document_(document) {}

    std::vector<Piece> cut()
    {
        while (out_.size() < max_pieces && next()) line();
        flush();
        if (out_.size() > max_pieces) out_.resize(max_pieces);
        return std::move(out_);
    }

private:
    struct Level {
        std::size_t indent;
        bool round, foreign, numbered;
    };

    bool next()
    {
        if (at_ >= document_.size()) return false;
        auto end = document_.find_first_of("\r\n", at_);
        if (end == std::string_view::npos) end = document_.size();
        line_.begin = at_;
        line_.end = end;
        line_.number = ++number_;
        at_ = std::min(end + (document_.substr(end, 2) == "\r\n" ? 2 : 1), document_.size());
        auto text = evened(document_.substr(line_.begin, end - line_.begin));
        line_.indent = 0;
        std::size_t i = 0;
        for (; i < text.size() && is_blank(text[i]); ++i) line_.indent = text[i] == '\t' ? (line_.indent / 4 + 1) * 4 : line_.indent + 1;
        while (text.size() > i && (is_blank(text.back()) || text.back() == '\n')) text.pop_back();
        line_.text = text.substr(i);
        return true;
    }

    void line()
    {
        const std::string_view text = line_.text;
        if (text.empty()) {
            if (kind_ == Piece::Kind::item && open_) blank_ = true;
            else flush();
            in_table_ = false;
            after_blank_ = true;
            return;
        }
        if (comment() || front_matter() || fence() || html_block()) return after();
        if (table()) return after();
        in_table_ = false;
        if (heading() || quote() || item()) return after();
        running_text();
        after();
    }
    void after() { after_blank_ = blank_ = false; }

    /// A comment that has its lines for itself.
    bool comment()
    {
        if (!line_.text.starts_with("<!--")) return false;
        if (no_comments_) return false;
        if (comment_end_ < line_.begin + 4) comment_end_ = document_.find("-->", line_.begin + 4);
        const auto end = comment_end_;
        if (end == std::string_view::npos) return no_comments_ = true, false;
        const auto stop = std::min(document_.find('\n', end), document_.size());
        if (!trimmed(document_.substr(end + 3, stop - end - 3)).empty()) return false;
        skip_to(stop + 1);
        return true;
    }

    /// Goes on with the line that begins at `place`.
    void skip_to(std::size_t place)
    {
        place = std::min(place, document_.size());
        for (auto i = at_; i < place; ++i)
            if (document_[i] == '\n' || (document_[i] == '\r' && document_.substr(i, 2) != "\r\n")) ++number_;
        at_ = std::max(at_, place);
    }

    bool front_matter()
    {
        if (line_.number != 1 || line_.text != "---") return false;
        const auto end = document_.substr(0, 8192).find("\n---", at_ - 1);
        if (end == std::string_view::npos) return false;
        put_code(document_.substr(at_, end > at_ ? end - at_ : 0), 0, end + 4);
        return true;
    }

    bool fence()
    {
        const std::string_view text = line_.text;
        if (!text.starts_with("```") && !text.starts_with("~~~")) return false;
        const char letter = text[0];
        constexpr std::size_t longest = 64;
        const auto run = std::min(std::min(text.find_first_not_of(letter), text.size()), longest);
        if (letter == '`' && text.substr(run).find('`') != text.npos) return false;
        auto& hopeless = hopeless_fence_[letter == '`' ? 0 : 1];
        if (run >= hopeless) return false;  // no such line further down: only these characters
        for (auto begin = at_; begin < document_.size();) {
            const auto end = std::min(document_.find('\n', begin), document_.size());
            const auto closing = trimmed(document_.substr(begin, end - begin));
            if (closing.size() >= run && only_of(closing, {&letter, 1})) {
                put_code(document_.substr(at_, begin > at_ ? begin - at_ - 1 : 0), line_.indent, end);
                return true;
            }
            begin = end + 1;
        }
        hopeless = run;
        return false;
    }

    void put_code(std::string_view inside, std::size_t indent, std::size_t end)
    {
        flush();
        Piece piece;
        piece.kind = Piece::Kind::code;
        piece.level = depth_here();
        piece.line = line_.number;
        piece.typed = std::string{document_.substr(line_.begin, end - line_.begin)};
        const auto text = evened(inside);
        for (std::string_view rest = text; !rest.empty();) {
            const auto stop = std::min(rest.find('\n'), rest.size());
            auto one = rest.substr(0, stop);
            for (std::size_t i = 0; i < indent && !one.empty() && is_blank(one[0]); ++i) one.remove_prefix(1);
            piece.text.append(one);
            if (stop < rest.size()) piece.text += '\n';
            rest.remove_prefix(std::min(stop + 1, rest.size()));
        }
        out_.push_back(std::move(piece));
        skip_to(std::min(document_.find('\n', end), document_.size() - 1) + 1);
    }

    /// Lists, tables and paragraphs that are written as HTML inside Markdown.
    bool html_block()
    {
        if (!line_.text.starts_with('<')) return false;
        static constexpr std::array<std::string_view, 13> blocks{"table", "ul", "ol", "dl", "p",  "pre", "h1",
                                                                 "h2",    "h3", "h4", "h5", "h6", "blockquote"};
        const auto start = line_.begin + document_.substr(line_.begin, line_.end - line_.begin).find('<');
        const auto name = tag_at(document_.substr(start, line_.end - start)).name;
        const auto known = std::ranges::find(blocks, name);
        if (known == blocks.end() || tag_at(document_.substr(start, line_.end - start)).closes) return false;
        auto& hopeless = hopeless_tag_[static_cast<std::size_t>(known - blocks.begin())];
        const auto end = hopeless ? std::string_view::npos : end_of_element(start, name);
        if (end == std::string_view::npos) return hopeless = true, false;
        flush();
        cut_html(document_.substr(start, end - start), line_.number, out_);
        skip_to(std::min(document_.find('\n', end), document_.size() - 1) + 1);
        return true;
    }

    /// Behind the closing tag, and what else stands on its line.
    [[nodiscard]] std::size_t end_of_element(std::size_t begin, std::string_view name) const
    {
        int depth = 0;
        for (auto at = begin; at != std::string_view::npos; at = document_.find('<', at + 1)) {
            const auto tag = tag_at(document_.substr(at, 256));
            if (tag.name != name) continue;
            depth += tag.closes ? -1 : 1;
            if (depth == 0) return std::min(document_.find('\n', at), document_.size());
        }
        return std::string_view::npos;
    }

    bool table()
    {
        const std::string_view text = line_.text;
        if (is_table_line(text)) {
            if (in_table_) {
                if (first_row_ + 1 == out_.size()) out_.back().level = 0;
                first_row_ = none;
                return true;
            }
            if (text[0] == '+') return flush(), first_row_ = out_.size(), in_table_ = true;
            if (!open_ || kind_ == Piece::Kind::quote || last_line_.find('|') == std::string::npos) return false;
            head_from_paragraph();
            first_row_ = none;
            return in_table_ = true;
        }
        const auto bars = std::ranges::count(text, '|');
        if (in_table_ ? bars == 0 : text[0] != '|' || bars < 2) return false;
        if (text[0] != '|' && (text[0] == '#' || text[0] == '>' || marker_of(text, false).length > 0)) return false;
        flush();
        if (!in_table_) first_row_ = out_.size();
        put_row(text, line_.number, line_.begin, line_.end, 1);
        in_table_ = true;
        return true;
    }

    void head_from_paragraph()
    {
        const auto row = last_line_;
        const auto begin = last_begin_, end = end_;
        const auto number = line_.number - 1;
        marked_.resize(last_size_);
        end_ = std::max(begin_, last_begin_ > 0 ? last_begin_ - 1 : 0);
        if (marked_.empty()) open_ = false;
        flush();
        put_row(row, number, begin, end, 0);
    }

    void put_row(std::string_view text, std::size_t number, std::size_t begin, std::size_t end, int level)
    {
        Piece piece;
        piece.kind = Piece::Kind::row;
        piece.level = level;
        piece.line = number;
        piece.typed = std::string{document_.substr(begin, end - begin)};
        bool strong = true;
        for (const auto& cell : cells_of(text)) {
            auto words = words_of(trimmed(cell));
            strong = strong && (words.strong || words.text.empty());
            piece.text.append(piece.cells.empty() ? "" : " | ").append(words.text);
            piece.cells.push_back(std::move(words.text));
        }
        piece.strong = strong && !piece.text.empty();
        out_.push_back(std::move(piece));
    }

    bool heading()
    {
        std::string_view text = line_.text;
        if (open_ && kind_ == Piece::Kind::paragraph && lines_ == 1 && !after_blank_ && text.size() >= 2 &&
            (only_of(text, "=") || (only_of(text, "-") && text.size() >= 3))) {
            kind_ = Piece::Kind::heading;
            level_ = text[0] == '=' ? 1 : 2;
            end_ = line_.end;
            flush();
            return true;
        }
        if (is_rule(text) || only_of(text, "=")) return flush(), levels_.clear(), true;
        const auto signs = std::min(text.find_first_not_of('#'), text.size());
        if (signs == 0 || signs > 6 || (signs < text.size() && !is_blank(text[signs]))) return false;
        text = trimmed(text.substr(signs));
        auto end = text.size();
        while (end > 0 && text[end - 1] == '#') --end;
        if (end < text.size() && (end == 0 || is_blank(text[end - 1]))) text = trimmed(text.substr(0, end));
        flush();
        levels_.clear();
        begin(Piece::Kind::heading, static_cast<int>(signs));
        marked_ = text;
        flush();
        return true;
    }

    bool quote()
    {
        std::string_view text = line_.text;
        if (!text.starts_with('>')) return false;
        if (!open_ || kind_ != Piece::Kind::quote) flush(), begin(Piece::Kind::quote, depth_here());
        while (text.starts_with('>')) {
            text.remove_prefix(1);
            if (text.starts_with(' ')) text.remove_prefix(1);
        }
        append(text);
        return true;
    }

    bool item()
    {
        std::string_view text = line_.text;
        auto marker = marker_of(text, false);
        if (marker.length == 0 || is_rule(text)) return false;
        // A wrapped line may begin with a number; a list that begins in mid-paragraph begins with 1.
        if (marker.numbered && open_ && !after_blank_ && marker.number != 1 && (levels_.empty() || !levels_.back().numbered)) return false;
        flush();
        auto& all = levels_;
        const auto below = [&](const Level& level) {
            if (line_.indent >= level.indent + 2) return true;
            return marker.round && !level.round && line_.indent >= level.indent;
        };
        while (!all.empty() && !below(all.back())) all.pop_back();
        constexpr std::size_t deepest = 64;
        if (all.size() < deepest) all.push_back({line_.indent, marker.round, marker.foreign, marker.numbered});
        const auto numbered = marker.numbered;
        text.remove_prefix(marker.length);
        if (const auto inner = marker_of(text, true); inner.length > 0 && inner.length < text.size()) text.remove_prefix(inner.length);
        if (text.size() > 3 && text[0] == '[' && text[2] == ']' && is_blank(text[3]) && (text[1] == ' ' || (text[1] | 0x20) == 'x'))
            text = trimmed(text.substr(4));
        begin(Piece::Kind::item, static_cast<int>(all.size()) - 1);
        numbered_ = numbered;
        append(text);
        return true;
    }

    void running_text()
    {
        if (open_ && kind_ == Piece::Kind::quote) flush();
        if (open_ && kind_ == Piece::Kind::item) {
            const bool inside = line_.indent >= levels_.back().indent + 2 || (line_.indent > 0 && levels_.back().indent == 0 && !blank_);
            if (inside || (!blank_ && !levels_.back().foreign)) {
                if (blank_) marked_ += '\n';
                return append(line_.text);
            }
            flush();
        }
        if (!open_) {
            while (!levels_.empty() && line_.indent < levels_.back().indent + 2) levels_.pop_back();
            begin(Piece::Kind::paragraph, static_cast<int>(levels_.size()));
        }
        append(line_.text);
    }

    /// Code and quotes belong to the item that they are indented under.
    [[nodiscard]] int depth_here() const
    {
        int depth = 0;
        for (const auto& level : levels_)
            if (line_.indent >= level.indent + 2) ++depth;
        return depth;
    }

    void begin(Piece::Kind kind, int level)
    {
        kind_ = kind;
        level_ = level;
        open_ = true;
        numbered_ = false;
        begin_ = line_.begin;
        end_ = line_.end;
        first_line_ = line_.number;
        lines_ = 0;
    }

    void append(std::string_view text)
    {
        last_size_ = marked_.size();
        last_begin_ = line_.begin;
        last_line_ = text;
        if (lines_++ > 0) marked_ += '\n';
        marked_ += text;
        end_ = line_.end;
    }

    void flush()
    {
        if (open_) {
            auto words = words_of(marked_);
            if (!words.text.empty() || kind_ == Piece::Kind::item) {
                Piece piece;
                piece.kind = kind_;
                piece.level = level_;
                piece.text = std::move(words.text);
                piece.strong = words.strong;
                piece.numbered = numbered_;
                piece.line = first_line_;
                piece.typed = std::string{document_.substr(begin_, end_ > begin_ ? end_ - begin_ : 0)};
                out_.push_back(std::move(piece));
            }
        }
        open_ = blank_ = false;
        marked_.clear();
        last_line_.clear();
    }

    static constexpr auto none = std::string_view::npos - 1;
    std::string_view document_;
    std::size_t at_ = 0, number_ = 0, comment_end_ = 0;
    Line line_;
    std::vector<Piece> out_;
    std::vector<Level> levels_;
    bool open_ = false, blank_ = false, after_blank_ = false, numbered_ = false, in_table_ = false, no_comments_ = false;
    Piece::Kind kind_ = Piece::Kind::paragraph;
    int level_ = 0;
    std::size_t begin_ = 0, end_ = 0, first_line_ = 1, lines_ = 0, first_row_ = none;
    std::string marked_, last_line_;
    std::size_t last_size_ = 0, last_begin_ = 0;
    std::array<std::size_t, 2> hopeless_fence_{1000, 1000};
    std::array<bool, 13> hopeless_tag_{};
};

}  // namespace
}  // namespace written

std::vector<Piece> pieces_of(std::string_view document)
{
    if (written::looks_like_html(document)) {
        std::vector<Piece> pieces;
        written::cut_html(document, 1, pieces);
        return pieces;
    }
    return written::Markdown{document}.cut();
}

}  // namespace incident::draft
