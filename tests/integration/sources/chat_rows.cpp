#include "samples.hpp"

// Chat besides Slack's Events API: Slack's other doors, Mattermost, Microsoft Teams.
namespace incident::test {
namespace {

constexpr auto slack_signed = "2026-01-01T00:10:00Z";  // a slash command's time is the second in which it was signed

const SampleRows slack_command{
    {.source = "slack-command", .file = "slack-slash-command/slash-command-docs-vector.form", .events = 0, .now = slack_signed, .reply = "records a line"},
    {.source = "slack-command", .file = "slack-slash-command/slash-command-enterprise.form", .occurred_at = slack_signed, .text = "Hi", .key = "trigger:111.111.xxx", .kind = "note", .author = "primary-owner", .now = slack_signed, .reply = "Hi"},
    {.source = "slack-command", .file = "slack-slash-command/slash-command-unicode.form", .occurred_at = slack_signed, .text = "rolled back 42 \xF0\x9F\x94\xA5 <1% @eve", .key = "trigger:1.2.3", .kind = "note", .author = "operator", .now = slack_signed, .reply = "&lt;1% @eve"},
    {.source = "slack-command", .file = "own:slack-command/mislead.form", .occurred_at = "2025-12-31T23:58:00Z", .text = "not the deploy #communication <1% @U2", .key = "trigger:13.37.beef", .kind = "note", .now = slack_signed, .reply = "misleading_path"},
    {.source = "slack-command", .file = "own:slack-command/empty.form", .events = 0, .now = slack_signed},
    {.source = "slack-command", .file = "own:slack-command/ssl-check.form", .events = 0, .now = slack_signed},
    // One address for a whole app.
    {.source = "slack", .file = "slack-slash-command/slash-command-enterprise.form", .text = "Hi", .kind = "note", .now = slack_signed},
    {.source = "slack", .file = "slack-interactive/message-shortcut.form", .text = "@W222 test", .key = "C111:1583636382.000300", .now = slack_signed},
};

const SampleRows slack_shortcut{
    {.source = "slack-shortcut", .file = "slack-interactive/message-shortcut.form", .occurred_at = "2020-03-08T02:59:42.000300Z", .text = "@W222 test", .key = "C111:1583636382.000300", .kind = "chat", .flag = "old", .author = "test-test", .now = slack_signed},
    {.source = "slack-shortcut", .file = "slack-interactive/message-shortcut.decoded.json", .occurred_at = "2020-03-08T02:59:42.000300Z", .text = "@W222 test", .key = "C111:1583636382.000300", .now = slack_signed},
    {.source = "slack-shortcut", .file = "own:slack-shortcut/message.form", .occurred_at = "2026-01-01T00:00:05.000200Z", .text = "restarted <web-3>", .key = "C1:1767225605.000200", .kind = "chat", .author = "U1", .now = slack_signed},
    {.source = "slack-shortcut", .file = "own:slack-shortcut/global.form", .events = 0, .now = slack_signed},
};

const SampleRows slack_webhook{
    {.source = "slack-webhook", .file = "slack-incoming-webhook-compat/attachment.json", .occurred_at = "2026-01-01T00:00:00Z", .text = "[FIRING:1] HighLatency (checkout) · p99 above 2s", .status = "-", .severity = "critical", .kind = "alert", .link = "https://am.example/#/alerts?receiver=incidents", .now = slack_signed, .reply = "ok"},
    {.source = "slack-webhook", .file = "slack-incoming-webhook-compat/payload.form", .occurred_at = slack_signed, .text = "disk full on db1 & db2", .severity = "-", .flag = "time_from_arrival", .now = slack_signed, .reply = "ok"},
    {.source = "slack-webhook", .file = "slack-incoming-webhook-compat/text-only.json", .occurred_at = slack_signed, .text = "Deploy of checkout 1.42 finished :tada: build 42 (https://ci.example.com/b/42)", .severity = "-", .link = "https://ci.example.com/b/42", .now = slack_signed, .reply = "ok"},
    {.source = "slack-webhook", .file = "own:slack-webhook/attachment.json", .occurred_at = "2026-01-01T00:00:00Z", .text = "PROBLEM · Disk full on db-1 · /var is at 97%", .severity = "critical", .link = "https://zbx.lan/e/9?a=1&b=2", .now = slack_signed},
    {.source = "slack-webhook", .file = "own:slack-webhook/blocks.json", .text = "Deploy of shop 7 · took 42 s (https://ci.lan/7)", .link = "https://ci.lan/7", .now = slack_signed},
    {.source = "slack-webhook", .file = "own:slack-webhook/old.form", .text = "queue > 9000", .now = slack_signed},
};

const SampleRows mattermost{
    {.source = "mattermost", .file = "mattermost/outgoing-webhook.json", .occurred_at = "2015-10-22T16:44:26.123Z", .text = "database failed over \xF0\x9F\x94\x81 @oncall", .key = "axdygg1957njfe5pu38saikdho", .kind = "chat", .author = "somename", .reply = "database failed over"},
    {.source = "mattermost", .file = "mattermost/outgoing-webhook.form", .occurred_at = "2015-10-22T16:44:26Z", .text = "some text here", .key = "axdygg1957njfe5pu38saikdho", .kind = "chat", .author = "somename", .reply = "comment"},
    {.source = "mattermost", .file = "mattermost/slash-command.form", .text = "toronto week", .key = "trigger:ZWZ5*", .kind = "note", .flag = "time_from_arrival", .author = "alan", .reply = "ephemeral"},
    {.source = "mattermost", .file = "own:mattermost/outgoing.json", .occurred_at = "2025-12-31T23:55:00Z", .text = "paged Ana about the queue", .key = "post1", .now = slack_signed, .reply = "escalation → dba"},
    {.source = "mattermost", .file = "own:mattermost/outgoing.form", .occurred_at = "2026-01-01T00:00:05Z", .text = "deploy is through", .key = "post2", .now = slack_signed},
    {.source = "mattermost", .file = "own:mattermost/command.form", .text = "rolled back #action", .kind = "note", .now = slack_signed, .reply = "action"},
};

const SampleRows msteams{
    {.source = "msteams", .file = "msteams/outgoing-webhook-channel.json", .occurred_at = "2026-01-01T00:00:05.123Z", .text = "rolled back 42 & watching, 5xx < 1%", .key = "19:0123456789abcdef0123456789abcdef@thread.tacv2:1767225605123", .kind = "chat", .link = "https://teams.microsoft.com/l/message/19:0123456789abcdef0123456789abcdef@thread.tacv2/1767225605123?parentMessageId=1767225600000", .author = "Example User", .now = slack_signed, .reply = R"("type":"message")"},
    {.source = "msteams", .file = "msteams/personal-message.json", .occurred_at = "2017-02-01T21:10:07.437Z", .text = "Hello Teams TestBot", .kind = "chat", .link = "-", .author = "Example User", .reply = "Hello Teams TestBot"},
    {.source = "msteams", .file = "own:msteams/channel.json", .occurred_at = "2026-01-01T00:00:05.123Z", .text = "it was not the deploy & not DNS, see @Kim", .key = "19:abc@thread.tacv2:1767225605123", .author = "Sam Berg", .now = slack_signed, .reply = "misleading_path"},
};

}  // namespace
}  // namespace incident::test
