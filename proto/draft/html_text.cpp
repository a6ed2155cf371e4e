#include "draft/html_text.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <array>

namespace incident::draft {
namespace {

bool is_letter_or_digit(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// What RFC 3986 lets stand in an address, without quotes and parentheses' friends that people put around one.
bool is_address(char c) noexcept
{
    return is_letter_or_digit(c) || std::string_view{"-._~:/?#@!$&()*+,;=%"}.find(c) != std::string_view::npos;
}

/// How long the address at the head of `text` is; 0: none, or none that should be clicked.
std::size_t address_length(std::string_view text)
{
    constexpr std::size_t max_address_bytes = 2048;
    static constexpr std::array<std::string_view, 3> schemes{"https://", "http://", "mailto:"};
    const auto head = lowered(text.substr(0, 8));
    const auto scheme = std::ranges::find_if(schemes, [&](auto one) { return head.starts_with(one); });
    if (scheme == schemes.end()) return 0;
    std::size_t end = scheme->size();
    while (end < text.size() && is_address(text[end])) ++end;
    // Half an address leads elsewhere: one that goes on in other letters stays text.
    if (end > max_address_bytes || (end < text.size() && static_cast<unsigned char>(text[end]) >= 0x80) || text.substr(end, 1) == "\\") return 0;
    const auto open = std::ranges::count(text.substr(0, end), '('), close = std::ranges::count(text.substr(0, end), ')');
    auto spare = close - open;
    while (end > scheme->size()) {
        const char last = text[end - 1];
        if (last == ')' && spare > 0) --spare;
        else if (std::string_view{".,;:!?*"}.find(last) == std::string_view::npos) break;
        --end;
    }
    const auto rest = text.substr(scheme->size(), end - scheme->size());
    if (rest.empty() || !is_letter_or_digit(rest.front())) return 0;
    if (*scheme == "mailto:") return rest.find('@') == std::string_view::npos ? 0 : end;
    // `https://shop.example@elsewhere.example` shows one host and opens another.
    const auto authority = rest.substr(0, std::min(rest.find_first_of("/?#"), rest.size()));
    return authority.find('@') == std::string_view::npos ? end : 0;
}

void append_escaped(std::string& out, std::string_view text)
{
    for (const char c : text) switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        case '\'': out += "&#39;"; break;
        default: out += c;
        }
}

}  // namespace

std::string escape_html(std::string_view text)
{
    std::string escaped;
    append_escaped(escaped, visible(to_valid_utf8(text)));
    return escaped;
}

std::string linked_html(std::string_view text)
{
    // Spelled out first: an address must not hide a control or a bidi mark.
    const auto shown = visible(to_valid_utf8(text));
    std::string out;
    std::size_t plain = 0;  // from here on nothing is printed yet
    for (std::size_t i = 0; i < shown.size(); ++i) {
        if ((shown[i] | 0x20) != 'h' && (shown[i] | 0x20) != 'm') continue;
        if (i > 0 && (is_letter_or_digit(shown[i - 1]) || static_cast<unsigned char>(shown[i - 1]) >= 0x80)) continue;
        const auto length = address_length(std::string_view{shown}.substr(i));
        if (length == 0) continue;
        append_escaped(out, std::string_view{shown}.substr(plain, i - plain));
        const auto address = std::string_view{shown}.substr(i, length);
        out += "<a href=\"";
        append_escaped(out, address);
        out += "\" rel=\"noopener noreferrer nofollow\">";
        append_escaped(out, address);
        out += "</a>";
        i += length - 1;
        plain = i + 1;
    }
    append_escaped(out, std::string_view{shown}.substr(plain));
    return out;
}

std::string html_instant(Instant at)
{
    auto text = to_rfc3339(at);
    text.resize(text.size() - 4);  // `000Z`
    if (text.ends_with(".000")) text.resize(text.size() - 4);
    return text + 'Z';
}

std::string time_element(Instant at, std::string_view shown)
{
    return "<time datetime=\"" + html_instant(at) + "\">" + escape_html(shown) + "</time>";
}

std::string moment_words(Instant at, Instant beside, const Times& times)
{
    const auto date = times.date(at);
    return date == times.date(beside) ? times.clock(at) : date + ' ' + times.clock(at);
}

}  // namespace incident::draft
