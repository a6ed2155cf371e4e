#include "model/text.hpp"
#include "model/letters.hpp"
#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace incident {
namespace {

struct CodePoint {
    char32_t value = 0;
    std::size_t bytes = 1;  ///< of a well-formed sequence; else of the longest part that could have become one, >= 1
    bool well_formed = false;
};

std::uint8_t byte_at(std::string_view text, std::size_t place) noexcept
{
    return static_cast<std::uint8_t>(text[place]);
}

/// The code point that `text` begins with, by Unicode's table 3-7 "well-formed UTF-8 byte sequences". @pre not empty
CodePoint first_of(std::string_view text) noexcept
{
    const auto lead = byte_at(text, 0);
    if (lead < 0x80) return {lead, 1, true};
    const std::size_t length = lead >= 0xc2 && lead <= 0xdf ? 2 : lead >= 0xe0 && lead <= 0xef ? 3
                               : lead >= 0xf0 && lead <= 0xf4 ? 4 : 1;
    if (length == 1) return {};
    // Only the second byte has a narrower range: it rules out overlong forms, surrogates and what lies over U+10FFFF.
    const std::uint8_t low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    const std::uint8_t high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    char32_t value = lead & (0xffu >> (length + 1));
    for (std::size_t place = 1; place < length; ++place) {
        if (place >= text.size()) return {0, place, false};
        const auto byte = byte_at(text, place);
        if (byte < (place == 1 ? low : 0x80) || byte > (place == 1 ? high : 0xbf)) return {0, place, false};
        value = value << 6 | (byte & 0x3fu);
    }
    return {value, length, true};
}

/// Characters that move the cursor, turn the line around, hide or are not seen: what a text could use to lie.
bool is_hidden(char32_t c) noexcept
{
    const auto within = [c](char32_t from, char32_t to) { return c >= from && c <= to; };
    return c < 0x20 || within(0x7f, 0x9f) || c == 0xad || c == 0x34f || c == 0x61c || within(0x115f, 0x1160) ||
           within(0x17b4, 0x17b5) || within(0x180b, 0x180f) || within(0x200b, 0x200f) || within(0x2028, 0x202e) ||
           within(0x2060, 0x206f) || c == 0x3164 || c == 0xfeff || c == 0xffa0 || within(0xfff9, 0xfffb) ||
           within(0x1d173, 0x1d17a) || within(0xe0000, 0xe0fff);
}

void append_hex(std::string& out, std::string_view prefix, char32_t value, int width)
{
    out += prefix;
    for (int shift = 4 * (width - 1); shift >= 0; shift -= 4) out += "0123456789abcdef"[value >> shift & 15];
}

}  // namespace

bool is_utf8(std::string_view text) noexcept
{
    while (!text.empty()) {
        const auto point = first_of(text);
        if (!point.well_formed) return false;
        text.remove_prefix(point.bytes);
    }
    return true;
}

std::string to_valid_utf8(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const auto point = first_of(text);
        if (point.well_formed) out += text.substr(0, point.bytes);
        else out += "\xef\xbf\xbd";
        text.remove_prefix(point.bytes);
    }
    return out;
}

std::string shortened(std::string_view text, std::size_t bytes)
{
    constexpr std::string_view ellipsis = "…";
    if (text.size() <= bytes) return std::string{text};
    const bool room = bytes >= ellipsis.size();
    std::size_t end = room ? bytes - ellipsis.size() : bytes;
    // A code point has at most three bytes behind its first; further back stands no whole one, so the text is not UTF-8.
    for (int back = 0; back < 3 && end > 0 && (byte_at(text, end) & 0xc0) == 0x80; ++back) --end;
    std::string out{text.substr(0, end)};
    if (room) out += ellipsis;
    return out;
}

std::string_view trimmed(std::string_view text) noexcept
{
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

std::string lowered(std::string_view text)
{
    std::string out{text};
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

std::string visible(std::string_view text, bool keep_line_feeds)
{
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const auto point = first_of(text);
        if (!point.well_formed)
            for (std::size_t i = 0; i < point.bytes; ++i) append_hex(out, "\\x", byte_at(text, i), 2);
        else if (!is_hidden(point.value) || (keep_line_feeds && point.value == '\n')) out += text.substr(0, point.bytes);
        else if (point.value < 0x80) append_hex(out, "\\x", point.value, 2);
        else if (point.value < 0x10000) append_hex(out, "\\u", point.value, 4);
        else append_hex(out, "\\U", point.value, 8);
        text.remove_prefix(point.bytes);
    }
    return out;
}

std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit)
{
    if (a.size() > b.size()) std::swap(a, b);
    if (b.size() - a.size() >= limit) return limit;
    // Optimal string alignment, three rows; a cell further than `limit` from the diagonal cannot cost less than `limit`,
    // so long words cost their length times `limit`.
    const auto width = b.size() + 1;
    std::vector<std::size_t> before(width, limit), above(width, limit), row(width, limit);
    for (std::size_t j = 0; j < width; ++j) above[j] = std::min(j, limit);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        const auto from = i > limit ? i - limit : 1, to = std::min(b.size(), i + limit);
        row[from - 1] = from == 1 ? std::min(i, limit) : limit;
        auto least = row[from - 1];
        for (auto j = from; j <= to; ++j) {
            auto cost = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) cost = std::min(cost, before[j - 2] + 1);
            row[j] = std::min(cost, limit);
            least = std::min(least, row[j]);
        }
        if (to < b.size()) row[to + 1] = limit;
        if (least >= limit) return limit;
        std::swap(before, above);
        std::swap(above, row);
    }
    return above[b.size()];
}

}  // namespace incident
