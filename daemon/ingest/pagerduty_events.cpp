#include "ingest/dialects.hpp"
#include "ingest/parts.hpp"
#include "model/text.hpp"
#include <algorithm>

// The door that hundreds of tools already speak to: PagerDuty's Events API v2, `/v2/enqueue` and `/v2/change/enqueue`.
namespace incident::ingest {

namespace {

constexpr unsigned accepted = 202;  // what PagerDuty's clients wait for

/// Names a routing key without giving it away: 32 bits of a hash cannot be turned back into 128 bits of secret.
std::string scope_of(std::string_view routing_key)
{
    constexpr std::size_t digits = 8;
    Fnv name;
    name.add(routing_key);
    return name.hex().substr(0, digits);
}

/// The same for the same body, so that a repeated request without a key of its own is the same alert.
std::string invented_key(std::string_view bytes)
{
    Fnv first, second;
    first.add(bytes);
    second.add(first.hex());
    second.add(bytes);
    return first.hex() + second.hex();
}

void add_links(Event& event, const json::object& request)
{
    if (const auto* const links = array_at(request, "links"))
        for (const auto& element : *links)
            if (const auto* const link = element.if_object()) add_link(event, text_at(*link, "href"), text_at(*link, "text"));
    add_link(event, text_at(request, "client_url"), text_at(request, "client"));
    if (const auto* const images = array_at(request, "images"))
        for (const auto& element : *images)
            if (const auto* const image = element.if_object()) {
                add_link(event, text_at(*image, "href"), text_at(*image, "alt"));
                add_link(event, text_at(*image, "src"), "image");
            }
}

/// Summary, time, severity and labels of a `payload`. `custom_details` may be anything.
void add_payload(Event& event, const json::object& payload, const Body& body)
{
    event.text = fitting(event, words_at(payload, "summary"), max_text_bytes);
    event.severity = fitting(event, words_at(payload, "severity"), max_name_bytes);
    set_time(event, text_at(payload, "timestamp"), body);
    for (const auto* const name : {"source", "component", "group", "class"})
        if (const auto value = words_at(payload, name); !value.empty()) add_label(event, name, value);
    const auto* const custom = member(payload, "custom_details");
    if (custom == nullptr) return;
    add_labels(event, custom);
    event.details = fitting(event, listed(*custom), max_details_bytes);
}

std::string answer_text(std::string_view message, std::string_view dedup_key, bool with_key)
{
    json::object answer{{"status", "success"}, {"message", message}};
    if (with_key) answer["dedup_key"] = dedup_key;
    return json::serialize(answer);
}

struct Reader {
    const Body& body;
    const Source& source;
    Understood understood;

    /// PagerDuty says 400 here and the sender gives up. We keep what it sent and say so, with success.
    void refuse(std::string_view reason, std::string_view dedup_key = {})
    {
        add_unparsed(understood, source.name, Kind::alert, body, reason);
        understood.reply = answer_text("Event kept but not understood: " + std::string{reason}, dedup_key, true);
    }

    void read_change(const json::object& request)
    {
        const auto* const payload = object_at(request, "payload");
        if (payload == nullptr || words_at(*payload, "summary").empty()) {
            add_unparsed(understood, source.name, Kind::change, body, "a change event needs payload.summary");
            understood.reply = answer_text("Event kept but not understood: a change event needs payload.summary", {}, false);
            return;
        }
        auto event = event_of(source.name, Kind::change, body);
        add_payload(event, *payload, body);
        event.severity.clear();
        add_links(event, request);
        // Without its own time nothing tells a resend from the same change made again.
        if (std::ranges::find(event.flags, "time_from_arrival") == event.flags.end())
            event.key = key_of({to_rfc3339(event.occurred_at), "change", invented_key(body.bytes)});
        understood.items.push_back({std::move(event)});
        understood.reply = answer_text("Change event processed", {}, false);
    }

    void read_event(const json::object& request)
    {
        const auto action = lowered(words_at(request, "event_action"));
        auto dedup_key = words_at(request, "dedup_key");
        const bool trigger = action == "trigger";
        if (!trigger && action != "acknowledge" && action != "resolve")
            return refuse(action.empty() ? "there is no event_action" : "event_action \"" + action + "\" is none of trigger, acknowledge, resolve", dedup_key);
        if (dedup_key.empty()) {
            if (!trigger) return refuse("event_action \"" + action + "\" needs the dedup_key of its trigger");
            dedup_key = invented_key(body.bytes);
        }
        const auto* const payload = object_at(request, "payload");
        if (trigger && (payload == nullptr || words_at(*payload, "summary").empty()))
            return refuse("a trigger needs payload.summary", dedup_key);

        const auto fingerprint = scope_of(text_at(request, "routing_key")) + ':' + dedup_key;
        // An acknowledgement is somebody's doing, though the door does not say whose.
        auto event = event_of(source.name, action == "acknowledge" ? Kind::note : Kind::alert, body);
        set_arrival_time(event, body);
        if (payload != nullptr) {
            event.flags.clear();
            add_payload(event, *payload, body);
        }
        set_fingerprint(event, fingerprint);
        event.status = trigger ? "firing" : action == "resolve" ? "resolved" : "acknowledged";
        add_links(event, request);
        if (const auto client = words_at(request, "client"); !client.empty()) add_label(event, "client", client);
        const auto at = to_rfc3339(event.occurred_at);
        constexpr std::size_t day = 10;  // an acknowledgement of what we never saw: once a day
        event.key = action == "acknowledge" ? key_of({at.substr(0, day), fingerprint, event.status}) : key_of({at, fingerprint, event.status});

        Item item{std::move(event), OnDuplicate::count_repeat};
        auto& kept = std::get<Event>(item.what);
        if (action == "acknowledge") item.on_duplicate = OnDuplicate::answer_first;
        else item.tells_state = true;
        if (kept.text.empty()) {
            kept.text = fitting(kept, kept.status + ": " + dedup_key, max_text_bytes);
            item.recalls = action == "acknowledge" ? "acknowledged: " : "";
        } else if (action == "acknowledge") {
            kept.text = fitting(kept, "acknowledged: " + kept.text, max_text_bytes);
        }
        understood.items.push_back(std::move(item));
        understood.reply = answer_text("Event processed", dedup_key, true);
    }
};

}  // namespace

Understood read_pagerduty_events(const Body& body, const Source& source)
{
    Reader reader{body, source, {}};
    reader.understood.status = accepted;
    const auto document = parse_body(body.bytes);
    const auto* const request = document ? document->if_object() : nullptr;
    if (request == nullptr) {
        reader.refuse(document ? "expected an object" : document.error().detail);
        return std::move(reader.understood);
    }
    if (auto secret = text_at(*request, "routing_key"); !secret.empty()) reader.understood.secrets.push_back(std::move(secret));
    // A change event has no event_action; the path tells, where there is one.
    if (body.tail.find("change") != std::string::npos || (body.tail.empty() && !request->contains("event_action"))) reader.read_change(*request);
    else reader.read_event(*request);
    return std::move(reader.understood);
}

}  // namespace incident::ingest
