#include "draft/written_parts.hpp"
#include "model/letters.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace incident::draft::written {
namespace {

bool is_mark(char c) noexcept
{
    return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
}

void append_utf8(std::string& out, std::uint32_t c)
{
    const auto byte = [&](std::uint32_t value) { out += static_cast<char>(value); };
    if (c < 0x80) return byte(c);
    if (c < 0x800) return byte(0xc0 | c >> 6), byte(0x80 | (c & 63));
    if (c < 0x10000) return byte(0xe0 | c >> 12), byte(0x80 | (c >> 6 & 63)), byte(0x80 | (c & 63));
    byte(0xf0 | c >> 18), byte(0x80 | (c >> 12 & 63)), byte(0x80 | (c >> 6 & 63)), byte(0x80 | (c & 63));
}

/// A run of `*`, `_` or `~~` that may begin or end emphasis.
struct Mark {
    char letter;
    bool opens, closes;
    std::size_t at;     ///< in the text so far
    std::size_t count;  ///< of characters that are still only themselves
};

class Reader {
public:
    explicit Reader(std::string_view marked) : in_(marked) {}

    Words read()
    {
        while (at_ < in_.size()) step();
        pair_marks();
        return without_marks();
    }

private:
    [[nodiscard]] char peek(std::size_t ahead) const { return at_ + ahead < in_.size() ? in_[at_ + ahead] : '\0'; }
    [[nodiscard]] std::string_view rest() const { return in_.substr(at_); }

    void step()
    {
        const char c = in_[at_];
        switch (c) {
        case '\\':
            if (is_mark(peek(1))) out_ += peek(1), at_ += 2;
            else if (peek(1) == '\n') ++at_;  // a hard break; the line feed follows
            else out_ += c, ++at_;
            return;
        case '`': return code();
        case '<': return tag();
        case '&':
            if (const auto entity = entity_at(rest())) out_ += entity->stands_for, at_ += entity->length;
            else out_ += c, ++at_;
            return;
        case '!':
            if (peek(1) == '[') ++at_;  // of an image the words are left
            else out_ += c, ++at_;
            return;
        case '[':
            brackets_.push_back(out_.size());
            out_ += c, ++at_;
            return;
        case ']': return bracket();
        case '*': case '_': case '~': return mark();
        case ' ':  // escape_markdown() parts the scheme of an address from what follows
            ++at_;
            if (!out_.ends_with(':') || !ends_in_scheme()) out_ += c;
            return;
        default: out_ += c, ++at_;
        }
    }

    [[nodiscard]] bool ends_in_scheme() const
    {
        const auto tail = lowered(std::string_view{out_}.substr(out_.size() - std::min<std::size_t>(out_.size(), 7)));
        return tail.ends_with("xmpp:") || tail == "mailto:";
    }

    void code()
    {
        std::size_t ticks = 0;
        while (peek(ticks) == '`') ++ticks;
        const auto begin = at_ + ticks;
        if (ticks < last_run_.size() && !runs_known_) find_runs();
        if (ticks >= last_run_.size() || last_run_[ticks] < begin) {
            out_.append(ticks, '`');
            at_ = begin;
            return;
        }
        for (auto end = begin;;) {
            end = in_.find('`', end);
            std::size_t run = 0;
            while (end + run < in_.size() && in_[end + run] == '`') ++run;
            if (run != ticks) {
                end += run;
                continue;
            }
            auto inside = in_.substr(begin, end - begin);
            if (inside.size() > 2 && inside.front() == ' ' && inside.back() == ' ') inside = inside.substr(1, inside.size() - 2);
            out_ += inside;
            at_ = end + run;
            return;
        }
    }

    /// Where the last run of each length begins, so that no search is made in vain.
    void find_runs()
    {
        runs_known_ = true;
        for (std::size_t i = at_; i < in_.size();) {
            std::size_t run = 0;
            while (i + run < in_.size() && in_[i + run] == '`') ++run;
            if (run > 0 && run < last_run_.size()) last_run_[run] = i;
            i += run + 1;
        }
    }

