#pragma once
#include "ingest/dialect.hpp"
#include "ingest/sources.hpp"

namespace incident::ingest {

/// Alertmanager webhook, versions 3 and 4. One event per element of alerts[]: occurred_at startsAt or endsAt by the
/// alert's own status; key `startsAt|fingerprint|status`; `truncatedAlerts` adds a `system` event flagged `truncated`.
[[nodiscard]] Understood read_alertmanager(const Body& body);
/// Grafana unified alerting (Alertmanager's superset) and the legacy dashboard alert. The test button is a note, no event.
[[nodiscard]] Understood read_grafana(const Body& body);
/// Slack Events API: url_verification, message (key `channel:ts`), edit, delete, thread, reactions as tags.
[[nodiscard]] Understood read_slack(const Body& body, const SlackSource& source);
/// Any JSON by the source's table of pointers; without a table the synonyms of hand-written senders.
[[nodiscard]] Understood read_generic(const Body& body, const GenericSource& source);

}  // namespace incident::ingest
