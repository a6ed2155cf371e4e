#include "ingest/lenient.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <charconv>
#include <cstdint>

namespace incident::ingest {

namespace {

bool is_digits(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_word(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' || c == '-';
    });
}

bool is_web(std::string_view url)
{
    const auto scheme = lowered(url.substr(0, 8));
    return (scheme.starts_with("https://") && url.size() > 8) || (scheme.starts_with("http://") && url.size() > 7);
}

bool has_scheme(std::string_view url)
{
    const auto colon = url.find(':');
    return colon != url.npos && colon > 0 && url.find_first_of("/?#") > colon;
}

/// RFC 3986 §5.2 as far as senders need it. Empty: not resolvable to a web address.
std::string resolved(std::string_view url, std::string_view base)
{
    if (is_web(url)) return std::string{url};
    if (url.empty() || has_scheme(url) || !is_web(base)) return {};
    base = base.substr(0, base.find_first_of("?#"));
    const auto host = base.find("://") + 3;
    const auto path = std::min(base.find('/', host), base.size());
    if (url.starts_with("//")) return std::string{base.substr(0, host - 2)}.append(url);
    if (url.starts_with('/')) return std::string{base.substr(0, path)}.append(url);
    if (url.starts_with('?') || url.starts_with('#')) return std::string{base}.append(url);
    const auto folder = path == base.size() ? std::string{base} + '/' : std::string{base.substr(0, base.rfind('/') + 1)};
    return folder + std::string{url};
}

}  // namespace

Result<json::value> parse_body(std::string_view bytes)
{
    if (is_utf8(bytes)) return wire::parse_json(bytes, hook_limits);
    const auto repaired = to_valid_utf8(bytes);
    return wire::parse_json(repaired, hook_limits);
}

const json::value* member(const json::object& object, std::string_view name)
{
    const auto* const found = object.if_contains(name);
    return found == nullptr || found->is_null() ? nullptr : found;
}

const json::object* object_at(const json::object& object, std::string_view name)
{
    const auto* const found = object.if_contains(name);
    return found == nullptr ? nullptr : found->if_object();
}

const json::array* array_at(const json::object& object, std::string_view name)
{
    const auto* const found = object.if_contains(name);
    return found == nullptr ? nullptr : found->if_array();
}

std::string text_of(const json::value& value)
{
    switch (value.kind()) {
        case json::kind::string: return std::string{value.get_string()};
        case json::kind::int64: return std::to_string(value.get_int64());
        case json::kind::uint64: return std::to_string(value.get_uint64());
        case json::kind::bool_: return value.get_bool() ? "true" : "false";
        case json::kind::double_: {
            char text[40];
            const auto [end, error] = std::to_chars(text, text + sizeof text, value.get_double(), std::chars_format::fixed, 6);
            if (error != std::errc{}) return json::serialize(value);
            std::string_view shortest{text, static_cast<std::size_t>(end - text)};
            while (shortest.ends_with('0')) shortest.remove_suffix(1);
            if (shortest.ends_with('.')) shortest.remove_suffix(1);
            return std::string{shortest};
        }
        case json::kind::null:
        case json::kind::array:
        case json::kind::object: return {};
    }
    return {};
}

std::string text_at(const json::object& object, std::string_view name)
{
    const auto* const found = object.if_contains(name);
    return found == nullptr ? std::string{} : text_of(*found);
}

bool true_at(const json::object& object, std::string_view name) { return lowered(text_at(object, name)) == "true"; }

bool is_placeholder(std::string_view text)
{
    text = trimmed(text);
    if (text == "<no value>" || text == "[no value]" || text == "<nil>") return true;
    const auto inside = [&](std::string_view open, std::string_view close) {
        return text.size() > open.size() + close.size() && text.starts_with(open) && text.ends_with(close)
                   ? trimmed(text.substr(open.size(), text.size() - open.size() - close.size()))
                   : std::string_view{};
    };
    if (const auto template_ = inside("{{", "}}"); !template_.empty()) return template_.find("}}") == template_.npos;
    return is_word(inside("{", "}")) || is_word(inside("*", "*")) ||
           (text.size() > 1 && text.front() == '$' && is_word(text.substr(1)) && !is_digits(text.substr(1, 1)));
}

std::string words_at(const json::object& object, std::string_view name)
{
    const auto text = text_at(object, name);
    return is_placeholder(text) ? std::string{} : std::string{trimmed(text)};
}

void add_flag(Event& event, std::string_view flag)
{
    if (std::ranges::find(event.flags, flag) == event.flags.end()) event.flags.emplace_back(flag);
}

std::string fitting(Event& event, std::string_view text, std::size_t bytes)
{
    auto clean = is_utf8(text) ? std::string{text} : to_valid_utf8(text);
    for (auto nul = clean.find('\0'); nul != clean.npos; nul = clean.find('\0', nul)) clean.replace(nul, 1, "\uFFFD");
    if (clean.size() <= bytes) return clean;
    add_flag(event, "truncated");
    return shortened(clean, bytes);
}