    void tag()
    {
        if (rest().starts_with("<!--")) {
            if (last_comment_ == unknown) last_comment_ = in_.rfind("-->");
            if (last_comment_ != std::string_view::npos && last_comment_ >= at_ + 4) {
                at_ = in_.find("-->", at_ + 4) + 3;
                return;
            }
        }
        const auto end = in_.find_first_of("<>", at_ + 1);
        const auto inside = end == std::string_view::npos || in_[end] == '<' ? std::string_view{} : in_.substr(at_ + 1, end - at_ - 1);
        const auto colon = inside.find(':');
        const bool address = colon != std::string_view::npos && (inside.substr(colon).starts_with("://") || inside.starts_with("mailto:")) &&
                             inside.find_first_of(" \n\t\"'") == std::string_view::npos;
        if (address) {
            out_ += inside;
            at_ = end + 1;
            return;
        }
        if (!inside.empty()) {
            const auto found = tag_at(rest().substr(0, inside.size() + 2));
            if (found.name == "br") return out_ += '\n', void(at_ = end + 1);
            if (!found.name.empty() && is_inline_tag(found.name)) {
                if (found.name == "b" || found.name == "strong") {
                    if (!found.closes) bold_.push_back(out_.size());
                    else if (!bold_.empty()) strong_.emplace_back(bold_.back(), out_.size()), bold_.pop_back();
                }
                at_ = end + 1;
                return;
            }
        }
        out_ += '<', ++at_;
    }

    void bracket()
    {
        ++at_;
        if (brackets_.empty()) return void(out_ += ']');
        const auto open = brackets_.back();
        brackets_.pop_back();
        auto end = std::string_view::npos;
        if (peek(0) == '(') end = end_of_target();
        else if (peek(0) == '[') {
            const auto stop = in_.find_first_of("[]\n", at_ + 1);
            if (stop != std::string_view::npos && in_[stop] == ']') end = stop;
        }
        if (end == std::string_view::npos) return void(out_ += ']');
        removed_.push_back({open, 1});
        at_ = end + 1;
    }

    /// Of `(address "title")`; never beyond the line or into the next link, so that every byte is looked at once or twice.
    [[nodiscard]] std::size_t end_of_target() const
    {
        int depth = 0;
        for (auto i = at_; i < in_.size() && in_[i] != '\n'; ++i) {
            if (in_[i] == '\\') ++i;
            else if (in_[i] == ']' && i + 1 < in_.size() && in_[i + 1] == '(') break;
            else if (in_[i] == '(') ++depth;
            else if (in_[i] == ')' && --depth == 0) return i;
        }
        return std::string_view::npos;
    }

    void mark()
    {
        const char c = in_[at_];
        std::size_t run = 0;
        while (peek(run) == c) ++run;
        const char before = at_ == 0 ? ' ' : in_[at_ - 1], after = at_ + run < in_.size() ? in_[at_ + run] : ' ';
        const bool left = !is_space(after) && (!is_mark(after) || is_space(before) || is_mark(before));
        const bool right = !is_space(before) && (!is_mark(before) || is_space(after) || is_mark(after));
        Mark found{c, left, right, out_.size(), run};
        if (c == '_') found.opens = left && (!right || is_mark(before)), found.closes = right && (!left || is_mark(after));
        // People close bold behind a colon and write on without a space; nobody else writes two stars.
        if (c == '*' && run >= 2) found.opens = !is_space(after), found.closes = !is_space(before);
        if (c == '~' && run != 2) found.opens = found.closes = false;  // ~13:30 is no beginning
        out_.append(run, c);
        at_ += run;
        if (found.opens || found.closes) marks_.push_back(found);
    }

