#include "config/config.hpp"
#include <gtest/gtest.h>
#include <set>

namespace incident::tagging {
namespace {

const RuleSet& builtin()
{
    static const auto rules = config::compile_rules({}).value();
    return *rules;
}

std::set<std::string> tags_of(Event event)
{
    add_rule_tags(event, builtin());
    std::set<std::string> names;
    for (const auto& tag : event.tags) names.insert(tag.name);
    return names;
}

std::set<std::string> tags_of_note(std::string text)
{
    Event event;
    event.text = std::move(text);
    return tags_of(event);
}

TEST(BuiltinRules, TakeAFiringAlertForADetectionByAlert)
{
    Event event;
    event.kind = Kind::alert;
    event.status = "firing";
    event.text = "HTTP 500 errors rise";
    add_rule_tags(event, builtin());
    ASSERT_EQ(event.tags.size(), 1u);
    EXPECT_EQ(event.tags[0].name, "detection");
    EXPECT_EQ(event.tags[0].how, "alert");
}

TEST(BuiltinRules, GiveAResolvedNoticeNoTag)
{
    Event event;
    event.kind = Kind::alert;
    event.status = "resolved";
    event.text = "Service is back to normal, resolved";
    EXPECT_TRUE(tags_of(event).empty());
}

TEST(BuiltinRules, TakeADeployForAChange)
{
    Event event;
    event.kind = Kind::change;
    event.text = "checkout 1.4.2";
    EXPECT_EQ(tags_of(event), std::set<std::string>{"change"});
}

struct Line {
    const char* text;
    const char* has;
    const char* lacks;
};

class BuiltinLine : public testing::TestWithParam<Line> {};
TEST_P(BuiltinLine, GetsAndLacks)
{
    const auto tags = tags_of_note(GetParam().text);
    if (*GetParam().has != '\0') {
        EXPECT_TRUE(tags.contains(GetParam().has)) << GetParam().text;
    }
    if (*GetParam().lacks != '\0') {
        EXPECT_FALSE(tags.contains(GetParam().lacks)) << GetParam().text;
    }
}
INSTANTIATE_TEST_SUITE_P(Words, BuiltinLine, testing::Values(
    Line{"Customers report that the cart is empty", "detection", "resolution"},
    Line{"Checkout is down for everybody", "impact", "resolution"},
    Line{"We narrowed it down to two hosts", "investigation", "impact"},
    Line{"Error rate spikes to 40 percent", "impact", "action"},
    Line{"Increased the connection limit to 500", "action", "impact"},
    Line{"Escalated to the database team", "escalation", "impact"},
    Line{"The load escalated into a lockup", "", "escalation"},
    Line{"Suspecting the new cache layer", "hypothesis", "root_cause"},
    Line{"Unlikely to recur before spring", "", "hypothesis"},
    Line{"Checking the proxy logs", "investigation", "action"},
    Line{"The health check is green", "", "investigation"},
    Line{"Traffic ruled out as the cause", "misleading_path", "root_cause"},
    Line{"Rollback had no effect", "misleading_path", "mitigation"},
    Line{"Restarted the pods but the errors persist", "misleading_path", "resolution"},
    Line{"Rolled back to the release before", "mitigation", "misleading_path"},
    Line{"Root cause identified: a full disk on db2", "root_cause", "hypothesis"},
    Line{"The root cause remains unknown", "", "root_cause"},
    Line{"Everything is back to normal", "resolution", "misleading_path"},
    Line{"The incident is not resolved yet", "", "resolution"},
    Line{"Service partially restored", "", "resolution"},
    Line{"DNS resolved the name to the old address", "", "resolution"},
    Line{"Posted an update on the status page", "communication", "resolution"},
    Line{"An informed guess would be the cache", "hypothesis", "communication"},
    Line{"Follow-up: write a runbook for this", "follow_up", "resolution"},
    Line{"lunch", "", "action"}));

TEST(BuiltinRules, NameTheTeamOfAnEscalation)
{
    Event event;
    event.text = "Escalated to the network team at the provider";
    add_rule_tags(event, builtin());
    const auto* const tag = event.tag(tags::escalation);
    ASSERT_NE(tag, nullptr);
    EXPECT_TRUE(tag->to.starts_with("network team")) << tag->to;
}

TEST(BuiltinRules, AreReplacedByASiteRuleOfTheSameName)
{
    config::Config config;
    Rule own;
    own.name = "alert-firing";
    own.tag = "impact";
    own.kind = {"alert"};
    config.rules = {own};
    const auto rules = config::compile_rules(config).value();
    Event event;
    event.kind = Kind::alert;
    event.status = "firing";
    const auto tags = rules->tags_for(event);
    ASSERT_EQ(tags.size(), 1u);
    EXPECT_EQ(tags[0].name, "impact");
}

TEST(BuiltinRules, AreLeftOutWhenTheSiteSaysSo)
{
    config::Config config;
    config.builtin_rules = false;
    EXPECT_TRUE(config::compile_rules(config).value()->rules().empty());
}

TEST(BuiltinRules, FitTheSetsMemory)
{
    Event event;
    for (int i = 0; i < 500; ++i) event.text += "rollback failed " + std::to_string(i * 7919) + " users report errors; ";
    event.text.resize(max_text_bytes);
    (void)builtin().tags_for(event);
    EXPECT_EQ(builtin().match_errors(), 0u);
}

}  // namespace
}  // namespace incident::tagging
