#include "samples.hpp"
#include <gtest/gtest.h>

// Monitoring systems and the standards that others speak. Expected words are read from each sender's documentation and from
// the bodies, not from what the reader made of them.
namespace incident::test {
namespace {

using boost::json::array;

std::string word(const boost::json::value& value) { return value.is_string() ? std::string{value.as_string()} : std::string{}; }

auto has_label(std::size_t index, std::string name, std::string value)
{
    return [index, name = std::move(name), value = std::move(value)](const array& events) {
        const auto* const found = events.at(index).at("labels").as_object().if_contains(name);
        ASSERT_NE(found, nullptr) << name;
        EXPECT_EQ(word(*found), value) << name;
    };
}

auto has_tag(std::size_t index, std::string name, std::string to = {})
{
    return [index, name = std::move(name), to = std::move(to)](const array& events) {
        for (const auto& tag : events.at(index).at("tags").as_array())
            if (word(tag.at("name")) == name && (to.empty() || word(tag.at("to")) == to)) return;
        ADD_FAILURE() << "no tag " << name << " to " << to << " in " << boost::json::serialize(events.at(index).at("tags"));
    };
}

const std::string push = "/api/v1/hooks/prometheus/api/v2/alerts";

const SampleRows prometheus{
    {.source = "prometheus", .file = "prometheus-push-v2/alerts-firing-future-endsat.json", .occurred_at = "2026-05-01T10:00:00.123Z",
     .text = "please check the instance example1", .status = "firing", .key = "2026-05-01T10:00:00.123000Z|*", .kind = "alert",
     .link = "http://prometheus.example:9090/graph?g0.expr=disk", .flag = "-", .target = push, .now = "2026-05-01T10:01:00Z"},
    // the lease ran out before it came: then it is an end
    {.source = "prometheus", .file = "prometheus-push-v2/alerts-firing-future-endsat.json", .occurred_at = "2026-05-01T10:04:00.123Z", .status = "resolved",
     .target = push, .now = "2026-05-01T10:05:00Z"},
    {.source = "prometheus", .file = "prometheus-push-v2/alerts-resolved.json", .occurred_at = "2026-05-01T10:07:30Z",
     .text = "please check the instance example1", .status = "resolved", .key = "2026-05-01T10:00:00.123000Z|*", .target = push, .now = "2026-05-01T10:08:00Z"},
    {.source = "prometheus", .file = "prometheus-push-v2/alerts-no-times.json", .events = 6, .index = 4, .occurred_at = "2024-06-22T16:00:00Z",
     .text = "DiskRunningFull", .status = "firing", .severity = "critical", .flag = "time_from_arrival", .target = push, .check = has_label(3, "dev", "sdb2")},
    {.source = "prometheus", .file = "own:prometheus/push.json", .events = 3, .index = 1, .occurred_at = "2026-06-22T15:14:30Z",
     .text = "Disk of db2 is full", .status = "resolved", .now = "2026-06-22T15:16:00Z"},
};

const SampleRows pagerduty{
    {.source = "pagerduty", .file = "pagerduty-v3/triggered.json", .occurred_at = "2021-06-04T13:35:29.781Z", .text = "Test Incident 3", .status = "firing",
     .severity = "high", .key = "2021-06-04T13:35:29.781000Z|01BZYIL05THJDFF2Y08X9SVMTU", .kind = "alert",
     .link = "https://acme.pagerduty.com/incidents/PFQZPSY", .flag = "old", .check = has_tag(0, "detection")},
    {.source = "pagerduty", .file = "pagerduty-v3/resolved.json", .occurred_at = "2021-06-04T13:16:53.816Z", .text = "Test Incident", .status = "resolved",
     .severity = "high", .key = "2021-06-04T13:16:53.816000Z|01BZYH1JJY09P9LEIST8HG2PMN", .kind = "alert",
     .link = "https://acme.pagerduty.com/incidents/PCPZE64"},
    {.source = "pagerduty", .file = "pagerduty-v3/annotated-note.json", .occurred_at = "2026-04-01T02:18:59.674Z",
     .text = "Running KILL on long-running queries from the reporting-service.", .key = "2026-04-01T02:18:59.674000Z|01GI0KTE33V5QXBVIJDEVJFUNE",
     .kind = "note", .link = "https://acme.pagerduty.com/incidents/Q3B15VLMF3ASBD", .flag = "-", .author = "Example Responder",
     .now = "2026-04-01T02:19:00Z", .check = has_label(0, "incident", "Critical: Checkout API High Latency")},
    {.source = "pagerduty", .file = "pagerduty-v3/priority-updated.json", .occurred_at = "2020-10-02T18:45:22.169Z",
     .text = "priority set to P1: A little bump in the road", .status = "triggered", .severity = "P1",
     .key = "2020-10-02T18:45:22.169000Z|5ac64822-4adc-4fda-ade0-410becf0de4f", .kind = "note", .link = "https://acme.pagerduty.com/incidents/PGR0VU2",
     .author = "Tenex Engineer", .check = has_label(0, "conference_number", "+1 1234123412,,987654321#")},
    {.source = "pagerduty", .file = "pagerduty-v3/priority-updated-signed.json", .occurred_at = "2021-04-26T17:36:27.458Z",
     .text = "priority set to P1: A little bump in the road", .severity = "P1", .key = "2021-04-26T17:36:27.458000Z|01BWDWL3NYY7LUFPZCC28QUCMK",
     .author = "Tenex Engineer", .check = has_label(0, "conference_number", "1000")},
    {.source = "pagerduty", .file = "pagerduty-v3/resolved-by-merge.json", .occurred_at = "2026-02-03T04:25:06.789Z",
     .text = "merged into A little bump in the road: Duplicate of checkout outage", .status = "merged", .severity = "low", .kind = "alert",
     .link = "https://acme.pagerduty.com/incidents/PGR0VU2", .author = "pagerduty"},
    {.source = "pagerduty", .file = "pagerduty-v3/service-updated.json", .occurred_at = "2021-03-02T13:35:11.682Z",
     .text = "service updated: testing service updates", .status = "-", .kind = "change", .link = "https://acme.pagerduty.com/services/PF9KMXH"},
    {.source = "pagerduty", .file = "pagerduty-v3/status-update-published.json", .occurred_at = "2026-02-03T04:15:06.789Z",
     .text = "A fix for this incident is being developed", .kind = "note", .link = "https://acme.pagerduty.com/incidents/PGR0VU2",
     .author = "Tenex Engineer", .check = has_tag(0, "communication")},
    {.source = "pagerduty", .file = "pagerduty-v3/ping-test.json", .events = 0},
    {.source = "pagerduty", .file = "pagerduty-v3/legacy-v1-messages-batch.json", .events = 2, .index = 0, .occurred_at = "2013-07-09T20:25:44Z",
     .text = "acknowledged: 45645", .status = "acknowledged", .link = "https://acme.pagerduty.com/incidents/PIJ90N7"},
    {.source = "pagerduty", .file = "pagerduty-v3/legacy-v1-messages-batch.json", .events = 2, .index = 1, .occurred_at = "2013-07-09T20:25:45Z",
     .text = "45645", .status = "resolved", .key = "2013-07-09T20:25:45.000000Z|8a1d6420-e9c4-11e2-b33e-f23c91699516"},
    {.source = "pagerduty", .file = "own:pagerduty/acknowledged.json", .occurred_at = "2026-06-22T15:14:00.25Z", .text = "acknowledged: Disk of db2 is full",
     .status = "acknowledged", .kind = "note", .author = "Kim Doe"},
    {.source = "pagerduty", .file = "own:pagerduty/escalated.json", .text = "escalated to Kim Doe, Ana Roe: Disk of db2 is full", .kind = "alert",
     .check = has_tag(0, "escalation", "Kim Doe, Ana Roe")},
    {.source = "pagerduty", .file = "own:pagerduty/responder-added.json", .text = "asked for help of Maeve: Disk of db2 is full",
     .check = has_tag(0, "escalation", "Maeve")},
    {.source = "pagerduty", .file = "own:pagerduty/workflow-started.json", .text = "workflow started (Major incident): Disk of db2 is full"},
    {.source = "pagerduty", .file = "own:pagerduty/unknown-type.json", .text = "incident.something.new: Disk of db2 is full"},
    {.source = "pagerduty", .file = "own:pagerduty/ping.json", .events = 0},
};

const SampleRows pagerduty_events{
    {.source = "pagerduty-events", .file = "pagerduty-events-v2/trigger.json", .answer = 202, .occurred_at = "2015-07-17T08:42:58.315Z",
     .text = "Example alert on host1.example.com", .status = "firing", .severity = "info", .key = "2015-07-17T08:42:58.315000Z|*", .kind = "alert",
     .link = "https://example.com/", .target = "/v2/enqueue", .check = has_label(0, "load avg", "0.75"), .reply = "\"dedup_key\":\"samplekeyhere\""},
    {.source = "pagerduty-events", .file = "pagerduty-events-v2/acknowledge.json", .answer = 202, .occurred_at = "2024-06-22T16:00:00Z",
     .text = "acknowledged: dedupkeyhere", .status = "acknowledged", .kind = "note", .flag = "orphan", .target = "/v2/enqueue", .reply = "Event processed"},
    {.source = "pagerduty-events", .file = "pagerduty-events-v2/resolve.json", .answer = 202, .occurred_at = "2024-06-22T16:00:00Z",
     .text = "resolved: dedupkeyhere", .status = "resolved", .kind = "alert", .flag = "orphan", .target = "/v2/enqueue",
     .reply = "\"dedup_key\":\"dedupkeyhere\""},
    {.source = "pagerduty-events", .file = "pagerduty-events-v2/change.json", .answer = 202, .occurred_at = "2020-07-17T08:42:58.315Z",
     .text = "Build Success: Increase snapshot create timeout to 30 seconds", .status = "-", .kind = "change", .link = "https://acme.pagerduty.dev/build/2",
     .target = "/v2/change/enqueue", .check = has_label(0, "build_state", "passed"), .reply = "\"status\":\"success\""},
    {.source = "pagerduty-events", .file = "own:pagerduty-events/trigger.json", .answer = 202, .occurred_at = "2026-06-22T15:15:00.5Z",
     .text = "Disk of db2 is full", .status = "firing", .severity = "critical", .link = "https://wiki.lan/disk", .target = "/v2/enqueue"},
    // a resolve says no more than its key: the title is its trigger's
    {.source = "pagerduty-events", .file = "own:pagerduty-events/resolve.json", .answer = 202, .events = 2, .index = 1,
     .occurred_at = "2026-06-22T15:20:00Z", .text = "Disk of db2 is full", .status = "resolved", .severity = "critical", .link = "https://wiki.lan/disk",
     .target = "/v2/enqueue", .now = "2026-06-22T15:20:00Z", .before = {"own:pagerduty-events/trigger.json"}},
    {.source = "pagerduty-events", .file = "own:pagerduty-events/change.json", .answer = 202, .text = "web 2.41 to prod", .kind = "change",
     .target = "/v2/change/enqueue"},
};

const SampleRows azure_monitor{
    {.source = "azure-monitor", .file = "azure-monitor/common-availability-fired.json", .occurred_at = "2025-04-15T17:42:34.824Z",
     .text = "test-availabilityTest-test-applicationInsights", .status = "firing", .severity = "Sev4",
     .key = "2025-04-15T17:42:34.824000Z|/subscriptions/aaaa0a0a-bb1b-cc2c-dd3d-eeeeee4e4e4e/providers/Microsoft.AlertsManagement/alerts/eeeeeeee-4444-5555-6666-ffffffffffff|firing",
     .kind = "alert",
     .link = "https://portal.azure.com/#blade/Microsoft_Azure_Monitoring/AlertDetailsTemplateBlade/alertId/%2Fsubscriptions%2Faaaa0a0a-bb1b-cc2c-dd3d-eeeeee4e4e4e%2Fproviders%2FMicrosoft.AlertsManagement%2Falerts%2Feeeeeeee-4444-5555-6666-ffffffffffff",
     .check = has_label(0, "customKey1", "value1")},
    {.source = "azure-monitor", .file = "azure-monitor/common-budget-null-fields.json", .occurred_at = "2025-04-15T17:49:34.022Z",
     .text = "Delivery Confirmation: This is a sample budget alert from Azure Monitor Action Groups.", .status = "firing", .severity = "-",
     .check = has_label(0, "SpentAmount", "$999.99")},
    {.source = "azure-monitor", .file = "azure-monitor/common-log-v2-fired.json", .occurred_at = "2020-07-09T13:54:34Z", .text = "heartbeat-missing",
     .status = "firing", .severity = "Sev1", .link = "https://portal.azure.com/#view/example", .check = has_label(0, "Computer", "TestComputer")},
    {.source = "azure-monitor", .file = "azure-monitor/common-metric-fired.json", .occurred_at = "2019-03-22T13:58:24.371321Z", .text = "WCUS-R2-Gen2",
     .status = "firing", .severity = "Sev0", .key = "2019-03-22T13:58:24.371321Z|*", .check = has_label(0, "instance", "wcus-r2-gen2")},
    {.source = "azure-monitor", .file = "azure-monitor/common-metric-resolved.json", .occurred_at = "2019-03-22T14:03:16.224631Z", .text = "WCUS-R2-Gen2",
     .status = "resolved", .severity = "Sev3", .key = "2019-03-22T13:58:24.371321Z|*"},
    {.source = "azure-monitor", .file = "azure-monitor/noncommon-activitylog.json", .occurred_at = "2021-11-16T08:27:36.18369Z",
     .text = "Microsoft.Compute/virtualMachines/restart/action (Succeeded)", .status = "firing", .severity = "Informational",
     .key = "2021-11-16T08:27:36.183690Z|bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb|firing", .check = has_label(0, "caller", "user-email@domain.com")},
    {.source = "azure-monitor", .file = "azure-monitor/noncommon-metric-activated.json", .occurred_at = "2021-11-15T09:35:12.970368Z",
     .text = "test-metricAlertRule", .status = "firing", .severity = "Sev3",
     .link = "https://portal.azure.com/#resource/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/test-RG/providers/Microsoft.Storage/storageAccounts/test-storageAccount",
     .check = has_label(0, "ApiName", "GetBlob")},
    {.source = "azure-monitor", .file = "own:azure-monitor/fired.json", .occurred_at = "2026-06-22T15:14:00.371321Z", .text = "cpu-high", .status = "firing"},
    {.source = "azure-monitor", .file = "own:azure-monitor/resolved-without-time.json", .occurred_at = "2026-06-22T15:30:00Z", .text = "cpu-high",
     .status = "resolved", .flag = "time_from_arrival", .now = "2026-06-22T15:30:00Z"},
    {.source = "azure-monitor", .file = "own:azure-monitor/log-v1.json", .occurred_at = "2024-06-22T16:00:00Z", .text = "no heartbeat", .severity = "Sev3"},
    {.source = "azure-monitor", .file = "own:azure-monitor/service-health.json", .text = "Storage - West Europe (Active)", .severity = "Warning"},
};

const SampleRows gcp_monitoring{
    {.source = "gcp-monitoring", .file = "gcp-monitoring/v1.1-open-embedded-json-documentation.json", .occurred_at = "2017-07-06T19:10:14Z",
     .text = "Webserver Health: CPU usage", .status = "firing", .severity = "-",
     .key = "2017-07-06T19:10:14.000000Z|f2e08c333dc64cb09f75eaab355393bz|firing", .kind = "alert",
     .link = "https://app.stackdriver.com/incidents/f2e08c333dc64cb09f75eaab355393bz", .check = has_label(0, "instance", "webserver-85")},
    {.source = "gcp-monitoring", .file = "gcp-monitoring/v1.1-closed.json", .events = 2, .index = 1, .occurred_at = "2017-07-06T19:20:36Z",
     .text = "Webserver Health: CPU usage", .status = "resolved", .key = "2017-07-06T19:10:14.000000Z|f2e08c333dc64cb09f75eaab355393bz|resolved",
     .before = {"gcp-monitoring/v1.1-open-embedded-json-documentation.json"}},
    {.source = "gcp-monitoring", .file = "gcp-monitoring/v1.2-open.json", .occurred_at = "2020-01-01T01:01:01Z",
     .text = "Monitor-Project-Cluster: VM Instance - CPU utilization [MAX]", .status = "firing", .severity = "Critical",
     .key = "2020-01-01T01:01:01.000000Z|0.opqiw61fsv7p|firing", .check = has_label(0, "zone", "us-central1-c")},
    {.source = "gcp-monitoring", .file = "gcp-monitoring/v1.2-closed.json", .occurred_at = "2020-01-01T11:11:11Z",
     .text = "Monitor-Project-Cluster: VM Instance - CPU utilization [MAX]", .status = "resolved", .severity = "-",
     .link = "https://console.cloud.google.com/monitoring/alerting/incidents/0.lxfiw61fsv7p?project=internal-project",
     .check = has_label(0, "user-label-1", "important label")},
    {.source = "gcp-monitoring", .file = "gcp-monitoring/test-connection.json", .events = 0},
    {.source = "gcp-monitoring", .file = "own:gcp-monitoring/open.json", .occurred_at = "2026-06-22T15:15:00Z", .text = "CPU: over 90 %", .status = "firing"},
    {.source = "gcp-monitoring", .file = "own:gcp-monitoring/closed-by-pubsub.json", .occurred_at = "2026-06-22T15:25:00Z", .status = "resolved"},
    {.source = "gcp-monitoring", .file = "own:gcp-monitoring/test.json", .events = 0},
};

const SampleRows zabbix{
    {.source = "zabbix", .file = "zabbix/connector-events.ndjson", .events = 3, .index = 0, .occurred_at = "2026-01-01T00:00:00.123456Z",
     .text = "Zabbix agent is not available (for 3m) on db1 – проверка 🚨", .status = "firing", .severity = "average",
     .key = "2026-01-01T00:00:00.123456Z|42|firing", .kind = "alert", .check = has_label(0, "host", "db1"), .reply = "{}"},
    {.source = "zabbix", .file = "zabbix/connector-events.ndjson", .events = 3, .index = 1, .occurred_at = "2026-01-01T00:01:00Z",
     .text = "High CPU utilization (over 90% for 5m)", .status = "firing", .severity = "disaster", .check = has_label(1, "host", "db1, db2")},
    // a recovery has no name: its problem gives it
    {.source = "zabbix", .file = "zabbix/connector-events.ndjson", .events = 3, .index = 2, .occurred_at = "2026-01-01T00:03:00.987654Z",
     .text = "Zabbix agent is not available (for 3m) on db1 – проверка 🚨", .status = "resolved", .severity = "average",
     .key = "2026-01-01T00:03:00.987654Z|42|resolved"},
    {.source = "zabbix", .file = "zabbix/event-driven-ansible-problem.json", .occurred_at = "2026-01-01T00:00:00Z",
     .text = "Zabbix agent is not available (for 3m)", .status = "firing", .severity = "average", .key = "2026-01-01T00:00:00.000000Z|42|firing",
     .check = has_label(0, "scope", "availability, performance")},
    {.source = "zabbix", .file = "zabbix/media-script-problem.json", .occurred_at = "2024-06-22T16:00:00Z",
     .text = "Zabbix agent on www.example.com is unreachable for 5 minutes", .status = "firing", .severity = "High",
     .link = "https://zabbix.example.com/tr_events.php?triggerid=14032&eventid=10528", .flag = "time_from_arrival"},
    {.source = "zabbix", .file = "zabbix/media-script-ok.json", .events = 2, .index = 1, .text = "Zabbix agent on www.example.com is reachable",
     .status = "resolved", .severity = "Average", .before = {"zabbix/media-script-problem.json"}},
    {.source = "zabbix", .file = "own:zabbix/connector.ndjson", .events = 3, .index = 0, .text = "Диск db2 полон 🚨", .severity = "high"},
    {.source = "zabbix", .file = "own:zabbix/script.json", .occurred_at = "2026-06-22T15:15:00Z", .text = "www1 does not answer",
     .tune = [](config::Source& source) { source.reads.zone = "Europe/Berlin"; }},
    {.source = "zabbix", .file = "own:zabbix/script-unfilled.json", .occurred_at = "2026-06-22T15:15:00Z", .text = "db2 is down", .severity = "disaster"},
};

const std::string structured = "application/cloudevents+json; charset=utf-8", batched = "application/cloudevents-batch+json";

const SampleRows cloudevents{
    {.source = "cloudevents", .file = "cloudevents/structured-1.json", .occurred_at = "2018-04-05T17:31:00Z", .text = "com.example.someevent",
     .key = "/mycontext|A234-1234-1234", .content_type = structured, .check = has_label(0, "comexampleothervalue", "5")},
    {.source = "cloudevents", .file = "cloudevents/structured-2.json", .text = "com.example.someevent", .key = "/mycontext|B234-1234-1234",
     .content_type = structured},
    {.source = "cloudevents", .file = "cloudevents/structured-3.json", .text = "com.example.someevent", .key = "/mycontext|C234-1234-1234",
     .content_type = structured},
    {.source = "cloudevents", .file = "cloudevents/structured-4.json", .text = "com.example.someevent: 1.5", .key = "/mycontext|C234-1234-1234",
     .content_type = structured},
    {.source = "cloudevents", .file = "cloudevents/structured-5.json", .text = "com.example.someevent: I'm just a string",
     .key = "/mycontext|D234-1234-1234", .content_type = structured},
    {.source = "cloudevents", .file = "cloudevents/structured-6.json", .occurred_at = "2024-06-22T16:00:00Z", .text = "com.example.someevent",
     .flag = "time_from_arrival", .content_type = structured},
    {.source = "cloudevents", .file = "cloudevents/batch.json", .events = 2, .index = 1, .occurred_at = "2018-04-05T17:31:05Z",
     .text = "com.example.someotherevent", .key = "/mycontext/9|C234-1234-1234", .content_type = batched},
    {.source = "cloudevents", .file = "cloudevents/binary-mode.http", .occurred_at = "2026-01-01T00:00:05.123456Z",
     .text = "com.example.alert.fired: Euro € 😀: checkout down", .status = "firing", .severity = "ERROR", .key = "/monitoring/checkout|1234-1234-1234"},
    // the address of our own API takes them too, told by the content type or the headers
    {.source = "cloudevents", .file = "cloudevents/batch.json", .events = 2, .text = "com.example.someevent", .target = "/api/v1/events",
     .content_type = batched},
    {.source = "cloudevents", .file = "cloudevents/binary-mode.http", .text = "com.example.alert.fired: Euro € 😀: checkout down", .target = "/api/v1/events"},
    {.source = "cloudevents", .file = "own:cloudevents/batch.json", .events = 5, .index = 0, .text = "org.shop.alert.fired: /checkout: checkout answers 503",
     .content_type = batched},
    {.source = "standard-webhooks", .file = "standard-webhooks/spec-example.json", .occurred_at = "2022-11-03T20:26:10.344522Z", .text = "contact.created"},
    {.source = "standard-webhooks", .file = "own:standard-webhooks/alert.json", .text = "monitor.alert.triggered: checkout answers 503", .status = "firing"},
    {.source = "otlp", .file = "own:otlp/logs.json", .events = 3, .index = 0, .occurred_at = "2026-06-22T15:14:00.123456Z", .text = "card service refused",
     .severity = "ERROR", .author = "checkout", .target = "/v1/logs", .check = has_label(0, "trace_id", "5b8efff798038103d269b633813fc60c"),
     .reply = R"({"partialSuccess":{}})"},
    {.source = "alertmanager", .file = "own:alertmanager/recorded.json", .events = 8, .index = 1, .kind = "note", .author = "kim"},
};

}  // namespace
}  // namespace incident::test
