#include "draft/draft.hpp"
#include "model/letters.hpp"
#include "model/text.hpp"
#include "timeline/prose.hpp"
#include <algorithm>

namespace incident::draft {
namespace {

bool is_word(char c) noexcept { return is_letter(c) || is_digit(c) || static_cast<unsigned char>(c) >= 0x80; }

/// `&lt;` or `&#60;`, but not the R&D department.
bool begins_entity(std::string_view text) noexcept
{
    std::size_t i = 1;
    while (i < text.size() && (is_letter(text[i]) || is_digit(text[i]) || text[i] == '#')) ++i;
    return i > 1 && i < text.size() && text[i] == ';';
}

bool ends_in_address_scheme(std::string_view text)
{
    const auto tail = lowered(text.substr(text.size() - std::min<std::size_t>(text.size(), 6)));
    return tail.ends_with("xmpp") || tail == "mailto";
}

/// Characters that mean something to Markdown wherever they stand.
bool is_active(std::string_view text, std::size_t i) noexcept
{
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    switch (text[i]) {
    case '\\': case '`': case '*': case '[': case ']': case '<': case '>': case '|': case '~': case '$':
        return true;
    case '_':  // inside a word (checkout_errors_total) it is only itself, and reads better so
        return i == 0 || !is_word(text[i - 1]) || !is_word(next);
    case '&':
        return begins_entity(text.substr(i));
    // A bare address would become a link, and swallow the backslashes that we put into it.
    case ':':
        return next == '/' || (is_letter(next) && i > 0 && is_letter(text[i - 1]));
    case '.':
        return i >= 3 && lowered(text.substr(i - 3, 3)) == "www";
    default:
        return false;
    }
}

/// How many characters at the head would begin a heading, list, rule or underline, were they at the head of a block;
/// the last of them is the one to escape. 0: none.
std::size_t block_marker(std::string_view text) noexcept
{
    if (text.empty()) return 0;
    if (text[0] == '#' || text[0] == '+' || text[0] == '-' || text[0] == '=') return 1;
    std::size_t digits = 0;
    while (digits < text.size() && is_digit(text[digits])) ++digits;
    return digits > 0 && digits < text.size() && (text[digits] == '.' || text[digits] == ')') ? digits + 1 : 0;
}

}  // namespace

std::string escape_markdown(std::string_view text)
{
    // One line, well-formed, controls and invisible characters spelled out: what is left can only be punctuation.
    const auto line = visible(timeline::one_line(to_valid_utf8(text)));
    const auto marker = block_marker(line);
    auto tail = line.size();
    while (tail > 0 && line[tail - 1] == '#') --tail;  // `# title ##` would lose its end
    std::string safe;
    safe.reserve(line.size() + line.size() / 8);
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (i + 1 == marker || (i >= tail && line[i] == '#') || is_active(line, i)) safe += '\\';
        safe += line[i];
        // GitHub's parser links these addresses after it has dropped our backslashes; only another character stops it.
        if (line[i] == ':' && ends_in_address_scheme(std::string_view{line}.substr(0, i))) safe += ' ';
    }
    return safe;
}

}  // namespace incident::draft
