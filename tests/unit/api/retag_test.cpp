#include "api/retag.hpp"
#include "support/entries.hpp"
#include <gtest/gtest.h>

namespace incident::api {
namespace {

using test::Story;

std::shared_ptr<const tagging::RuleSet> retag_rules(std::string tag = "action", std::string text = "restart")
{
    tagging::Rule rule;
    rule.name = "r";
    rule.tag = std::move(tag);
    rule.text = std::move(text);
    return tagging::RuleSet::compile({rule}).value();
}

TEST(Retag, ANewRuleAddsItsTag)
{
    Story story;
    const auto id = story.note("15:30", "restart web-3");
    const auto changes = retag(story.entries, story.key, *retag_rules());
    ASSERT_EQ(changes.size(), 1u);
    EXPECT_EQ(changes[0].event, id);
    ASSERT_EQ(changes[0].add.size(), 1u);
    EXPECT_EQ(changes[0].add[0].by, "rule:r");
    EXPECT_TRUE(changes[0].remove.empty());
}

TEST(Retag, WhatNoRuleSaysAnyMoreGoes)
{
    Story story;
    story.note("15:30", "traffic normal", {test::rule_tag("impact")});
    const auto changes = retag(story.entries, story.key, *retag_rules());
    ASSERT_EQ(changes.size(), 1u);
    EXPECT_EQ(changes[0].remove, std::vector<std::string>{"impact"});
}

TEST(Retag, APersonsEventIsLeftAlone)
{
    Story story;
    story.note("15:30", "restart web-3", {test::person_tag("impact")});
    EXPECT_TRUE(retag(story.entries, story.key, *retag_rules()).empty());
}

TEST(Retag, WhatAPersonTookAwayStaysAway)
{
    Story story;
    const auto id = story.note("15:30", "restart web-3", {test::rule_tag("action")});
    Amendment away;
    away.event = id;
    away.remove_tags = {"action"};
    const auto removal = story.amend("15:31", away);
    EXPECT_TRUE(retag(story.entries, story.key, *retag_rules()).empty());
    Amendment undo;
    undo.event = id;
    undo.undo = removal;
    const auto undone = story.amend("15:32", undo);
    EXPECT_EQ(retag(story.entries, story.key, *retag_rules()).size(), 1u) << "the removal no longer counts, so today's rule speaks";
    Amendment again;
    again.event = id;
    again.undo = undone;
    story.amend("15:33", again);
    EXPECT_TRUE(retag(story.entries, story.key, *retag_rules()).empty()) << "an undone undo counts again";
}

TEST(Retag, RunTwiceChangesNothing)
{
    Story story;
    const auto id = story.note("15:30", "restart web-3");
    const auto changes = retag(story.entries, story.key, *retag_rules());
    Amendment applied;
    applied.event = id;
    applied.add_tags = changes.at(0).add;
    story.amend("15:31", applied);
    EXPECT_TRUE(retag(story.entries, story.key, *retag_rules()).empty());
}

TEST(Retag, OtherIncidentsAndStruckEventsAreLeftAlone)
{
    Story story;
    const auto id = story.note("15:30", "restart web-3");
    EXPECT_TRUE(retag(story.entries, IncidentKey{99}, *retag_rules()).empty());
    story.strike("15:31", id);
    EXPECT_TRUE(retag(story.entries, story.key, *retag_rules()).empty());
}

TEST(Retag, AnAnswerFindsWhatItAnswers)
{
    tagging::Rule no, acted;
    no.name = "answered-no";
    no.tag = "misleading_path";
    no.text = "^nope";
    no.after = {"action"};
    acted.name = "acted";
    acted.tag = "action";
    acted.text = "restart";
    Story story;
    const auto step = story.note("15:30", "restart web-3");
    const auto answer = story.note("15:33", "nope");
    const auto changes = retag(story.entries, story.key, *tagging::RuleSet::compile({no, acted}).value());
    ASSERT_EQ(changes.size(), 2u);
    EXPECT_EQ(changes[1].event, answer);
    ASSERT_EQ(changes[1].add.size(), 1u);
    EXPECT_EQ(changes[1].add[0].of, step);
}

}  // namespace
}  // namespace incident::api
