// How long each source waits for its answer while every sync of the disk takes 5 ms longer (hooks.sh injects that):
// the strictest sender gives up after a second (Sentry), so a quarter of it, 250 ms, is the budget for the slowest of a
// hundred. The reference beside it is a bare write and fdatasync under the same delay.
#include "auth/verify.hpp"
#include "support/http_client.hpp"
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace {
using SteadyClock = std::chrono::steady_clock;
using Headers = std::map<std::string, std::string>;

constexpr std::string_view secret = "bench-secret";  // hooks.sh writes the same into the secret files
constexpr double budget_ms = 250;

std::string replaced(std::string text, const std::string& with)
{
    for (auto at = text.find("@N@"); at != text.npos; at = text.find("@N@", at)) text.replace(at, 3, with);
    return text;
}

struct Source {
    const char* path;
    const char* body;  ///< `@N@` stands for a number, so that no body is a repeat
    std::function<Headers(const std::string& body, const std::string& n)> headers;
};

Headers json_body(const std::string&, const std::string&) { return {}; }

Headers github(const std::string& body, const std::string& n)
{
    return {{"X-GitHub-Event", "deployment_status"}, {"X-GitHub-Delivery", "bench-" + n},
            {"X-Hub-Signature-256", "sha256=" + incident::auth::hmac_sha256_hex(secret, body)}};
}

Headers pagerduty(const std::string& body, const std::string&)
{
    return {{"X-PagerDuty-Signature", "v1=" + incident::auth::hmac_sha256_hex(secret, body)}};
}

Headers slack(const std::string& body, const std::string&)
{
    const auto now = std::to_string(std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count());
    return {{"X-Slack-Request-Timestamp", now}, {"X-Slack-Signature", "v0=" + incident::auth::hmac_sha256_hex(secret, "v0:" + now + ':' + body)}};
}

Headers sentry(const std::string& body, const std::string&)
{
    return {{"Sentry-Hook-Resource", "event_alert"}, {"Sentry-Hook-Signature", incident::auth::hmac_sha256_hex(secret, body)}};
}

Headers lines(const std::string&, const std::string&) { return {{"Content-Type", "application/x-ndjson"}}; }

const std::vector<Source> sources{
    {"/api/v1/events", R"({"text":"a note of the bench @N@","kind":"note"})", json_body},
    {"/api/v1/hooks/alertmanager",
     R"({"version":"4","status":"firing","groupLabels":{},"commonLabels":{},"commonAnnotations":{},"externalURL":"http://am:9093","alerts":[{"status":"firing","labels":{"alertname":"Slow","instance":"web-@N@","severity":"page"},"annotations":{"summary":"web-@N@ is slow"},"startsAt":"2026-01-01T10:00:00.123Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"http://prom/graph","fingerprint":"f@N@"}]})",
     json_body},
    {"/api/v1/hooks/prometheus/api/v2/alerts",
     R"([{"labels":{"alertname":"Slow","instance":"web-@N@"},"annotations":{"summary":"slow"},"startsAt":"2026-01-01T10:00:00Z","generatorURL":"http://prom/graph"}])",
     json_body},
    {"/api/v1/hooks/grafana",
     R"({"status":"firing","orgId":1,"alerts":[{"status":"firing","labels":{"alertname":"High","grafana_folder":"F"},"annotations":{},"startsAt":"2026-01-01T10:00:00Z","endsAt":"0001-01-01T00:00:00Z","fingerprint":"g@N@","values":{"A":1}}]})",
     json_body},
    {"/api/v1/hooks/pagerduty",
     R"({"event":{"id":"E@N@","event_type":"incident.triggered","resource_type":"incident","occurred_at":"2026-01-01T10:00:00.000Z","agent":null,"client":null,"data":{"id":"P@N@","type":"incident","title":"checkout is down","status":"triggered","urgency":"high","html_url":"https://x.pagerduty.com/incidents/P@N@","service":{"summary":"shop"}}}})",
     pagerduty},
    {"/v2/enqueue",
     R"({"routing_key":"bench-secret","event_action":"trigger","dedup_key":"d@N@","payload":{"summary":"disk full on db-@N@","source":"db","severity":"critical","timestamp":"2026-01-01T10:00:00Z"}})",
     json_body},
    {"/api/v1/hooks/slack",
     R"({"type":"event_callback","event_id":"Ev@N@","team_id":"T1","event":{"type":"message","channel":"C1","user":"U1","text":"rolled back @N@","ts":"17000@N@.000100"}})",
     slack},
    {"/api/v1/hooks/github",
     R"({"action":"created","deployment_status":{"id":@N@,"state":"success","environment":"prod","updated_at":"2026-01-01T10:00:00Z","target_url":"https://ci/x"},"deployment":{"id":@N@,"ref":"main","sha":"abc","environment":"prod"},"repository":{"full_name":"shop/web"},"sender":{"login":"sam"}})",
     github},
    {"/api/v1/hooks/zabbix",
     R"({"clock":1767261600,"ns":1,"value":1,"eventid":@N@,"name":"CPU high","severity":4,"hosts":[{"host":"db","name":"db"}],"groups":["DB"],"tags":[]})",
     lines},
    {"/api/v1/hooks/sentry",
     R"({"action":"triggered","data":{"event":{"event_id":"s@N@","title":"NullPointer @N@","datetime":"2026-01-01T10:00:00.000Z","level":"error","web_url":"https://sentry.io/x","issue_id":"@N@"},"triggered_rule":"r"},"actor":{"type":"application","id":"sentry","name":"Sentry"}})",
     sentry},
    {"/api/v1/hooks/datadog", R"({"id":"@N@","title":"[Triggered] CPU high","date":"1767261600000","transition":"Triggered","alert_type":"error","cycle_key":"c@N@","body":"x","url":"https://app.datadoghq.com/event/x"})", json_body},
    {"/api/v1/hooks/uptime-kuma",
     R"({"heartbeat":{"monitorID":@N@,"status":0,"time":"2026-01-01 10:00:00","msg":"timeout","important":true,"duration":60},"monitor":{"id":@N@,"name":"shop @N@","url":"https://shop"},"msg":"[shop] down"})",
     json_body},
    {"/v1/logs",
     R"({"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},"scopeLogs":[{"scope":{},"logRecords":[{"timeUnixNano":"1767261600000000000","severityNumber":17,"severityText":"ERROR","body":{"stringValue":"payment @N@ failed"},"attributes":[]}]}]}]})",
     json_body},
};

