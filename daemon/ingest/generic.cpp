#include "ingest/dialects.hpp"
#include "ingest/lenient.hpp"
#include "model/text.hpp"
#include "model/time_grammar.hpp"
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

constexpr std::string_view firing_words[]{"firing", "alerting", "alert", "triggered", "trigger", "open", "opened", "problem", "down", "active", "error", "fail", "failed", "failing", "critical", "new"};
constexpr std::string_view resolved_words[]{"resolved", "resolve", "ok", "up", "closed", "close", "recovered", "recovery", "normal", "healthy", "success", "clear", "cleared"};

std::string plain_name(std::string_view name)
{
    auto plain = lowered(name);
    std::erase_if(plain, [](char c) { return c == '_' || c == '-' || c == ' '; });
    return plain;
}

/// One element and where its values stand: by the source's table, else by common names.
class Element {
 public:
    Element(const json::value& value, const GenericSource& source) : value_(value), source_(source) {}

    [[nodiscard]] const json::value* find(const std::string& field, std::span<const std::string_view> words) const
    {
        if (const auto table = source_.fields.find(field); table != source_.fields.end()) {
            for (const auto& pointer : table->second) {
                boost::system::error_code error;
                const auto* const found = value_.find_pointer(pointer, error);
                if (!error && found != nullptr && says_something(*found)) return found;
            }
            return nullptr;
        }
        if (!source_.fields.empty()) return nullptr;  // a table says all there is; guessing beside it would surprise
        const auto* const object = value_.if_object();
        if (object == nullptr) return nullptr;
        for (const auto word : words)
            for (const auto& [name, value] : *object)
                if (plain_name(name) == word && says_something(value)) return &value;
        return nullptr;
    }

    [[nodiscard]] std::string words(const std::string& field, std::span<const std::string_view> names) const
    {
        const auto* const found = find(field, names);
        return found == nullptr ? std::string{} : std::string{trimmed(flat(*found))};
    }

 private:
    /// Scalars as they are, a list of them joined: `["a", "b"]` is `a, b`.
    static std::string flat(const json::value& value)
    {
        const auto* const list = value.if_array();
        if (list == nullptr) return text_of(value);
        std::string joined;
        for (const auto& element : *list)
            if (const auto text = text_of(element); !text.empty()) joined += (joined.empty() ? "" : ", ") + text;
        return joined;
    }

    static bool says_something(const json::value& value)
    {
        if (const auto* const object = value.if_object()) return !object->empty();
        const auto text = flat(value);
        return !trimmed(text).empty() && !is_placeholder(text);
    }

    const json::value& value_;
    const GenericSource& source_;
};

bool is_one_of(std::string_view word, std::span<const std::string_view> words) { return std::ranges::find(words, word) != words.end(); }

/// The source's own word for it first, without case.
std::string mapped(const std::map<std::string, std::string>& map, const std::string& word)
{
    for (const auto& [from, to] : map)
        if (lowered(from) == lowered(word)) return to;
    return {};
}

std::string status_of(const std::string& word, const GenericSource& source)
{
    if (auto status = mapped(source.status_map, word); !status.empty()) return status;
    const auto plain = lowered(word);
    if (is_one_of(plain, firing_words)) return "firing";
    if (is_one_of(plain, resolved_words)) return "resolved";
    return word;
}

/// `2026-05-06 07:08:09`, `2026-05-06T07:08:09.5`, `… UTC`, `… GMT`, `… +0000 UTC`.
std::optional<Instant> read_zoneless(std::string_view raw, const std::string& zone)
{
    for (const std::string_view suffix : {" +0000 UTC", " UTC", " GMT", " Z"})
        if (raw.ends_with(suffix)) return read_time(std::string{raw.substr(0, raw.size() - suffix.size())} + 'Z');
    const auto as_utc = read_time(std::string{raw} + 'Z');
    if (!as_utc || zone == "UTC") return as_utc;
    const auto days = std::chrono::floor<std::chrono::days>(*as_utc);
    const std::chrono::year_month_day date{days};
    const std::chrono::hh_mm_ss clock{*as_utc - days};
    const LocalTime local{static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())),
                          static_cast<int>(static_cast<unsigned>(date.day())), static_cast<int>(clock.hours().count()),
                          static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
                          static_cast<int>(clock.subseconds().count()), {}, {}};
    const auto at = from_local(local, zone);
    return at ? std::optional{*at} : std::nullopt;  // the hour that daylight saving repeats or skips: no time we could stand for
}

