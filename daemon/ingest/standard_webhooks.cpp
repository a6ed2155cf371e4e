#include "ingest/cloudevents.hpp"
#include "ingest/dialects.hpp"
#include "ingest/parts.hpp"
#include "model/text.hpp"

// Standard Webhooks: a signature first of all, and a body that is only recommended: `type`, `timestamp`, `data`. A site
// whose sender has another body names a mapping instead and keeps the signature.
namespace incident::ingest {

Understood read_standard_webhooks(const Body& body, const Source& source)
{
    Understood understood;
    const auto document = parse_body(body.bytes);
    const auto* const message = document ? document->if_object() : nullptr;
    const auto type = message == nullptr ? std::string{} : words_at(*message, "type");
    if (type.empty()) {
        add_unparsed(understood, source.name, Kind::alert, body, document ? "there is no \"type\"" : document.error().detail);
        return understood;
    }
    auto event = event_of(source.name, kind_of_type(type), body);
    std::string data;
    if (const auto* const held = member(*message, "data")) data = spoken(*held);
    const auto headline = headline_of(data);
    event.text = fitting(event, type + (headline.empty() ? "" : ": " + headline), max_text_bytes);
    event.details = fitting(event, data, max_details_bytes);
    if (event.kind == Kind::alert) event.status = status_of_type(type);
    set_time(event, text_at(*message, "timestamp"), body);
    add_label(event, "type", type);
    const auto id = body.headers.find("webhook-id") != body.headers.end() ? body.headers.at("webhook-id") : body.headers.contains("svix-id") ? body.headers.at("svix-id") : std::string{};
    if (!id.empty()) {
        add_label(event, "webhook_id", id);
        event.key = key_of({id});
    } else if (event.occurred_at != body.received_at) {
        Fnv content;
        content.add(body.bytes);
        event.key = key_of({to_rfc3339(event.occurred_at), content.hex()});
    }
    understood.items.push_back({std::move(event)});
    return understood;
}

}  // namespace incident::ingest