    void pair_marks()
    {
        std::array<std::vector<std::size_t>, 3> open;
        const auto slot = [](char c) { return c == '*' ? 0u : c == '_' ? 1u : 2u; };
        for (std::size_t i = 0; i < marks_.size(); ++i) {
            auto& closer = marks_[i];
            auto& candidates = open[slot(closer.letter)];
            while (closer.closes && closer.count > 0 && !candidates.empty()) {
                auto& opener = marks_[candidates.back()];
                const std::size_t taken = opener.count >= 2 && closer.count >= 2 ? 2 : 1;
                if (closer.letter == '~' && taken != 2) break;
                for (auto& others : open)  // what opened inside and did not close stays itself
                    while (!others.empty() && others.back() > candidates.back()) others.pop_back();
                if (taken == 2 && closer.letter != '~') strong_.emplace_back(opener.at, closer.at);
                removed_.push_back({opener.at + opener.count - taken, taken});
                removed_.push_back({closer.at + closer_used(i), taken});
                opener.count -= taken;
                closer.count -= taken;
                used_[i] += taken;
                if (opener.count == 0) candidates.pop_back();
            }
            if (closer.opens && closer.count > 0) {
                closer.at += closer_used(i);  // what is left of it stands behind what it closed
                candidates.push_back(i);
            }
        }
    }
    std::size_t closer_used(std::size_t i)
    {
        if (used_.size() < marks_.size()) used_.resize(marks_.size());
        return used_[i];
    }

    Words without_marks()
    {
        std::ranges::sort(removed_, {}, &Cut::at);
        Words words;
        words.text.reserve(out_.size());
        std::ranges::sort(strong_);
        std::size_t covered = 0;
        auto next_strong = strong_.begin();
        bool plain = false, any = false;
        auto cut = removed_.begin();
        for (std::size_t i = 0; i < out_.size(); ++i) {
            while (cut != removed_.end() && cut->at + cut->count <= i) ++cut;
            if (cut != removed_.end() && i >= cut->at) continue;
            for (; next_strong != strong_.end() && next_strong->first <= i; ++next_strong) covered = std::max(covered, next_strong->second);
            if (!is_space(out_[i])) (i < covered ? any : plain) = true;
            words.text += out_[i];
        }
        words.strong = any && !plain;
        return words;
    }

    struct Cut {
        std::size_t at, count;
    };
    static constexpr auto unknown = std::string_view::npos - 1;
    std::string_view in_;
    std::size_t at_ = 0;
    std::string out_;
    std::vector<Mark> marks_;
    std::vector<std::size_t> used_, bold_, brackets_;
    std::vector<Cut> removed_;
    std::vector<std::pair<std::size_t, std::size_t>> strong_;
    std::array<std::size_t, 32> last_run_{};
    bool runs_known_ = false;
    std::size_t last_comment_ = unknown;
};

}  // namespace

Words words_of(std::string_view marked)
{
    auto words = Reader{marked}.read();
    words.text = std::string{trimmed(words.text)};
    return words;
}

std::string evened(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    const bool valid = is_utf8(text);
    const auto repaired = valid ? std::string{} : to_valid_utf8(text);
    const std::string_view in = valid ? text : std::string_view{repaired};
    const auto at = [&](std::size_t i) { return i < in.size() ? static_cast<std::uint8_t>(in[i]) : std::uint8_t{0}; };
    for (std::size_t i = 0; i < in.size(); ++i) {
        const auto c = at(i);
        if (c == '\r') {
            if (at(i + 1) != '\n') out += '\n';
        } else if (c == '\v' || c == '\f') {
            out += ' ';
        } else if (c == 0xc2 && (at(i + 1) == 0xa0 || at(i + 1) == 0x85)) {
            out += ' ', ++i;
        } else if (c == 0xc2 && at(i + 1) == 0xad) {
            ++i;
        } else if (c == 0xe2 && at(i + 1) == 0x80 && (at(i + 2) <= 0x8a || at(i + 2) == 0xaf)) {
            out += ' ', i += 2;
        } else if (c == 0xe2 && at(i + 1) == 0x80 && (at(i + 2) == 0xa8 || at(i + 2) == 0xa9)) {
            out += '\n', i += 2;
        } else if ((c == 0xe2 && at(i + 1) == 0x80 && at(i + 2) >= 0x8b && at(i + 2) <= 0x8d) ||
                   (c == 0xe2 && at(i + 1) == 0x81 && at(i + 2) == 0xa0) || (c == 0xef && at(i + 1) == 0xbb && at(i + 2) == 0xbf)) {
            i += 2;
        } else if (c == 0xe3 && at(i + 1) == 0x80 && at(i + 2) == 0x80) {
            out += ' ', i += 2;
        } else {
            out += static_cast<char>(c);
        }
    }
    return out;
}

