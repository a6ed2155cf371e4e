#include "draft/written_parts.hpp"
#include "model/letters.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <array>

namespace incident::draft::written {
namespace {

/// Tags whose content is no text for readers.
bool is_silent(std::string_view name)
{
    return name == "script" || name == "style" || name == "title" || name == "svg" || name == "template" || name == "textarea";
}

/// Tags that begin a new line on the page.
bool is_block(std::string_view name)
{
    static constexpr std::array<std::string_view, 32> known{
        "address", "article", "aside", "body",   "center", "dd",   "details", "div", "dl",  "dt",     "fieldset",
        "figcaption", "figure", "footer", "form", "head",  "header", "hr",    "html", "main", "nav",  "p",
        "section", "summary", "thead", "tbody",  "tfoot",  "caption", "option", "button", "legend", "colgroup"};
    return std::ranges::find(known, name) != known.end();
}

class Html {
public:
    Html(std::string_view html, std::size_t line, std::vector<Piece>& out) : html_(html), line_(line), out_(out) {}

    void cut()
    {
        while (at_ < html_.size() && out_.size() < max_pieces) {
            if (html_[at_] == '<' && markup()) continue;
            character();
        }
        at_ = std::min(at_, html_.size());
        end_row();
        flush();
    }

private:
    void character()
    {
        const char c = html_[at_];
        if (c == '&')
            if (const auto entity = entity_at(html_.substr(at_))) {
                add(entity->stands_for);
                at_ += entity->length;
                return;
            }
        add({&html_[at_], 1});
        ++at_;
    }

    void add(std::string_view text)
    {
        if (text_.empty() && !code_ && is_space(text[0])) return;
        if (!begun_) begun_ = true, begin_ = at_;
        if (!code_ && is_space(text[0])) {
            if (!text_.ends_with(' ') && !text_.ends_with('\n')) text_ += ' ';
            return;
        }
        if (bold_ > 0) bold_seen_ = true;
        else plain_seen_ = true;
        text_ += text;
    }

    /// A comment, a declaration or a tag at `at_`. False: only a `<`.
    bool markup()
    {
        const auto rest = html_.substr(at_, longest_tag);
        if (rest.starts_with("<!--")) {
            const auto end = html_.find("-->", at_ + 4);
            at_ = end == std::string_view::npos ? html_.size() : end + 3;
            return true;
        }
        if (rest.size() > 1 && (rest[1] == '!' || rest[1] == '?')) {
            const auto end = html_.find('>', at_);
            at_ = end == std::string_view::npos ? html_.size() : end + 1;
            return true;
        }
        if (next_close_ < at_) next_close_ = std::min(html_.find('>', at_), html_.size());
        if (next_close_ - at_ >= longest_tag) return false;
        auto tag = tag_at(rest);
        if (tag.name.empty()) return false;
        tag.length = length_with_quotes(rest, tag.length);
        const auto start = at_;
        if (is_silent(tag.name) && !tag.closes) {
            at_ += tag.length;
            skip_to_end_of(tag.name);
            return true;
        }
        take(tag, start);
        at_ = start + tag.length;
        return true;
    }

    /// `>` may stand in a quoted attribute; an attribute whose quote never ends is taken without quotes.
    [[nodiscard]] static std::size_t length_with_quotes(std::string_view text, std::size_t simple)
    {
        char quote = 0;
        for (std::size_t i = 1; i < text.size(); ++i) {
            if (i >= simple && text[i] == '<') break;
            if (quote != 0) {
                if (text[i] == quote) quote = 0;
            } else if (text[i] == '"' || text[i] == '\'') {
                quote = text[i];
            } else if (text[i] == '>') {
                return i + 1;
            }
        }
        return simple;
    }

    void skip_to_end_of(std::string_view name)
    {
        for (auto end = html_.find("</", at_); end != std::string_view::npos; end = html_.find("</", end + 2)) {
            if (lowered(html_.substr(end + 2, name.size())) != name) continue;
            const auto close = html_.find('>', end);
            at_ = close == std::string_view::npos ? html_.size() : close + 1;
            return;
        }
        at_ = html_.size();
    }

    void take(const Tag& tag, std::size_t start)
    {
        const auto& name = tag.name;
        if (name == "br") {
            if (begun_) text_ += '\n';
        } else if (name == "b" || name == "strong") {
            if (!tag.closes) ++bold_;
            else if (bold_ > 0) --bold_;
        } else if (name.size() == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6') {
            if (in_cell_) return;
            flush();
            if (!tag.closes) open(Piece::Kind::heading, name[1] - '0', start);
        } else if (name == "ul" || name == "ol") {
            if (in_cell_) return void(text_ += '\n');
            flush();
            constexpr std::size_t deepest = 64;
            if (!tag.closes && lists_.size() < deepest) lists_.push_back(name == "ol");
            else if (tag.closes && !lists_.empty()) lists_.pop_back();
        } else if (name == "li") {
            if (in_cell_) return void(text_ += '\n');
            flush();
            if (!tag.closes) {
                open(Piece::Kind::item, lists_.empty() ? 0 : static_cast<int>(lists_.size()) - 1, start);
                piece_.numbered = !lists_.empty() && lists_.back();
            }
        } else if (name == "table") {
            end_row();
            flush();
        } else if (name == "thead") {
            in_head_ = !tag.closes;
        } else if (name == "tr") {
            end_row();
            if (!tag.closes) begin_row(start);
        } else if (name == "td" || name == "th") {
            end_cell();
            if (tag.closes) return;
            if (!in_row_) begin_row(start);
            in_cell_ = true;
            if (name == "td") all_heads_ = false;
        } else if (name == "pre") {
            if (in_cell_) return void(text_ += '\n');
            flush();
            code_ = !tag.closes;
            if (code_) open(Piece::Kind::code, 0, start);
        } else if (name == "blockquote") {
            if (in_cell_) return;
            flush();
            if (!tag.closes) ++quotes_;
            else if (quotes_ > 0) --quotes_;
        } else if (is_block(name)) {
            if (in_cell_) return text_.empty() || text_.ends_with('\n') ? void() : void(text_ += '\n');
            if (code_) return;
            if (opened_ && piece_.kind == Piece::Kind::item && (name == "p" || name == "div")) {
                if (!text_.empty() && !text_.ends_with("\n\n")) text_ += "\n\n";
                return;
            }
            flush();
        }
    }

