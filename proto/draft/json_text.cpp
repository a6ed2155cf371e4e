#include "draft/json_text.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <cstdio>

namespace incident::draft {
namespace {

/// Of the well-formed sequence of two to four bytes that `point` is.
char32_t value_of(std::string_view point)
{
    const auto byte = [&](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(point[i])); };
    if (point.size() == 1) return byte(0);
    char32_t value = byte(0) & (0xffu >> (point.size() + 1));
    for (std::size_t i = 1; i < point.size(); ++i) value = value << 6 | (byte(i) & 0x3fu);
    return value;
}

void append_escape(std::string& out, char32_t value)
{
    char text[16];
    if (value < 0x10000) {
        std::snprintf(text, sizeof text, "\\u%04x", static_cast<unsigned>(value));
    } else {
        const auto rest = static_cast<unsigned>(value - 0x10000);
        std::snprintf(text, sizeof text, "\\u%04x\\u%04x", 0xd800u + (rest >> 10), 0xdc00u + (rest & 0x3ffu));
    }
    out += text;
}

template <class Escapes>
std::string with_escapes(std::string json, Escapes escapes)
{
    const auto plain_end = [&](std::size_t from) {
        while (from < json.size() && static_cast<unsigned char>(json[from]) < 0x7f) ++from;
        return from;
    };
    auto end = plain_end(0);
    if (end == json.size()) return json;
    std::string safe;
    safe.reserve(json.size() + json.size() / 16);
    for (std::size_t at = 0; at < json.size();) {
        if (end > at) {
            safe.append(json, at, end - at);
            at = end;
            continue;
        }
        const auto lead = static_cast<unsigned char>(json[at]);
        const std::size_t bytes = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        const auto point = std::string_view{json}.substr(at, bytes);
        if (is_utf8(point) && escapes(point)) append_escape(safe, value_of(point));
        else safe += point;
        at += bytes;
        end = plain_end(at);
    }
    return safe;
}

}  // namespace

std::string escaped_invisible(std::string json)
{
    return with_escapes(std::move(json), [](std::string_view point) { return visible(point) != point; });
}

std::string ascii_json(std::string json)
{
    return with_escapes(std::move(json), [](std::string_view) { return true; });
}

}  // namespace incident::draft