std::optional<Entity> entity_at(std::string_view text)
{
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 22> named{
        {{"amp", "&"},    {"lt", "<"},     {"gt", ">"},     {"quot", "\""},  {"apos", "'"},   {"nbsp", " "},
         {"ndash", "–"},  {"mdash", "—"},  {"hellip", "…"}, {"bull", "•"},   {"middot", "·"}, {"lsquo", "‘"},
         {"rsquo", "’"},  {"ldquo", "“"},  {"rdquo", "”"},  {"rarr", "→"},   {"larr", "←"},   {"times", "×"},
         {"minus", "−"},  {"deg", "°"},    {"colon", ":"},  {"copy", "©"}}};
    constexpr std::size_t longest = 12;
    const auto end = text.substr(0, longest).find(';');
    if (end == std::string_view::npos || end < 2) return std::nullopt;
    const auto name = text.substr(1, end - 1);
    if (name[0] == '#') {
        const bool hex = name.size() > 1 && (name[1] | 0x20) == 'x';
        const auto digits = name.substr(hex ? 2 : 1);
        std::uint32_t value = 0;
        const auto [stop, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value, hex ? 16 : 10);
        if (digits.empty() || problem != std::errc{} || stop != digits.data() + digits.size()) return std::nullopt;
        if (value == 0 || value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) value = 0xfffd;
        Entity entity{{}, end + 1};
        append_utf8(entity.stands_for, value);
        entity.stands_for = evened(entity.stands_for);
        return entity;
    }
    const auto known = std::ranges::find(named, name, [](const auto& row) { return row.first; });
    if (known == named.end()) return std::nullopt;
    return Entity{std::string{known->second}, end + 1};
}

Tag tag_at(std::string_view text)
{
    Tag tag;
    std::size_t i = 1;
    if (i < text.size() && text[i] == '/') tag.closes = true, ++i;
    const auto begin = i;
    while (i < text.size() && (is_letter(text[i]) || (i > begin && is_digit(text[i])))) ++i;
    if (i == begin || i >= text.size() || !(is_space(text[i]) || text[i] == '>' || text[i] == '/')) return {};
    const auto end = text.find('>', i);
    if (end == std::string_view::npos) return {};
    constexpr std::size_t longest_name = 16;
    if (i - begin > longest_name) return {};
    tag.name = lowered(text.substr(begin, i - begin));
    tag.length = end + 1;
    return tag;
}

bool is_inline_tag(std::string_view name)
{
    static constexpr std::array<std::string_view, 49> known{
        "a",    "abbr", "b",     "big",  "center", "cite",    "code",  "del",  "details", "div",  "em",   "font", "i",
        "img",  "ins",  "kbd",   "li",   "mark",   "ol",      "p",     "picture", "q",    "s",    "samp", "section", "small",
        "source", "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody",  "td",   "th",   "thead", "time",
        "tr",   "tt",   "u",     "ul",   "var",    "wbr",     "article", "figure", "figcaption", "dl"};
    return std::ranges::find(known, name) != known.end();
}

}  // namespace incident::draft::written
