#include "ingest/cloudevents.hpp"
#include "ingest/dialects.hpp"
#include "ingest/parts.hpp"
#include "model/text.hpp"
#include <algorithm>

namespace incident::ingest {

namespace {

constexpr std::string_view prefix = "ce-";

bool is_type(std::string_view content_type, std::string_view type)
{
    const auto plain = lowered(trimmed(content_type.substr(0, content_type.find(';'))));
    return plain == type;
}
bool is_structured(std::string_view content_type) { return is_type(content_type, "application/cloudevents+json"); }
bool is_batched(std::string_view content_type) { return is_type(content_type, "application/cloudevents-batch+json"); }

bool is_json_type(std::string_view content_type)
{
    const auto plain = lowered(trimmed(content_type.substr(0, content_type.find(';'))));
    return plain.empty() || plain == "application/json" || plain == "text/json" || plain.ends_with("+json");
}

/// Gives an attribute its place.
void set_attribute(Envelope& envelope, const std::string& name, std::string value)
{
    if (name == "id") envelope.id = std::move(value);
    else if (name == "source") envelope.source = std::move(value);
    else if (name == "type") envelope.type = std::move(value);
    else if (name == "subject") envelope.subject = std::move(value);
    else if (name == "time") envelope.time = std::move(value);
    else if (name == "datacontenttype") envelope.data_content_type = std::move(value);
    else envelope.attributes.insert_or_assign(name, std::move(value));
}

void refuse_incomplete(Envelope& envelope, std::string_view as_sent)
{
    const auto missing = envelope.id.empty() ? "id" : envelope.source.empty() ? "source" : envelope.type.empty() ? "type" : "";
    if (std::string_view{missing}.empty()) return;
    envelope.refused = std::string{"a CloudEvent without \""} + missing + '"';
    envelope.as_sent = as_sent;
}

Envelope read_element(const json::value& value)
{
    Envelope envelope;
    const auto* const object = value.if_object();
    if (object == nullptr) {
        envelope.refused = "a CloudEvent must be an object";
        envelope.as_sent = json_text(value);
        return envelope;
    }
    for (const auto& [name, attribute] : *object)
        if (std::string_view{name} != "data" && std::string_view{name} != "data_base64" && !attribute.is_null())
            set_attribute(envelope, std::string{name}, spoken(attribute));
    if (const auto* const encoded = member(*object, "data_base64")) {
        auto bytes = from_base64(text_of(*encoded));
        envelope.data = bytes ? std::move(*bytes) : text_of(*encoded);  // kept as it came when it is no base64
    } else if (const auto* const data = member(*object, "data")) {
        // A string is the data itself, but for JSON, where it is a JSON string all the same: read it the same way.
        const auto* const text = data->if_string();
        envelope.data = text != nullptr ? std::string{*text} : json_text(*data);
        if (envelope.data_content_type.empty()) envelope.data_content_type = "application/json";
    }
    refuse_incomplete(envelope, json_text(value));
    return envelope;
}

/// Header values are percent-encoded UTF-8, and may stand in quotes.
Envelope read_binary(const Body& body)
{
    Envelope envelope;
    for (const auto& [name, value] : body.headers)
        if (name.starts_with(prefix) && name.size() > prefix.size()) {
            std::string_view plain = trimmed(value);
            if (plain.size() >= 2 && plain.front() == '"' && plain.back() == '"') plain = plain.substr(1, plain.size() - 2);
            set_attribute(envelope, name.substr(prefix.size()), to_valid_utf8(percent_decoded(plain)));
        }
    envelope.data = body.bytes;
    envelope.data_content_type = body.content_type;
    refuse_incomplete(envelope, body.bytes);
    return envelope;
}

/// What the data call themselves: one line of a string, or the title that most documents have.
std::string headline_in(const Envelope& envelope)
{
    if (envelope.data.empty() || !is_utf8(envelope.data)) return {};
    if (is_json_type(envelope.data_content_type)) {
        if (const auto document = parse_body(envelope.data)) return document->is_object() ? headline_of(envelope.data) : document->is_array() ? std::string{} : text_of(*document);
    } else if (!lowered(envelope.data_content_type).starts_with("text/plain")) {
        return {};
    }
    const auto words = trimmed(envelope.data);
    return words.find('\n') == words.npos && words.find('\0') == words.npos ? std::string{words} : std::string{};
}

bool says_one_of(std::string_view type, std::initializer_list<std::string_view> words)
{
    const auto plain = lowered(type);
    return std::ranges::any_of(words, [&](std::string_view word) { return plain.find(word) != plain.npos; });
}

/// The sender's own word first (extension `kind`), then what its type speaks of.
Kind kind_of(const Envelope& envelope)
{
    if (const auto own = envelope.attributes.find("kind"); own != envelope.attributes.end())
        if (const auto kind = parse_kind(own->second)) return *kind;
    return kind_of_type(envelope.type);
}

Event event_in(const Envelope& envelope, const Body& body, const Source& source)
{
    auto event = event_of(source.name, kind_of(envelope), body);
    auto text = envelope.type;
    if (!envelope.subject.empty()) text += ": " + envelope.subject;
    if (const auto headline = headline_in(envelope); !headline.empty() && headline != envelope.subject) text += ": " + headline;
    event.text = fitting(event, text, max_text_bytes);
    event.details = fitting(event, envelope.data, max_details_bytes);
    set_time(event, envelope.time, body);
    if (event.kind == Kind::alert) event.status = status_of_type(envelope.type);
    for (const auto* const name : {"severitytext", "severity", "severitynumber"})
        if (const auto found = envelope.attributes.find(name); event.severity.empty() && found != envelope.attributes.end())
            event.severity = fitting(event, found->second, max_name_bytes);
    add_label(event, "ce_type", envelope.type);
    add_label(event, "ce_source", envelope.source);
    add_label(event, "ce_id", envelope.id);
    if (!envelope.subject.empty()) add_label(event, "ce_subject", envelope.subject);
    if (!envelope.data_content_type.empty()) add_label(event, "datacontenttype", envelope.data_content_type);
    for (const auto& [name, value] : envelope.attributes)
        if (name != fingerprint_label && name != "specversion") add_label(event, name, value);
    add_link(event, envelope.source, "source");
    add_link(event, envelope.subject, "subject", envelope.source);
    event.key = key_of({envelope.source, envelope.id});
    return event;
}

}  // namespace

Kind kind_of_type(std::string_view type)
{
    if (says_one_of(type, {"deploy", "release", "build", "pipeline", "workflow", "push", "commit", "config", "change"}) && !says_one_of(type, {"alert", "alarm", "incident"}))
        return Kind::change;
    return Kind::alert;
}

std::string status_of_type(std::string_view type)
{
    const auto plain = lowered(type);
    const auto dot = plain.find_last_of("._");
    const std::string_view last = std::string_view{plain}.substr(dot == plain.npos ? 0 : dot + 1);
    for (const std::string_view word : {"fired", "firing", "triggered", "opened", "activated"})
        if (last == word) return "firing";
    for (const std::string_view word : {"resolved", "recovered", "closed", "cleared", "deactivated"})
        if (last == word) return "resolved";
    return {};
}

std::string headline_of(std::string_view document)
{
    const auto parsed = parse_body(document);
    const auto* const object = parsed ? parsed->if_object() : nullptr;
    return object == nullptr ? std::string{} : first_words(*object, {"title", "summary", "message", "text", "name", "description"});
}

bool is_cloudevent(const Body& body)
{
    return is_structured(body.content_type) || is_batched(body.content_type) || body.headers.contains("ce-specversion") ||
           (body.headers.contains("ce-id") && body.headers.contains("ce-type"));
}

std::optional<std::vector<Envelope>> open_cloudevents(const Body& body)
{
    std::vector<Envelope> envelopes;
    if (!is_structured(body.content_type) && !is_batched(body.content_type)) {
        if (!is_cloudevent(body)) return std::nullopt;
        envelopes.push_back(read_binary(body));
        return envelopes;
    }
    const auto document = parse_body(body.bytes);
    if (!document) return std::nullopt;
    // One as a list and a list as one: senders mix the two names up.
    if (const auto* const list = document->if_array()) {
        for (const auto& element : *list) {
            if (envelopes.size() >= max_items_per_body) break;
            envelopes.push_back(read_element(element));
        }
    } else {
        envelopes.push_back(read_element(*document));
    }
    return envelopes;
}

Understood read_cloudevents(const Body& body, const Source& source)
{
    Understood understood;
    auto opened = is_cloudevent(body) ? open_cloudevents(body) : std::nullopt;
    if (!opened && !is_cloudevent(body)) {
        // A structured event under the name application/json.
        const Body renamed{body.bytes, "application/cloudevents+json", body.headers, body.received_at};
        opened = open_cloudevents(renamed);
    }
    if (!opened) {
        const auto document = parse_body(body.bytes);
        add_unparsed(understood, source.name, Kind::alert, body, document ? "expected a CloudEvent" : document.error().detail);
        return understood;
    }
    for (const auto& envelope : *opened) {
        if (envelope.refused.empty()) {
            understood.items.push_back({event_in(envelope, body, source)});
        } else {
            const Body part{envelope.as_sent, body.content_type, {}, body.received_at};
            add_unparsed(understood, source.name, Kind::alert, part, envelope.refused);
        }
    }
    if (opened->empty()) understood.note = "an empty batch";
    return understood;
}

}  // namespace incident::ingest
