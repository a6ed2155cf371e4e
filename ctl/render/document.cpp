#include "render/document.hpp"
#include "model/text.hpp"
#include <cmath>

namespace incident::ctl {
namespace {

void append_string(std::string& out, std::string_view text)
{
    out += '"';
    for (std::size_t i = 0; i < text.size();) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const auto escape = [&](unsigned point) {
            constexpr char hex[] = "0123456789abcdef";
            out += "\\u";
            for (int shift = 12; shift >= 0; shift -= 4) out += hex[(point >> shift) & 15];
        };
        std::size_t bytes = 1;
        if (byte == '"' || byte == '\\') {
            out += '\\';
            out += text[i];
        } else if (byte == '\n') {
            out += "\\n";
        } else if (byte == '\t') {
            out += "\\t";
        } else if (byte == '\r') {
            out += "\\r";
        } else if (byte < 0x20 || byte == 0x7f) {
            escape(byte);
        } else if (byte < 0x80) {
            out += text[i];
        } else {
            bytes = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
            bytes = std::min(bytes, text.size() - i);
            const auto piece = text.substr(i, bytes);
            // What visible() would change must not reach a terminal as it is; all of it lies below U+10000.
            if (bytes < 4 && visible(piece) != piece && is_utf8(piece)) {
                const auto at = [&](std::size_t n) {
                    return static_cast<unsigned>(static_cast<unsigned char>(piece[n]));
                };
                escape(bytes == 2 ? ((at(0) & 0x1fu) << 6) | (at(1) & 0x3fu)
                                  : ((at(0) & 0x0fu) << 12) | ((at(1) & 0x3fu) << 6) | (at(2) & 0x3fu));
            } else {
                out += piece;
            }
        }
        i += bytes;
    }
    out += '"';
}

std::string scalar(const json::value& value)
{
    if (value.is_string()) {
        std::string out;
        append_string(out, value.get_string());
        return out;
    }
    if (value.is_double()) {
        const double number = value.get_double();
        if (std::floor(number) == number && std::abs(number) < 1e15)
            return std::to_string(static_cast<long long>(number));
    }
    return json::serialize(value);
}

void append(std::string& out, const json::value& value, std::size_t depth, bool pretty)
{
    const auto feed = [&](std::size_t levels) {
        if (!pretty) return;
        out += '\n';
        out.append(levels * 2, ' ');
    };
    if (const auto* object = value.if_object()) {
        out += '{';
        bool first = true;
        for (const auto& [name, inner] : *object) {
            if (!first) out += ',';
            first = false;
            feed(depth + 1);
            append_string(out, name);
            out += pretty ? ": " : ":";
            append(out, inner, depth + 1, pretty);
        }
        if (!first) feed(depth);
        out += '}';
    } else if (const auto* array = value.if_array()) {
        out += '[';
        bool first = true;
        for (const auto& inner : *array) {
            if (!first) out += ',';
            first = false;
            feed(depth + 1);
            append(out, inner, depth + 1, pretty);
        }
        if (!first) feed(depth);
        out += ']';
    } else {
        out += scalar(value);
    }
}

/// JSON's strings and numbers are YAML too, so only the structure differs.
void append_yaml(std::string& out, const json::value& value, std::size_t indent, bool inline_first)
{
    const auto lead = [&](bool first) {
        if (!(first && inline_first)) out.append(indent, ' ');
    };
    const auto nested = [&](const json::value& inner, bool in_array) {
        const bool empty =
            (inner.is_object() && inner.get_object().empty()) || (inner.is_array() && inner.get_array().empty());
        if (empty) {
            out += inner.is_object() ? " {}\n" : " []\n";
        } else if (inner.is_structured()) {
            if (in_array) {
                out += ' ';
                append_yaml(out, inner, indent + 2, true);
            } else {
                out += '\n';
                append_yaml(out, inner, indent + 2, false);
            }
        } else {
            out += ' ' + scalar(inner) + '\n';
        }
    };
    bool first = true;
    if (const auto* object = value.if_object()) {
        for (const auto& [name, inner] : *object) {
            lead(first);
            first = false;
            const bool plain = name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == name.npos && !name.empty() &&
                               name != "null" && name != "true" && name != "false" && name != "yes" && name != "no" &&
                               name != "on" && name != "off" && name != "y" && name != "n";
            if (plain)
                out += name;
            else
                append_string(out, name);
            out += ':';
            nested(inner, false);
        }
    } else if (const auto* array = value.if_array()) {
        for (const auto& inner : *array) {
            lead(first);
            first = false;
            out += '-';
            nested(inner, true);
        }
    } else {
        out += scalar(value) + '\n';
    }
}

}  // namespace

std::string pretty_json(const json::value& value)
{
    std::string out;
    append(out, value, 0, true);
    return out + '\n';
}

std::string compact_json(const json::value& value)
{
    std::string out;
    append(out, value, 0, false);
    return out;
}

std::string to_yaml(const json::value& value)
{
    if (value.is_object() && value.get_object().empty()) return "{}\n";
    if (value.is_array() && value.get_array().empty()) return "[]\n";
    std::string out;
    append_yaml(out, value, 0, false);
    return out;
}

const json::value* member(const json::value& object, std::string_view name) noexcept
{
    const auto* members = object.if_object();
    const auto* found = members ? members->if_contains(name) : nullptr;
    return found && !found->is_null() ? found : nullptr;
}

std::string_view text_at(const json::value& object, std::string_view name) noexcept
{
    const auto* found = member(object, name);
    const auto* text = found ? found->if_string() : nullptr;
    return text ? std::string_view{text->data(), text->size()} : std::string_view{};
}

bool flag_at(const json::value& object, std::string_view name) noexcept
{
    const auto* found = member(object, name);
    return found && found->is_bool() && found->get_bool();
}

std::string number_at(const json::value& object, std::string_view name)
{
    const auto* found = member(object, name);
    return found && found->is_number() ? scalar(*found) : std::string{};
}

const json::array& array_at(const json::value& object, std::string_view name) noexcept
{
    static const json::array nothing;
    const auto* found = member(object, name);
    const auto* array = found ? found->if_array() : nullptr;
    return array ? *array : nothing;
}

}  // namespace incident::ctl
