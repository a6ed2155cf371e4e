#include "ingest/dialects.hpp"
#include "ingest/parts.hpp"
#include "model/text.hpp"

// Google Cloud Monitoring's webhook channel, versions 1.1, 1.2 and "test"; as it is, or in a Pub/Sub push.
namespace incident::ingest {

namespace {

void read_incident(Understood& understood, const json::object& incident, const Body& body, const Source& source)
{
    auto event = event_of(source.name, Kind::alert, body);
    const auto state = lowered(words_at(incident, "state"));
    event.status = fitting(event, state == "closed" ? "resolved" : state == "open" || state.empty() ? "firing" : state, max_name_bytes);
    auto title = words_at(incident, "policy_name");
    if (const auto condition = words_at(incident, "condition_name"); !condition.empty()) title += (title.empty() ? "" : ": ") + condition;
    if (title.empty()) title = words_at(incident, "summary");
    event.text = fitting(event, title.empty() ? "alert without a name" : title, max_text_bytes);
    if (const auto severity = words_at(incident, "severity"); lowered(severity) != "no severity") event.severity = fitting(event, severity, max_name_bytes);

    // Seconds as an integer; 0 and null are "not yet".
    const auto started = text_at(incident, "started_at"), ended = text_at(incident, "ended_at");
    const auto& raw = event.status == "resolved" ? ended : started;
    set_read_time(event, read_epoch(raw), raw == "0" ? std::string_view{} : std::string_view{raw}, body);

    std::string document;
    if (const auto* const given = member(incident, "documentation")) {
        if (const auto* const page = given->if_object()) {
            document = text_at(*page, "content");
            if (const auto* const links = array_at(*page, "links"))
                for (const auto& element : *links)
                    if (const auto* const link = element.if_object()) add_link(event, text_at(*link, "url"), text_at(*link, "displayName"));
        } else {
            document = spoken(*given);
        }
    }
    set_details(event, {words_at(incident, "summary"), document});

    const auto id = words_at(incident, "incident_id");
    if (!id.empty()) set_fingerprint(event, id);
    if (const auto resource = first_words(incident, {"resource_display_name", "resource_name", "resource_id"}); !resource.empty()) add_label(event, "instance", resource);
    for (const auto* const name : {"scoping_project_id", "resource_type_display_name", "observed_value", "threshold_value"})
        if (const auto value = words_at(incident, name); !value.empty()) add_label(event, name, value);
    for (const auto* const name : {"resource", "metric"}) {
        const auto* const part = object_at(incident, name);
        if (part == nullptr) continue;
        if (const auto type = words_at(*part, "type"); !type.empty()) add_label(event, std::string{name} + "_type", type);
        add_labels(event, member(*part, "labels"));
    }
    if (const auto* const metadata = object_at(incident, "metadata")) add_labels(event, member(*metadata, "user_labels"));
    add_labels(event, member(incident, "policy_user_labels"));
    add_link(event, text_at(incident, "url"), "Google Cloud");

    const auto since = read_epoch(started);
    const auto at = to_rfc3339(since ? *since : event.occurred_at);
    if (!id.empty()) event.key = key_of({at, id, event.status});
    Item item{std::move(event), OnDuplicate::count_repeat};
    item.tells_state = !id.empty() && !since;
    understood.items.push_back(std::move(item));
}

}  // namespace

Understood read_gcp_monitoring(const Body& body, const Source& source)
{
    Understood understood;
    auto document = parse_body(body.bytes);
    // {"message": {"data": "<base64>"}, "subscription": …}
    if (const auto* const push = document ? document->if_object() : nullptr; push != nullptr && !push->contains("incident"))
        if (const auto* const message = object_at(*push, "message"))
            if (const auto data = from_base64(text_at(*message, "data")); data && !data->empty()) document = parse_body(*data);
    const auto* const object = document ? document->if_object() : nullptr;
    const auto* const incident = object == nullptr ? nullptr : object_at(*object, "incident");
    if (incident == nullptr)
        add_unparsed(understood, source.name, Kind::alert, body, document ? "there is no object \"incident\"" : document.error().detail);
    else if (lowered(text_at(*object, "version")) == "test") understood.note = "test notification";
    else read_incident(understood, *incident, body, source);
    return understood;
}

}  // namespace incident::ingest
