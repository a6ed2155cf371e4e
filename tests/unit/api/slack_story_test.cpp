#include "api/decide.hpp"
#include "ingest/dialects.hpp"
#include "support/fake_view.hpp"
#include <gtest/gtest.h>

// What people do to a message in Slack, from Slack's bytes to what stands in the record.
namespace incident::api {
namespace {

using test::FakeView;

class SlackStory : public testing::Test {
protected:
    FakeView view;
    ingest::Source source;

    SlackStory()
    {
        source.name = source.dialect = "slack";
        source.chat.reactions = {{"fire", "impact"}, {"mark", "action"}, {"pushpin", "communication"}};
        source.chat.users = {{"U1", "sam"}, {"U2", "kim"}, {"U3", "ana"}};
        source.chat.own_bot_ids = {"B0"};
    }

    /// Delivers one body; how many entries it made.
    std::size_t deliver(std::string body, std::string type = "application/json")
    {
        auto understood = ingest::read_slack({body, type, {}, view.clock}, source);
        Sender sender{"slack", "hook:slack tcp:127.0.0.1", Author{"slack", false, {}}};
        auto decided = decide_hook(std::move(understood.items), sender, AlertRoutes::compile({}))(view);
        EXPECT_TRUE(decided.has_value()) << decided.error().detail;
        std::size_t made = 0;
        for (auto& entry : *decided) {
            // The store answers an event whose key stands with the first one.
            if (const auto* event = std::get_if<Event>(&entry.entry.what); event && !event->key.empty() && view.event_by_key("slack", event->key).value()) continue;
            view.append(std::move(entry.entry));
            ++made;
        }
        return made;
    }
    std::size_t tell(const std::string& event) { return deliver(R"({"type":"event_callback","event_id":"Ev1","event":)" + event + "}"); }
    std::size_t say(const std::string& text = "checkout is down")
    {
        return tell(R"({"type":"message","channel":"C1","user":"U1","text":")" + text + R"(","ts":"1719071999.000100"})");
    }
    std::size_t react(const std::string& what, const std::string& who, const std::string& emoji = "fire")
    {
        return tell(R"({"type":"reaction_)" + what + R"(","user":")" + who + R"(","reaction":")" + emoji +
                    R"(","item":{"type":"message","channel":"C1","ts":"1719071999.000100"},"item_user":"U1","event_ts":"1719072010.000100"})");
    }
    std::size_t pin(const std::string& what, const std::string& who)
    {
        return tell(R"({"type":"pin_)" + what + R"(","user":")" + who + R"(","channel_id":"C1","item":{"type":"message","message":{"type":"message","user":"U1","text":"checkout is down","ts":"1719071999.000100"}},"event_ts":"1719072011.000100"})");
    }
    std::size_t edit(const std::string& text)
    {
        return tell(R"({"type":"message","subtype":"message_changed","channel":"C1","message":{"type":"message","user":"U1","text":")" + text +
                    R"(","ts":"1719071999.000100","edited":{"user":"U1","ts":"1719072012.000000"}},"previous_message":{"type":"message","user":"U1","text":"checkout is down","ts":"1719071999.000100"},"event_ts":"1719072012.000100"})");
    }
    std::size_t remove()
    {
        return tell(R"({"type":"message","subtype":"message_deleted","channel":"C1","deleted_ts":"1719071999.000100","previous_message":{"type":"message","user":"U1","text":"checkout is down","ts":"1719071999.000100"},"event_ts":"1719072013.000100"})");
    }
    std::size_t shortcut(const std::string& text = "checkout is down")
    {
        return deliver("payload=" + percent(R"({"type":"message_action","callback_id":"mark","action_ts":"1719072014.000100","user":{"id":"U3"},"channel":{"id":"C1"},"message":{"type":"message","user":"U1","text":")" +
                                            text + R"(","ts":"1719071999.000100"}})"),
                       "application/x-www-form-urlencoded");
    }
    static std::string percent(const std::string& text)
    {
        static constexpr char digits[] = "0123456789ABCDEF";
        std::string encoded;
        for (const char c : text) {
            encoded += '%';
            encoded += digits[static_cast<unsigned char>(c) >> 4];
            encoded += digits[static_cast<unsigned char>(c) & 15];
        }
        return encoded;
    }

    Event message() { return view.event_by_key("slack", "C1:1719071999.000100").value().value_or(Event{}); }
    std::size_t events()
    {
        std::size_t count = 0;
        for (const auto& entry : view.entries) count += std::holds_alternative<Event>(entry.what) ? 1 : 0;
        return count;
    }
};

TEST_F(SlackStory, AReactionAddsATagAndItsRemovalTakesItBack)
{
    say();
    EXPECT_EQ(react("added", "U2"), 1u);
    EXPECT_EQ(message().tags.at(0).by, "person:kim");
    EXPECT_EQ(view.entries.back().author.name, "kim");
    EXPECT_EQ(react("removed", "U3"), 0u) << "hers was never there";
    EXPECT_TRUE(message().has_tag(tags::impact));
    EXPECT_EQ(react("removed", "U2"), 1u);
    EXPECT_FALSE(message().has_tag(tags::impact));
    EXPECT_FALSE(message().struck) << "the message stands for itself";
    EXPECT_EQ(events(), 1u);
}

TEST_F(SlackStory, AReactionToAnUnknownMessageIsAPlaceToLookAt)
{
    react("added", "U2");
    auto orphan = message();
    EXPECT_EQ(orphan.author.name, "sam");
    EXPECT_TRUE(orphan.has_tag(tags::impact));
    EXPECT_EQ(to_rfc3339(orphan.occurred_at), "2024-06-22T15:59:59.000100Z") << "the message's time, not the click's";
    EXPECT_EQ(react("removed", "U2"), 1u);
    EXPECT_TRUE(message().struck) << "what only the reaction brought goes with it";
    EXPECT_GE(react("added", "U2"), 1u);
    EXPECT_FALSE(message().struck);
    EXPECT_EQ(events(), 1u);
}

