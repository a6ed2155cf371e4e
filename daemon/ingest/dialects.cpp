#include "ingest/dialects.hpp"
#include "ingest/mapping.hpp"
#include <algorithm>
#include <array>

namespace incident::ingest {
namespace {

constexpr std::array table{
    Dialect{.name = "alertmanager", .read = read_alertmanager, .bulk = true},
    Dialect{.name = "aws-sns", .read = read_aws_sns, .takes = Takes::any_text, .proof = Proof::secret, .delivery_header = "x-amz-sns-message-id"},
    Dialect{.name = "azure-monitor", .read = read_azure_monitor},
    Dialect{.name = "cloudevents", .read = read_cloudevents, .takes = Takes::any_text, .bulk = true},
    Dialect{.name = "gcp-monitoring", .read = read_gcp_monitoring},
    Dialect{.name = "generic", .read = read_generic, .takes = Takes::any_text},
    Dialect{.name = "github", .read = read_github, .takes = Takes::json_or_form, .proof = Proof::secret, .bulk = true, .delivery_header = "x-github-delivery"},
    Dialect{.name = "grafana", .read = read_grafana, .bulk = true},
    Dialect{.name = mapping_dialect, .read = read_mapping, .takes = Takes::any_form},
    Dialect{.name = "mattermost", .read = read_mattermost, .takes = Takes::json_or_form, .proof = Proof::secret, .people = true},
    Dialect{.name = "msteams", .read = read_msteams, .proof = Proof::secret, .people = true},
    Dialect{.name = "otlp", .read = read_otlp, .bulk = true},
    Dialect{.name = "pagerduty", .read = read_pagerduty, .proof = Proof::secret, .delivery_header = "x-webhook-id"},
    Dialect{.name = "pagerduty-events", .read = read_pagerduty_events, .proof = Proof::secret},
    Dialect{.name = "prometheus", .read = read_prometheus, .bulk = true},
    Dialect{.name = "slack", .read = read_slack, .takes = Takes::json_or_form, .proof = Proof::secret, .people = true},
    Dialect{.name = "slack-command", .read = read_slack_command, .takes = Takes::json_or_form, .proof = Proof::secret, .people = true},
    Dialect{.name = "slack-shortcut", .read = read_slack_shortcut, .takes = Takes::json_or_form, .proof = Proof::secret, .people = true},
    Dialect{.name = "slack-webhook", .read = read_slack_webhook, .takes = Takes::json_or_form, .proof = Proof::secret},
    Dialect{.name = "standard-webhooks", .read = read_standard_webhooks, .proof = Proof::secret, .delivery_header = "webhook-id"},
    Dialect{.name = "zabbix", .read = read_zabbix, .takes = Takes::any_text, .bulk = true},
};

}  // namespace

std::span<const Dialect> dialects() noexcept { return table; }

const Dialect* find_dialect(std::string_view name) noexcept
{
    const auto found = std::ranges::find(table, name, &Dialect::name);
    return found == table.end() ? nullptr : &*found;
}

}  // namespace incident::ingest
