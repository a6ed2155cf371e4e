#include "render/style.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <cctype>

namespace incident::ctl {

bool wants_colour(const ColourInputs& inputs) noexcept
{
    if (inputs.choice == "always") return true;
    if (inputs.choice == "never") return false;
    if (inputs.choice_given && inputs.tty) return inputs.term != "dumb";
    return inputs.tty && inputs.no_color.empty() && inputs.term != "dumb" && !inputs.term.empty();
}

std::string painted(std::string_view text, Style style, bool colour)
{
    if (!colour || style == Style::plain || text.empty()) return std::string{text};
    const char* code = "";
    switch (style) {
    case Style::plain: break;
    case Style::bold: code = "1"; break;
    case Style::faint: code = "2"; break;
    case Style::good: code = "32"; break;
    case Style::warning: code = "33"; break;
    case Style::bad: code = "31"; break;
    case Style::key: code = "36"; break;
    case Style::tag: code = "35"; break;
    case Style::match: code = "1;31"; break;
    }
    return "\x1b[" + std::string{code} + "m" + std::string{text} + "\x1b[0m";
}

std::string marked(std::string_view text, std::span<const std::string> words, Style style, bool colour)
{
    if (!colour || words.empty()) return painted(text, style, colour);
    const auto in_word = [](char c) { return static_cast<unsigned char>(c) >= 0x80 || std::isalnum(static_cast<unsigned char>(c)) != 0; };
    const auto low = lowered(text);
    std::string out;
    std::size_t plain = 0;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t length = 0;
        if (at == 0 || !in_word(low[at - 1]))
            for (const auto& word : words)
                if (!word.empty() && low.compare(at, word.size(), word) == 0) length = std::max(length, word.size());
        if (length == 0) {
            ++at;
            continue;
        }
        out += painted(text.substr(plain, at - plain), style, colour) + painted(text.substr(at, length), Style::match, colour);
        plain = at += length;
    }
    return out + painted(text.substr(plain), style, colour);
}

Style style_of_tag(std::string_view tag) noexcept
{
    if (tag == "impact" || tag == "detection" || tag == "alert") return Style::bad;
    if (tag == "misleading_path" || tag == "escalation") return Style::warning;
    if (tag == "resolution" || tag == "mitigation" || tag == "root_cause") return Style::good;
    if (tag == "note" || tag == "chat") return Style::faint;
    return Style::tag;
}

}  // namespace incident::ctl