void add_label(Event& event, std::string_view name, std::string_view value)
{
    if (name.empty()) return;
    auto key = fitting(event, name, max_name_bytes);
    if (event.labels.size() >= max_labels && !event.labels.contains(key)) return add_flag(event, "truncated");
    event.labels.insert_or_assign(std::move(key), fitting(event, value, max_label_bytes));
}

void add_link(Event& event, std::string_view url, std::string_view title, std::string_view base)
{
    const auto bad = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7f' || c == '<' || c == '>' || c == '"'; };
    const auto address = resolved(trimmed(url), trimmed(base));
    if (address.empty() || address.size() > max_label_bytes || !is_utf8(address) || std::ranges::any_of(address, bad)) return;
    if (event.links.size() >= max_links || std::ranges::find(event.links, address, &Link::url) != event.links.end()) return;
    auto shown = fitting(event, title, max_name_bytes);
    event.links.push_back({address, std::move(shown)});
}

std::optional<Instant> read_time(std::string_view raw)
{
    const auto at = parse_rfc3339(trimmed(raw));
    if (!at || is_zero_time(*at)) return std::nullopt;
    return *at;
}

std::optional<Instant> read_epoch(std::string_view digits)
{
    const auto point = digits.find('.');
    const auto whole = digits.substr(0, point);
    const auto fraction = point == digits.npos ? std::string_view{} : digits.substr(point + 1);
    if (!is_digits(whole) || (point != digits.npos && !is_digits(fraction))) return std::nullopt;
    std::uint64_t number = 0;
    if (std::from_chars(whole.data(), whole.data() + whole.size(), number).ec != std::errc{} || number == 0) return std::nullopt;
    constexpr std::uint64_t least_ms = 100'000'000'000, least_us = 100'000'000'000'000, least_ns = 100'000'000'000'000'000;
    std::uint64_t micros = 0;
    if (number < least_ms) {
        micros = number * 1'000'000;
        std::uint64_t place = 100'000;
        for (const char c : fraction.substr(0, 6)) {
            micros += static_cast<std::uint64_t>(c - '0') * place;
            place /= 10;
        }
    } else if (number < least_us) {
        micros = number * 1000;
    } else if (number < least_ns) {
        micros = number;
    } else {
        micros = number / 1000;
    }
    constexpr std::uint64_t last_micros = 253'402'300'799'999'999;  // the end of year 9999
    if (micros > last_micros) return std::nullopt;
    return Instant{std::chrono::microseconds{static_cast<std::int64_t>(micros)}};
}

void set_arrival_time(Event& event, const Body& body)
{
    event.occurred_at = body.received_at;
    add_flag(event, "time_from_arrival");
}

void set_time(Event& event, std::string_view raw, const Body& body)
{
    if (const auto at = read_time(raw)) {
        event.occurred_at = *at;
        event.occurred_raw = fitting(event, trimmed(raw), max_name_bytes);
        flag_time(event, body.received_at);
        return;
    }
    if (const auto zero = parse_rfc3339(trimmed(raw)); !zero) event.occurred_raw = fitting(event, trimmed(raw), max_name_bytes);
    set_arrival_time(event, body);
}

void Fnv::add(std::string_view bytes) noexcept
{
    for (const char c : bytes) {
        sum_ ^= static_cast<unsigned char>(c);
        sum_ *= 1099511628211ULL;
    }
}

std::string Fnv::hex() const
{
    static constexpr char digits[] = "0123456789abcdef";
    std::string text(16, '0');
    for (std::size_t i = 0; i < text.size(); ++i) text[text.size() - 1 - i] = digits[(sum_ >> (4 * i)) & 15U];
    return text;
}

Event event_of(std::string_view source, Kind kind, const Body& body)
{
    Event event;
    event.kind = kind;
    event.source = source;
    event.author.name = source;
    event.received_at = event.occurred_at = body.received_at;
    return event;
}

void add_overflow(Understood& understood, std::string_view source, const Body& body)
{
    auto event = event_of(source, Kind::system, body);
    event.text = std::string{source} + ": more than " + std::to_string(max_items_per_body) + " events in one request; the rest was not taken";
    add_flag(event, "truncated");
    set_arrival_time(event, body);
    understood.items.push_back({std::move(event)});
}

void add_unparsed(Understood& understood, std::string_view source, Kind kind, const Body& body, std::string_view reason)
{
    understood.items.push_back({unparsed_event(source, kind, body, reason)});
    ++understood.unparsed;
}

Event unparsed_event(std::string_view source, Kind kind, const Body& body, std::string_view reason)
{
    auto event = event_of(source, kind, body);
    event.text = fitting(event, std::string{source}.append(": body not understood: ").append(visible(shortened(reason, 500))), max_text_bytes);
    event.details = fitting(event, body.bytes, max_details_bytes);
    add_flag(event, "unparsed");
    set_arrival_time(event, body);
    return event;
}

void flag_time(Event& event, Instant received_at)
{
    using namespace std::chrono_literals;
    if (event.occurred_at > received_at + 2min) add_flag(event, "future");
    if (event.occurred_at < received_at - 24h * 7) add_flag(event, "old");
}

}  // namespace incident::ingest
