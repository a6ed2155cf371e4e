#include "hook_checks.hpp"
#include "ingest/cloudevents.hpp"
#include <array>

/// The dialects of monitoring systems and of the standards; the first byte tells which.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace incident;
    struct Way {
        const char* dialect;
        const char* type = "application/json";
        const char* tail = "";
    };
    static constexpr std::array ways{
        Way{"prometheus", "application/json", "api/v2/alerts"}, Way{"pagerduty"}, Way{"pagerduty-events", "application/json", "v2/enqueue"},
        Way{"pagerduty-events", "application/json", "v2/change/enqueue"}, Way{"azure-monitor"}, Way{"gcp-monitoring"}, Way{"zabbix", "application/x-ndjson"},
        Way{"cloudevents", "application/cloudevents+json"}, Way{"cloudevents", "application/cloudevents-batch+json"}, Way{"cloudevents", "text/plain"}, Way{"otlp"},
        Way{"alertmanager"}, Way{"standard-webhooks"}};
    if (size == 0) return 0;
    const auto& way = ways[data[0] % ways.size()];
    auto body = fuzz::body_of(data + 1, size - 1, way.type);
    body.tail = way.tail;
    if (std::string_view{way.type} == "text/plain") body.headers = {{"ce-id", std::string{body.bytes.substr(0, 40)}}, {"ce-type", "t"}, {"ce-source", "%2fs%"}, {"ce-subject", std::string{body.bytes}}};
    auto source = fuzz::named(way.dialect);
    source.zone = "Europe/Berlin";
    source.trace_url = "https://traces.lan/{trace_id}";
    fuzz::must_be_kept(ingest::find_dialect(way.dialect)->read(body, source));
    if (const auto opened = ingest::open_cloudevents(body))
        for (const auto& envelope : *opened) fuzz::must(!envelope.refused.empty() || !envelope.id.empty());
    return 0;
}
