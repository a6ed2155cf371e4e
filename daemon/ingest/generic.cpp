#include "ingest/alert_words.hpp"
#include "ingest/dialects.hpp"
#include "ingest/foreign_time.hpp"
#include "ingest/lenient.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <span>

namespace incident::ingest {

namespace {

/// What people who write a sender by hand call things, best first; compared without case, `_` and `-`.
constexpr std::string_view text_words[]{"title", "summary", "text", "message", "subject", "name", "alertname", "event", "description"};
constexpr std::string_view details_words[]{"details", "description", "message", "body", "text"};
constexpr std::string_view time_words[]{"occurredat", "timestamp", "@timestamp", "time", "ts", "startsat", "startedat", "eventtime", "datetime", "date", "createdat", "updatedat"};
constexpr std::string_view severity_words[]{"severity", "level", "priority", "sev"};
constexpr std::string_view status_words[]{"status", "state", "eventaction", "action"};
constexpr std::string_view key_words[]{"key", "dedupkey", "alertuid", "fingerprint", "uid", "uuid", "eventid", "alertid", "id"};
constexpr std::string_view link_words[]{"url", "link", "linktoupstreamdetails", "href", "permalink", "detailsurl"};
constexpr std::string_view author_words[]{"author", "user", "username", "sender", "from"};
constexpr std::string_view source_words[]{"source", "service", "host", "hostname", "origin", "instance"};
constexpr std::string_view label_words[]{"labels", "tags"};

std::string plain_name(std::string_view name)
{
    auto plain = lowered(name);
    std::erase_if(plain, [](char c) { return c == '_' || c == '-' || c == ' '; });
    return plain;
}

/// Scalars as they are, a list of them joined: `["a", "b"]` is `a, b`.
std::string flat(const json::value& value)
{
    const auto* const list = value.if_array();
    if (list == nullptr) return text_of(value);
    std::string joined;
    for (const auto& element : *list)
        if (const auto text = text_of(element); !text.empty()) joined += (joined.empty() ? "" : ", ") + text;
    return joined;
}

bool says_something(const json::value& value)
{
    if (const auto* const object = value.if_object()) return !object->empty();
    const auto text = flat(value);
    return !trimmed(text).empty() && !is_placeholder(text);
}

const json::value* find(const json::object& element, std::span<const std::string_view> words)
{
    for (const auto word : words)
        for (const auto& [name, value] : element)
            if (plain_name(name) == word && says_something(value)) return &value;
    return nullptr;
}

std::string said(const json::object& element, std::span<const std::string_view> words)
{
    const auto* const found = find(element, words);
    return found == nullptr ? std::string{} : std::string{trimmed(flat(*found))};
}

void set_generic_time(Event& event, const std::string& raw, const Source& source, const Body& body)
{
    event.occurred_raw = fitting(event, raw, max_name_bytes);
    const auto read = read_foreign_time(raw, {TimeSpelling::Unit::automatic, {}, source.zone});
    if (!read) return set_arrival_time(event, body);
    event.occurred_at = read->at;
    if (read->guessed) add_flag(event, "time_guessed");
    flag_time(event, body.received_at);
}

/// Labels come as a map of scalars, or as a list of `name:value` and bare words.
void add_labels(Event& event, const json::value* labels)
{
    if (labels == nullptr) return;
    if (const auto* const object = labels->if_object()) {
        for (const auto& [name, value] : *object)
            if (std::string_view{name} != fingerprint_label) add_label(event, name, text_of(value));
    } else if (const auto* const list = labels->if_array()) {
        for (const auto& element : *list) {
            const auto text = text_of(element);
            const auto split = text.find_first_of(":=");
            if (!text.empty() && !text.starts_with(fingerprint_label)) add_label(event, text.substr(0, split), split == text.npos ? "" : text.substr(split + 1));
        }
    }
}

Item read_element(const json::object& element, const Source& source, const Body& body)
{
    auto event = event_of(source.name, Kind::alert, body);
    const auto text = said(element, text_words);
    event.text = fitting(event, text, max_text_bytes);
    if (auto details = said(element, details_words); details != text) event.details = fitting(event, details, max_details_bytes);
    if (event.text.empty()) {
        event.text = event.source + ": an event without a text";
        event.details = fitting(event, json::serialize(element), max_details_bytes);
    }
    const auto status = said(element, status_words);
    event.status = fitting(event, status.empty() ? "firing" : plain_status(status), max_name_bytes);
    event.severity = fitting(event, said(element, severity_words), max_name_bytes);
    if (const auto author = said(element, author_words); !author.empty()) event.author.name = fitting(event, author, max_name_bytes);
    set_generic_time(event, said(element, time_words), source, body);
    const auto key = said(element, key_words);
    if (!key.empty()) add_label(event, fingerprint_label, key);
    if (const auto origin = said(element, source_words); !origin.empty()) add_label(event, "source", origin);
    add_labels(event, find(element, label_words));
    add_link(event, said(element, link_words), "source");
    const bool timed = std::ranges::find(event.flags, "time_from_arrival") == event.flags.end();
    if (!key.empty()) {
        event.key = to_rfc3339(event.occurred_at) + '|' + key + '|' + event.status;
        if (event.key.size() > max_key_bytes) {
            Fnv name;
            name.add(event.key);
            event.key = name.hex();
        }
    }
    Item item{std::move(event), OnDuplicate::count_repeat};
    // An id without a time may be a monitor's, the same at every outage: what it said last tells a repeat from the next one.
    item.tells_state = !key.empty() && !timed;
    return item;
}

class Reader {
 public:
    Reader(const Body& body, const Source& source) : body_(body), source_(source) {}

