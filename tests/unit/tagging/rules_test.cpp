#include "tagging/rules.hpp"
#include <gtest/gtest.h>

namespace incident::tagging {
namespace {

Rule rule(std::string name, std::string tag, std::string text)
{
    Rule made;
    made.name = std::move(name);
    made.tag = std::move(tag);
    made.text = std::move(text);
    return made;
}

Event note(std::string text)
{
    Event event;
    event.text = std::move(text);
    return event;
}

std::vector<std::string> names(const std::vector<Tag>& tags)
{
    std::vector<std::string> found;
    for (const auto& tag : tags) found.push_back(tag.name);
    return found;
}

std::shared_ptr<const RuleSet> compiled(std::vector<Rule> rules) { return RuleSet::compile(std::move(rules)).value(); }

using Names = std::vector<std::string>;

TEST(Rules, SayWhichRuleMatchedWhichWords)
{
    const auto tags = compiled({rule("rollback", "mitigation", "roll(ed|ing)? ?back")})->tags_for(note("We ROLLED back the deploy"));
    ASSERT_EQ(tags.size(), 1u);
    EXPECT_EQ(tags[0].name, "mitigation");
    EXPECT_EQ(tags[0].by, "rule:rollback");
    EXPECT_EQ(tags[0].match, "ROLLED back");
}

TEST(Rules, GiveEachTagOnceByTheFirstRule)
{
    const auto tags = compiled({rule("one", "action", "restart"), rule("two", "action", "server")})->tags_for(note("restart the server"));
    ASSERT_EQ(tags.size(), 1u);
    EXPECT_EQ(tags[0].by, "rule:one");
}

TEST(Rules, HoldOnlyWhenEveryMatcherFits)
{
    auto strict = rule("strict", "detection", "disk");
    strict.source = {"alertmanager", "grafana"};
    strict.kind = {"alert"};
    strict.status = {"firing"};
    strict.author = {"monitor"};
    strict.labels = {{"severity", "crit.*|page"}};
    const auto rules = compiled({strict});
    auto event = note("disk full");
    event.kind = Kind::alert;
    event.source = "grafana";
    event.status = "firing";
    event.author.name = "monitor";
    event.labels = {{"severity", "critical"}};
    EXPECT_EQ(names(rules->tags_for(event)), Names{"detection"});
    const auto refused = [&](auto change) {
        auto other = event;
        change(other);
        return rules->tags_for(other).empty();
    };
    EXPECT_TRUE(refused([](Event& e) { e.text = "cpu busy"; }));
    EXPECT_TRUE(refused([](Event& e) { e.source = "slack"; }));
    EXPECT_TRUE(refused([](Event& e) { e.kind = Kind::chat; }));
    EXPECT_TRUE(refused([](Event& e) { e.status = "resolved"; }));
    EXPECT_TRUE(refused([](Event& e) { e.author.name = "sam"; }));
    EXPECT_TRUE(refused([](Event& e) { e.labels["severity"] = "not critical"; })) << "a label's pattern covers the whole value";
    EXPECT_TRUE(refused([](Event& e) { e.labels.clear(); }));
}

TEST(Rules, LookIntoDetailsUnlessToldNotTo)
{
    auto event = note("see below");
    event.details = "kernel: out of memory";
    auto oom = rule("oom", "impact", "out of memory");
    EXPECT_EQ(names(compiled({oom})->tags_for(event)), Names{"impact"});
    oom.details = false;
    EXPECT_TRUE(compiled({oom})->tags_for(event).empty());
}

TEST(Rules, DoNotHoldWhereUnlessMatchesTheSameText)
{
    auto down = rule("down", "impact", "down");
    down.unless = "narrow\\w* down";
    const auto rules = compiled({down});
    EXPECT_EQ(names(rules->tags_for(note("site is down"))), Names{"impact"});
    EXPECT_TRUE(rules->tags_for(note("narrowed down to one host")).empty());
    auto event = note("narrowed down");
    event.details = "shop down since 12:00";
    EXPECT_EQ(names(rules->tags_for(event)), Names{"impact"});
}

TEST(Rules, TakeSuppressedTagsAwayWhateverTheOrder)
{
    auto failed = rule("failed", "misleading_path", "no effect");
    failed.suppresses = {"mitigation", "resolution"};
    const auto rules = compiled({rule("rollback", "mitigation", "rollback"), rule("acted", "action", "rollback"), failed});
    EXPECT_EQ(names(rules->tags_for(note("rollback had no effect"))), (Names{"action", "misleading_path"}));
    EXPECT_EQ(names(rules->tags_for(note("rollback done"))), (Names{"mitigation", "action"}));
}

TEST(Rules, MaySuppressWithoutATag)
{
    Rule quiet;
    quiet.name = "not-over";
    quiet.text = "not \\w+";
    quiet.suppresses = {"resolution"};
    const auto rules = compiled({rule("over", "resolution", "resolved"), quiet});
    EXPECT_TRUE(rules->tags_for(note("not resolved")).empty());
}

TEST(Rules, FillInTheTargetFromAGroup)
{
    auto escalated = rule("escalated", "escalation", "escalated to (?P<team>\\w+)");
    escalated.to_group = "team";
    const auto tags = compiled({escalated})->tags_for(note("Escalated to DBA at once"));
    ASSERT_EQ(tags.size(), 1u);
    EXPECT_EQ(tags[0].to, "DBA");
}

TEST(Rules, KnowTheVerbsOfTheCommandLineAsTags)
{
    const auto rules = compiled({rule("guess", "hypo", "maybe")});
    EXPECT_EQ(names(rules->tags_for(note("maybe dns"))), Names{"hypothesis"});
}

TEST(Rules, CutLongMatches)
{
    const auto tags = compiled({rule("long", "action", "x+")})->tags_for(note(std::string(2000, 'x')));
    ASSERT_EQ(tags.size(), 1u);
    EXPECT_LE(tags[0].match.size(), max_match_bytes);
}

TEST(Rules, AreNotAddedWhereAPersonTagged)
{
    const auto rules = compiled({rule("acted", "action", "restart")});
    auto event = note("restart");
    event.tags.push_back({"hypothesis", "person:sam", {}, {}, {}, {}});
    add_rule_tags(event, *rules);
    EXPECT_EQ(event.tags.size(), 1u);
    event.tags.clear();
    add_rule_tags(event, *rules);
    ASSERT_EQ(event.tags.size(), 1u);
    add_rule_tags(event, *rules);
    EXPECT_EQ(event.tags.size(), 1u) << "a second run adds nothing";
}

TEST(Rules, TakeAnyOfSeveralPatterns)
{
    auto acted = rule("acted", "action", "restart");
    acted.more_text = {"reboot", "bounce"};
    acted.more_unless = {"would", "should"};
    const auto rules = compiled({acted});
    EXPECT_EQ(names(rules->tags_for(note("bounce it"))), Names{"action"});
    EXPECT_TRUE(rules->tags_for(note("wait")).empty());
    EXPECT_TRUE(rules->tags_for(note("we should reboot it")).empty());
}

TEST(Rules, PassOverMatchesThatDoNotCount)
{
    auto done = rule("done", "action", "is (\\w+ed)");
    done.except = {"\\b(seen|notic\\w+|report\\w+)$"};
    const auto rules = compiled({done});
    EXPECT_TRUE(rules->tags_for(note("it is reported and is noticed")).empty());
    const auto tags = rules->tags_for(note("it is reported, the node is drained"));
    ASSERT_EQ(tags.size(), 1u);
    EXPECT_EQ(tags[0].match, "is drained");
    std::string many;
    for (std::size_t i = 0; i < max_tries; ++i) many += "is reported ";
    EXPECT_TRUE(rules->tags_for(note(many + "is drained")).empty()) << "after max_tries matches nobody looks on";
}

TEST(Rules, GiveSeveralTagsAndKnowThoseBeforeThem)
{
    auto undone = rule("undone", "mitigation", "rolled back");
    undone.also = {"action"};
    auto vague = rule("vague", "investigation", "back");
    vague.unless_tags = {"mitigation"};
    const auto rules = compiled({undone, vague});
    EXPECT_EQ(names(rules->tags_for(note("rolled back"))), (Names{"action", "mitigation"}));
    EXPECT_EQ(names(rules->tags_for(note("going back over the logs"))), Names{"investigation"});
}

std::shared_ptr<const RuleSet> answering()
{
    auto no = rule("answered-no", "misleading_path", "^(no|nope|same)\\b");
    no.after = {"hypo", "action"};
    return compiled({no, rule("acted", "action", "restart")});
}

Said earlier(std::string_view tag, std::chrono::minutes at)
{
    return {make_id(Instant{at}, 1, 7), Instant{at}, {std::string{tag}}};
}

Event answer(std::string text, std::chrono::minutes at)
{
    auto event = note(std::move(text));
    event.occurred_at = Instant{at};
    return event;
}

TEST(Rules, TakeAShortLineForTheAnswerToTheOneBefore)
{
    using namespace std::chrono_literals;
    const auto rules = answering();
    const std::vector<Said> before{earlier("hypothesis", 1h), earlier("action", 1h + 2min), earlier("impact", 1h + 3min)};
    const auto tags = rules->tags_for(answer("nope", 1h + 4min), before);
    ASSERT_EQ(tags.size(), 1u);
    EXPECT_EQ(tags[0].name, "misleading_path");
    EXPECT_EQ(tags[0].of, before[1].event) << "the newest that can be answered";
    EXPECT_TRUE(rules->asks_for_earlier(answer("nope", 2h)));
    EXPECT_FALSE(rules->asks_for_earlier(answer("restart", 2h)));
}

TEST(Rules, TakeNothingForAnAnswerThatIsNone)
{
    using namespace std::chrono_literals;
    const auto rules = answering();
    const std::vector<Said> before{earlier("hypothesis", 1h)};
    EXPECT_TRUE(rules->tags_for(answer("nope", 1h + 4min)).empty()) << "nothing stands before it";
    EXPECT_TRUE(rules->tags_for(answer("nope", 1h + max_said_age + 1min), before).empty()) << "too late";
    EXPECT_TRUE(rules->tags_for(answer("nope", 59min), before).empty()) << "it happened before";
    EXPECT_TRUE(rules->tags_for(answer("nope " + std::string(max_answer_bytes, 'x'), 1h + 4min), before).empty()) << "too long";
    const std::vector<Said> other{earlier("impact", 1h)};
    EXPECT_TRUE(rules->tags_for(answer("nope", 1h + 4min), other).empty()) << "an impact is no question";
    std::vector<Said> many(max_said, earlier("impact", 1h));
    many.insert(many.begin(), earlier("hypothesis", 1h));
    EXPECT_TRUE(rules->tags_for(answer("nope", 1h + 4min), many).empty()) << "only the last few count";
    auto alert = answer("nope", 1h + 4min);
    alert.kind = Kind::alert;
    EXPECT_FALSE(rules->asks_for_earlier(alert));
}

TEST(Rules, TakeLongAndHostileTextsInLinearTime)
{
    const auto rules = compiled({rule("nested", "action", "(a+)+$"), rule("wide", "impact", "(x|xx|xxx)*y")});
    auto event = note(std::string(4000, 'a') + "!");
    event.details = std::string(60'000, 'x');
    EXPECT_TRUE(rules->tags_for(event).empty());
    EXPECT_EQ(rules->match_errors(), 0u);
}

struct BadRule {
    const char* name;
    Rule rule;
    const char* pointer;
    const char* says;
};

std::vector<BadRule> bad_rules()
{
    std::vector<BadRule> bad;
    bad.push_back({"OpenGroup", rule("a", "action", "(open"), "/rules/0/text", "bad pattern"});
    bad.push_back({"BackReference", rule("a", "action", "(a)\\1"), "/rules/0/text", "bad pattern"});
    bad.push_back({"LookAhead", rule("a", "action", "a(?=b)"), "/rules/0/text", "bad pattern"});
    bad.push_back({"TooLong", rule("a", "action", std::string(max_pattern_bytes + 1, 'x')), "/rules/0/text", "at most 512"});
    bad.push_back({"Bomb", rule("a", "action", "((((x{100}){100}){100}){100}){100}"), "/rules/0/text", "bad pattern"});
    bad.push_back({"NoName", rule("", "action", "x"), "/rules/0/name", "name is"});
    bad.push_back({"LoudName", rule("Bad Name", "action", "x"), "/rules/0/name", "name is"});
    bad.push_back({"NoTag", rule("a", "", "x"), "/rules/0/tag", "needs a tag"});
    bad.push_back({"BadTag", rule("a", "no such!", "x"), "/rules/0/tag", ""});
    bad.push_back({"NoMatcher", rule("a", "action", ""), "/rules/0", "every event"});
    auto kind = rule("a", "action", "x");
    kind.kind = {"alert", "alrt"};
    bad.push_back({"BadKind", kind, "/rules/0/kind/1", "alrt"});
    auto label = rule("a", "action", "x");
    label.labels = {{"job", "["}};
    bad.push_back({"BadLabelPattern", label, "/rules/0/labels/job", "bad pattern"});
    auto unless = rule("a", "action", "x");
    unless.unless = "*";
    bad.push_back({"BadUnless", unless, "/rules/0/unless", "bad pattern"});
    auto answers_all = rule("a", "action", "");
    answers_all.kind = {"note"};
    answers_all.after = {"hypothesis"};
    bad.push_back({"AnswerWithoutText", answers_all, "/rules/0/after", "give it text"});
    auto except = rule("a", "action", "x");
    except.except = {"fine", "("};
    bad.push_back({"BadExcept", except, "/rules/0/except/1", "bad pattern"});
    auto second = rule("a", "action", "x");
    second.more_text = {"[" };
    bad.push_back({"BadSecondText", second, "/rules/0/text/1", "bad pattern"});
    auto crowd = rule("a", "action", "x");
    crowd.more_text.assign(max_rule_patterns, "y");
    bad.push_back({"TooManyPatterns", crowd, "/rules/0/text", "at most 32"});
    auto also = rule("a", "action", "x");
    also.also = {"what?"};
    bad.push_back({"BadAlso", also, "/rules/0/also/0", ""});
    auto group = rule("a", "action", "x");
    group.to_group = "team";
    bad.push_back({"MissingGroup", group, "/rules/0/to_group", "no group"});
    auto suppresses = rule("a", "action", "x");
    suppresses.suppresses = {"what?"};
    bad.push_back({"BadSuppressed", suppresses, "/rules/0/suppresses/0", ""});
    return bad;
}

class CompileRules : public testing::TestWithParam<BadRule> {};
TEST_P(CompileRules, Refuses)
{
    const auto result = RuleSet::compile({GetParam().rule});
    ASSERT_TRUE(result.has_error());
    EXPECT_EQ(result.error().code, Errc::invalid_input);
    ASSERT_FALSE(result.error().fields.empty());
    EXPECT_EQ(result.error().fields[0].pointer, GetParam().pointer);
    EXPECT_NE(result.error().fields[0].detail.find(GetParam().says), std::string::npos) << result.error().fields[0].detail;
}
INSTANTIATE_TEST_SUITE_P(Bad, CompileRules, testing::ValuesIn(bad_rules()), [](const auto& bad) { return std::string{bad.param.name}; });

TEST(CompileRulesTogether, RefusesANameTwiceAndTooMany)
{
    const auto twice = RuleSet::compile({rule("a", "action", "x"), rule("a", "impact", "y")});
    ASSERT_TRUE(twice.has_error());
    EXPECT_EQ(twice.error().fields[0].pointer, "/rules/1/name");
    EXPECT_TRUE(RuleSet::compile(std::vector<Rule>(max_rules + 1, rule("a", "action", "x"))).has_error());
}

TEST(CompileRulesTogether, TakesAThousandPatterns)
{
    std::vector<Rule> many;
    for (std::size_t i = 0; i < max_rules; ++i) many.push_back(rule("r" + std::to_string(i), "action", "word" + std::to_string(i) + "\\b"));
    const auto rules = compiled(many);
    const auto tags = rules->tags_for(note("it was word777 again"));
    ASSERT_EQ(tags.size(), 1u);
    EXPECT_EQ(tags[0].by, "rule:r777");
    EXPECT_EQ(rules->match_errors(), 0u);
}

}  // namespace
}  // namespace incident::tagging
