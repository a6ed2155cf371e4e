#include "commands/learn.hpp"
#include <gtest/gtest.h>
#include <re2/re2.h>

namespace incident::ctl {
namespace {

TEST(ProposedPattern, IsOfTheFirstTellingWordsInTheirForms)
{
    EXPECT_EQ(proposed_pattern("@ana paged the DB team at 02:31"), R"(\bana\w*\W+(?:\S+\W+){0,3}?\bpaged\w*\W+(?:\S+\W+){0,3}?\bteam\w*)");
    EXPECT_EQ(proposed_pattern("restarted web-3"), R"(\brestart\w*)");
    EXPECT_EQ(proposed_pattern("#action rolled it back"), R"(\broll\w*\W+(?:\S+\W+){0,3}?\bback\w*)");
    EXPECT_EQ(proposed_pattern("not the cache"), R"(\bnot\b\W+(?:\S+\W+){0,3}?\bcach\w*)");
    EXPECT_EQ(proposed_pattern("98% 10.0.0.1 v2.41 web_3 it is"), "");
    EXPECT_EQ(proposed_pattern(""), "");
    EXPECT_EQ(proposed_pattern("fail-over don't"), R"(\bfail\-over\w*\W+(?:\S+\W+){0,3}?\bdon\'t\w*)");
}

/// Whatever somebody typed, the rule fits what it was learnt from.
TEST(ProposedPattern, FitsItsOwnText)
{
    for (const std::string text : {"paged the database team", "scaled web to 8 (was 4)", "Rolled back: 2.41 -> 2.40", "errors *gone* [all] of them?", "fail-over done, don't touch",
                                   "datenbank läuft über", "сеть недоступна", "a+b) {x} ^start$", "C:\\temp\\file deleted", "tabs\tbetween\twords"}) {
        const auto pattern = proposed_pattern(text);
        RE2::Options options;
        options.set_case_sensitive(false);
        const RE2 expression{pattern, options};
        EXPECT_TRUE(expression.ok()) << pattern;
        EXPECT_TRUE(pattern.empty() || RE2::PartialMatch(text, expression)) << text << ": " << pattern;
    }
}

TEST(ProposedName, IsOneThatARuleMayHave)
{
    EXPECT_EQ(proposed_name("escalation", "", "paged the database team"), "escalation-paged-database");
    EXPECT_EQ(proposed_name("", "impact", "limit raised"), "not-impact-limit-raised");
    EXPECT_EQ(proposed_name("root_cause", "", "läuft"), "root-cause-l--uft");
    EXPECT_EQ(proposed_name("action", "", ""), "action");
    EXPECT_LE(proposed_name("action", "", std::string(200, 'x')).size(), 64u);
}

TEST(TagsByHand, AreWhatPeopleSetAndWhatTheyTookAway)
{
    const auto event = json::parse(R"({"tags":[{"name":"action","by":"person:sam"},{"name":"impact","by":"rule:percent"}]})");
    const auto history = json::parse(R"([{"id":"1","author":{"name":"sam"},"entry":"event","event":{}},
        {"id":"2","author":{"name":"sam"},"entry":"amendment","amendment":{"tags":{"add":[],"remove":["detection"]}}},
        {"id":"3","author":{"name":"ana"},"entry":"amendment","amendment":{"tags":{"add":[],"remove":["resolution"]}}},
        {"id":"4","author":{"name":"ana"},"entry":"amendment","amendment":{"undo":"3"}},
        {"id":"5","author":{"name":"rule:apply"},"entry":"amendment","amendment":{"tags":{"add":[],"remove":["mitigation"]}}},
        {"id":"6","author":{"name":"ana"},"entry":"amendment","amendment":{"tags":{"add":[],"remove":["impact"]}}}])");
    const auto hand = tags_by_hand(event, history.as_array());
    EXPECT_EQ(hand.set, std::vector<std::string>{"action"});
    EXPECT_EQ(hand.removed, std::vector<std::string>{"detection"}) << "not what was undone, what a rule did, or what stands again";
    EXPECT_TRUE(tags_by_hand(json::parse("{}"), {}).set.empty());
}

}  // namespace
}  // namespace incident::ctl