struct Times {
    std::vector<double> ms;
    std::size_t refused = 0;
    unsigned last_refusal = 0;
};

double at(std::vector<double>& sorted, double part)
{
    return sorted.empty() ? 0 : sorted[std::min(sorted.size() - 1, static_cast<std::size_t>(part * static_cast<double>(sorted.size())))];
}

Times post(unsigned short port, const Source& source, std::size_t senders, std::size_t requests, std::size_t first)
{
    std::vector<Times> each(senders);
    std::vector<std::thread> threads;
    for (std::size_t sender = 0; sender < senders; ++sender)
        threads.emplace_back([&, sender] {
            incident::test::HttpClient client{port};
            for (std::size_t i = 0; i < requests; ++i) {
                const auto n = std::to_string(first + sender * requests + i);
                const auto body = replaced(source.body, n);
                const auto headers = source.headers(body, n);
                const auto began = SteadyClock::now();
                const auto answer = client.post(source.path, body, headers);
                each[sender].ms.push_back(std::chrono::duration<double, std::milli>(SteadyClock::now() - began).count());
                if (answer.status / 100 != 2) {
                    ++each[sender].refused;
                    each[sender].last_refusal = answer.status;
                }
            }
        });
    for (auto& thread : threads) thread.join();
    Times all;
    for (auto& one : each) {
        all.ms.insert(all.ms.end(), one.ms.begin(), one.ms.end());
        all.refused += one.refused;
        if (one.last_refusal != 0) all.last_refusal = one.last_refusal;
    }
    std::ranges::sort(all.ms);
    return all;
}

double bare_sync_ms(const char* file, std::size_t times)
{
    const int descriptor = ::open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor < 0) return 0;
    std::vector<double> ms;
    const std::string line(512, 'x');
    for (std::size_t i = 0; i < times; ++i) {
        const auto began = SteadyClock::now();
        if (::pwrite(descriptor, line.data(), line.size(), static_cast<off_t>(i * line.size())) < 0 || ::fdatasync(descriptor) != 0) break;
        ms.push_back(std::chrono::duration<double, std::milli>(SteadyClock::now() - began).count());
    }
    ::close(descriptor);
    std::ranges::sort(ms);
    return at(ms, 0.99);
}

}  // namespace

int main(int count, char** arguments)
{
    if (count < 3) {
        std::fprintf(stderr, "usage: hooks_bench PORT FILE [SENDERS [REQUESTS]]   FILE: a scratch file on the ledger's disk\n");
        return 2;
    }
    const auto port = static_cast<unsigned short>(std::atoi(arguments[1]));
    const auto senders = count > 3 ? static_cast<std::size_t>(std::atoi(arguments[3])) : 16;
    const auto requests = count > 4 ? static_cast<std::size_t>(std::atoi(arguments[4])) : 100;
    const auto bare = bare_sync_ms(arguments[2], 200);
    std::printf("bare write and fdatasync: p99 %.1f ms\n%zu senders, %zu requests each, no body twice\n", bare, senders, requests);
    std::printf("%-42s %8s %8s %9s %10s\n", "source", "p50 ms", "p99 ms", "x sync", "of 250 ms");
    std::size_t first = 100'000, missed = 0;
    for (const auto& source : sources) {
        auto times = post(port, source, senders, requests, first);
        first += senders * requests;
        const auto p99 = at(times.ms, 0.99);
        std::printf("%-42s %8.1f %8.1f %9.1f %9.0f%%", source.path, at(times.ms, 0.5), p99, bare > 0 ? p99 / bare : 0, 100 * p99 / budget_ms);
        if (times.refused > 0) std::printf("  %zu refused, last with %u", times.refused, times.last_refusal);
        std::printf("\n");
        if (p99 > budget_ms || times.refused > 0) ++missed;
    }
    return missed == 0 ? 0 : 1;
}