TEST_F(SlackStory, AnUnknownMessageThatTwoPeopleMarkedStaysForTheSecond)
{
    react("added", "U2");
    react("added", "U3", "mark");
    react("removed", "U2");
    EXPECT_FALSE(message().struck);
    EXPECT_FALSE(message().has_tag(tags::impact));
    EXPECT_TRUE(message().has_tag(tags::action));
}

TEST_F(SlackStory, AMessageThatComesAfterItsReactionIsOneEventWithItsWords)
{
    react("added", "U2");
    say();
    EXPECT_EQ(events(), 1u);
    EXPECT_EQ(message().text, "checkout is down");
    EXPECT_TRUE(message().has_tag(tags::impact));
    EXPECT_EQ(say(), 0u) << "a resend changes nothing";
    react("removed", "U2");
    EXPECT_FALSE(message().struck) << "the message itself is here";
    EXPECT_FALSE(message().has_tag(tags::impact));
}

TEST_F(SlackStory, AMessageThatComesAfterItsMarkWasTakenBackIsThere)
{
    react("added", "U2");
    react("removed", "U2");
    say();
    EXPECT_EQ(events(), 1u);
    EXPECT_FALSE(message().struck);
    EXPECT_EQ(message().text, "checkout is down");
}

TEST_F(SlackStory, APinStarsTagsAndIsUndoneByWhoeverUnpins)
{
    say();
    pin("added", "U2");
    EXPECT_TRUE(message().star);
    EXPECT_TRUE(message().has_tag(tags::communication));
    EXPECT_EQ(pin("removed", "U3"), 1u);
    EXPECT_FALSE(message().star);
    EXPECT_FALSE(message().has_tag(tags::communication));
    EXPECT_FALSE(message().struck);
}

TEST_F(SlackStory, APinOfAnUnknownMessageAddsItAndUnpinningStrikesIt)
{
    pin("added", "U2");
    EXPECT_EQ(message().text, "checkout is down");
    EXPECT_TRUE(message().star);
    EXPECT_EQ(message().author.name, "sam");
    pin("removed", "U2");
    EXPECT_TRUE(message().struck);
    EXPECT_EQ(pin("removed", "U2"), 0u);
}

TEST_F(SlackStory, AnEditIsARevision)
{
    say();
    edit("search is down");
    EXPECT_EQ(message().text, "search is down");
    EXPECT_EQ(std::get<Event>(view.entries.front().what).text, "checkout is down");
    EXPECT_EQ(say(), 0u) << "the first words told again are the same message";
    EXPECT_EQ(events(), 1u);
}

TEST_F(SlackStory, ADeletionHidesTheWordsAndKeepsTheFact)
{
    say();
    remove();
    EXPECT_TRUE(message().struck);
    EXPECT_EQ(message().text, "(deleted in Slack)");
    EXPECT_EQ(message().author.name, "sam");
    EXPECT_EQ(edit("late words"), 0u) << "an edit told after the deletion brings nothing back";
    EXPECT_EQ(message().text, "(deleted in Slack)");
    EXPECT_EQ(events(), 1u);
}

TEST_F(SlackStory, ADeletionThatComesFirstKeepsTheWordsAway)
{
    remove();
    EXPECT_EQ(say(), 0u);
    EXPECT_EQ(events(), 1u);
    EXPECT_EQ(message().text.find("checkout"), std::string::npos);
}

TEST_F(SlackStory, AnEditThatComesFirstIsTheMessage)
{
    edit("search is down");
    EXPECT_EQ(say(), 0u);
    EXPECT_EQ(events(), 1u);
    EXPECT_EQ(message().text, "search is down");
}

TEST_F(SlackStory, AShortcutOnARecordedMessageStarsItAndAddsNone)
{
    say();
    shortcut();
    EXPECT_EQ(events(), 1u);
    EXPECT_TRUE(message().star);
    EXPECT_TRUE(message().has_tag(tags::action));
    EXPECT_EQ(message().author.name, "sam");
    EXPECT_EQ(view.entries.back().author.name, "ana") << "who clicked";
}

TEST_F(SlackStory, AShortcutOnAnEditedMessageAddsNone)
{
    say();
    edit("search is down");
    shortcut("search is down");
    EXPECT_EQ(events(), 1u);
}

TEST_F(SlackStory, AShortcutOnAnUnknownMessageAddsIt)
{
    shortcut();
    EXPECT_EQ(events(), 1u);
    EXPECT_EQ(message().text, "checkout is down");
    EXPECT_EQ(message().author.name, "sam");
    EXPECT_EQ(say(), 0u);
    EXPECT_EQ(events(), 1u);
}

TEST_F(SlackStory, WhoTypesMayNameTheIncident)
{
    const auto first = view.open("a"), second = view.open("b");
    deliver("command=%2Ftl&text=INC-1+restarted&user_id=U1&trigger_id=1.1", "application/x-www-form-urlencoded");
    EXPECT_EQ(view.event_by_key("slack", "trigger:1.1").value()->incident, first);
    deliver("command=%2Ftl&text=INC-99+restarted&user_id=U1&trigger_id=1.2", "application/x-www-form-urlencoded");
    EXPECT_EQ(view.event_by_key("slack", "trigger:1.2").value()->incident, std::nullopt) << "no such incident: the inbox, not lost";
    (void)second;
}

}  // namespace
}  // namespace incident::api
