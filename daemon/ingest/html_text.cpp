#include "ingest/html_text.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace incident::ingest {
namespace {

/// U+00A0 to U+00FF, in order.
constexpr std::array<std::string_view, 96> latin{
    "nbsp",   "iexcl",  "cent",   "pound",  "curren", "yen",    "brvbar", "sect",   "uml",    "copy",   "ordf",   "laquo",
    "not",    "shy",    "reg",    "macr",   "deg",    "plusmn", "sup2",   "sup3",   "acute",  "micro",  "para",   "middot",
    "cedil",  "sup1",   "ordm",   "raquo",  "frac14", "frac12", "frac34", "iquest", "Agrave", "Aacute", "Acirc",  "Atilde",
    "Auml",   "Aring",  "AElig",  "Ccedil", "Egrave", "Eacute", "Ecirc",  "Euml",   "Igrave", "Iacute", "Icirc",  "Iuml",
    "ETH",    "Ntilde", "Ograve", "Oacute", "Ocirc",  "Otilde", "Ouml",   "times",  "Oslash", "Ugrave", "Uacute", "Ucirc",
    "Uuml",   "Yacute", "THORN",  "szlig",  "agrave", "aacute", "acirc",  "atilde", "auml",   "aring",  "aelig",  "ccedil",
    "egrave", "eacute", "ecirc",  "euml",   "igrave", "iacute", "icirc",  "iuml",   "eth",    "ntilde", "ograve", "oacute",
    "ocirc",  "otilde", "ouml",   "divide", "oslash", "ugrave", "uacute", "ucirc",  "uuml",   "yacute", "thorn",  "yuml"};

struct Named {
    std::string_view name;
    char32_t character;
};
constexpr std::array named{Named{"amp", '&'},       Named{"lt", '<'},         Named{"gt", '>'},         Named{"quot", '"'},
                           Named{"apos", '\''},     Named{"ndash", 0x2013},   Named{"mdash", 0x2014},   Named{"lsquo", 0x2018},
                           Named{"rsquo", 0x2019},  Named{"sbquo", 0x201A},   Named{"ldquo", 0x201C},   Named{"rdquo", 0x201D},
                           Named{"bdquo", 0x201E},  Named{"bull", 0x2022},    Named{"hellip", 0x2026},  Named{"euro", 0x20AC},
                           Named{"trade", 0x2122},  Named{"larr", 0x2190},    Named{"uarr", 0x2191},    Named{"rarr", 0x2192},
                           Named{"darr", 0x2193},   Named{"le", 0x2264},      Named{"ge", 0x2265},      Named{"ne", 0x2260},
                           Named{"ensp", ' '},      Named{"emsp", ' '},       Named{"thinsp", ' '},     Named{"zwnj", 0x200C}};

void append(std::string& text, char32_t c)
{
    if (c == 0xA0) c = ' ';
    if (c < 0x80) {
        text += static_cast<char>(c);
    } else if (c < 0x800) {
        text += static_cast<char>(0xC0 | (c >> 6));
        text += static_cast<char>(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        text += static_cast<char>(0xE0 | (c >> 12));
        text += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
        text += static_cast<char>(0x80 | (c & 0x3F));
    } else {
        text += static_cast<char>(0xF0 | (c >> 18));
        text += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
        text += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
        text += static_cast<char>(0x80 | (c & 0x3F));
    }
}

/// The character that `&NAME;` stands for; 0: none.
char32_t character_of(std::string_view name)
{
    if (name.starts_with('#')) {
        name.remove_prefix(1);
        const bool hex = name.starts_with('x') || name.starts_with('X');
        if (hex) name.remove_prefix(1);
        std::uint32_t number = 0;
        const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number, hex ? 16 : 10);
        const bool whole = error == std::errc{} && end == name.data() + name.size() && !name.empty();
        const bool is_character = number > 0 && number <= 0x10FFFF && (number < 0xD800 || number > 0xDFFF);
        return whole && is_character ? static_cast<char32_t>(number) : U'\0';
    }
    if (const auto found = std::ranges::find(named, name, &Named::name); found != named.end()) return found->character;
    if (const auto found = std::ranges::find(latin, name); found != latin.end()) return static_cast<char32_t>(0xA0 + (found - latin.begin()));
    return 0;
}

}  // namespace

std::string html_decoded(std::string_view text)
{
    constexpr std::size_t longest_entity = 10;
    std::string plain;
    plain.reserve(text.size());
    while (!text.empty()) {
        if (text.front() == '&') {
            const auto end = text.substr(0, longest_entity + 2).find(';');
            if (end != text.npos && end > 1)
                if (const auto character = character_of(text.substr(1, end - 1)); character != 0) {
                    append(plain, character);
                    text.remove_prefix(end + 1);
                    continue;
                }
        }
        if (text.starts_with("\xC2\xA0")) {
            plain += ' ';
            text.remove_prefix(2);
            continue;
        }
        plain += text.front();
        text.remove_prefix(1);
    }
    return plain;
}

std::string plain_html(std::string_view html)
{
    std::string untagged;
    untagged.reserve(html.size());
    while (!html.empty()) {
        const auto open = html.find('<');
        untagged += html.substr(0, open);
        if (open == html.npos) break;
        html.remove_prefix(open);
        const auto close = html.find('>');
        const char first = html.size() > 1 ? html[1] : ' ';
        const bool tag = close != html.npos && ((first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') || first == '/' || first == '!');
        if (!tag) {
            untagged += '<';
            html.remove_prefix(1);
            continue;
        }
        const auto name = lowered(html.substr(1, std::min(close - 1, html.find_first_of(" \t/>", 2) - 1)));
        if (name == "br" || name == "br/" || name == "/p" || name == "/div" || name == "/li") untagged += '\n';
        html.remove_prefix(close + 1);
    }
    return html_decoded(untagged);
}

}  // namespace incident::ingest
