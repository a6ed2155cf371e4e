#include "draft/check.hpp"
#include "support/entries.hpp"
#include "timeline/json.hpp"
#include <algorithm>
#include <gtest/gtest.h>

// What went wrong in other tools that write timelines and drafts, one test a row. The rows that need a recorder stand in
// tests/integration/api/peer_bugs_test.cpp.
namespace incident::draft {
namespace {

using namespace incident::test;
using timeline::Level;

timeline::Timeline of(const Story& story) { return timeline::build(story.entries, Story::key).value(); }
std::string page_of(const Story& story, Options options = {}) { return render_markdown(of(story), "brief", options).value(); }
std::vector<std::string> texts(const timeline::Timeline& timeline)
{
    std::vector<std::string> all;
    for (const auto& line : timeline.lines) all.push_back(line.event.text);
    return all;
}
bool holds(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

// incidentbot, Confluence and GitLab drafts print the time of creation.
TEST(PeerBugs, ACorrectedTimeReachesTheDraftAtItsNewPlace)
{
    Story story;
    story.tagged("15:30", tags::action, "Scaled the web servers");
    const auto late = story.tagged("15:40", tags::investigation, "Looked at the logs");
    story.move("15:50", late, "15:21");
    const auto page = page_of(story);
    EXPECT_TRUE(holds(page, "- **15:21** - Investigation: Looked at the logs.\n- **15:30** - Action: Scaled the web servers.")) << page;
    EXPECT_FALSE(holds(page, "15:40"));
}

// incidentbot's duration wraps after 24 hours and ends at the export.
TEST(PeerBugs, ThirtyHoursAreThirtyHoursAtEveryExport)
{
    Story story;
    story.tagged("2024-06-22 15:00", tags::impact, "Checkout answers 503");
    story.tagged("2024-06-23 21:00", tags::resolution, "Rolled back the deploy");
    EXPECT_EQ(of(story).facts.duration_minutes, 30 * 60);
    EXPECT_TRUE(holds(page_of(story), "(1 d 6 h)")) << page_of(story);
    Story open;
    open.tagged("15:00", tags::impact, "Checkout answers 503");
    open.note("17:02", "still looking");
    EXPECT_EQ(page_of(open), page_of(open)) << "the wall clock is in no figure";
    EXPECT_TRUE(holds(page_of(open), "ongoing, 2 h 2 min at the last entry (17:02 UTC)")) << page_of(open);
}

// Monzo's unpin deletes every event with that time.
TEST(PeerBugs, RemovingOneOfTwoEventsInTheSameInstantLeavesTheOther)
{
    Story story;
    const auto wrong = story.note("15:30", "wrong");
    story.note("15:30", "right");
    story.strike("15:31", wrong);
    EXPECT_EQ(texts(of(story)), std::vector<std::string>{"right"});
    EXPECT_EQ(of(story).events.size(), 2u) << "and what was removed stays readable";
    EXPECT_FALSE(holds(page_of(story), "wrong"));
}

// sre-bot takes a message for known when its second occurs in the text; its zone is fixed.
TEST(PeerBugs, TwoMessagesInOneSecondBothStand)
{
    Story story;
    story.note("15:30:07", "first of 15:30:07");
    story.note("15:30:07", "second");
    story.note("15:30:07", "second");
    EXPECT_EQ(texts(of(story)), (std::vector<std::string>{"first of 15:30:07", "second", "second"}));
}
TEST(PeerBugs, TheZoneIsASetting)
{
    Story story;
    story.note("15:30", "a note");
    Options options;
    options.zone = "America/New_York";
    EXPECT_TRUE(holds(page_of(story, options), "**11:30**")) << page_of(story, options);
}

// FireFighter wrote "UTC" behind local times and pinned its first row.
TEST(PeerBugs, TheZonesNameComesFromTheTimesThatArePrinted)
{
    Story story;
    story.tagged("15:30", tags::impact, "Checkout answers 503");
    story.tagged("16:30", tags::resolution, "Rolled back the deploy");
    for (const auto& [zone, name, clock] : {std::tuple{"UTC", "UTC", "15:30"}, {"Africa/Nairobi", "EAT", "18:30"}, {"Asia/Kathmandu", "+05:45", "21:15"}}) {
        Options options;
        options.zone = zone;
        const auto page = page_of(story, options);
        EXPECT_TRUE(holds(page, std::string{"All times are "} + name)) << page;
        EXPECT_TRUE(holds(page, std::string{"**"} + clock)) << page;
        EXPECT_EQ(holds(page, "UTC"), std::string_view{name} == "UTC") << page;
    }
}
TEST(PeerBugs, NoRowIsPinnedToTheTop)
{
    Story story{"Checkout returns 503", "16:00"};
    story.note("16:05", "opened, then this");
    story.add("16:06", story.blank("15:00", "what came long before"));
    EXPECT_EQ(texts(of(story)).front(), "what came long before");
}

// FireFighter and FireHydrant refuse milestones in an odd order.
TEST(PeerBugs, AnOddOrderIsAWarningExceptAtStartEndAndInTheFuture)
{
    Story odd;
    IncidentFields fields;
    fields.started_at = at("14:00");
    fields.ended_at = at("14:30");
    odd.set("16:00", fields);
    odd.detection("15:00", "A customer writes of an hour ago", "customer");
    const auto idea = odd.tagged("15:30", tags::hypothesis, "A surge");
    odd.move("15:46", odd.tagged("15:45", tags::misleading_path, "No surge", idea), "15:10");
    for (const auto& finding : check(of(odd), at("18:00")))
        if (finding.id == "T8") {
            EXPECT_EQ(finding.level, Level::warning) << finding.text;
        }
    Story wrong;
    fields.ended_at = at("13:00");
    wrong.set("16:00", fields);
    wrong.add("16:01", wrong.blank("20:00", "from the future"));
    const auto found = check(of(wrong), at("18:00"));
    EXPECT_EQ(std::ranges::count_if(found, [](const auto& f) { return f.id == "T8" && f.level == Level::error; }), 2);
}

// Dispatch's export was unsorted once and knows two zones.
TEST(PeerBugs, LateArrivalsStandWhereTheyHappened)
{
    Story story;
    story.note("15:30", "second");
    story.add("15:40", story.blank("15:21", "first"));
    EXPECT_EQ(texts(of(story)), (std::vector<std::string>{"first", "second"}));
}
TEST(PeerBugs, EveryZoneNameWorksAcrossTheHourThatIsRepeated)
{
    Story story;
    story.note("2024-10-27T00:30:00Z", "before the clocks go back");
    story.note("2024-10-27T01:30:00Z", "after");
    Options options;
    options.zone = "Europe/London";
    const auto page = page_of(story, options);
    EXPECT_TRUE(holds(page, "**01:30 BST**") || holds(page, "**01:30 +01:00**")) << page;
    EXPECT_TRUE(holds(page, "**01:30 GMT**")) << page;
    EXPECT_LT(page.find("before the clocks go back"), page.find("after"));
}

// OpenObserve: the first alert is older than the incident by less than a second, and the rebuilt timeline looks wrong.
TEST(PeerBugs, AnAlertFromBeforeTheOpeningStandsFirstAndIsTheStart)
{
    Story story{"Checkout returns 503", "2024-06-22T15:20:00.400Z"};
    const auto alert = story.alert("2024-06-22T15:19:59.900Z", "HighErrorRate", "firing", "f1", "", {rule_tag(tags::detection)});
    story.note("15:21", "opened and looking");
    const auto timeline = of(story);
    EXPECT_EQ(timeline.lines.front().event.id, alert);
    EXPECT_LT(*timeline.facts.started_at, timeline.incident.opened_at) << "both are in the JSON, so a reader sees which came first";
    EXPECT_EQ(timeline.facts.started_by, alert);
    EXPECT_EQ(std::ranges::count(check(timeline, at("18:00")), "T8", &timeline::Finding::id), 0);
}

// PostHog's correction of clocks mixed in the network's delay and reordered events.
TEST(PeerBugs, ASlowPostNeitherMovesAnEventNorRewritesTheSendersTime)
{
    Story story;
    auto slow = story.blank("15:30:00", "sent first, came last");
    slow.sent_at = at("15:30:01");
    story.note("15:31", "sent second");
    const auto id = story.add("15:45", slow);
    const auto timeline = of(story);
    EXPECT_EQ(texts(timeline), (std::vector<std::string>{"sent first, came last", "sent second"}));
    EXPECT_EQ(timeline.lines.front().event.id, id);
    EXPECT_EQ(timeline.lines.front().event.sent_at, at("15:30:01"));
    EXPECT_EQ(timeline.lines.front().event.received_at, at("15:45"));
}

// GitLab's quick action drops the seconds.
TEST(PeerBugs, SecondsAndMillisecondsSurviveTheJsonAndThePage)
{
    Story story;
    story.note("2024-06-22T15:30:07.250Z", "to the millisecond");
    const auto timeline = of(story);
    const auto again = timeline::read_timeline(timeline::to_json(timeline, {})).value();
    EXPECT_EQ(again.events.front().occurred_at, timeline.events.front().occurred_at);
    Options options;
    options.seconds = true;
    EXPECT_TRUE(holds(page_of(story, options), "**15:30:07.250**")) << page_of(story, options);
}

// CTIA: a stale "opened" made the time to engage vanish.
TEST(PeerBugs, ANegativeIntervalIsReported)
{
    Story story;
    IncidentFields fields;
    fields.started_at = at("15:30");
    story.set("16:00", fields);
    story.detection("15:10", "5xx on checkout", "alert");
    const auto timeline = of(story);
    const auto to_detect = std::ranges::find(timeline.durations, "to_detect", &timeline::Duration::name);
    ASSERT_NE(to_detect, timeline.durations.end());
    EXPECT_EQ(to_detect->minutes, -20);
    EXPECT_EQ(std::ranges::count(check(timeline, at("18:00")), "T8", &timeline::Finding::id), 1);
}

// AIWatch: the ticket was closed hours after recovery and inflated the duration.
TEST(PeerBugs, TheDurationEndsWithTheImpactNotWithTheClose)
{
    Story story;
    story.tagged("15:15", tags::impact, "Checkout answers 503");
    story.tagged("17:00", tags::resolution, "Rolled back the deploy");
    story.close("23:00");
    EXPECT_EQ(of(story).facts.duration_minutes, 105);
    EXPECT_EQ(of(story).facts.closed_at, at("23:00"));
    EXPECT_TRUE(holds(page_of(story), "15:15 – 17:00 UTC (1 h 45 min)")) << page_of(story);
}

}  // namespace
}  // namespace incident::draft