    void open(Piece::Kind kind, int level, std::size_t start)
    {
        piece_ = Piece{};
        piece_.kind = kind;
        piece_.level = level;
        opened_ = true;
        begin_ = start;
        begun_ = true;
    }

    void begin_row(std::size_t start)
    {
        flush();
        in_row_ = true;
        all_heads_ = true;
        row_ = Piece{};
        row_.kind = Piece::Kind::row;
        row_begin_ = start;
        row_bold_ = true;
    }

    void end_cell()
    {
        if (!in_cell_) return;
        in_cell_ = false;
        row_bold_ = row_bold_ && (!plain_seen_ || all_heads_);
        row_.cells.emplace_back(trimmed(evened(text_)));
        reset();
    }

    void end_row()
    {
        end_cell();
        if (!in_row_) return;
        in_row_ = false;
        row_.level = in_head_ || all_heads_ ? 0 : 1;
        for (std::size_t i = 0; i < row_.cells.size(); ++i) row_.text.append(i == 0 ? "" : " | ").append(row_.cells[i]);
        row_.strong = row_bold_ && !row_.text.empty();
        if (!row_.cells.empty()) put(std::move(row_), row_begin_);
        row_ = Piece{};
    }

    void flush()
    {
        if (in_row_) return;  // text between the cells of a broken table goes into the next cell
        const bool code = opened_ && piece_.kind == Piece::Kind::code;
        auto text = evened(text_);
        if (code) {
            while (text.ends_with('\n')) text.pop_back();
            if (text.starts_with('\n')) text.erase(0, 1);
        } else {
            text = trimmed(text);
        }
        if (!text.empty()) {
            if (!opened_) {
                piece_ = Piece{};
                piece_.kind = quotes_ > 0 ? Piece::Kind::quote : Piece::Kind::paragraph;
                piece_.level = static_cast<int>(lists_.size());
            } else if (code) {
                piece_.level = static_cast<int>(lists_.size());
            }
            piece_.text = std::move(text);
            piece_.strong = bold_seen_ && !plain_seen_ && !code;
            put(std::move(piece_), begin_);
        }
        piece_ = Piece{};
        opened_ = false;
        reset();
    }

    void reset()
    {
        text_.clear();
        begun_ = bold_seen_ = plain_seen_ = false;
    }

    void put(Piece&& piece, std::size_t begin)
    {
        piece.line = line_at(begin);
        piece.typed = std::string{trimmed(html_.substr(begin, at_ - begin))};
        out_.push_back(std::move(piece));
    }

    std::size_t line_at(std::size_t place)
    {
        for (; counted_ < place; ++counted_)
            if (html_[counted_] == '\n') ++line_;
        return line_;
    }

    static constexpr std::size_t longest_tag = 4096;
    std::string_view html_;
    std::size_t line_, at_ = 0, next_close_ = 0, counted_ = 0, begin_ = 0, row_begin_ = 0;
    std::vector<Piece>& out_;
    Piece piece_, row_;
    std::string text_;
    std::vector<bool> lists_;
    int bold_ = 0, quotes_ = 0;
    bool opened_ = false, begun_ = false, code_ = false, in_row_ = false, in_cell_ = false, in_head_ = false, all_heads_ = false,
         row_bold_ = false, bold_seen_ = false, plain_seen_ = false;
};

}  // namespace

bool looks_like_html(std::string_view document)
{
    constexpr std::size_t looked_at = 64 * 1024;
    auto text = document.substr(0, looked_at);
    for (;;) {
        if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
        text = trimmed(text);
        if (!text.starts_with("<!--") && !text.starts_with("<?xml")) break;
        const auto end = text.find('>');
        if (end == std::string_view::npos) return false;
        text.remove_prefix(end + 1);
    }
    if (!text.starts_with('<')) return false;
    const auto head = lowered(text.substr(0, 9));
    if (head == "<!doctype" || head.starts_with("<html") || head.starts_with("<head") || head.starts_with("<body")) return true;
    std::size_t tags = 0, marks = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '<') {
            const auto name = tag_at(text.substr(i, 256)).name;
            if (is_block(name) || name == "li" || name == "td" || name == "tr" || name == "ul" || name == "ol" || name == "table" ||
                name == "br" || name == "h1" || name == "h2" || name == "h3")
                ++tags;
        } else if (i > 0 && text[i - 1] == '\n') {
            const auto line = text.substr(i, 3);
            if (line.starts_with("# ") || line.starts_with("##") || line.starts_with("- ") || line.starts_with("* ") || line[0] == '|')
                ++marks;
        }
    }
    return tags > marks;
}

void cut_html(std::string_view html, std::size_t line, std::vector<Piece>& out) { Html{html, line, out}.cut(); }

}  // namespace incident::draft::written
