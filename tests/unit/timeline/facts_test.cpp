#include "support/entries.hpp"
#include "timeline/prose.hpp"
#include "timeline/timeline.hpp"
#include <gtest/gtest.h>

// Facts from what rules tagged: rules read single lines, so the edges are held against the whole. A person's tag stands.

namespace incident::timeline {
namespace {

using test::at;
using test::Story;

Tag by_rule(std::string_view name, std::string how = {}, std::string to = {})
{
    auto tag = test::rule_tag(name);
    tag.how = std::move(how);
    tag.to = std::move(to);
    return tag;
}

Facts facts_of_story(const Story& story) { return build(story.entries, story.key).value().facts; }

TEST(FactsOfRules, TakeNoStartFromALineThatLooksBack)
{
    Story story;
    story.note("15:10", "Launches have failed for hours", {by_rule(tags::impact), by_rule(tags::detection, "engineer")});
    const auto facts = facts_of_story(story);
    EXPECT_EQ(facts.started_at, std::nullopt);
    EXPECT_EQ(facts.duration_minutes, std::nullopt);
    EXPECT_EQ(facts.detected_at, at("15:10"));
    Story person;
    person.tagged("15:10", tags::impact, "Launches have failed for hours");
    EXPECT_EQ(facts_of_story(person).started_at, at("15:10")) << "a person's word goes before a rule's doubt";
}

TEST(FactsOfRules, TakeNoStartFromAComplaintAlone)
{
    Story story;
    story.note("15:10", "A user reports a strange invoice", {by_rule(tags::detection, "customer")});
    story.note("16:00", "Fixed and live", {by_rule(tags::resolution)});
    EXPECT_EQ(facts_of_story(story).started_at, std::nullopt) << "it came some time after the beginning";
    Story alert;
    alert.note("15:10", "Pingdom alert", {by_rule(tags::detection, "alert")});
    EXPECT_EQ(facts_of_story(alert).started_at, at("15:10")) << "an alert comes with it";
}

TEST(FactsOfRules, TakeAnEscalationForTheDetectionWhereNobodySaidMore)
{
    Story story;
    story.note("15:00", "Orders fail", {by_rule(tags::impact)});
    const auto declared = story.note("15:10", "An incident is declared", {by_rule(tags::escalation)});
    const auto facts = facts_of_story(story);
    EXPECT_EQ(facts.detected_at, at("15:10"));
    EXPECT_EQ(facts.detected_by, declared);
    EXPECT_EQ(facts.detected_how, "");
    Story person;
    person.escalation("15:10", "An incident is declared", "DBA");
    EXPECT_EQ(facts_of_story(person).detected_at, std::nullopt) << "who tags by hand is asked for the detection";
}

TEST(FactsOfRules, KeepTheEndWhenTheIncidentWasSaidToBeOver)
{
    Story story;
    story.note("15:00", "Orders fail", {by_rule(tags::impact)});
    story.note("16:00", "The shop is online again", {by_rule(tags::resolution)});
    story.note("16:10", "The incident is resolved", {by_rule(tags::resolution)});
    story.note("18:00", "Some users report login trouble", {by_rule(tags::impact), by_rule(tags::detection)});
    EXPECT_EQ(facts_of_story(story).resolved_at, at("16:00")) << "service back, then closed";
    story.tagged("18:05", tags::impact, "Orders fail again");
    EXPECT_EQ(facts_of_story(story).resolved_at, std::nullopt) << "a person reopens it";
}

TEST(FactsOfRules, ReopenWhatWasOnlyBackForAWhile)
{
    Story story;
    story.note("15:00", "Orders fail", {by_rule(tags::impact)});
    story.note("16:00", "Orders work again", {by_rule(tags::resolution)});
    story.note("16:30", "Orders fail", {by_rule(tags::impact)});
    EXPECT_EQ(facts_of_story(story).resolved_at, std::nullopt);
    story.note("17:00", "Orders work again", {by_rule(tags::resolution)});
    EXPECT_EQ(facts_of_story(story).resolved_at, at("17:00"));
}

TEST(FactsOfRules, LeaveOutWhatStandsDaysAway)
{
    Story story;
    story.note("2024-06-10 09:00", "The cleanup job fails", {by_rule(tags::impact)});
    story.note("15:00", "Orders fail", {by_rule(tags::impact)});
    story.note("16:00", "Orders work again", {by_rule(tags::resolution)});
    story.note("2024-06-30 09:00", "Another host fails", {by_rule(tags::impact)});
    const auto facts = facts_of_story(story);
    EXPECT_EQ(facts.started_at, at("15:00"));
    EXPECT_EQ(facts.resolved_at, at("16:00"));
    EXPECT_EQ(facts.duration_minutes, 60);
    story.tagged("2024-06-10 08:00", tags::impact, "Since then every third mail was lost");
    EXPECT_EQ(facts_of_story(story).started_at, at("2024-06-10 08:00")) << "a person said so";
}

TEST(FactsOfRules, TakeContainmentForTheEndWhereNothingIsRepaired)
{
    Story story;
    story.note("15:00", "The attacker logs in", {by_rule(tags::impact)});
    story.note("15:20", "The incident is declared contained", {by_rule(tags::mitigation)});
    EXPECT_EQ(facts_of_story(story).resolved_at, at("15:20"));
    story.note("15:30", "The attacker logs in", {by_rule(tags::impact)});
    EXPECT_EQ(facts_of_story(story).resolved_at, std::nullopt);
}

TEST(FactsOfRules, NameWhoWasCalledWithoutTheWordsAround)
{
    Story story;
    story.note("15:00", "x", {by_rule(tags::escalation, {}, "the network team for help")});
    story.note("15:01", "x", {by_rule(tags::escalation, {}, "network team")});
    story.note("15:02", "x", {by_rule(tags::escalation, {}, "an on-call DBA")});
    story.escalation("15:03", "x", "the A team");
    EXPECT_EQ(facts_of_story(story).escalated_to, (std::vector<std::string>{"network team", "on-call DBA", "the A team"}));
}

TEST(Prose, KnowsWhatIsOver)
{
    for (const auto* text : {"The incident is resolved.", "Incident closed", "closed", "Resolved", "the outage is over"}) EXPECT_TRUE(says_closed(text)) << text;
    for (const auto* text : {"The incident is not resolved", "DNS resolved it", "Orders work again", "until the issue is resolved", ""}) EXPECT_FALSE(says_closed(text)) << text;
    for (const auto* text : {"Incident declared contained", "impact mitigated", "the attack is under control"}) EXPECT_TRUE(says_contained(text)) << text;
    for (const auto* text : {"containers started", "the incident is not contained"}) EXPECT_FALSE(says_contained(text)) << text;
    for (const auto* text : {"down for hours", "failing since 14:05", "it had already failed", "for the past day"}) EXPECT_TRUE(looks_back(text)) << text;
    for (const auto* text : {"down for everybody", "since then it works", "down"}) EXPECT_FALSE(looks_back(text)) << text;
}

}  // namespace
}  // namespace incident::timeline
