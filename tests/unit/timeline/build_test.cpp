#include "support/entries.hpp"
#include "timeline/timeline.hpp"
#include <algorithm>
#include <gtest/gtest.h>

namespace incident::timeline {
namespace {

using namespace incident::test;

Timeline of(const Story& story) { return build(story.entries, Story::key).value(); }
std::vector<std::string> texts(const Timeline& timeline)
{
    std::vector<std::string> all;
    for (const auto& line : timeline.lines) all.push_back(line.event.text);
    return all;
}
const Duration& duration(const Timeline& timeline, std::string_view name)
{
    return *std::ranges::find(timeline.durations, name, &Duration::name);
}
const Phase& phase(const Timeline& timeline, std::string_view name)
{
    return *std::ranges::find(timeline.phases, name, &Phase::name);
}

TEST(TimelineBuild, SaysSoWhenNoEntryOpenedTheIncident)
{
    const auto built = build({}, IncidentKey{7});
    ASSERT_FALSE(built);
    EXPECT_EQ(built.error().code, Errc::not_found);
    EXPECT_NE(built.error().detail.find("INC-7"), std::string::npos);
}

TEST(TimelineBuild, ReadsLateArrivalsAtTheTimeTheyHappened)
{
    Story story;
    story.note("15:30", "second");
    auto late = story.blank("15:21", "first");
    story.add("15:40", late);
    EXPECT_EQ(texts(of(story)), (std::vector<std::string>{"first", "second"}));
}

TEST(TimelineBuild, KeepsTheLedgersOrderForEventsOfOneInstant)
{
    Story story;
    story.note("15:30", "b, told first");
    story.note("15:30", "a, told second");
    EXPECT_EQ(texts(of(story)), (std::vector<std::string>{"b, told first", "a, told second"}));
}

TEST(TimelineBuild, RemovesOnlyTheStruckOneOfTwoEventsInOneInstant)
{
    Story story;
    const auto wrong = story.note("15:30", "wrong");
    story.note("15:30", "right");
    story.strike("15:31", wrong);
    const auto timeline = of(story);
    EXPECT_EQ(texts(timeline), std::vector<std::string>{"right"});
    EXPECT_EQ(timeline.events.size(), 2u) << "the struck event stays readable";
}

TEST(TimelineBuild, MovesAnEventWhoseTimeWasCorrected)
{
    Story story;
    story.note("15:30", "stays");
    const auto moved = story.note("15:40", "moves");
    story.move("15:50", moved, "15:21");
    EXPECT_EQ(texts(of(story)), (std::vector<std::string>{"moves", "stays"}));
}

TEST(TimelineBuild, ShowsNeitherFollowUpsNorSystemEventsNorInboxEventsAsLines)
{
    Story story;
    story.note("15:30", "seen");
    story.task("15:31", "Add an alert");
    story.add("15:32", story.blank("15:32", "restarted", Kind::system));
    auto inbox = story.blank("15:33", "elsewhere");
    inbox.incident.reset();
    story.add("15:33", inbox);
    const auto timeline = of(story);
    EXPECT_EQ(texts(timeline), std::vector<std::string>{"seen"});
    EXPECT_EQ(timeline.events.size(), 3u);
}

TEST(TimelineBuild, CountsAnEntryThatAStreamRepeatedOnce)
{
    Story story;
    story.note("15:30", "once");
    auto entries = story.entries;
    entries.push_back(entries.back());
    EXPECT_EQ(build(entries, Story::key).value(), of(story));
}

TEST(TimelineFold, MakesOneLineOfAlertsOfOneSourceAndTitle)
{
    Story story;
    const auto first = story.alert("15:15", "HighErrorRate", "firing", "f1", "web-2");
    const auto second = story.alert("15:16", "HighErrorRate", "firing", "f2", "web-1");
    story.tally("16:58", second, 311);
    const auto resolved = story.alert("16:59", "HighErrorRate", "resolved", "f1", "web-2");
    const auto timeline = of(story);
    ASSERT_EQ(timeline.lines.size(), 1u);
    const auto& line = timeline.lines.front();
    EXPECT_EQ(line.event.id, first);
    EXPECT_EQ(line.count, 312u);
    EXPECT_EQ(line.last_at, at("16:58"));
    EXPECT_EQ(line.resolved_at, std::nullopt) << "the second alert still fires";
    EXPECT_EQ(line.hosts, (std::vector<std::string>{"web-1", "web-2"}));
    EXPECT_EQ(line.events, (std::vector<Id>{first, second, resolved}));
}

TEST(TimelineFold, TellsWhenTheLastAlertOfALineResolved)
{
    Story story;
    story.alert("15:15", "HighErrorRate", "firing", "f1");
    story.alert("15:16", "HighErrorRate", "firing", "f2");
    story.alert("16:59", "HighErrorRate", "resolved", "f1");
    story.alert("17:01", "HighErrorRate", "resolved", "f2");
    EXPECT_EQ(of(story).lines.at(0).resolved_at, at("17:01"));
}

TEST(TimelineFold, FindsTheFiringOfAResolveByItsFingerprintThoughTheTitleChanged)
{
    Story story;
    story.alert("15:15", "HighErrorRate on checkout", "firing", "f1");
    story.alert("16:59", "HighErrorRate on checkout: ok", "resolved", "f1");
    const auto timeline = of(story);
    ASSERT_EQ(timeline.lines.size(), 1u);
    EXPECT_EQ(timeline.lines[0].count, 1u);
    EXPECT_EQ(timeline.lines[0].last_at, std::nullopt);
    EXPECT_EQ(timeline.lines[0].resolved_at, at("16:59"));
}

TEST(TimelineFold, FoldsAResolveWhoseClockRunsBeforeItsFiring)
{
    Story story;
    story.alert("15:14", "HighErrorRate", "resolved", "f1");
    const auto firing = story.alert("15:15", "HighErrorRate", "firing", "f1");
    const auto timeline = of(story);
    ASSERT_EQ(timeline.lines.size(), 1u);
    EXPECT_EQ(timeline.lines[0].event.id, firing);
    EXPECT_EQ(timeline.lines[0].resolved_at, std::nullopt) << "it fired after that";
}

TEST(TimelineFold, KeepsAlertsOfAnotherSourceAndStarredOnesApart)
{
    Story story;
    story.alert("15:15", "HighErrorRate", "firing", "f1");
    auto other = story.blank("15:16", "HighErrorRate", Kind::alert);
    other.source = "grafana";
    story.add("15:16", other);
    const auto starred = story.alert("15:17", "HighErrorRate", "firing", "f2");
    Amendment star;
    star.event = starred;
    star.star = true;
    story.amend("15:20", star);
    EXPECT_EQ(of(story).lines.size(), 3u);
}

TEST(TimelineFold, NeverFoldsWhatPeopleWrote)
{
    Story story;
    story.note("15:15", "same words");
    story.note("15:15", "same words");
    EXPECT_EQ(of(story).lines.size(), 2u);
}

TEST(TimelineFacts, StartAtTheEarlierOfFirstImpactAndFirstDetection)
{
    Story story;
    story.note("15:00", "Deploy of the shop", {rule_tag(tags::change)});
    story.detection("15:15", "Customers call", "customer");
    const auto impact = story.tagged("15:10", tags::impact, "Checkout answers 503");
    const auto facts = of(story).facts;
    EXPECT_EQ(facts.started_at, at("15:10"));
    EXPECT_EQ(facts.started_by, impact);
    EXPECT_EQ(facts.detected_at, at("15:15"));
    EXPECT_EQ(facts.detected_how, "customer");
}

TEST(TimelineFacts, TakeStartAndEndFromTheIncidentWhereAPersonSetThem)
{
    Story story;
    story.tagged("15:10", tags::impact, "Checkout answers 503");
    story.tagged("17:00", tags::resolution, "Fixed");
    IncidentFields fields;
    fields.started_at = at("15:05");
    fields.ended_at = at("16:50");
    story.set("17:10", fields);
    const auto facts = of(story).facts;
    EXPECT_EQ(facts.started_at, at("15:05"));
    EXPECT_EQ(facts.resolved_at, at("16:50"));
    EXPECT_EQ(facts.duration_minutes, 105);
    EXPECT_EQ(facts.started_by, std::nullopt);
}

TEST(TimelineFacts, EndAtTheFirstResolutionThatNothingContradicts)
{
    Story story;
    story.tagged("15:10", tags::impact, "Checkout answers 503");
    story.tagged("16:00", tags::resolution, "Rolled back");
    story.tagged("16:10", tags::impact, "503 again");
    const auto held = story.tagged("17:00", tags::resolution, "Replication corrected");
    story.tagged("19:00", tags::resolution, "Ticket closed");
    const auto facts = of(story).facts;
    EXPECT_EQ(facts.resolved_at, at("17:00"));
    EXPECT_EQ(facts.resolved_by, held);
}

TEST(TimelineFacts, HaveNoEndAfterAFixThatTurnedOutMisleading)
{
    Story story;
    story.tagged("15:10", tags::impact, "Checkout answers 503");
    const auto fix = story.tagged("16:00", tags::resolution, "Rolled back");
    story.tagged("16:10", tags::misleading_path, "The rollback changed nothing", fix);
    EXPECT_EQ(of(story).facts.resolved_at, std::nullopt);
}

TEST(TimelineFacts, KeepTheEndOfImpactApartFromTheClosingHoursLater)
{
    Story story;
    story.tagged("15:10", tags::impact, "Checkout answers 503");
    story.tagged("17:00", tags::resolution, "Replication corrected");
    story.close("21:00");
    const auto facts = of(story).facts;
    EXPECT_EQ(facts.duration_minutes, 110);
    EXPECT_EQ(facts.closed_at, at("21:00"));
}

TEST(TimelineFacts, MeasureAnIncidentOfThirtyHours)
{
    Story story;
    story.tagged("2024-06-22 15:00", tags::impact, "Checkout answers 503");
    story.tagged("2024-06-23 21:00", tags::resolution, "Replication corrected");
    EXPECT_EQ(of(story).facts.duration_minutes, 30 * 60);
}

TEST(TimelineFacts, MoveNothingForFollowUpsWrittenLater)
{
    Story story;
    story.tagged("15:10", tags::impact, "Checkout answers 503");
    story.tagged("17:00", tags::resolution, "Replication corrected");
    auto task = story.blank("18:00", "Page on impact over 85%");
    task.tags = {person_tag(tags::follow_up), person_tag(tags::impact)};
    story.add("18:00", task);
    const auto facts = of(story).facts;
    EXPECT_EQ(facts.resolved_at, at("17:00"));
    EXPECT_EQ(facts.impact_percent, std::nullopt);
}

TEST(TimelineFacts, ReadTheShareOfUsersAndWhoWasCalled)
{
    Story story;
    story.tagged("15:10", tags::impact, "Checkout answers 503, CPU at 98%, for 85% of users");
    story.escalation("15:40", "Paged Ana", "database team");
    story.escalation("15:50", "Asked again", "database team");
    story.escalation("15:55", "Called the vendor", "vendor");
    const auto facts = of(story).facts;
    EXPECT_EQ(facts.impact_percent, 85.0);
    EXPECT_EQ(facts.escalated_to, (std::vector<std::string>{"database team", "vendor"}));
}

TEST(TimelineFacts, PreferAPersonsCauseToARulesGuess)
{
    Story story;
    story.note("16:00", "because of load?", {rule_tag(tags::root_cause)});
    story.tagged("16:30", tags::root_cause, "Replication settings were changed. The update did it.");
    EXPECT_EQ(of(story).facts.root_cause, "Replication settings were changed.");
}

TEST(TimelineFacts, SpeakWithTheHypothesisThatWasConfirmed)
{
    Story story;
    const auto idea = story.tagged("16:00", tags::hypothesis, "Replication lags after the update");
    story.tagged("16:30", tags::root_cause, "confirmed", idea);
    EXPECT_EQ(of(story).facts.root_cause, "Replication lags after the update");
}

TEST(TimelineDurations, NameTheirTwoEvents)
{
    Story story;
    const auto impact = story.tagged("15:10", tags::impact, "Checkout answers 503");
    const auto alert = story.alert("15:15", "HighErrorRate", "firing", "f1", {}, {rule_tag(tags::detection)});
    const auto first_word = story.note("15:20", "looking");
    const auto mitigation = story.tagged("16:35", tags::mitigation, "Read-only mode");
    const auto end = story.tagged("17:00", tags::resolution, "Replication corrected");
    const auto timeline = of(story);
    EXPECT_EQ(duration(timeline, "to_detect"), (Duration{"to_detect", 5, impact, alert, ""}));
    EXPECT_EQ(duration(timeline, "to_acknowledge"), (Duration{"to_acknowledge", 5, alert, first_word, ""}));
    EXPECT_EQ(duration(timeline, "to_mitigate"), (Duration{"to_mitigate", 85, impact, mitigation, ""}));
    EXPECT_EQ(duration(timeline, "to_resolve"), (Duration{"to_resolve", 110, impact, end, ""}));
}

TEST(TimelineDurations, SayWhyTheyCannotBeComputed)
{
    Story story;
    story.note("15:10", "looking");
    const auto timeline = of(story);
    for (const auto& duration : timeline.durations) {
        EXPECT_EQ(duration.minutes, std::nullopt) << duration.name;
        EXPECT_FALSE(duration.why.empty()) << duration.name;
    }
}

TEST(TimelineDurations, ReportADetectionBeforeTheStartAsNegative)
{
    Story story;
    story.detection("15:10", "Latency alert", "alert");
    IncidentFields fields;
    fields.started_at = at("15:15");
    story.set("15:30", fields);
    const auto timeline = of(story);
    EXPECT_EQ(duration(timeline, "to_detect").minutes, -5);
    EXPECT_NE(duration(timeline, "to_detect").why, "");
}

TEST(TimelinePhases, CutTheIncidentAtDetectionMitigationAndEnd)
{
    Story story;
    story.note("14:50", "Routine update", {rule_tag(tags::change)});
    story.tagged("15:10", tags::impact, "Checkout answers 503");
    story.detection("15:15", "Customers call", "customer");
    story.tagged("16:35", tags::mitigation, "Read-only mode");
    story.tagged("17:00", tags::resolution, "Replication corrected");
    story.close("18:00");
    const auto timeline = of(story);
    EXPECT_EQ(phase(timeline, "lead-up"), (Phase{"lead-up", at("14:50"), at("15:10")}));
    EXPECT_EQ(phase(timeline, "undetected"), (Phase{"undetected", at("15:10"), at("15:15")}));
    EXPECT_EQ(phase(timeline, "diagnosing"), (Phase{"diagnosing", at("15:15"), at("16:35")}));
    EXPECT_EQ(phase(timeline, "recovering"), (Phase{"recovering", at("16:35"), at("17:00")}));
    EXPECT_EQ(phase(timeline, "after"), (Phase{"after", at("17:00"), at("18:00")}));
}

}  // namespace
}  // namespace incident::timeline