void set_generic_time(Event& event, const std::string& raw, const GenericSource& source, const Body& body)
{
    event.occurred_raw = fitting(event, raw, max_name_bytes);
    auto at = read_epoch(raw);
    if (!at) at = read_time(raw);
    if (!at && !raw.empty()) at = read_zoneless(raw, source.zone);
    if (at) {
        event.occurred_at = *at;
        flag_time(event, body.received_at);
    } else {
        set_arrival_time(event, body);
    }
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

Item read_element(const json::value& value, const GenericSource& source, std::string_view source_name, const Body& body)
{
    const Element element{value, source};
    const auto kind = parse_kind(source.kind);
    auto event = event_of(source_name, kind ? *kind : Kind::alert, body);
    const auto text = element.words("text", text_words);
    event.text = fitting(event, text, max_text_bytes);
    if (auto details = element.words("details", details_words); details != text) event.details = fitting(event, details, max_details_bytes);
    if (event.text.empty()) {
        event.text = event.source + ": an event without a text";
        event.details = fitting(event, json::serialize(value), max_details_bytes);
    }
    const auto status = element.words("status", status_words);
    event.status = fitting(event, status.empty() && event.kind == Kind::alert ? "firing" : status_of(status, source), max_name_bytes);
    const auto severity = element.words("severity", severity_words);
    const auto severity_mapped = mapped(source.severity_map, severity);
    event.severity = fitting(event, severity_mapped.empty() ? severity : severity_mapped, max_name_bytes);
    if (const auto author = element.words("author", author_words); !author.empty()) event.author.name = fitting(event, author, max_name_bytes);
    set_generic_time(event, element.words("occurred_at", time_words), source, body);
    const auto key = element.words("key", key_words);
    if (!key.empty() && event.kind == Kind::alert) add_label(event, fingerprint_label, key);
    if (const auto origin = element.words("source", source_words); !origin.empty()) add_label(event, "source", origin);
    add_labels(event, element.find("labels", label_words));
    add_link(event, element.words("link", link_words), "source");
    // An id without a time may be a monitor's, the same at every outage: only a table that names a key makes it one.
    const bool timed = std::ranges::find(event.flags, "time_from_arrival") == event.flags.end();
    if (!key.empty() && (timed || source.fields.contains("key"))) {
        event.key = (timed ? to_rfc3339(event.occurred_at) + '|' : std::string{}) + key + '|' + event.status;
        if (event.key.size() > max_key_bytes) {
            Fnv name;
            name.add(event.key);
            event.key = name.hex();
        }
    }
    return {std::move(event), OnDuplicate::count_repeat};
}

class Reader {
 public:
    Reader(const Body& body, const GenericSource& source, const std::string& name)
        : body_(body), source_(source), name_(name.empty() ? "generic" : name)
    {
        if (const auto kind = parse_kind(source.kind)) kind_ = *kind;
    }

    Understood take() { return std::move(understood_); }

    void refuse(std::string_view bytes, std::string_view reason)
    {
        if (!room()) return;
        const Body part{bytes, body_.content_type, {}, body_.received_at};
        add_unparsed(understood_, name_, kind_, part, reason);
    }

    void read_document(const json::value& document)
    {
        const auto* list = document.if_array();
        if (!source_.each.empty()) {
            boost::system::error_code error;
            const auto* const found = document.find_pointer(source_.each, error);
            list = error || found == nullptr ? nullptr : found->if_array();
            if (list == nullptr) return refuse(json::serialize(document), "there is no list at " + source_.each);
        }
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
            auto event = event_of(name_, Kind::system, body_);
            event.text = name_ + ": more than " + std::to_string(max_items_per_body) + " events in one request; the rest was not taken";
            add_flag(event, "truncated");
            set_arrival_time(event, body_);
            understood_.items.push_back({std::move(event)});
        }
        return false;
    }

    void read_value(const json::value& value)
    {
        if (!room()) return;
        if (value.is_object()) understood_.items.push_back(read_element(value, source_, name_, body_));
        else refuse(json::serialize(value), "expected an object");
    }

    const Body& body_;
    const GenericSource& source_;
    std::string name_;
    Kind kind_ = Kind::alert;
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
    static const GenericSource no_table;
    const auto& table = source.table != nullptr ? *source.table : no_table;
    Reader reader{body, table, source.name};
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
