#include "ingest/parts.hpp"
#include "model/text.hpp"
#include <charconv>
#include <utility>

namespace incident::ingest {

namespace {

int base64_digit(char c)
{
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

}  // namespace

void set_read_time(Event& event, std::optional<Instant> at, std::string_view raw, const Body& body)
{
    event.occurred_raw = fitting(event, trimmed(raw), max_name_bytes);
    if (!at) return set_arrival_time(event, body);
    event.occurred_at = *at;
    flag_time(event, body.received_at);
}

std::string key_of(std::initializer_list<std::string_view> parts)
{
    std::string key;
    for (const auto part : parts) key += (key.empty() ? "" : "|") + std::string{part};
    if (key.size() <= max_key_bytes && is_utf8(key) && key.find('\0') == key.npos) return key;
    Fnv name;
    for (const auto part : parts) {
        name.add(part);
        name.add("|");
    }
    const auto time = *parts.begin();
    return (read_time(time) ? std::string{time} + '|' : std::string{}) + name.hex();
}

namespace {
/// Nests no deeper than the parser let it.
void append_json(std::string& text, const json::value& value)
{
    if (const auto* const object = value.if_object()) {
        text += '{';
        for (bool first = true; const auto& [name, held] : *object) {
            if (!std::exchange(first, false)) text += ',';
            text += json::serialize(json::string{name}) + ':';
            append_json(text, held);
        }
        text += '}';
    } else if (const auto* const list = value.if_array()) {
        text += '[';
        for (bool first = true; const auto& held : *list) {
            if (!std::exchange(first, false)) text += ',';
            append_json(text, held);
        }
        text += ']';
    } else if (const auto* const number = value.if_double()) {
        char digits[32];
        const auto end = std::to_chars(digits, digits + sizeof digits, *number).ptr;  // the shortest that reads back the same
        text.append(digits, end);
    } else {
        text += json::serialize(value);
    }
}
}  // namespace

std::string json_text(const json::value& value)
{
    std::string text;
    append_json(text, value);
    return text;
}

std::string spoken(const json::value& value)
{
    if (value.is_null()) return {};
    return value.is_object() || value.is_array() ? json_text(value) : text_of(value);
}

std::string listed(const json::value& value)
{
    const auto* const list = value.if_array();
    if (list == nullptr) return spoken(value);
    std::string joined;
    for (const auto& element : *list)
        if (const auto text = spoken(element); !text.empty()) joined += (joined.empty() ? "" : ", ") + text;
    return joined;
}

std::string listed_at(const json::object& object, std::string_view name)
{
    const auto* const found = object.if_contains(name);
    return found == nullptr ? std::string{} : listed(*found);
}

namespace {
std::string hashed(std::string_view name)
{
    Fnv sum;
    sum.add(name);
    return sum.hex();
}
}  // namespace

void set_fingerprint(Event& event, std::string_view name)
{
    const std::string label{fingerprint_label};
    if (event.labels.size() >= max_labels && !event.labels.contains(label)) {
        event.labels.erase(std::prev(event.labels.end()));
        add_flag(event, "truncated");
    }
    add_label(event, label, name.size() <= max_name_bytes ? std::string{name} : hashed(name));
}

void add_labels(Event& event, const json::value* labels)
{
    const auto* const object = labels == nullptr ? nullptr : labels->if_object();
    if (object == nullptr) return;
    for (const auto& [name, value] : *object)
        if (std::string_view{name} != fingerprint_label)
            if (const auto text = spoken(value); !text.empty() && !is_placeholder(text)) add_label(event, name, text);
}

std::string first_words(const json::object& object, std::initializer_list<std::string_view> names)
{
    for (const auto name : names)
        if (auto words = words_at(object, name); !words.empty()) return words;
    return {};
}

void set_details(Event& event, std::initializer_list<std::string_view> paragraphs)
{
    std::string details;
    for (const auto paragraph : paragraphs)
        if (const auto text = trimmed(paragraph); !text.empty()) details += (details.empty() ? "" : "\n") + std::string{text};
    event.details = fitting(event, details, max_details_bytes);
}

std::optional<std::string> from_base64(std::string_view text)
{
    for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
    std::string bytes;
    bytes.reserve(text.size() * 3 / 4);
    unsigned bits = 0, held = 0;
    for (const char c : text) {
        const int digit = base64_digit(c);
        if (digit < 0) return std::nullopt;
        bits = (bits << 6) | static_cast<unsigned>(digit);
        held += 6;
        if (held < 8) continue;
        held -= 8;
        bytes += static_cast<char>((bits >> held) & 0xffU);
        bits &= (1U << held) - 1;
    }
    if (held >= 6 || bits != 0) return std::nullopt;
    return bytes;
}

int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string percent_encoded(std::string_view text)
{
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_' || c == '~') {
            encoded += c;
        } else {
            encoded += '%';
            encoded += digits[byte >> 4];
            encoded += digits[byte & 15U];
        }
    }
    return encoded;
}

std::string percent_decoded(std::string_view text)
{
    std::string decoded;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const int high = text[at] == '%' && text.size() - at > 2 ? hex_digit(text[at + 1]) : -1;
        const int low = high < 0 ? -1 : hex_digit(text[at + 2]);
        if (low < 0) {
            decoded += text[at];
            continue;
        }
        decoded += static_cast<char>(high * 16 + low);
        at += 2;
    }
    return decoded;
}

}  // namespace incident::ingest
