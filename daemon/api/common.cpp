#include "api/common.hpp"
#include "auth/verify.hpp"
#include <algorithm>

namespace incident::api {

namespace {

constexpr int max_merge_steps = 64;  // store's catalogue already follows merges; this bounds a damaged chain

void count_event(Context& context, const store::Receipt::Item& item, const Event& event)
{
    auto& metrics = context.runtime.metrics;
    switch (item.outcome) {
    case store::Outcome::stored: {
        metrics.event_stored(event.source, to_string(event.kind));
        for (const auto& tag : event.tags) metrics.tag_set(tag.name, tag.by_person() ? "person" : "rule");
        const std::chrono::duration<double> lag = event.received_at - event.occurred_at;
        metrics.ingest_lag(event.source, std::max(lag.count(), 0.0));
        break;
    }
    case store::Outcome::repeated: metrics.event_repeated(event.source); break;
    case store::Outcome::replayed: metrics.event_replayed(event.source); break;
    }
}

}  // namespace

Result<std::optional<store::RequestKey>> request_key(const Call& call)
{
    const auto found = call.request.headers.find("idempotency-key");
    if (found == call.request.headers.end()) return std::optional<store::RequestKey>{};
    std::string_view key = found->second;
    // The IETF draft writes it as a quoted string, most clients do not; both are the same key.
    if (key.size() >= 2 && key.front() == '"' && key.back() == '"') key = key.substr(1, key.size() - 2);
    const bool printable = std::ranges::all_of(key, [](char c) { return c >= 0x20 && c < 0x7f; });
    if (key.empty() || key.size() > max_key_bytes || !printable)
        return Failure{Errc::invalid_input, "Idempotency-Key: give 1 to " + std::to_string(max_key_bytes) +
                                                " printable ASCII characters, for example a UUID"};
    store::RequestKey made;
    made.source = call.sender.source;
    made.key = std::string{key};
    made.digest = auth::sha256_hex(call.request.method + ' ' + call.request.path + '\n' + call.request.body);
    return std::optional{std::move(made)};
}

Result<Id> event_id(const Call& call)
{
    auto id = parse_id(call.params.at("id"));
    if (!id) return Failure{Errc::not_found, "there is no such event; its id looks like 0190d2c8-7a3e-7000-8000-000000000001"};
    return *id;
}

Result<IncidentKey> incident_key(const Call& call)
{
    auto key = parse_incident_key(call.params.at("key"));
    if (!key) return Failure{Errc::not_found, "there is no such incident; its key looks like INC-7"};
    return *key;
}

Result<Incident> known_incident(store::Reader& reader, IncidentKey key)
{
    auto found = reader.incident(key);
    if (!found) return found.error();
    if (!*found) return Failure{Errc::not_found, "there is no " + to_string(key)};
    return std::move(**found);
}

Result<Incident> target_incident(store::Reader& reader, IncidentKey key)
{
    auto incident = known_incident(reader, key);
    for (int step = 0; incident && incident->merged_into && step < max_merge_steps; ++step)
        incident = known_incident(reader, *incident->merged_into);
    return incident;
}

Event event_of(const Entry& entry)
{
    auto event = std::get<Event>(entry.what);
    event.id = entry.id;
    event.seq = entry.seq;
    event.received_at = entry.received_at;
    return event;
}

void count(Context& context, const store::Receipt& receipt, std::string_view source, Instant now)
{
    std::size_t stored = 0;
    for (const auto& item : receipt.items) {
        const auto* event = std::get_if<Event>(&item.entry.what);
        if (event == nullptr) continue;
        if (receipt.replayed) {
            context.runtime.metrics.event_replayed(event->source);
            continue;
        }
        count_event(context, item, event_of(item.entry));
        if (item.outcome == store::Outcome::stored) ++stored;
    }
    context.sources.stored(source, stored, now);
}

Result<wire::json::value> json_body(const Call& call) { return wire::parse_json(call.request.body); }

}  // namespace incident::api
