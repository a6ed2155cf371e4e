#include "bodies.hpp"
#include "ingest/chat_answer.hpp"
#include "ingest/form.hpp"
#include "ingest/html_text.hpp"
#include "ingest/typed_line.hpp"
#include <boost/json.hpp>

namespace incident::ingest::test {
namespace {

constexpr std::string_view form_type = "application/x-www-form-urlencoded";
const Instant chat_arrival = at("2026-01-01T00:00:30Z");

Source slack_site()
{
    auto source = named("slack");
    source.chat.reactions = {{"mark_action", "action"}};
    source.chat.users = {{"U1", "sam"}, {"U2", "kim"}};
    return source;
}

Understood post_form(const std::string& bytes, const Source& source = slack_site(), Understood (*read)(const Body&, const Source&) = read_slack)
{
    return read({bytes, form_type, {{"x-slack-request-timestamp", "1767225610"}}, chat_arrival}, source);
}

std::string text_in(const std::string& reply) { return std::string{boost::json::parse(reply).at("text").as_string()}; }

TypedLine typed(std::string_view line)
{
    TimeContext context;
    context.now = at("2026-01-01T00:00:10Z");
    return read_typed_line(line, context);
}

TEST(Form, IsDecodedOnce)
{
    const auto form = read_form("a=1+2%26lt%3B&b=%zz%4&a=again&=x&c&%F0%9F%94%A5=%ff");
    EXPECT_EQ(field(form, "a"), "1 2&lt;");
    EXPECT_EQ(field(form, "b"), "%zz%4");
    EXPECT_EQ(field(form, "c"), "");
    EXPECT_EQ(field(form, "\xF0\x9F\x94\xA5"), "\xEF\xBF\xBD");
    EXPECT_EQ(form.size(), 4u);
    EXPECT_TRUE(is_form({"token=x&text=y", "", {}, arrival}));
    EXPECT_FALSE(is_form({R"({"a":"b=c"})", "", {}, arrival}));
    EXPECT_FALSE(is_form({R"({"a":"b=c"})", form_type, {}, arrival})) << "curl -d '{…}' says form";
}

TEST(TypedLine, IsTheCommandLinesGrammar)
{
    EXPECT_EQ(typed("rolled back 42").text, "rolled back 42");
    EXPECT_EQ(typed("rolled back 42").tag, "");
    EXPECT_EQ(typed("x it was not the deploy").tag, "misleading_path");
    EXPECT_EQ(typed("x it was not the deploy").text, "it was not the deploy");
    EXPECT_EQ(typed("Mislead  the deploy").tag, "misleading_path");
    EXPECT_EQ(typed("X ray").tag, "") << "letters are small";
    EXPECT_EQ(typed("note rolled back").text, "rolled back");
    EXPECT_EQ(typed("r @23:59 errors 0").when->at, at("2025-12-31T23:59:00Z"));
    EXPECT_EQ(typed("r @11:59 pm UTC errors 0").text, "errors 0");
    EXPECT_EQ(typed("@5m r is what it says").text, "r is what it says") << "a verb stands before the time";
    EXPECT_EQ(typed("e --to dba paged Ana").to, "dba");
    EXPECT_EQ(typed("e --to dba paged Ana").text, "paged Ana");
    EXPECT_EQ(typed("e --to dba").text, "escalated to dba");
    EXPECT_EQ(typed("inc-7 a restarted web-3").incident, IncidentKey{7});
    EXPECT_EQ(typed("a INC-7 restarted web-3").incident, IncidentKey{7});
    EXPECT_EQ(typed("a INC-7 restarted web-3").text, "restarted web-3");
}

TEST(TypedLine, LosesNothingThatItCannotRead)
{
    EXPECT_EQ(typed("r").text, "r");
    EXPECT_EQ(typed("r").tag, "");
    EXPECT_EQ(typed("INC-7").text, "INC-7");
    EXPECT_EQ(typed("@sam look at this").text, "@sam look at this");
    EXPECT_EQ(typed("@sam look at this").bad_time, "");
    EXPECT_EQ(typed("a @25:99 restarted").text, "@25:99 restarted");
    EXPECT_NE(typed("a @25:99 restarted").bad_time, "");
    EXPECT_EQ(typed("a @25:99 restarted").tag, "action");
    EXPECT_EQ(typed("").text, "");
    EXPECT_EQ(typed("@").text, "@");
}

TEST(ChatAnswer, CallsNobody)
{
    EXPECT_EQ(without_calls("@channel @Here me@all.org @sam"), "@\u200Bchannel @\u200BHere me@\u200Ball.org @sam");
    EXPECT_EQ(text_in(slack_reply("<!here> & <@U1>")), "&lt;!here&gt; &amp; &lt;@U1&gt;");
}

TEST(HtmlText, IsUndoneTagsFirstEntitiesOnce)
{
    EXPECT_EQ(plain_html("<div>a&nbsp;&amp;lt; b<br>c</div>"), "a &lt; b\nc\n");
    EXPECT_EQ(plain_html("5 < 6 &mdash; &#8364; &#x20AC; &euro; &ouml; &nosuch; &amp"), "5 < 6 — € € € ö &nosuch; &amp");
    EXPECT_EQ(plain_html("a\u00A0b &#0; &#xD800; &#x110000;"), "a b &#0; &#xD800; &#x110000;");
    EXPECT_EQ(plain_html("<"), "<");
    EXPECT_EQ(plain_html("</>x"), "x");
}

TEST(SlackCommand, IsANoteAtTheTimeItWasTyped)
{
    auto understood = post_form(sample("slack-command/mislead.form"));
    ASSERT_EQ(understood.items.size(), 1u);
    auto event = event_at(understood, 0);
    EXPECT_EQ(event.kind, Kind::note);
    EXPECT_EQ(event.author.name, "sam");
    EXPECT_TRUE(event.author.verified);
    EXPECT_EQ(event.text, "not the deploy #communication <1% @kim") << "form, markup, then entities, each once";
    EXPECT_EQ(event.occurred_at, at("2025-12-31T23:58:00Z"));
    EXPECT_EQ(event.precision, Precision::minute);
    EXPECT_EQ(event.key, "trigger:13.37.beef");
    ASSERT_EQ(event.tags.size(), 1u);
    EXPECT_EQ(event.tags[0].name, "misleading_path");
    EXPECT_EQ(event.tags[0].by, "person:sam");
    EXPECT_EQ(event.labels.at("channel"), "incidents");
    EXPECT_EQ(understood.secrets, (std::vector<std::string>{"Xq81LkP0vBn2wZr5Tt9a", "https://hooks.slack.com/commands/T1/7/hUsh"}));
    event.incident = IncidentKey{7};
    event.number = 6;
    event.received_at = chat_arrival;
    ASSERT_TRUE(understood.answer);
    const auto reply = boost::json::parse(understood.answer({&event, 1}));
    EXPECT_EQ(reply.at("response_type"), "ephemeral");
    EXPECT_EQ(reply.at("text"), "#6 INC-7 2025-12-31 23:58:00Z misleading_path · not the deploy #communication &lt;1% @kim");
}

TEST(SlackCommand, TakesTheSignedSecondWhenNoTimeIsTyped)
{
    const auto understood = post_form("command=%2Ftl&text=hello&user_id=U9&user_name=pat&trigger_id=1.2.3");
    EXPECT_EQ(event_at(understood, 0).occurred_at, at("2026-01-01T00:00:10Z"));
    EXPECT_EQ(event_at(understood, 0).author.name, "pat");
    EXPECT_FALSE(has_flag(event_at(understood, 0), "time_from_arrival"));
}

TEST(SlackCommand, SaysWhatItCouldNotRead)
{
    const auto understood = post_form("command=%2Ftl&text=a+%4025%3A99+restarted&user_id=U1&trigger_id=1.2.3");
    const auto& event = event_at(understood, 0);
    EXPECT_EQ(event.text, "@25:99 restarted");
    EXPECT_EQ(event.occurred_at, at("2026-01-01T00:00:10Z"));
    EXPECT_NE(text_in(understood.answer({&event, 1})).find("25:99"), std::string::npos);
}

TEST(SlackCommand, HelpsAndStoresNothingWithoutAText)
{
    for (const auto& bytes : {sample("slack-command/empty.form"), std::string{"command=%2Ftl&text=help"}}) {
        const auto understood = post_form(bytes, slack_site(), read_slack_command);
        EXPECT_TRUE(understood.items.empty());
        EXPECT_NE(text_in(understood.reply).find("/tl x @02:31"), std::string::npos);
    }
    EXPECT_EQ(post_form(sample("slack-command/ssl-check.form")).note, "ssl_check");
    auto site = slack_site();
    site.chat.slash_commands = {"/tl"};
    EXPECT_TRUE(post_form("command=%2Fother&text=x+y", site).items.empty());
    EXPECT_EQ(post_form("command=%2Ftl&text=x+y", site).items.size(), 1u);
}

TEST(SlackShortcut, IsTheMessageAtItsOwnTimeByItsAuthor)
{
    const auto understood = post_form(sample("slack-shortcut/message.form"), slack_site(), read_slack_shortcut);
    const auto& change = change_at(understood, 0);
    EXPECT_EQ(change.key, "C1:1767225605.000200") << "the key of the message, so that a recorded one is found";
    EXPECT_EQ(change.author.name, "kim");
    EXPECT_EQ(change.amendment.star, true);
    ASSERT_EQ(change.amendment.add_tags.size(), 1u);
    EXPECT_EQ(change.amendment.add_tags[0].name, "action");
    EXPECT_EQ(change.amendment.add_tags[0].by, "person:kim");
    ASSERT_TRUE(change.orphan.has_value());
    EXPECT_EQ(change.orphan->author.name, "sam");
    EXPECT_EQ(change.orphan->text, "restarted <web-3>");
    EXPECT_EQ(change.orphan->occurred_at, at("2026-01-01T00:00:05.000200Z")) << "never the click's";
    EXPECT_EQ(understood.secrets.size(), 2u);
    EXPECT_TRUE(post_form(sample("slack-shortcut/global.form")).items.empty());
    EXPECT_EQ(post_form("payload=%7B%22type%22%3A%22view_closed%22%7D").unparsed, 1u);
    EXPECT_EQ(post_form("payload=x").unparsed, 1u);
    EXPECT_EQ(post_form("foo=bar").unparsed, 1u);
}

TEST(SlackWebhook, TakesTextAndGuessesTheSeverity)
{
    const auto source = named("slack-webhook");
    const auto understood = read_slack_webhook({sample("slack-webhook/attachment.json"), "application/json", {}, chat_arrival}, source);
    const auto& event = event_at(understood, 0);
    EXPECT_EQ(event.kind, Kind::alert);
    EXPECT_EQ(event.text, "PROBLEM · Disk full on db-1 · /var is at 97%");
    EXPECT_EQ(event.details, "Host: db-1\nSeverity: High");
    EXPECT_EQ(event.severity, "critical");
    EXPECT_EQ(event.labels.at("guessed"), "severity by colour #d9342b");
    EXPECT_EQ(event.author.claimed, "Zabbix");
    EXPECT_EQ(event.occurred_at, at("2026-01-01T00:00:00Z"));
    EXPECT_EQ(understood.reply, "ok");
    const auto blocks = read_slack_webhook({sample("slack-webhook/blocks.json"), "application/json", {}, chat_arrival}, source);
    EXPECT_EQ(event_at(blocks, 0).text, "Deploy of shop 7 · took 42 s (https://ci.lan/7)");
    EXPECT_EQ(event_at(blocks, 0).details, "by sam");
    EXPECT_EQ(event_at(blocks, 0).severity, "");
    EXPECT_FALSE(event_at(blocks, 0).labels.contains("guessed"));
    const auto form = read_slack_webhook({sample("slack-webhook/old.form"), form_type, {}, chat_arrival}, source);
    EXPECT_EQ(event_at(form, 0).text, "queue > 9000");
    EXPECT_TRUE(has_flag(event_at(form, 0), "time_from_arrival"));
    const auto later = read_slack_webhook({sample("slack-webhook/old.form"), form_type, {}, chat_arrival + std::chrono::minutes{20}}, source);
    EXPECT_NE(event_at(form, 0).key, event_at(later, 0).key) << "the same words much later are another event";
    for (const auto* const body : {"", "x", "[]", "{}", R"({"attachments":[{}]})"}) {
        const auto kept = read_slack_webhook({body, "application/json", {}, chat_arrival}, source);
        EXPECT_EQ(kept.unparsed, 1u) << body;
        EXPECT_EQ(kept.reply, "ok");
    }
}

TEST(SlackWebhook, ReadsColours)
{
    const auto severity = [](const std::string& colour) {
        const auto body = R"({"attachments":[{"text":"x","color":")" + colour + "\"}]}";
        return event_at(read_slack_webhook({body, "application/json", {}, chat_arrival}, named("w")), 0).severity;
    };
    EXPECT_EQ(severity("danger"), "critical");
    EXPECT_EQ(severity("#FF0000"), "critical");
    EXPECT_EQ(severity("#d63232"), "critical");
    EXPECT_EQ(severity("warning"), "warning");
    EXPECT_EQ(severity("#ffae42"), "warning");
    EXPECT_EQ(severity("#daa038"), "warning");
    EXPECT_EQ(severity("good"), "info");
    EXPECT_EQ(severity("#36a64f"), "info");
    EXPECT_EQ(severity("#cccccc"), "");
    EXPECT_EQ(severity("#439FE0"), "");
    EXPECT_EQ(severity("teal"), "");
}

TEST(Mattermost, TakesSecondsAndMilliseconds)
{
    auto source = named("mattermost");
    source.chat.workspace_url = "https://mm.lan";
    auto understood = read_mattermost({sample("mattermost/outgoing.json"), "application/json", {}, chat_arrival}, source);
    auto event = event_at(understood, 0);
    EXPECT_EQ(event.kind, Kind::chat);
    EXPECT_EQ(event.key, "post1");
    EXPECT_EQ(event.text, "paged Ana about the queue");
    EXPECT_EQ(event.occurred_at, at("2025-12-31T23:55:00Z")) << "what was typed wins over the post's own time";
    EXPECT_EQ(event.tags.at(0).name, "escalation");
    EXPECT_EQ(event.tags.at(0).to, "dba");
    EXPECT_EQ(urls(event), Texts{"https://mm.lan/shop/pl/post1"});
    EXPECT_EQ(understood.secrets, Texts{"m4tt3rm0sttok3n0001"});
    event.received_at = chat_arrival;
    EXPECT_EQ(boost::json::parse(understood.answer({&event, 1})).at("response_type"), "comment");
    understood = read_mattermost({sample("mattermost/outgoing.form"), form_type, {}, chat_arrival}, source);
    EXPECT_EQ(event_at(understood, 0).occurred_at, at("2026-01-01T00:00:05Z"));
    EXPECT_EQ(event_at(understood, 0).text, "deploy is through") << "a trigger that is a word belongs to the sentence";
    EXPECT_EQ(event_at(understood, 0).author.name, "sam");
}

TEST(Mattermost, TakesASlashCommandAtItsArrival)
{
    const auto understood = read_mattermost({sample("mattermost/command.form"), form_type, {}, chat_arrival}, named("mattermost"));
    const auto& event = event_at(understood, 0);
    EXPECT_EQ(event.kind, Kind::note);
    EXPECT_EQ(event.text, "rolled back #action");
    EXPECT_EQ(event.key, "trigger:dHJpZ2dlcg==");
    EXPECT_TRUE(has_flag(event, "time_from_arrival"));
    EXPECT_EQ(understood.secrets.size(), 2u);
    EXPECT_EQ(boost::json::parse(understood.answer({&event, 1})).at("response_type"), "ephemeral");
    EXPECT_TRUE(read_mattermost({"command=%2Ftl&text=", form_type, {}, chat_arrival}, named("mattermost")).items.empty());
    for (const auto* const body : {"", "[]", "{", "{}", R"({"token":"t"})"})
        EXPECT_EQ(read_mattermost({body, "application/json", {}, chat_arrival}, named("mattermost")).unparsed, 1u) << body;
    auto echo = named("mattermost");
    echo.chat.own_bot_ids = {"sam"};
    EXPECT_TRUE(read_mattermost({sample("mattermost/outgoing.json"), "application/json", {}, chat_arrival}, echo).items.empty());
}

TEST(MsTeams, UndoesMentionsTagsAndEntities)
{
    const auto understood = read_msteams({sample("msteams/channel.json"), "application/json", {}, chat_arrival}, named("msteams"));
    auto event = event_at(understood, 0);
    EXPECT_EQ(event.text, "it was not the deploy & not DNS, see @Kim");
    EXPECT_EQ(event.tags.at(0).name, "misleading_path");
    EXPECT_EQ(event.author.name, "Sam Berg");
    EXPECT_EQ(event.occurred_at, at("2026-01-01T00:00:05.123Z"));
    EXPECT_EQ(event.key, "19:abc@thread.tacv2:1767225605123");
    EXPECT_EQ(event.labels.at("thread_ts"), "1767225600000");
    EXPECT_EQ(urls(event), Texts{"https://teams.microsoft.com/l/message/19:abc@thread.tacv2/1767225605123?parentMessageId=1767225600000"});
    event.received_at = chat_arrival;
    const auto reply = boost::json::parse(understood.answer({&event, 1}));
    EXPECT_EQ(reply.at("type"), "message");
    EXPECT_EQ(reply.at("text"), "inbox 00:00:05Z misleading_path · it was not the deploy & not DNS, see @Kim");
}

TEST(MsTeams, KeepsWhatItDoesNotKnowAndHelpsWhoSaysNothing)
{
    const auto read = [](std::string_view body) { return read_msteams({body, "application/json", {}, chat_arrival}, named("msteams")); };
    for (const auto* const body : {"", "[]", "{}", R"({"type":"messageReaction","id":"1"})"}) EXPECT_EQ(read(body).unparsed, 1u) << body;
    const auto silent = read(R"({"type":"message","id":"1","text":"<at>tl</at>&nbsp;\n"})");
    EXPECT_TRUE(silent.items.empty());
    EXPECT_EQ(boost::json::parse(silent.reply).at("type"), "message");
    EXPECT_TRUE(read(R"({"type":"message","id":"1","text":"echo","from":{"role":"bot"}})").items.empty());
}

}  // namespace
}  // namespace incident::ingest::test
