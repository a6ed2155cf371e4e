#include "samples.hpp"

// Slack's Events API.
namespace incident::test {
namespace {

/// Some samples are the inner event only.
std::string in_envelope(std::string inner) { return R"({"type":"event_callback","event_id":"Ev1","event":)" + inner + '}'; }

void marks(config::Source& source) { source.reads.chat.reactions = {{"heart_eyes", "resolution"}, {"eyes", "investigation"}}; }

const SampleRows slack{
    {.source = "slack", .file = "slack-events/app-mention-compact.json", .occurred_at = "2020-03-08T02:59:59.0007Z", .text = "@U123 test", .key = "C123:1583636399.000700", .kind = "chat"},
    {.source = "slack", .file = "slack-events/app-mention.json", .occurred_at = "2020-07-28T08:50:30.0096Z", .text = "@W111 Hi there!", .key = "C111:1595926230.009600", .kind = "chat"},
    {.source = "slack", .file = "slack-events/app-rate-limited.json", .occurred_at = "2026-01-01T00:01:00Z", .text = "slack: messages of the minute from 2026-01-01T00:01 UTC were dropped by Slack (rate limit)", .key = "rate_limited:1767225660", .kind = "system"},
    {.source = "slack", .file = "slack-events/channel-topic.json", .occurred_at = "2026-01-01T00:03:20.0005Z", .text = "@U111 set the channel topic: SEV1 checkout down, IC @U222", .key = "C111:1767225800.000500", .kind = "chat"},
    {.source = "slack", .file = "slack-events/inner-message-bot-thread.json", .events = 0, .wrap = in_envelope},
    {.source = "slack", .file = "slack-events/inner-message-changed-in-thread.json", .occurred_at = "2021-07-15T09:42:08.0087Z", .text = "updated message", .key = "C111:1626342128.008700", .kind = "chat", .wrap = in_envelope},
    {.source = "slack", .file = "slack-events/inner-message-changed-tombstone.json", .occurred_at = "2024-10-11T09:43:59.746989Z", .text = "(a message that was deleted before it arrived here)", .key = "D0697V:1728639839.746989", .kind = "chat", .wrap = in_envelope},
    {.source = "slack", .file = "slack-events/message-bot-classic.json", .events = 0},
    {.source = "slack", .file = "slack-events/message-bot-modern.json", .events = 0},
    {.source = "slack", .file = "slack-events/message-changed.json", .occurred_at = "2022-10-07T00:25:38.901939Z", .text = "updated message", .key = "C111:1665102338.901939", .kind = "chat"},
    {.source = "slack", .file = "slack-events/message-channel.json", .occurred_at = "2020-07-31T08:24:40.0042Z", .text = "Hello World!", .key = "C111:1596183880.004200", .kind = "chat"},
    {.source = "slack", .file = "slack-events/message-deleted.json", .occurred_at = "2022-10-10T02:23:39.804829Z", .text = "(a message that was deleted before it arrived here)", .key = "C111:1665368619.804829", .kind = "chat"},
    {.source = "slack", .file = "slack-events/message-file-share.json", .occurred_at = "2021-01-12T23:21:55.001Z", .text = "Here is your file!", .key = "G111:1610493715.001000", .kind = "chat", .link = "https://xxx.slack.com/files/U111/F111/test.png"},
    {.source = "slack", .file = "slack-events/message-markup-and-entities.json", .occurred_at = "2026-01-01T00:00:05.0002Z", .text = "@here @U222 rolled back build 42 (https://ci.example.com/b/42?a=1&b=2) in #payments :fire: 5xx < 1% & falling — see ops@example.com 2026-01-01 00:00:00 @oncall", .key = "C111:1767225605.000200", .kind = "chat", .link = "https://ci.example.com/b/42?a=1&b=2"},
    {.source = "slack", .file = "slack-events/message-thread-broadcast.json", .occurred_at = "2021-10-08T05:26:53.0075Z", .text = "Hi there!", .key = "C111:1633670813.007500", .kind = "chat"},
    {.source = "slack", .file = "slack-events/pin-added.json", .occurred_at = "2026-01-01T00:00:50.0003Z", .text = "root cause: bad config push", .key = "C111:1767225650.000300", .kind = "chat", .link = "https://example.slack.com/archives/C111/p1767225650000300"},
    {.source = "slack", .file = "slack-events/reaction-added.json", .occurred_at = "2020-09-08T01:45:04.0004Z", .text = "(a message that was not recorded, marked :heart_eyes: in Slack by W111)", .key = "C111:1599529504.000400", .kind = "chat", .tune = marks},
    {.source = "slack", .file = "slack-events/url-verification.json", .events = 0},
    {.source = "slack", .file = "own:slack/app-mention.json", .occurred_at = "2026-01-01T00:00:05.0002Z", .text = "@U2 the queue of #payments is > 9000, see build 7 (https://ci.lan/b/7?a=1&b=2)", .key = "C1:1767225605.000200", .kind = "chat", .link = "https://ci.lan/b/7?a=1&b=2"},
    {.source = "slack", .file = "own:slack/bot.json", .events = 0},
    {.source = "slack", .file = "own:slack/deleted.json", .occurred_at = "2026-01-01T00:00:05.0002Z", .text = "(a message that was deleted before it arrived here)", .key = "C1:1767225605.000200", .kind = "chat"},
    {.source = "slack", .file = "own:slack/edited.json", .occurred_at = "2026-01-01T00:00:05.0002Z", .text = "the queue is < 10", .key = "C1:1767225605.000200", .kind = "chat"},
    {.source = "slack", .file = "own:slack/join.json", .events = 0},
    {.source = "slack", .file = "own:slack/link-preview.json", .events = 0},
    {.source = "slack", .file = "own:slack/message.json", .occurred_at = "2026-01-01T00:00:05.0002Z", .text = "@U2 the queue of #payments is > 9000, see build 7 (https://ci.lan/b/7?a=1&b=2)", .key = "C1:1767225605.000200", .kind = "chat", .link = "https://ci.lan/b/7?a=1&b=2"},
    {.source = "slack", .file = "own:slack/own-echo.json", .events = 0},
    {.source = "slack", .file = "own:slack/pin.json", .occurred_at = "2026-01-01T00:00:05.0002Z", .text = "@U2 the queue of #payments is > 9000, see build 7 (https://ci.lan/b/7?a=1&b=2)", .key = "C1:1767225605.000200", .kind = "chat", .link = "https://ci.lan/b/7?a=1&b=2"},
    {.source = "slack", .file = "own:slack/rate-limited.json", .occurred_at = "2026-01-01T00:01:00Z", .text = "slack: messages of the minute from 2026-01-01T00:01 UTC were dropped by Slack (rate limit)", .key = "rate_limited:1767225660", .kind = "system"},
    {.source = "slack", .file = "own:slack/reaction-added.json", .occurred_at = "2026-01-01T00:00:05.0002Z", .text = "(a message that was not recorded, marked :eyes: in Slack by U2)", .key = "C1:1767225605.000200", .kind = "chat", .tune = marks},
    {.source = "slack", .file = "own:slack/reaction-removed.json", .events = 0, .tune = marks},
    {.source = "slack", .file = "own:slack/thread-broadcast.json", .occurred_at = "2026-01-01T00:00:05.0002Z", .text = "@U2 the queue of #payments is > 9000, see build 7 (https://ci.lan/b/7?a=1&b=2)", .key = "C1:1767225605.000200", .kind = "chat", .link = "https://ci.lan/b/7?a=1&b=2"},
    {.source = "slack", .file = "own:slack/tombstone.json", .occurred_at = "2026-01-01T00:00:05.0002Z", .text = "(a message that was deleted before it arrived here)", .key = "C1:1767225605.000200", .kind = "chat"},
    {.source = "slack", .file = "own:slack/unknown-type.json", .occurred_at = "2024-06-22T16:00:00Z", .text = "slack: body not understood: event type \"team_rename\" is not known", .key = "Ev1", .kind = "chat", .flag = "unparsed"},
    {.source = "slack", .file = "own:slack/url-verification.json", .events = 0},
};

}  // namespace
}  // namespace incident::test
