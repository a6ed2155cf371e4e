// What an event costs when a mapping reads it, beside the parser written for the same body: an Alertmanager group of 100
// alerts, and the same group as a mapping describes it, in the same run; then each shipped mapping that takes one event a body.
#include "config/presets.hpp"
#include "ingest/dialects.hpp"
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>

namespace {
using namespace incident;

constexpr std::size_t alerts = 100;

std::string group()
{
    std::string body = R"({"version":"4","groupKey":"{}","status":"firing","receiver":"r","externalURL":"https://am.example.org","alerts":[)";
    for (std::size_t i = 0; i < alerts; ++i) {
        const auto number = std::to_string(i);
        body += i == 0 ? "" : ",";
        body += R"({"status":"firing","labels":{"alertname":"HighErrors","severity":"page","instance":"web-)" + number +
                R"(","job":"checkout","env":"prod"},"annotations":{"summary":"web-)" + number +
                R"( answers 503 to one request in three","description":"since the deploy of 2.41"},"startsAt":"2026-06-22T15:15:00.123456Z",)"
                R"("endsAt":"0001-01-01T00:00:00Z","generatorURL":"https://prom.example.org/graph?g0.expr=up","fingerprint":"000000000000)" +
                std::to_string(1000 + i) + "\"}";
    }
    return body + "]}";
}

constexpr std::string_view as_mapping = R"(
each: /alerts
text: [/annotations/summary, /labels/alertname]
details: /annotations/description
occurred_at: {from: /startsAt, by_status: {resolved: /endsAt}}
status: /status
severity: /labels/severity
key: /fingerprint
link: /generatorURL
base: ../externalURL
labels_from: /labels
)";

/// Best of five rounds, in seconds a call.
double best_of(int calls, const std::function<void()>& work)
{
    using clock = std::chrono::steady_clock;
    double best = 1e9;
    for (int round = 0; round < 5; ++round) {
        const auto from = clock::now();
        for (int call = 0; call < calls; ++call) work();
        best = std::min(best, std::chrono::duration<double>(clock::now() - from).count() / calls);
    }
    return best;
}

ingest::Source source_of(std::string name, std::shared_ptr<const ingest::Mapping> mapping = nullptr)
{
    ingest::Source source;
    source.name = source.dialect = std::move(name);
    source.mapping = std::move(mapping);
    return source;
}

}  // namespace

int main()
{
    const auto body = group();
    const ingest::Body posted{body, "application/json", {}, parse_rfc3339("2026-06-22T15:16:00Z").value(), {}, {}};
    std::size_t kept = 0;  // so that nothing is optimised away
    const auto first_class = source_of("alertmanager");
    const auto described = source_of("described", config::parse_mapping(as_mapping, "described.yml").value().mapping);
    const auto code = best_of(200, [&] { kept += ingest::read_alertmanager(posted, first_class).items.size(); });
    const auto mapping = best_of(200, [&] { kept += ingest::read_mapping(posted, described).items.size(); });
    std::printf("%zu alerts a body, %zu bytes\n", alerts, body.size());
    std::printf("alertmanager, its own parser %8.2f us an event\n", code / alerts * 1e6);
    std::printf("the same by a mapping        %8.2f us an event  ratio %.2f\n", mapping / alerts * 1e6, mapping / code);

    constexpr std::string_view one = R"({"id":"1","cycle_key":"c","transition":"Triggered","priority":"P1","title":"[Triggered on {host:db-2}] lag","hostname":"db-2","tags":"env:prod,team:x","date":"1782141300000","link":"https://app.datadoghq.eu/monitors/77","body":"lag over 30 s"})";
    const ingest::Body datadog_body{one, "application/json", {}, posted.received_at, {}, {}};
    const auto datadog = source_of("datadog", config::find_preset("datadog")->mapping);
    const auto single = best_of(5000, [&] { kept += ingest::read_mapping(datadog_body, datadog).items.size(); });
    std::printf("datadog, one event a body    %8.2f us an event\n", single * 1e6);
    return kept == 0;
}
