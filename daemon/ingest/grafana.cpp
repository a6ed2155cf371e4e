#include "ingest/alert_group.hpp"
#include "ingest/dialects.hpp"
#include "model/text.hpp"

namespace incident::ingest {

namespace {

void add_links(Event& event, const json::object& alert, std::string_view external_url)
{
    add_link(event, text_at(alert, "panelURL"), "panel", external_url);
    add_link(event, text_at(alert, "dashboardURL"), "dashboard", external_url);
    add_link(event, text_at(alert, "generatorURL"), "rule", external_url);
    add_link(event, text_at(alert, "silenceURL"), "silence", external_url);
}

/// The "Test" button of a contact point: it proves the wiring and belongs to no incident.
bool is_test(const json::object& alert)
{
    const auto* const labels = object_at(alert, "labels");
    return labels != nullptr && text_at(*labels, "alertname") == "TestAlert" && text_at(*labels, "instance") == "Grafana";
}

/// Dashboard alerts of version 7 and before: one rule, its state, no time at all.
Understood read_legacy(const json::object& rule, const Body& body, const Source& source)
{
    Understood understood;
    if (text_at(rule, "ruleName") == "Test notification") {
        understood.note = "test notification";
        return understood;
    }
    auto event = event_of(source.name, Kind::alert, body);
    auto name = words_at(rule, "ruleName");
    if (name.empty()) name = words_at(rule, "title");
    event.text = fitting(event, name.empty() ? "alert without a name" : name, max_text_bytes);
    event.details = fitting(event, words_at(rule, "message"), max_details_bytes);
    const auto state = lowered(words_at(rule, "state"));
    event.status = fitting(event, state == "ok" ? "resolved" : state == "alerting" || state.empty() ? "firing" : state, max_name_bytes);
    add_label(event, fingerprint_label, "rule:" + text_at(rule, "ruleId"));
    if (const auto* const tags = object_at(rule, "tags")) {
        for (const auto& [tag, value] : *tags) add_label(event, tag, text_of(value));
        event.severity = fitting(event, words_at(*tags, "severity"), max_name_bytes);
    }
    add_link(event, text_at(rule, "ruleUrl"), "rule");
    set_arrival_time(event, body);
    understood.items.push_back({std::move(event), OnDuplicate::count_repeat});
    return understood;
}

}  // namespace

Understood read_grafana(const Body& body, const Source& source)
{
    Understood understood;
    const auto document = parse_body(body.bytes);
    if (!document) {
        add_unparsed(understood, source.name, Kind::alert, body, document.error().detail);
        return understood;
    }
    const auto* const object = document->if_object();
    if (object == nullptr) {
        add_unparsed(understood, source.name, Kind::alert, body, "expected an object with a list \"alerts\"");
        return understood;
    }
    if (!object->contains("alerts") && (object->contains("ruleName") || object->contains("ruleId") || object->contains("evalMatches")))
        return read_legacy(*object, body, source);
    return read_alert_group(*object, {source.name, add_links, is_test}, body);
}

}  // namespace incident::ingest
