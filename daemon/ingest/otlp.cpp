#include "ingest/dialects.hpp"
#include "ingest/parts.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <array>

// OpenTelemetry's logs over HTTP in JSON: POST /v1/logs.
namespace incident::ingest {

namespace {

constexpr std::string_view accepted = R"({"partialSuccess":{}})";

/// An AnyValue as plain JSON: `{"stringValue":"x"}` is "x", a kvlist an object. 64-bit integers come as text and stay so.
/// @param depth bounds what a sender may nest; the parser's own limit is 32.
json::value plain_value(const json::value& value, int depth = 0)
{
    const auto* const any = value.if_object();
    if (any == nullptr || depth > 32) return value;
    for (const auto* const name : {"stringValue", "intValue", "boolValue", "doubleValue", "bytesValue"})
        if (const auto* const found = any->if_contains(name)) return *found;
    if (const auto* const array = object_at(*any, "arrayValue")) {
        json::array list;
        if (const auto* const values = array_at(*array, "values"))
            for (const auto& element : *values) list.push_back(plain_value(element, depth + 1));
        return list;
    }
    if (const auto* const pairs = object_at(*any, "kvlistValue")) {
        json::object object;
        if (const auto* const values = array_at(*pairs, "values"))
            for (const auto& element : *values)
                if (const auto* const pair = element.if_object())
                    if (const auto* const held = pair->if_contains("value")) object[text_at(*pair, "key")] = plain_value(*held, depth + 1);
        return object;
    }
    return any->empty() ? json::value{} : value;
}

/// `[{"key":…,"value":{…}}]` as labels; those set before stay.
void add_attributes(Event& event, const json::object& holder)
{
    const auto* const attributes = array_at(holder, "attributes");
    if (attributes == nullptr) return;
    for (const auto& element : *attributes) {
        const auto* const pair = element.if_object();
        const auto* const value = pair == nullptr ? nullptr : member(*pair, "value");
        if (value == nullptr) continue;
        const auto name = text_at(*pair, "key");
        if (name != fingerprint_label && !event.labels.contains(name)) add_label(event, name, spoken(plain_value(*value)));
    }
}

/// The levels of four numbers each: 1 to 4 TRACE, … 21 to 24 FATAL.
std::string severity_of(const json::object& record)
{
    if (auto text = words_at(record, "severityText"); !text.empty()) return text;
    constexpr std::array<std::string_view, 6> levels{"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};
    const auto number = text_at(record, "severityNumber");
    for (std::size_t n = 1; n <= levels.size() * 4; ++n)
        if (number == std::to_string(n)) return std::string{levels[(n - 1) / 4]};
    constexpr std::string_view enum_name = "SEVERITY_NUMBER_";  // protobuf's JSON may name it
    return number.starts_with(enum_name) ? number.substr(enum_name.size()) : std::string{};
}

std::string identifier_at(const json::object& record, std::string_view name)
{
    const auto id = text_at(record, name);
    return id.find_first_not_of('0') == id.npos ? std::string{} : id;  // all zeros is "none"
}

struct Reader {
    const Body& body;
    const Source& source;
    Understood understood;
    std::size_t unread = 0;

    void refuse(const json::value& part, std::string_view reason)
    {
        const auto text = json_text(part);
        const Body bytes{text, body.content_type, {}, body.received_at};
        add_unparsed(understood, source.name, Kind::alert, bytes, reason);
    }

    void read_record(const json::object& record, const json::object& resource, const json::object& scope)
    {
        auto event = event_of(source.name, Kind::alert, body);
        std::string text;
        if (const auto* const held = member(record, "body")) text = spoken(plain_value(*held));
        const auto whole = std::string{trimmed(text)};
        const auto line = whole.find('\n');
        event.text = fitting(event, trimmed(std::string_view{whole}.substr(0, line)), max_text_bytes);
        if (line != whole.npos || whole.size() > max_text_bytes) event.details = fitting(event, whole, max_details_bytes);
        event.severity = fitting(event, severity_of(record), max_name_bytes);
        if (event.text.empty()) {
            const auto name = first_words(record, {"eventName", "severityText"});
            event.text = fitting(event, "a log record without a body" + (name.empty() ? std::string{} : ": " + name), max_text_bytes);
        }

        const auto written = text_at(record, "timeUnixNano"), observed = text_at(record, "observedTimeUnixNano");
        const auto seen = read_epoch(observed);
        const auto at = read_epoch(written);
        if (at) event.sent_at = seen;
        set_read_time(event, at ? at : seen, at || !seen ? (written == "0" ? std::string_view{} : std::string_view{written}) : observed, body);

        for (const auto* const name : {"traceId", "spanId"})
            if (const auto id = identifier_at(record, name); !id.empty()) add_label(event, std::string_view{name} == "traceId" ? "trace_id" : "span_id", id);
        if (const auto trace = identifier_at(record, "traceId"); !trace.empty() && !source.trace_url.empty()) {
            auto url = source.trace_url;
            constexpr std::string_view place = "{trace_id}";
            if (const auto found = url.find(place); found != url.npos) url.replace(found, place.size(), percent_encoded(trace));
            add_link(event, url, "trace");
        }
        if (const auto name = words_at(record, "eventName"); !name.empty()) add_label(event, "event.name", name);
        add_attributes(event, record);
        if (const auto name = words_at(scope, "name"); !name.empty()) add_label(event, "otel.scope.name", name);
        add_attributes(event, resource);
        if (const auto host = event.labels.find("host.name"); host != event.labels.end()) add_label(event, "host", std::string{host->second});
        if (const auto service = event.labels.find("service.name"); service != event.labels.end() && !service->second.empty())
            event.author.name = shortened(service->second, max_name_bytes);

        // Exporters send a batch again when they missed the answer; a record has no id, so it is its own content.
        if (at || seen) {
            Fnv content;
            for (const std::string_view part : {std::string_view{whole}, std::string_view{event.severity}, std::string_view{written}}) {
                content.add(part);
                content.add("|");
            }
            for (const auto& [name, value] : event.labels) {
                content.add(name);
                content.add("=");
                content.add(value);
                content.add("|");
            }
            event.key = key_of({to_rfc3339(event.occurred_at), content.hex()});
        }
        understood.items.push_back({std::move(event)});
    }

    void read_records(const json::object& scope_logs, const json::object& resource)
    {
        static const json::object nothing;
        const auto* const scope = object_at(scope_logs, "scope");
        const auto* const records = array_at(scope_logs, "logRecords");
        if (records == nullptr) return;
        for (const auto& element : *records) {
            if (understood.items.size() >= max_items_per_body) {
                ++unread;
                continue;
            }
            if (const auto* const record = element.if_object()) read_record(*record, resource, scope == nullptr ? nothing : *scope);
            else refuse(element, "an element of \"logRecords\" is not an object");
        }
    }

    void read(const json::array& resource_logs)
    {
        static const json::object nothing;
        for (const auto& element : resource_logs) {
            const auto* const logs = element.if_object();
            if (logs == nullptr) {
                refuse(element, "an element of \"resourceLogs\" is not an object");
                continue;
            }
            const auto* const resource = object_at(*logs, "resource");
            auto* scopes = array_at(*logs, "scopeLogs");
            if (scopes == nullptr) scopes = array_at(*logs, "instrumentationLibraryLogs");
            if (scopes == nullptr) continue;
            for (const auto& scope : *scopes)
                if (const auto* const one = scope.if_object()) read_records(*one, resource == nullptr ? nothing : *resource);
                else refuse(scope, "an element of \"scopeLogs\" is not an object");
        }
        if (unread > 0) {
            auto event = event_of(source.name, Kind::system, body);
            event.text = source.name + ": " + std::to_string(unread) + " log records were more than fit one request and were not taken";
            add_flag(event, "truncated");
            set_arrival_time(event, body);
            understood.items.push_back({std::move(event)});
        }
        if (understood.items.empty()) understood.note = "no log records";
    }
};

}  // namespace

Understood read_otlp(const Body& body, const Source& source)
{
    Reader reader{body, source, {}, 0};
    const auto document = parse_body(body.bytes);
    const auto* const object = document ? document->if_object() : nullptr;
    if (object == nullptr)
        add_unparsed(reader.understood, source.name, Kind::alert, body, document ? "expected an object with \"resourceLogs\"" : document.error().detail);
    else if (const auto* const logs = array_at(*object, "resourceLogs"))
        reader.read(*logs);
    else if (object->empty())
        reader.understood.note = "no log records";
    else
        add_unparsed(reader.understood, source.name, Kind::alert, body, "there is no list \"resourceLogs\"");
    reader.understood.reply = accepted;
    return std::move(reader.understood);
}

}  // namespace incident::ingest
