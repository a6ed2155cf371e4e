#pragma once
#include "ingest/dialect.hpp"
#include "ingest/sources.hpp"

/// Every dialect read by code of its own. One file each, named after the dialect; a row each in dialects.cpp.
namespace incident::ingest {

/// How a sender proves itself when the site says nothing else.
enum class Proof {
    none,    ///< it cannot sign: who may post is the listener's rule (a token, Basic, or loopback)
    secret,  ///< it signs or carries a secret: 401 until the site configures it, never "off"
};

/// Which bodies a dialect reads; others are answered 415.
enum class Takes {
    json,         ///< application/json, +json, text/json, or no type given
    json_or_form, ///< and application/x-www-form-urlencoded
    any_text,     ///< and text/*, application/octet-stream: hand-written senders, SNS's text/plain
    any_form,     ///< and multipart/form-data: what a mapping reads
};

struct Dialect {
    std::string_view name;
    Understood (*read)(const Body& body, const Source& source);
    Takes takes = Takes::json;
    Proof proof = Proof::none;
    bool bulk = false;    ///< sends whole groups that a 4xx would lose: the bulk body limit
    bool people = false;  ///< chat: the people's lane
    std::string_view delivery_header{};  ///< lower case; names the delivery, so that a second one changes nothing; empty: none does
};

/// The dialect of sources that are read by a mapping; nothing is built in under this name.
inline constexpr std::string_view mapping_dialect = "mapping";

[[nodiscard]] std::span<const Dialect> dialects() noexcept;
/// nullptr: no such dialect.
[[nodiscard]] const Dialect* find_dialect(std::string_view name) noexcept;

/// Alertmanager webhook, versions 3 and 4. One event per element of alerts[]: occurred_at startsAt or endsAt by the
/// alert's own status; key `startsAt|fingerprint|status`; `truncatedAlerts` adds a `system` event flagged `truncated`.
/// The event recorder's bodies too (ingest/alertmanager_recorder.hpp).
[[nodiscard]] Understood read_alertmanager(const Body& body, const Source& source);
/// Amazon SNS: a CloudWatch alarm inside the message (key `time|alarm|status`), whatever else a topic carries as an alert or a
/// change, raw delivery. A subscription that waits for its confirmation is no event: a person answers it.
[[nodiscard]] Understood read_aws_sns(const Body& body, const Source& source);
/// GitHub: deployment_status, deployment, workflow_run, release and push as changes (key `time|what:id|state`), any other
/// kind by its name; `ping` is a note, and so is a deployment that a newer one replaced.
[[nodiscard]] Understood read_github(const Body& body, const Source& source);
/// Grafana unified alerting (Alertmanager's superset) and the legacy dashboard alert. The test button is a note, no event.
[[nodiscard]] Understood read_grafana(const Body& body, const Source& source);
/// Mattermost's outgoing webhook (JSON or form, key post_id) and slash command (key trigger_id), told apart by their
/// fields; both answer with what was understood.
[[nodiscard]] Understood read_mattermost(const Body& body, const Source& source);
/// A Microsoft Teams outgoing webhook: one message that mentions us (key conversation and id), answered in its thread.
[[nodiscard]] Understood read_msteams(const Body& body, const Source& source);
/// Slack, whichever body comes, so that one address serves an app: the Events API (url_verification, message under the
/// key `channel:ts`, edit, deletion, thread, reactions and pins, rate limit), slash commands and message shortcuts.
[[nodiscard]] Understood read_slack(const Body& body, const Source& source);
/// The same under addresses of their own.
[[nodiscard]] Understood read_slack_command(const Body& body, const Source& source);
[[nodiscard]] Understood read_slack_shortcut(const Body& body, const Source& source);
/// What posts to a Slack incoming webhook: text and attachments as one alert, its severity guessed by colour and labelled
/// so; answered `ok`. The secret is the tail of its path.
[[nodiscard]] Understood read_slack_webhook(const Body& body, const Source& source);
/// What Prometheus pushes to an Alertmanager's /api/v2/alerts. Firing or resolved by endsAt against the arrival; keys as
/// Alertmanager's. Answers 200 without a body.
[[nodiscard]] Understood read_prometheus(const Body& body, const Source& source);
/// PagerDuty's V3 webhooks. States of an incident are alerts, what a person did (acknowledged, escalated, wrote) a note by
/// that person; key `occurred_at|event id`. The ping is a note on the status line. Batches of V1 and V2 are read as far as they say the same.
[[nodiscard]] Understood read_pagerduty(const Body& body, const Source& source);
/// PagerDuty's Events API v2 as a door: trigger, acknowledge, resolve, and changes (tail `v2/change/enqueue`). Answers 202
/// with the dedup_key; the routing key is among `secrets`. What PagerDuty would refuse is kept `unparsed`.
[[nodiscard]] Understood read_pagerduty_events(const Body& body, const Source& source);
/// Azure Monitor's action groups: common schema, metric, activity log, log alerts of version 1.
[[nodiscard]] Understood read_azure_monitor(const Body& body, const Source& source);
/// Google Cloud Monitoring 1.1, 1.2, "test", as it is or in a Pub/Sub push.
[[nodiscard]] Understood read_gcp_monitoring(const Body& body, const Source& source);
/// Zabbix: a connector's lines, or a media type's script. Dates without a zone are by `source.zone`. Answers `{}`.
[[nodiscard]] Understood read_zabbix(const Body& body, const Source& source);
/// CloudEvents 1.0, binary, structured, batched (ingest/cloudevents.hpp); key (source, id).
[[nodiscard]] Understood read_cloudevents(const Body& body, const Source& source);
/// The body that Standard Webhooks recommends: type, timestamp, data; key webhook-id.
[[nodiscard]] Understood read_standard_webhooks(const Body& body, const Source& source);
/// OTLP/HTTP logs in JSON: an event for each record. Answers `{"partialSuccess":{}}`.
[[nodiscard]] Understood read_otlp(const Body& body, const Source& source);
/// Any JSON, by the names that hand-written senders give things.
[[nodiscard]] Understood read_generic(const Body& body, const Source& source);

}  // namespace incident::ingest
