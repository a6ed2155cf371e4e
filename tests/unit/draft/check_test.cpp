#include "draft/check.hpp"
#include "draft/judge.hpp"
#include "support/entries.hpp"
#include "support/stories.hpp"
#include <algorithm>
#include <functional>
#include <gtest/gtest.h>

namespace incident::draft {
namespace {

using namespace incident::test;
using timeline::Finding;
using timeline::Level;

const Instant evening = at("18:00");

std::vector<Finding> findings(const std::vector<Entry>& entries)
{
    return check(timeline::build(entries, IncidentKey{7}).value(), evening);
}
std::vector<Finding> findings(const Story& story) { return findings(story.entries); }

std::vector<std::string> ids(const std::vector<Finding>& all)
{
    std::vector<std::string> names;
    for (const auto& finding : all)
        if (names.empty() || names.back() != finding.id) names.push_back(finding.id);
    return names;
}
const Finding* find(const std::vector<Finding>& all, std::string_view id)
{
    const auto found = std::ranges::find(all, id, &Finding::id);
    return found == all.end() ? nullptr : &*found;
}

/// Each removes one fact from the complete story; exactly these findings may appear (W1 apart: less told, fewer words).
struct Removal {
    const char* name;
    std::function<void(Event&)> change;
    std::vector<std::string> expected;
};
void drop_tag(Event& event, std::string_view name)
{
    std::erase_if(event.tags, [&](const Tag& tag) { return tag.name == name; });
}
std::function<void(Event&)> without(std::string_view tag)
{
    return [tag](Event& event) { drop_tag(event, tag); };
}

/// What nobody told: the recorder's own events tell no fact.
void forget(Event& event)
{
    event.tags.clear();
    event.kind = Kind::system;
}
std::function<void(Event&)> without_events(std::string_view tag)
{
    return [tag](Event& event) {
        if (event.has_tag(tag)) forget(event);
    };
}
std::function<void(Event&)> without_follow_ups(std::string_view how)
{
    return [how](Event& event) {
        if (const auto* tag = event.tag(tags::follow_up); tag && tag->how == how) forget(event);
    };
}

class CompleteStory : public testing::TestWithParam<Removal> {};
TEST_P(CompleteStory, LackingOneFactGivesItsFinding)
{
    auto entries = checkout_story();
    for (auto& entry : entries)
        if (auto* event = std::get_if<Event>(&entry.what)) GetParam().change(*event);
    auto found = findings(entries);
    std::erase_if(found, [](const Finding& finding) { return finding.id == "W1"; });
    EXPECT_EQ(ids(found), GetParam().expected);
    for (const auto& finding : found) EXPECT_TRUE(finding.fix.starts_with("incidentctl ")) << finding.fix;
}
INSTANTIATE_TEST_SUITE_P(Facts, CompleteStory,
    testing::Values(
        Removal{"Nothing", [](Event&) {}, {}},
        Removal{"Impact", without_events(tags::impact), {"S2"}},
        Removal{"Share", [](Event& e) { if (e.has_tag(tags::impact)) e.text = "Every page of the checkout answers 503."; }, {"S2"}},
        Removal{"Experience", [](Event& e) { if (e.has_tag(tags::impact)) e.text = "85%"; }, {"S2"}},
        Removal{"Service", [](Event& e) { e.labels.clear(); if (e.has_tag(tags::impact)) e.text = "85% of users see errors all the time"; }, {"S2"}},
        Removal{"Cause", without_events(tags::root_cause), {"S3", "H1"}},
        Removal{"Detection", without(tags::detection), {"T1"}},
        Removal{"How", [](Event& e) { if (e.has_tag(tags::detection)) { e.tags[0].how.clear(); e.kind = Kind::note; } }, {"T2"}},
        Removal{"Work", [](Event& e) { for (const auto tag : {tags::action, tags::investigation, tags::mitigation}) drop_tag(e, tag); }, {"T3"}},
        Removal{"MisleadingPath", without_events(tags::misleading_path), {"T4", "H1"}},
        Removal{"Escalation", without_events(tags::escalation), {"T5"}},
        Removal{"Team", [](Event& e) { for (auto& tag : e.tags) if (tag.name == tags::escalation) tag.to.clear(); }, {"T5"}},
        Removal{"Resolution", without_events(tags::resolution), {"S1", "T6"}},
        Removal{"CauseInOneSentence", [](Event& e) { if (e.has_tag(tags::root_cause)) e.text = "The settings were replaced."; }, {"R1"}},
        Removal{"FixInOneSentence", [](Event& e) { drop_tag(e, tags::mitigation); if (e.has_tag(tags::resolution)) e.text = "Settings put back."; }, {"R2"}},
        Removal{"Improvements", without_follow_ups("broad"), {"C1"}},
        Removal{"Tasks", without_follow_ups(""), {"C2"}},
        Removal{"Verdict", [](Event& e) { for (auto& tag : e.tags) if (tag.name == tags::misleading_path) tag.of.reset(); }, {"H1"}}),
    [](const auto& removal) { return std::string{removal.param.name}; });

TEST(Check, LevelsAreThoseOfTheTable)
{
    const auto found = findings(Story{});
    for (const auto* error : {"S1", "S2", "S3", "T1", "T3", "T5", "T6", "C1", "C2"}) {
        ASSERT_NE(find(found, error), nullptr) << error;
        EXPECT_EQ(find(found, error)->level, Level::error) << error;
    }
    for (const auto* warning : {"T4", "W1"}) {
        ASSERT_NE(find(found, warning), nullptr) << warning;
        EXPECT_EQ(find(found, warning)->level, Level::warning) << warning;
    }
}

TEST(Check, TakesTheIncidentsServiceAnUnknownShareAndTheWordNoneForAnswers)
{
    Story story;
    auto event = story.blank("15:15", "errors all the time");
    event.tags = {person_tag(tags::impact)};
    event.labels["share"] = "unknown";
    story.add("15:15", event);
    EXPECT_NE(find(findings(story), "S2"), nullptr) << "nothing names a service yet";
    IncidentFields fields;
    fields.service = "shop";
    fields.none_misleading_path = true;
    fields.none_escalation = true;
    story.set("15:30", fields);
    const auto found = findings(story);
    for (const auto* id : {"S2", "T4", "T5"}) EXPECT_EQ(find(found, id), nullptr) << id;
}

TEST(Check, NamesTheIncidentInTheCommandsOnceItIsClosed)
{
    Story story;
    story.close("17:30");
    EXPECT_EQ(find(findings(story), "S3")->fix, "incidentctl -i INC-7 cause TEXT");
}

TEST(Check, SaysWhatContradictsAResolution)
{
    Story story;
    story.tagged("16:00", tags::resolution, "Rolled back the deploy");
    story.tagged("16:10", tags::impact, "Checkout answers 503 again");
    const auto found = findings(story);
    ASSERT_NE(find(found, "T6"), nullptr);
    EXPECT_EQ(find(found, "T6")->text, "not resolved: the resolution at 16:00 is followed by impact at 16:10");
    EXPECT_EQ(find(found, "T6")->events.size(), 2u);
}

TEST(Check, WantsAWordOnHowItWasResolved)
{
    Story story;
    story.tagged("15:00", tags::impact, "Checkout answers 503");
    story.tagged("16:00", tags::resolution, "fixed");
    EXPECT_EQ(find(findings(story), "T6")->text, "resolved, but no word on how");
}

TEST(Check, WarnsOfALineThatTheDraftMustCut)
{
    Story story;
    const auto id = story.note("15:30", "One is here. Two is here. Three is too many.");
    const auto* finding = [&] { static std::vector<Finding> all; all = findings(story); return find(all, "T7"); }();
    ASSERT_NE(finding, nullptr);
    EXPECT_EQ(finding->level, Level::warning);
    EXPECT_EQ(finding->fix, "incidentctl edit :1 TEXT");
    EXPECT_EQ(finding->events, std::vector<Id>{id});
}

TEST(CheckOfTheOrder, CallsAnEndBeforeTheStartAnError)
{
    Story story;
    story.tagged("15:00", tags::impact, "Checkout answers 503");
    IncidentFields fields;
    fields.ended_at = at("14:00");
    story.set("16:00", fields);
    ASSERT_NE(find(findings(story), "T8"), nullptr);
    EXPECT_EQ(find(findings(story), "T8")->level, Level::error);
    EXPECT_EQ(find(findings(story), "T8")->fix, "incidentctl set ended=TIME");
}

TEST(CheckOfTheOrder, OnlyWarnsOfNormalDataInOddOrder)
{
    Story story;
    IncidentFields fields;
    fields.started_at = at("14:00");
    fields.ended_at = at("14:30");
    story.set("16:00", fields);
    story.detection("15:00", "A customer writes about an hour ago", "customer");
    ASSERT_NE(find(findings(story), "T8"), nullptr);
    EXPECT_EQ(find(findings(story), "T8")->level, Level::warning);
}

TEST(CheckOfTheOrder, CallsATimeInTheFutureAnErrorUntilItIsCorrected)
{
    Story story;
    auto event = story.blank("20:00", "later than now");
    event.flags = {"future"};
    const auto id = story.add("15:30", event);
    ASSERT_NE(find(findings(story), "T8"), nullptr);
    EXPECT_EQ(find(findings(story), "T8")->level, Level::error);
    EXPECT_EQ(find(findings(story), "T8")->fix, "incidentctl at :1 TIME");
    story.move("15:40", id, "15:25");
    EXPECT_EQ(find(findings(story), "T8"), nullptr);
}

TEST(CheckOfTheOrder, WarnsWhenATeamActedBeforeItWasCalled)
{
    Story story;
    auto early = story.blank("15:30", "Looked at the replicas");
    early.author.name = "Database";
    early.tags = {person_tag(tags::investigation)};
    story.tagged("15:00", tags::impact, "Checkout answers 503");
    story.add("15:30", early);
    story.escalation("16:15", "paged them", "database");
    ASSERT_NE(find(findings(story), "T8"), nullptr);
    EXPECT_EQ(find(findings(story), "T8")->level, Level::warning);
}

TEST(CheckOfTheOrder, ReportsAVerdictBeforeItsHypothesis)
{
    Story story;
    const auto idea = story.tagged("15:30", tags::hypothesis, "A traffic surge");
    const auto verdict = story.tagged("15:45", tags::misleading_path, "Traffic was normal", idea);
    story.move("15:46", verdict, "15:20");
    ASSERT_NE(find(findings(story), "T8"), nullptr);
    EXPECT_EQ(find(findings(story), "T8")->fix, "incidentctl at :2 TIME");
}

TEST(Check, ComparesStatedAndComputedDuration)
{
    Story story;
    story.tagged("15:15", tags::impact, "Checkout answers 503");
    story.tagged("17:00", tags::resolution, "Fixed; the outage lasted 3 hours and 10 minutes");
    const auto found = findings(story);
    ASSERT_NE(find(found, "D1"), nullptr);
    EXPECT_EQ(find(found, "D1")->level, Level::error);
    EXPECT_NE(find(found, "D1")->text.find("states 3 hours and 10 minutes, the times give 1 h 45 min"), std::string::npos) << find(found, "D1")->text;
}

TEST(Check, LetsARoundedDurationPass)
{
    Story story;
    story.tagged("15:15", tags::impact, "Checkout answers 503");
    story.tagged("17:00", tags::resolution, "Fixed; the outage lasted about 2 hours");
    EXPECT_EQ(find(findings(story), "D1"), nullptr);
}

TEST(Check, SpeaksOfARecorderThatWasNotRecording)
{
    Story story;
    auto gap = story.blank("15:40", "not recording from 15:30 to 15:40", Kind::system);
    gap.flags = {"gap"};
    gap.labels["gap_from"] = "2024-06-22T15:30:00Z";
    story.add("15:40", gap);
    ASSERT_NE(find(findings(story), "G1"), nullptr);
    EXPECT_EQ(find(findings(story), "G1")->fix, "incidentctl note @2024-06-22T15:30:00Z TEXT");
    EXPECT_EQ(find(findings(story), "G1")->level, Level::warning);
}

TEST(Check, BoundsTheNumberOfFindingsOfOneKind)
{
    Story story;
    for (int i = 0; i < 100; ++i) story.task("17:00", "soon");
    const auto found = findings(story);
    EXPECT_EQ(std::ranges::count(found, "C3", &Finding::id), 20);
    EXPECT_EQ(std::ranges::find(found.rbegin(), found.rend(), "C3", &Finding::id)->events.size(), 81u);
}

struct Task {
    const char* name;
    const char* text;
    bool vague;
};
class TaskText : public testing::TestWithParam<Task> {};
TEST_P(TaskText, IsJudged) { EXPECT_EQ(!why_vague(GetParam().text).empty(), GetParam().vague) << why_vague(GetParam().text); }
INSTANTIATE_TEST_SUITE_P(Tasks, TaskText,
    testing::Values(Task{"Patch", "patch nginx", false}, Task{"Monitoring", "Add monitoring on server memory", false},
                    Task{"NoVerb", "replication lag", true}, Task{"NoObject", "fix this issue", true}, Task{"Empty", "", true},
                    Task{"Musing", "improve monitoring", true}, Task{"MusingAtLength", "improve the alert on replication lag", false},
                    Task{"Careful", "be more careful", true}, Task{"Later", "Sam to add an alert on lag", false},
                    Task{"OtherLanguage", "Grenzwert für Replikation überwachen", false}),
    [](const auto& task) { return std::string{task.param.name}; });

struct Said {
    const char* name;
    const char* text;
    std::optional<int> minutes;
};
class StatedDuration : public testing::TestWithParam<Said> {};
TEST_P(StatedDuration, IsRead)
{
    const auto stated = stated_duration(GetParam().text);
    EXPECT_EQ(stated ? std::optional{static_cast<int>(stated->span.count())} : std::nullopt, GetParam().minutes);
}
INSTANTIATE_TEST_SUITE_P(Texts, StatedDuration,
    testing::Values(Said{"Lasted", "It lasted 2 hours", 120}, Said{"Mixed", "outage of 1 h 45 min", 105},
                    Said{"And", "Duration: 3 hours and 30 minutes", 210}, Said{"None", "Scaled 4 hosts in 2 hours", std::nullopt},
                    Said{"Decimal", "lasted 1.5 hours", 90}, Said{"Version", "lasted since 1.5.2 hours", std::nullopt},
                    Said{"Ahead", "caused a 2-hour long outage", 120}, Said{"AheadOfSomethingElse", "a 2 hour drive", std::nullopt},
                    Said{"Of", "a complete outage for 2.5 hours", 150}, Said{"Exact", "a 90 minute outage", 90}, Said{"NoUnit", "lasted 20 requests", std::nullopt},
                    Said{"Huge", "lasted 99999999999999 hours", std::nullopt}, Said{"End", "duration 12", std::nullopt}),
    [](const auto& said) { return std::string{said.param.name}; });

}  // namespace
}  // namespace incident::draft
