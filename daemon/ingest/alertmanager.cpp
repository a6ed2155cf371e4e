#include "ingest/alert_group.hpp"
#include "ingest/alertmanager_recorder.hpp"
#include "ingest/dialects.hpp"

namespace incident::ingest {

namespace {

void add_links(Event& event, const json::object& alert, std::string_view external_url)
{
    add_link(event, text_at(alert, "generatorURL"), "source", external_url);
    add_link(event, external_url, "alertmanager");
}

bool never_a_test(const json::object&) { return false; }

}  // namespace

Understood read_alertmanager(const Body& body, const Source& source)
{
    Understood understood;
    const auto document = parse_body(body.bytes);
    if (!document) {
        add_unparsed(understood, source.name, Kind::alert, body, document.error().detail);
        return understood;
    }
    if (is_recorded(*document)) return read_recorded(*document, body, source.name);
    const auto* const group = document->if_object();
    if (group == nullptr) {
        add_unparsed(understood, source.name, Kind::alert, body, "expected an object with a list \"alerts\"");
        return understood;
    }
    return read_alert_group(*group, {source.name, add_links, never_a_test}, body);
}

}  // namespace incident::ingest