    Understood take() { return std::move(understood_); }

    void refuse(std::string_view bytes, std::string_view reason)
    {
        if (!room()) return;
        const Body part{bytes, body_.content_type, {}, body_.received_at};
        add_unparsed(understood_, source_.name, Kind::alert, part, reason);
    }

    void read_document(const json::value& document)
    {
        const auto* const list = document.if_array();
        if (list == nullptr) return read_value(document);
        if (list->empty() && understood_.items.empty()) understood_.note = "an empty list";
        for (const auto& element : *list) read_value(element);
    }

    /// One document a line; a bad line does not lose its neighbours.
    void read_lines(std::string_view bytes)
    {
        while (!bytes.empty()) {
            const auto line = bytes.substr(0, bytes.find('\n'));
            bytes.remove_prefix(std::min(line.size() + 1, bytes.size()));
            if (trimmed(line).empty()) continue;
            if (const auto document = parse_body(line)) read_document(*document);
            else refuse(line, document.error().detail);
        }
        if (understood_.items.empty() && understood_.note.empty()) understood_.note = "an empty body";
    }

 private:
    bool room()
    {
        if (understood_.items.size() < max_items_per_body) return true;
        if (!full_) {
            full_ = true;
            add_overflow(understood_, source_.name, body_);
        }
        return false;
    }

    void read_value(const json::value& value)
    {
        if (!room()) return;
        if (const auto* const object = value.if_object()) understood_.items.push_back(read_element(*object, source_, body_));
        else refuse(json::serialize(value), "expected an object");
    }

    const Body& body_;
    const Source& source_;
    Understood understood_;
    bool full_ = false;
};

bool says_lines(std::string_view content_type)
{
    const auto type = lowered(content_type);
    return type.find("ndjson") != type.npos || type.find("jsonl") != type.npos || type.find("json-seq") != type.npos;
}

}  // namespace

Understood read_generic(const Body& body, const Source& source)
{
    Reader reader{body, source};
    if (says_lines(body.content_type)) {
        reader.read_lines(body.bytes);
        return reader.take();
    }
    const auto document = parse_body(body.bytes);
    if (document) reader.read_document(*document);
    else if (const auto first = body.bytes.substr(0, body.bytes.find('\n')); first.size() < body.bytes.size() && parse_body(first))
        reader.read_lines(body.bytes);  // lines under the name application/json are common
    else reader.refuse(body.bytes, document.error().detail);
    return reader.take();
}

}  // namespace incident::ingest
