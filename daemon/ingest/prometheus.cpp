#include "ingest/alert_group.hpp"
#include "ingest/dialects.hpp"

// What Prometheus, vmalert and others push to an Alertmanager's /api/v2/alerts, taken in its stead.
namespace incident::ingest {

namespace {

void add_links(Event& event, const json::object& alert, std::string_view external_url)
{
    add_link(event, text_at(alert, "generatorURL"), "source", external_url);
}

bool never_a_test(const json::object&) { return false; }

}  // namespace

Understood read_prometheus(const Body& body, const Source& source)
{
    const GroupDialect dialect{source.name, add_links, never_a_test, true};
    Understood understood;
    if (const auto document = parse_body(body.bytes); !document)
        add_unparsed(understood, source.name, Kind::alert, body, document.error().detail);
    else if (const auto* const alerts = document->if_array())
        understood = read_alerts(*alerts, dialect, {}, body);
    else
        add_unparsed(understood, source.name, Kind::alert, body, "expected a list of alerts, as POST /api/v2/alerts takes it");
    understood.answer = [](std::span<const Event>) { return std::string{}; };  // Alertmanager's 200 has no body
    return understood;
}

}  // namespace incident::ingest
