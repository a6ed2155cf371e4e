#include "samples.hpp"

// The shipped mappings.
namespace incident::test {
namespace {

const char* const arrived = "2024-06-22T16:00:00Z";

const SampleRows datadog{
    {.source = "datadog", .file = "datadog/default-triggered.json", .occurred_at = "2025-04-30T11:45:50Z", .text = "[Triggered on {host:web-01}] CPU high", .status = "firing", .severity = "-", .key = "2025-04-30T11:45:50.000000Z|CPU high|host:web-01|firing", .kind = "alert", .link = "https://app.datadoghq.com/monitors/1234?group=host%3Aweb-01"},
    {.source = "datadog", .file = "datadog/default-recovered.json", .occurred_at = "2025-04-30T11:55:50Z", .text = "[Recovered on {host:web-01}] CPU high", .status = "resolved", .key = "2025-04-30T11:55:50.000000Z|CPU high|host:web-01|resolved"},
    {.source = "datadog", .file = "datadog/template-triggered.json", .occurred_at = "2025-04-30T11:45:50Z", .text = "[Triggered on {host:web-01}] CPU high", .status = "firing", .severity = "P2", .key = "2025-04-30T11:45:50.000000Z|6a3b2c1d0e9f8a7b|firing", .link = "https://app.datadoghq.com/monitors/1234?group=host%3Aweb-01"},
    {.source = "datadog", .file = "datadog/template-renotify-warn.json", .occurred_at = "2025-04-30T11:50:50Z", .text = "[Re-Warn on {host:web-01}] CPU high", .status = "firing", .severity = "P2", .key = "2025-04-30T11:50:50.000000Z|6a3b2c1d0e9f8a7b|firing"},
    // Told again within the hour under a new time: a repeat of what stands already.
    {.source = "datadog", .file = "datadog/template-renotify-warn.json", .occurred_at = "2025-04-30T11:45:50Z", .text = "[Triggered on {host:web-01}] CPU high", .status = "firing", .before = {"datadog/template-triggered.json"}},
    {.source = "datadog", .file = "datadog/template-recovered.json", .events = 2, .index = 1, .occurred_at = "2025-04-30T11:55:50Z", .text = "[Recovered on {host:web-01}] CPU high", .status = "resolved", .severity = "P2", .key = "2025-04-30T11:55:50.000000Z|6a3b2c1d0e9f8a7b|resolved", .before = {"datadog/template-triggered.json"}},
    {.source = "datadog", .file = "datadog/recommended-payload-template.json", .text = "datadog: body not understood: *", .flag = "unparsed"},
    {.source = "datadog", .file = "own:datadog/triggered.json", .occurred_at = "2026-06-22T15:15:00Z", .text = "[Triggered on {host:db-2}] Replication lag", .status = "firing", .severity = "P1", .key = "2026-06-22T15:15:00.000000Z|c0ffee|firing", .link = "https://app.datadoghq.eu/monitors/77"},
    {.source = "datadog", .file = "own:datadog/unset-variables.json", .occurred_at = "2026-06-22T15:15:00Z", .text = "[No Data] Queue depth", .status = "firing", .severity = "-", .key = "2026-06-22T15:15:00.000000Z|Queue depth|firing"},
};

const SampleRows newrelic{
    {.source = "newrelic", .file = "newrelic/issue-activated.json", .occurred_at = "2024-04-22T07:08:28.699Z", .text = "zulip_app query result is > 1.0 for 1 minutes on 'Zulip Server Low Storage'", .status = "firing", .severity = "critical", .key = "2024-04-22T07:08:28.699000Z|c5faa7e6-7b54-402d-af79-f99601e0278c|firing", .link = "https://radar-api.service.newrelic.com/accounts/1000001/issues/c5faa7e6-7b54-402d-af79-f99601e0278c?notifier=WEBHOOK"},
    {.source = "newrelic", .file = "newrelic/issue-closed.json", .occurred_at = "2024-04-22T06:17:37.383Z", .text = "main_app-UBUNTU query result is > 2.0 for 1 minutes on 'High CPU'", .status = "resolved", .severity = "critical", .key = "2024-04-22T06:17:37.383000Z|95a9344a-2590-48ce-8d83-07e28b6d22c6|resolved"},
    {.source = "newrelic", .file = "newrelic/legacy-incident-open.json", .occurred_at = "2020-09-25T11:23:27.849Z", .text = "New Relic Alert - Test Condition", .status = "firing", .severity = "info", .key = "2020-09-25T11:23:27.849000Z|0|firing", .link = "https://alerts.newrelic.com/accounts/11111/incidents/0"},
    {.source = "newrelic", .file = "own:newrelic/acknowledged.json", .occurred_at = "2026-06-22T15:15:00Z", .text = "Error rate of checkout > 5", .status = "acknowledged", .severity = "high", .key = "2026-06-22T15:15:00.000000Z|issue-1|acknowledged", .link = "https://radar.example.org/issues/1"},
};

const SampleRows opsgenie{
    {.source = "opsgenie", .file = "opsgenie/create.json", .occurred_at = "2017-08-14T11:25:56.288Z", .text = "another alert", .status = "firing", .severity = "P3", .key = "2017-08-14T11:25:56.288000Z|alert-alias|firing", .kind = "alert", .author = "test@example.com"},
    {.source = "opsgenie", .file = "opsgenie/close.json", .occurred_at = "2015-01-05T10:06:14.669001Z", .text = "test alert", .status = "resolved", .key = "2015-01-05T10:06:14.669001Z|aliastest|resolved", .author = "responder@example.com"},
    {.source = "opsgenie", .file = "opsgenie/addnote.json", .occurred_at = "2015-01-05T10:04:35.002Z", .text = "note to test alert", .status = "AddNote", .key = "2015-01-05T10:04:35.002000Z|aliastest|AddNote", .kind = "note", .author = "responder@example.com"},
    {.source = "opsgenie", .file = "own:opsgenie/acknowledge.json", .occurred_at = "2026-06-22T15:15:00Z", .text = "Disk of db2 is full", .status = "acknowledged", .severity = "P2", .key = "2026-06-22T15:15:00.000000Z|disk-db2|acknowledged", .author = "kim@example.org"},
};

const SampleRows gitlab{
    {.source = "gitlab", .file = "gitlab/deployment-event.json", .occurred_at = "2021-04-28T19:50:00Z", .text = "deploy root/test-deployment-webhooks 279484c0 to staging", .status = "success", .key = "2021-04-28T19:50:00.000000Z|30|15|success", .kind = "change", .link = "http://10.126.0.2:3000/root/test-deployment-webhooks/-/jobs/796", .author = "root"},
    {.source = "gitlab", .file = "gitlab/job-event.json", .occurred_at = arrived, .text = "job test of gitlab-org/gitlab-test", .status = "created", .key = "380|1977|created", .kind = "change", .link = "http://192.168.64.1:3005/gitlab-org/gitlab-test/-/jobs/1977", .flag = "time_from_arrival"},
    {.source = "gitlab", .file = "gitlab/pipeline-event.json", .occurred_at = "2016-08-12T15:26:29Z", .text = "pipeline master of gitlab-org/gitlab-test", .status = "success", .key = "2016-08-12T15:26:29.000000Z|1|31|success", .kind = "change", .link = "http://192.168.64.1:3005/gitlab-org/gitlab-test/-/pipelines/31"},
    {.source = "gitlab", .file = "gitlab/push-event.json", .occurred_at = "2012-01-03T21:36:29Z", .text = "push to master of mike/diaspora", .kind = "change", .link = "http://example.com/mike/diaspora/-/commit/da1560886d4f094c3e6c9ef40349f7d38b5d27d7", .author = "John Smith"},
    {.source = "gitlab", .file = "gitlab/release-event.json", .occurred_at = "2020-11-02T12:55:12Z", .text = "release v1.1 of gitlab-org/release-webhook-example", .status = "create", .key = "2020-11-02T12:55:12.000000Z|2|v1.1|create", .kind = "change", .link = "https://example.com/gitlab-org/release-webhook-example/-/releases/v1.1"},
    {.source = "gitlab", .file = "own:gitlab/tag-push.json", .occurred_at = arrived, .text = "push to v2.41 of shop/web", .kind = "change", .link = "https://git.example.org/shop/web/-/commit/82b3d5ae55f7080f1e6022629cdb57bfae7cccc7", .author = "kim"},
    {.source = "gitlab", .file = "own:gitlab/merge-request.json", .occurred_at = "2026-06-22T15:15:00Z", .text = "merge_request merge: Faster checkout", .status = "merge", .key = "2026-06-22T15:15:00.000000Z|7|merge_request|99|merge", .kind = "change"},
};

const SampleRows sentry{
    {.source = "sentry", .file = "sentry/metric-alert-resolved.json", .occurred_at = arrived, .text = "Resolved: Too many errors", .status = "resolved", .severity = "-", .key = "2024-06-22T16:00:00.000000Z|1|resolved", .link = "https://sentry.io/organizations/baz/alerts/1/", .flag = "time_from_arrival"},
    {.source = "sentry", .file = "sentry/metric-alert-resolved.json", .occurred_at = "2020-09-13T12:40:00Z", .text = "Resolved: Too many errors", .status = "resolved", .key = "2020-09-13T12:40:00.000000Z|1|resolved", .headers = {{"sentry-hook-timestamp", "1600000800"}}},
    {.source = "sentry", .file = "sentry/issue-created.json", .occurred_at = "2019-08-19T20:58:37.391Z", .text = "ReferenceError: blooopy is not defined", .status = "firing", .severity = "error", .key = "2019-08-19T20:58:37.391000Z|1170820242|firing"},
    {.source = "sentry", .file = "sentry/issue-alert-triggered.json", .occurred_at = "2019-08-19T21:06:17.677Z", .text = "ReferenceError: heck is not defined", .status = "firing", .severity = "error", .key = "2019-08-19T21:06:17.677000Z|1117540176|firing", .link = "https://sentry.io/organizations/test-org/issues/1117540176/events/e4874d664c3540c1a32eab185f12c5ab/"},
    {.source = "sentry", .file = "own:sentry/metric-critical.json", .occurred_at = "2026-06-22T15:15:00.5Z", .text = "Critical: Checkout errors", .status = "firing", .severity = "critical", .key = "2026-06-22T15:15:00.500000Z|17|firing", .link = "https://sentry.example.org/alerts/17/"},
    {.source = "sentry", .file = "own:sentry/event-with-person.json", .occurred_at = "2026-06-22T15:15:00Z", .text = "TypeError: x is null", .status = "firing", .severity = "error", .key = "2026-06-22T15:15:00.000000Z|42|firing"},
};

const SampleRows probes{
    {.source = "honeycomb", .file = "honeycomb/triggered.json", .occurred_at = arrived, .text = "trig on ttt", .status = "firing", .key = "2024-06-22T16:00:00.000000Z|trig on ttt|firing", .flag = "time_from_arrival"},
    {.source = "honeycomb", .file = "honeycomb/ok.json", .occurred_at = arrived, .text = "trig on ttt", .status = "resolved", .key = "2024-06-22T16:00:00.000000Z|abdcefg|resolved", .link = "https://ui.honeycomb.io/example/datasets/dataset/triggers/abdcefg"},
    {.source = "honeycomb", .file = "own:honeycomb/triggered.json", .occurred_at = arrived, .text = "p99 of checkout", .status = "firing", .key = "delivery|d-1|0", .link = "https://ui.honeycomb.io/x/t1", .headers = {{"x-honeycomb-webhook-delivery-id", "d-1"}}},
    {.source = "uptime-kuma", .file = "uptime-kuma/down.json", .occurred_at = "2026-01-21T14:06:38.412Z", .text = "Checkout 🛒", .status = "firing", .key = "2026-01-21T14:06:38.412000Z|10|firing", .link = "https://shop.example.com/health"},
    {.source = "uptime-kuma", .file = "uptime-kuma/up.json", .events = 2, .index = 1, .occurred_at = "2026-01-21T14:11:39.02Z", .text = "Checkout 🛒", .status = "resolved", .key = "2026-01-21T14:11:39.020000Z|10|resolved", .before = {"uptime-kuma/down.json"}},
    {.source = "uptime-kuma", .file = "uptime-kuma/test-button.json", .events = 0},
    {.source = "uptime-kuma", .file = "own:uptime-kuma/down.json", .occurred_at = "2026-06-22T15:15:00.25Z", .text = "shop", .status = "firing", .key = "2026-06-22T15:15:00.250000Z|3|firing"},
    {.source = "uptime-kuma", .file = "own:uptime-kuma/certificate.json", .occurred_at = arrived, .text = "[shop][https://shop.example.org/] certificate will expire in 7 days", .status = "firing"},
    {.source = "pingdom", .file = "pingdom/down.json", .occurred_at = "2017-06-30T22:25:43Z", .text = "Alerta API on OpenShift", .status = "firing", .severity = "high", .key = "2017-06-30T22:25:43.000000Z|803318|firing", .link = "https://my.pingdom.com/app/reports/uptime#check=803318"},
    {.source = "pingdom", .file = "pingdom/up.json", .occurred_at = "2017-06-30T22:30:43Z", .text = "Alerta API on OpenShift", .status = "resolved", .severity = "high", .key = "2017-06-30T22:30:43.000000Z|803318|resolved"},
    {.source = "pingdom", .file = "own:pingdom/failing.json", .occurred_at = "2026-06-22T15:15:00Z", .text = "Buy a book", .status = "firing", .severity = "low", .key = "2026-06-22T15:15:00.000000Z|5|firing"},
    {.source = "uptimerobot", .file = "uptimerobot/custom-down.json", .occurred_at = arrived, .text = "Web Server", .status = "firing", .key = "2024-06-22T16:00:00.000000Z|server1.example.com|firing"},
    {.source = "uptimerobot", .file = "uptimerobot/custom-up.json", .occurred_at = arrived, .text = "Mail Server", .status = "resolved", .key = "2024-06-22T16:00:00.000000Z|server2.example.com|resolved"},
    {.source = "uptimerobot", .file = "uptimerobot/default-down.form", .occurred_at = "2026-01-01T00:00:00Z", .text = "Checkout", .status = "firing", .key = "2026-01-01T00:00:00.000000Z|95987545252|firing", .link = "https://shop.example.com/health"},
    {.source = "uptimerobot", .file = "own:uptimerobot/up.form", .occurred_at = "2026-06-22T15:15:00Z", .text = "shop front", .status = "resolved", .key = "2026-06-22T15:15:00.000000Z|12|resolved", .link = "https://shop.example.org/"},
    {.source = "statuscake", .file = "statuscake/down.form", .occurred_at = arrived, .text = "Checkout", .status = "firing", .key = "2024-06-22T16:00:00.000000Z|Checkout|https://shop.example.com/health|firing", .link = "https://shop.example.com/health"},
    {.source = "statuscake", .file = "statuscake/up.form", .events = 2, .index = 1, .occurred_at = arrived, .text = "Checkout", .status = "resolved", .before = {"statuscake/down.form"}},
    {.source = "statuscake", .file = "own:statuscake/down.form", .occurred_at = arrived, .text = "shop", .status = "firing", .link = "https://shop.example.org/"},
    {.source = "betterstack", .file = "betterstack/incident-started.json", .occurred_at = "2026-03-09T17:37:00Z", .text = "shop.example.com", .status = "firing", .key = "2026-03-09T17:37:00.000000Z|25|firing", .link = "https://uptime.betterstack.com/incidents/25/response"},
    {.source = "betterstack", .file = "betterstack/incident-resolved.json", .occurred_at = "2026-03-09T17:52:40Z", .text = "shop.example.com", .status = "resolved", .key = "2026-03-09T17:52:40.000000Z|25|resolved", .author = "Better Stack"},
    {.source = "betterstack", .file = "own:betterstack/acknowledged.json", .occurred_at = "2026-06-22T15:15:00Z", .text = "shop.example.org", .status = "acknowledged", .severity = "critical", .link = "https://uptime.betterstack.com/incidents/31", .author = "Kim"},
    {.source = "checkly", .file = "checkly/recovery.json", .occurred_at = "2025-01-26T11:19:40.544Z", .text = "API Check #1 has recovered", .status = "resolved", .severity = "-", .key = "2025-01-26T11:19:40.544000Z|927a2982-1007-4b81-b383-eae8bf717e61|resolved", .link = "https://app.checklyhq.com/checks/927a2982-1007-4b81-b383-eae8bf717e61/check-sessions/478cacb1-c40f-4675-89d7-a4e3ecaafb7b"},
    {.source = "checkly", .file = "own:checkly/degraded.json", .occurred_at = "2026-06-22T15:15:00Z", .text = "API Check #2 is degraded", .status = "firing", .severity = "warning"},
    {.source = "site24x7", .file = "site24x7/down.json", .occurred_at = "2019-07-30T09:36:59Z", .text = "GoAlert Site24x7 Test", .status = "firing", .severity = "critical", .key = "2019-07-30T09:36:59.000000Z|xxxxxxxxxxxxxx|firing", .link = "https://www.site24x7.com/rca.do?id=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"},
    {.source = "site24x7", .file = "own:site24x7/up.json", .occurred_at = "2026-06-22T15:15:00Z", .text = "shop", .status = "resolved", .severity = "-", .key = "2026-06-22T15:15:00.000000Z|m7|resolved"},
    {.source = "statuspage", .file = "statuspage/incident-created.json", .occurred_at = "2017-12-26T07:32:00.548Z", .text = "Database query delays", .status = "firing", .severity = "none", .key = "z3lct0r596n4|qm8bgczn0p2n", .link = "http://stspg.io/646947c1e"},
    {.source = "statuspage", .file = "statuspage/incident-resolved.json", .events = 2, .occurred_at = "2017-12-26T07:37:20.785Z", .text = "Database query delays", .status = "resolved", .key = "z3lct0r596n4|cdwfdrjlp53y"},
    // The whole history comes every time: only what is new becomes an event.
    {.source = "statuspage", .file = "statuspage/incident-resolved.json", .events = 2, .index = 1, .occurred_at = "2017-12-26T07:37:20.785Z", .status = "resolved", .key = "z3lct0r596n4|cdwfdrjlp53y", .before = {"statuspage/incident-created.json"}},
    {.source = "statuspage", .file = "statuspage/component-update.json", .occurred_at = "2017-12-26T07:59:09.379Z", .text = "Database component", .status = "maintenance", .severity = "-", .key = "sqm6pl84wzjc|nd963wv4j30b"},
    {.source = "statuspage", .file = "own:statuspage/two-updates.json", .events = 2, .occurred_at = "2026-06-22T15:15:00Z", .text = "Payments are slow", .status = "firing", .severity = "minor", .key = "i1|u2"},
};

const SampleRows platforms{
    {.source = "splunk", .file = "splunk/search-result.json", .occurred_at = "2017-01-04T19:14:32Z", .text = "sudo", .status = "firing", .key = "rt_scheduler__admin__search__sudo_at_1483557185_2.2|2", .link = "http://example.com:8000/app/search/search?q=%7Cloadjob%20rt_scheduler__admin__search__sudo_at_1483557185_2.2%20%7C%20head%201%20%7C%20tail%201&earliest=0&latest=now"},
    {.source = "splunk", .file = "own:splunk/multivalue.json", .occurred_at = "2026-06-22T15:15:00.25Z", .text = "5xx over 100", .status = "firing", .key = "scheduler__admin__1"},
    {.source = "splunk-observability", .file = "splunk-observability/cleared.json", .occurred_at = arrived, .text = "Manually resolved: logs (logs)", .status = "firing", .severity = "critical", .key = "2024-06-22T16:00:00.000000Z|1234|firing", .link = "https://app.signalfx.com/#/detector/XXXX"},
    {.source = "splunk-observability", .file = "own:splunk-observability/ok.json", .occurred_at = "2026-06-22T15:15:00Z", .text = "Back to normal: latency", .status = "resolved", .severity = "major"},
    {.source = "kibana", .file = "kibana/template-active.json", .occurred_at = "2026-01-01T00:00:12.345Z", .text = "Checkout error ratio", .status = "firing", .key = "2026-01-01T00:00:12.345000Z|3f1c3a5e-0000-4000-8000-000000000001|firing", .link = "https://kibana.example.com/app/observability/alerts/3f1c3a5e"},
    {.source = "kibana", .file = "kibana/template-recovered.json", .occurred_at = "2026-01-01T00:00:12.345Z", .text = "Checkout error ratio", .status = "resolved", .key = "2026-01-01T00:00:12.345000Z|3f1c3a5e-0000-4000-8000-000000000001|resolved"},
    {.source = "kibana", .file = "own:kibana/recovered.json", .occurred_at = "2026-06-22T15:15:00Z", .text = "Errors of checkout", .status = "resolved", .link = "https://kibana.example.org/app/observability/alerts/u-1"},
    {.source = "dynatrace", .file = "dynatrace/problem-open.json", .occurred_at = arrived, .text = "Response time degradation", .status = "firing", .severity = "PERFORMANCE", .key = "2024-06-22T16:00:00.000000Z|-4423894371234567890_1767225600000V2|firing", .link = "https://abc12345.live.dynatrace.com/#problems/problemdetails;pid=-4423894371234567890_1767225600000V2"},
    {.source = "dynatrace", .file = "dynatrace/problem-resolved.json", .events = 2, .index = 1, .occurred_at = arrived, .text = "Response time degradation", .status = "resolved", .before = {"dynatrace/problem-open.json"}},
    {.source = "dynatrace", .file = "own:dynatrace/open.json", .occurred_at = arrived, .text = "Failure rate increase", .status = "firing", .severity = "ERROR"},
    {.source = "graylog", .file = "graylog/event-notification.json", .occurred_at = "2024-10-24T10:22:04.556Z", .text = "Event - 1", .status = "firing", .severity = "high", .key = "01JAZZJAKS82TDZAE82E0WAENT"},
    {.source = "graylog", .file = "graylog/legacy-stream-alert.json", .occurred_at = "2015-09-10T09:45:54.749Z", .text = "stream alert: test", .status = "firing"},
    {.source = "graylog", .file = "own:graylog/event.json", .occurred_at = "2026-06-22T15:15:00Z", .text = "Many 5xx", .status = "firing", .severity = "critical", .key = "01E1"},
    {.source = "checkmk", .file = "checkmk/host-recovery.json", .occurred_at = "2024-10-26T23:20:39Z", .text = "CheckMK server1 - DOWN -> UP", .status = "resolved", .severity = "-", .key = "2024-10-26T23:20:39.000000Z|cmk|server1|resolved"},
    {.source = "checkmk", .file = "own:checkmk/service-problem.json", .occurred_at = arrived, .text = "web-1 / HTTP CRIT", .status = "firing", .severity = "critical", .key = "2024-06-22T16:00:00.000000Z|shop|web-1|HTTP|firing", .flag = "time_from_arrival"},
    {.source = "checkmk", .file = "own:checkmk/service-problem.json", .occurred_at = "2026-06-22T15:15:00Z", .text = "web-1 / HTTP CRIT", .status = "firing", .tune = [](config::Source& source) { source.reads.zone = "Africa/Nairobi"; }},
    {.source = "librenms", .file = "librenms/recovery.json", .occurred_at = arrived, .text = "Device 10.10.1.147 recovered from Devices up/down", .status = "resolved", .severity = "-", .key = "41|13|2|0", .flag = "time_from_arrival"},
    {.source = "librenms", .file = "own:librenms/alert.json", .occurred_at = "2026-06-22T16:15:00Z", .text = "Alert for device sw1 - Port down", .status = "firing", .severity = "critical", .key = "70|9|4|1", .tune = [](config::Source& source) { source.reads.zone = "Europe/Berlin"; }},
    {.source = "flux", .file = "flux/kustomization-error.json", .occurred_at = "2022-10-28T07:26:19Z", .text = "Kustomization/apps/webapp ValidationFailed", .severity = "error", .kind = "change"},
    {.source = "flux", .file = "own:flux/reconciled.json", .occurred_at = "2026-06-22T15:15:00Z", .text = "HelmRelease/shop/web ReconciliationSucceeded", .severity = "info", .kind = "change"},
    {.source = "aws-eventbridge", .file = "aws-eventbridge/alarm-state-change.json", .occurred_at = "2019-10-02T17:04:40.989Z", .text = "ServerCpuTooHigh", .status = "firing", .key = "2019-10-02T17:04:40.989000Z|arn:aws:cloudwatch:us-east-1:123456789012:alarm:ServerCpuTooHigh|firing", .kind = "alert", .link = "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#alarmsV2:alarm/ServerCpuTooHigh"},
    {.source = "aws-eventbridge", .file = "aws-eventbridge/alarm-metric-math.json", .occurred_at = "2019-10-02T17:20:48.554Z", .text = "TotalNetworkTrafficTooHigh", .status = "firing"},
    {.source = "aws-eventbridge", .file = "aws-eventbridge/alarm-composite-suppressed.json", .occurred_at = "2022-07-22T15:57:45.394Z", .text = "ServiceAggregatedAlarm", .status = "firing", .flag = "suppressed"},
    {.source = "aws-eventbridge", .file = "aws-eventbridge/alarm-config-change.json", .occurred_at = "2022-03-03T17:06:34Z", .text = "alarm ServerCpuTooHigh: update", .status = "update", .key = "bc7d3391-47f8-ae47-f457-1b4d06118d50", .kind = "change"},
    {.source = "aws-eventbridge", .file = "own:aws-eventbridge/ecs.json", .occurred_at = "2026-06-22T15:15:00Z", .text = "ECS Deployment State Change (aws.ecs)", .key = "e-1", .kind = "change"},
};

const SampleRows chat{
    {.source = "telegram", .file = "telegram/message-private.json", .occurred_at = "2015-09-07T17:05:32Z", .text = "/start", .key = "1111111|1365", .kind = "chat", .author = "Testusername"},
    {.source = "telegram", .file = "telegram/message-reply.json", .occurred_at = "2015-09-07T17:05:32Z", .text = "/start", .key = "1111111|1365", .kind = "chat"},
    {.source = "telegram", .file = "telegram/message-entities.json", .occurred_at = "2015-09-07T17:05:32Z", .text = "Bold and italics", .key = "1111111|1365", .kind = "chat"},
    {.source = "telegram", .file = "telegram/edited-message.json", .occurred_at = "2015-09-07T17:05:32Z", .text = "Edited text", .key = "1111111|1365", .kind = "chat", .flag = "edited"},
    {.source = "telegram", .file = "telegram/edited-message.json", .occurred_at = "2015-09-07T17:05:32Z", .text = "Edited text", .key = "1111111|1365", .kind = "chat", .before = {"telegram/message-entities.json"}},
    {.source = "telegram", .file = "telegram/edited-channel-post.json", .occurred_at = "2026-01-01T00:00:05Z", .text = "Resolved", .key = "-1009876543210|78", .kind = "chat", .author = "Status"},
    {.source = "telegram", .file = "telegram/supergroup-emoji-utf16.json", .occurred_at = "2026-01-01T00:00:05Z", .text = "🔥🔥 rollback done /note@timeline_bot see https://ci.example.com/b/42", .key = "-1001234567890|77", .kind = "chat", .link = "https://ci.example.com/b/42", .author = "Testusername"},
    {.source = "telegram", .file = "telegram/callback-query.json", .occurred_at = arrived, .text = "/ack a2b47856-1779-49a9-a2aa-5cbd2e539b56", .key = "688111769854308995", .kind = "chat", .author = "example_operator"},
    {.source = "telegram", .file = "own:telegram/channel-post.json", .occurred_at = "2026-06-22T15:15:00Z", .text = "rolled back 2.41", .key = "-100200300|12", .kind = "chat", .link = "https://t.me/shopstatus/12", .author = "Shop status"},
    {.source = "telegram", .file = "own:telegram/edited.json", .occurred_at = "2026-06-22T15:15:00Z", .text = "rolled back 2.40", .key = "5|13", .kind = "chat", .author = "Kim"},
    {.source = "rocketchat", .file = "rocketchat/message-sent.json", .occurred_at = "2026-01-01T00:00:05.725Z", .text = "!timeline rolled back 42 :fire: @all", .key = "QSGJ9YqFkXuinmHAt", .kind = "chat", .link = "https://chat.example.com/channel/general?msg=QSGJ9YqFkXuinmHAt", .author = "operator"},
    {.source = "rocketchat", .file = "rocketchat/message-thread-edited.json", .occurred_at = "2026-01-01T00:00:05.725Z", .text = "!timeline rolled back 42 :fire: @all", .key = "HLekBGfj7mpXQPKRx", .kind = "chat"},
    {.source = "rocketchat", .file = "rocketchat/bot-echo.json", .events = 0},
    {.source = "rocketchat", .file = "own:rocketchat/with-user.json", .occurred_at = "2026-06-22T15:15:00Z", .text = "db2 is back", .key = "m1", .kind = "chat", .author = "kim"},
    {.source = "zulip", .file = "zulip/outgoing-webhook-mention.json", .occurred_at = "2018-06-01T18:15:31Z", .text = "@**Outgoing webhook test** Zulip is the world’s most productive group chat!", .key = "112", .kind = "chat", .author = "Iago", .reply = "response_not_required"},
    {.source = "zulip", .file = "zulip/outgoing-webhook-direct.json", .occurred_at = "2026-01-01T00:00:05Z", .text = "rolled back 42 :fire:", .key = "113", .kind = "chat", .author = "Example User"},
    {.source = "zulip", .file = "zulip/slack-format.form", .occurred_at = "2018-07-20T09:29:10Z", .text = "content", .kind = "chat", .author = "Full Name"},
    {.source = "zulip", .file = "own:zulip/stream.json", .occurred_at = "2026-06-22T15:15:00Z", .text = "@**timeline** db2 is back", .key = "5", .kind = "chat", .author = "Kim"},
};

// Senders with neither code nor mapping: whatever they say is kept.
const SampleRows others{
    {.source = "generic", .file = "riemann/ok.json", .occurred_at = arrived, .text = "This is a description", .status = "resolved"},
    {.source = "generic", .file = "vmware-vrealize/active.json", .occurred_at = arrived, .text = "generic: an event without a text", .status = "firing", .key = "2024-06-22T16:00:00.000000Z|sample-alert-uuid|firing"},
    {.source = "generic", .file = "standard-webhooks/spec-example.json"},
    {.source = "generic", .file = "discord/ping.json"},
    {.source = "generic", .file = "discord/slash-command.json"},
    {.source = "generic", .file = "discord/message-command.json"},
    {.source = "generic", .file = "google-chat/message-mention.json"},
    {.source = "generic", .file = "google-chat/added-to-space.json"},
    {.source = "generic", .file = "matrix/appservice-transaction.json"},
    {.source = "generic", .file = "matrix/m.reaction.json"},
    {.source = "generic", .file = "matrix/m.room.message-edit-replace.json"},
    {.source = "generic", .file = "matrix/m.room.message-notice.json"},
    {.source = "generic", .file = "matrix/m.room.message-text.json"},
    {.source = "generic", .file = "matrix/m.room.message-thread-reply.json"},
    {.source = "generic", .file = "matrix/m.room.pinned_events.json"},
    {.source = "generic", .file = "matrix/m.room.redaction.json"},
    {.source = "generic", .file = "matrix/m.room.topic.json"},
    {.source = "generic", .file = "misc-time-formats/axiom-open.json"},
    {.source = "generic", .file = "misc-time-formats/coralogix-trigger.json", .text = "Keep"},
    {.source = "generic", .file = "misc-time-formats/dash0-resolved.json"},
    {.source = "generic", .file = "misc-time-formats/thousandeyes-clear.json"},
    {.source = "generic", .file = "misc-time-formats/thousandeyes-trigger.json"},
    {.source = "generic", .file = "misc-time-formats/wazuh.json", .occurred_at = "2025-02-03T20:41:42.853014Z", .text = "New dpkg (Debian Package) installed.", .severity = "info", .flag = "time_guessed"},
};

}  // namespace
}  // namespace incident::test
