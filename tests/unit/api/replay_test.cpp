#include "api/replay.hpp"
#include <gtest/gtest.h>

namespace incident::api {
namespace {

const Instant arrived{std::chrono::seconds{1'782'141'360}};

Event alert(std::string key, std::string text)
{
    Event event;
    event.kind = Kind::alert;
    event.source = "shop";
    event.occurred_at = arrived;
    event.key = std::move(key);
    event.text = std::move(text);
    return event;
}

Told told(const Event& event) { return {event, event}; }

std::vector<Redone> compared(std::vector<Told> told, std::vector<Event> read)
{
    std::vector<ingest::Item> items;
    for (auto& event : read) items.push_back({std::move(event)});
    return compare(told, items, arrived, "read again by sam");
}

TEST(Replay, SaysNothingOfWhatIsTheSame)
{
    EXPECT_TRUE(compared({told(alert("a", "x")), told(alert("b", "y"))}, {alert("b", "y"), alert("a", "x")}).empty());
}

TEST(Replay, AmendsTextAndTime)
{
    auto now = alert("a", "better");
    now.occurred_at += std::chrono::minutes{1};
    const auto found = compared({told(alert("a", "worse"))}, {now});
    ASSERT_EQ(found.size(), 1u);
    EXPECT_TRUE(found[0].amends);
    EXPECT_EQ(found[0].amendment.text, "better");
    EXPECT_EQ(found[0].amendment.occurred_at, now.occurred_at);
    EXPECT_EQ(found[0].amendment.reason, "read again by sam");
}

TEST(Replay, LeavesWhatAPersonCorrected)
{
    auto corrected = told(alert("a", "worse"));
    corrected.current.text = "what Sam wrote";
    const auto found = compared({corrected}, {alert("a", "better")});
    ASSERT_EQ(found.size(), 1u);
    EXPECT_FALSE(found[0].applies());
    EXPECT_EQ(found[0].left, std::vector<std::string>{"text: a person corrected it"});
}

TEST(Replay, LeavesWhatCannotBeAmended)
{
    auto now = alert("a", "x");
    now.severity = "critical";
    now.labels["host"] = "web";
    const auto found = compared({told(alert("a", "x"))}, {now});
    ASSERT_EQ(found.size(), 1u);
    EXPECT_FALSE(found[0].applies());
    EXPECT_EQ(found[0].left.size(), 2u);
}

TEST(Replay, ChangesTheRulesTagsOnly)
{
    auto before = alert("a", "x"), after = alert("a", "x");
    before.tags = {{"impact", "rule:r1", {}, {}, {}, {}}};
    after.tags = {{"detection", "rule:r2", {}, {}, {}, {}}};
    const auto found = compared({told(before)}, {after});
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].amendment.add_tags.size(), 1u);
    EXPECT_EQ(found[0].amendment.remove_tags, std::vector<std::string>{"impact"});
    before.tags[0].by = "person:sam";
    EXPECT_TRUE(compared({told(before)}, {after}).empty()) << "a person's word stays";
}

TEST(Replay, RescuesWhatWasNotUnderstood)
{
    auto unread = alert("", "shop: body not understood: x");
    unread.flags = {"unparsed"};
    const auto found = compared({told(unread)}, {alert("a", "x"), alert("b", "y")});
    ASSERT_EQ(found.size(), 3u);
    EXPECT_TRUE(found[0].adds && found[1].adds);
    EXPECT_TRUE(found[2].strikes);
    EXPECT_EQ(found[2].amendment.strike, true);
    auto still = alert("", "shop: body not understood: y");
    still.flags = {"unparsed"};
    EXPECT_TRUE(compared({told(unread)}, {still}).empty()) << "no better than before";
}

TEST(Replay, MatchesByOrderWhenTheKeyChanged)
{
    const auto found = compared({told(alert("old-a", "x"))}, {alert("new-a", "z")});
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].amendment.text, "z");
}

TEST(Replay, PassesOverStruckEventsAndCountedRepeats)
{
    auto struck = told(alert("a", "x"));
    struck.current.struck = true;
    EXPECT_TRUE(compared({}, {alert("a", "z")}).empty()) << "a repeat made no event of its own";
    EXPECT_TRUE(compared({struck}, {alert("a", "z")}).empty());
}

TEST(Replay, ShowsOnlyWhatDiffers)
{
    const auto found = compared({told(alert("a", "worse"))}, {alert("a", "better")});
    ASSERT_EQ(found.size(), 1u);
    const auto json = to_json(found[0]);
    EXPECT_EQ(json.at("before").as_object().size(), 1u);
    EXPECT_EQ(json.at("after").at("text"), "better");
}

}  // namespace
}  // namespace incident::api
