#include "bodies.hpp"
#include "ingest/slack_text.hpp"

namespace incident::ingest::test {
namespace {

Source site()
{
    auto source = named("slack");
    source.chat.reactions = {{"eyes", "investigation"}};
    source.chat.own_bot_ids = {"B0"};
    source.chat.own_app_ids = {"A0"};
    source.chat.workspace_url = "https://x.slack.com";
    source.chat.users = {{"U1", "sam"}, {"U2", "kim"}};
    source.chat.channels = {{"C1", "incidents"}};
    return source;
}

const Instant slack_arrival = at("2026-01-01T00:00:10Z");
Understood read(std::string_view bytes) { return read_slack({bytes, "application/json", {}, slack_arrival}, site()); }
const std::string message_key = "C1:1767225605.000200";

TEST(SlackText, UndoesMarkupFirstAndEntitiesOnce)
{
    const auto plain = [](std::string_view markup) { return plain_slack_text(markup, site().chat).text; };
    EXPECT_EQ(plain("<@U2> and <@U9> and <@U9|pat>"), "@kim and @U9 and @pat");
    EXPECT_EQ(plain("<#C1> <#C9|payments> <#C8>"), "#incidents #payments #C8");
    EXPECT_EQ(plain("<!here> <!channel> <!everyone>"), "@here @channel @everyone");
    EXPECT_EQ(plain("<!subteam^S4|@oncall> <!subteam^S4>"), "@oncall @S4");
    EXPECT_EQ(plain("<!date^1767225600^{date_num} {time_secs}|2026-01-01 00:00:00>"), "2026-01-01 00:00:00");
    EXPECT_EQ(plain("<https://ci.lan/b?a=1&amp;b=2|build 7>"), "build 7 (https://ci.lan/b?a=1&b=2)");
    EXPECT_EQ(plain("<https://ci.lan/b>"), "https://ci.lan/b");
    EXPECT_EQ(plain("<mailto:ops@x.org|ops@x.org>"), "ops@x.org");
    EXPECT_EQ(plain("5xx &lt; 1% &amp; falling &gt; 0"), "5xx < 1% & falling > 0");
    EXPECT_EQ(plain("&amp;lt; &quot; &#39; &amp"), "&lt; &quot; &#39; &amp");
    EXPECT_EQ(plain(":fire: 5 < 6"), ":fire: 5 < 6") << "an open bracket that is never closed stays";
    EXPECT_EQ(plain("<>"), "");
    EXPECT_EQ(plain("<|x>"), "x");
}

TEST(Slack, AnswersTheChallenge)
{
    const auto understood = read(sample("slack/url-verification.json"));
    EXPECT_TRUE(understood.items.empty());
    EXPECT_EQ(understood.reply, R"({"challenge":"abc \"quoted\" 123"})");
    EXPECT_EQ(understood.reply_type, "application/json");
    EXPECT_EQ(understood.note, "url_verification");
}

TEST(Slack, TakesAMessageUnderChannelAndTs)
{
    const auto understood = read(sample("slack/message.json"));
    ASSERT_EQ(understood.items.size(), 1u);
    EXPECT_EQ(understood.items[0].on_duplicate, OnDuplicate::answer_first);
    const auto& event = event_at(understood, 0);
    EXPECT_EQ(event.kind, Kind::chat);
    EXPECT_EQ(event.source, "slack");
    EXPECT_EQ(event.author.name, "sam");
    EXPECT_TRUE(event.author.verified);
    EXPECT_EQ(event.text, "@kim the queue of #payments is > 9000, see build 7 (https://ci.lan/b/7?a=1&b=2)");
    EXPECT_EQ(event.occurred_at, at("2026-01-01T00:00:05.000200Z"));
    EXPECT_EQ(event.occurred_raw, "1767225605.000200");
    EXPECT_EQ(event.key, message_key);
    EXPECT_EQ(event.labels.at("channel"), "incidents");
    EXPECT_EQ(urls(event), (Texts{"https://x.slack.com/archives/C1/p1767225605000200", "https://ci.lan/b/7?a=1&b=2"}));
}

TEST(Slack, NeverLosesTheLastDigitOfATs)
{
    const auto understood = read(R"({"type":"event_callback","event":{"type":"message","text":"x","user":"U1","channel":"C1","ts":"1595926230.999999"}})");
    EXPECT_EQ(event_at(understood, 0).occurred_at, at("2020-07-28T08:50:30.999999Z"));
}

TEST(Slack, MergesAMentionWithItsMessage)
{
    const auto message = read(sample("slack/message.json")), mention = read(sample("slack/app-mention.json"));
    EXPECT_EQ(event_at(mention, 0).key, event_at(message, 0).key);
    EXPECT_EQ(event_at(mention, 0).text, event_at(message, 0).text);
}

TEST(Slack, TakesABroadcastReplyOnceWithItsThread)
{
    const auto understood = read(sample("slack/thread-broadcast.json"));
    ASSERT_EQ(understood.items.size(), 1u);
    EXPECT_EQ(event_at(understood, 0).key, message_key);
    EXPECT_EQ(event_at(understood, 0).labels.at("thread_ts"), "1767225600.000100");
    EXPECT_EQ(urls(event_at(understood, 0))[0], "https://x.slack.com/archives/C1/p1767225605000200?thread_ts=1767225600.000100&cid=C1");
}

TEST(Slack, TakesAnEditAsAnAmendmentOfTheMessage)
{
    const auto understood = read(sample("slack/edited.json"));
    const auto& change = change_at(understood, 0);
    EXPECT_EQ(change.key, message_key);
    EXPECT_EQ(change.amendment.text, "the queue is < 10");
    EXPECT_EQ(change.amendment.reason, "edited in Slack by sam");
    EXPECT_EQ(change.once_key, message_key + ":edit:1767225699.000000");
    ASSERT_TRUE(change.orphan.has_value()) << "an edit of a message never seen is still told";
    EXPECT_EQ(change.orphan->text, "the queue is < 10");
    EXPECT_EQ(change.orphan->key, message_key);
    EXPECT_EQ(change.orphan->occurred_at, at("2026-01-01T00:00:05.000200Z"));
}

TEST(Slack, IgnoresALinkPreview)
{
    const auto understood = read(sample("slack/link-preview.json"));
    EXPECT_TRUE(understood.items.empty());
    EXPECT_EQ(understood.note, "a link preview");
}

TEST(Slack, StrikesADeletedMessageAndKeepsTheFact)
{
    for (const auto* const name : {"slack/deleted.json", "slack/tombstone.json"}) {
        const auto understood = read(sample(name));
        const auto& change = change_at(understood, 0);
        EXPECT_EQ(change.key, message_key) << name;
        EXPECT_EQ(change.once_key, message_key + ":delete") << "both ways of telling it are one";
        EXPECT_EQ(change.amendment.strike, true);
        EXPECT_EQ(change.amendment.text, "(deleted in Slack)") << "the words go out of sight";
        EXPECT_FALSE(change.amendment.redact);
        ASSERT_TRUE(change.orphan.has_value());
        EXPECT_EQ(change.orphan->text.find("queue"), std::string::npos) << "deleted words are not brought in";
        EXPECT_EQ(change.orphan->author.name, "sam");
    }
}

TEST(Slack, TakesReactionsForTags)
{
    const auto added = read(sample("slack/reaction-added.json"));
    const auto& change = change_at(added, 0);
    EXPECT_EQ(change.key, message_key);
    ASSERT_EQ(change.amendment.add_tags.size(), 1u);
    EXPECT_EQ(change.amendment.add_tags[0].name, "investigation");
    EXPECT_EQ(change.amendment.add_tags[0].by, "person:kim");
    EXPECT_EQ(change.author.name, "kim");
    ASSERT_TRUE(change.orphan.has_value()) << "a message nobody saw is still marked";
    EXPECT_TRUE(has_flag(*change.orphan, "unseen"));
    EXPECT_EQ(change.orphan->key, message_key);
    EXPECT_EQ(change.orphan->occurred_at, at("2026-01-01T00:00:05.000200Z")) << "the message's time, never the click's";
    const auto removed = read(sample("slack/reaction-removed.json"));
    EXPECT_TRUE(change_at(removed, 0).takes_back);
    EXPECT_EQ(change_at(removed, 0).amendment, change.amendment) << "what is taken back is told in the same words";
    EXPECT_FALSE(change.takes_back);
    EXPECT_NE(change_at(removed, 0).once_key, change.once_key);
}

TEST(Slack, IgnoresReactionsThatStandForNothing)
{
    const auto understood = read_slack({sample("slack/reaction-added.json"), "", {}, slack_arrival}, named("slack"));
    EXPECT_TRUE(understood.items.empty());
    EXPECT_FALSE(understood.note.empty());
}

TEST(Slack, StarsAPinnedMessage)
{
    const auto understood = read(sample("slack/pin.json"));
    const auto& change = change_at(understood, 0);
    EXPECT_EQ(change.key, message_key);
    EXPECT_EQ(change.amendment.star, true);
    ASSERT_TRUE(change.orphan.has_value());
    EXPECT_TRUE(change.orphan->star);
    EXPECT_EQ(change.author.name, "kim") << "who pinned, not who wrote";
}

TEST(Slack, NamesABotByWhatItCallsItself)
{
    EXPECT_TRUE(read(sample("slack/bot.json")).items.empty()) << "unless the site asks for bots, their alerts come by their own door";
    auto source = site();
    source.chat.bots = true;
    const auto understood = read_slack({sample("slack/bot.json"), "application/json", {}, slack_arrival}, source);
    EXPECT_EQ(event_at(understood, 0).author.name, "deploybot");
    EXPECT_FALSE(event_at(understood, 0).author.verified);
    EXPECT_EQ(event_at(understood, 0).text, "checkout 1.4.2 is live") << "without a text its attachment speaks";
}

TEST(Slack, IgnoresItsOwnEchoAndPeopleComingAndGoing)
{
    for (const auto* const name : {"slack/own-echo.json", "slack/join.json"}) {
        const auto understood = read(sample(name));
        EXPECT_TRUE(understood.items.empty()) << name;
        EXPECT_FALSE(understood.note.empty()) << name;
    }
}

TEST(Slack, MarksAGapWhenSlackDroppedMessages)
{
    const auto understood = read(sample("slack/rate-limited.json"));
    const auto& event = event_at(understood, 0);
    EXPECT_EQ(event.kind, Kind::system);
    EXPECT_TRUE(has_flag(event, "gap"));
    EXPECT_EQ(event.occurred_at, at("2026-01-01T00:01:00Z"));
}

TEST(Slack, KeepsWhatItDoesNotUnderstand)
{
    for (const auto& bytes : {std::string{}, std::string{"x"}, std::string{"[]"}, std::string{"{}"}, std::string{R"({"type":"event_callback"})"},
                              std::string{R"({"type":"url_verification"})"}, std::string{R"({"type":"event_callback","event":{"type":"message","subtype":"message_changed"}})"},
                              std::string{R"({"type":"event_callback","event":{"type":"message","subtype":"message_deleted"}})"}, sample("slack/unknown-type.json")}) {
        const auto understood = read(bytes);
        EXPECT_EQ(understood.unparsed, 1u) << bytes;
        EXPECT_EQ(event_at(understood, 0).kind, Kind::chat);
    }
}

TEST(Slack, WhatItDoesNotUnderstandIsToldApartByItsDelivery)
{
    const auto understood = read(R"({"type":"event_callback","event_id":"Ev8","event":{"type":"emoji_changed"}})");
    EXPECT_EQ(understood.unparsed, 1u);
    EXPECT_EQ(event_at(understood, 0).key, "Ev8") << "a retry of it is no second event";
}

TEST(Slack, TakesAMessageWithoutTsUnderItsDelivery)
{
    const auto understood = read(R"({"type":"event_callback","event_id":"Ev7","event":{"type":"message","text":"x","channel":"C1"}})");
    EXPECT_EQ(event_at(understood, 0).key, "Ev7");
    EXPECT_EQ(event_at(understood, 0).author.name, "unknown");
    EXPECT_TRUE(has_flag(event_at(understood, 0), "time_from_arrival"));
}

}  // namespace
}  // namespace incident::ingest::test
