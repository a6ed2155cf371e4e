#include "draft/check.hpp"
#include "draft/nudge.hpp"
#include "support/entries.hpp"
#include <gtest/gtest.h>

namespace incident::draft {
namespace {

using namespace incident::test;
using namespace std::chrono_literals;

std::optional<Nudge> nudge(const Story& story, std::string_view now, std::optional<Instant> last = {})
{
    const auto timeline = timeline::build(story.entries, Story::key).value();
    return nudge_of(timeline, check(timeline, at(now)), at(now), last);
}

TEST(Nudge, AsksForTheFactThatIsMissingMost)
{
    Story story;
    EXPECT_EQ(nudge(story, "15:30")->finding, "T1") << "nobody said how it was noticed";
    story.detection("15:20", "5xx on checkout", "customer");
    EXPECT_EQ(nudge(story, "15:30")->finding, "S2");
    story.tagged("15:22", tags::impact, "checkout answers 503 to 85% of users");
    ASSERT_EQ(nudge(story, "15:30")->finding, "T5");
    EXPECT_EQ(nudge(story, "15:30")->text, "no escalation recorded yet: incidentctl escalate --to TEAM TEXT, or --none");
    story.escalation("15:25", "paged Ana", "db");
    EXPECT_EQ(nudge(story, "15:30")->finding, "T3");
    story.tagged("15:26", tags::action, "restarted the pool");
    story.tagged("15:27", tags::hypothesis, "the pool is too small");
    EXPECT_EQ(nudge(story, "15:30"), std::nullopt) << "the rest can wait until it is over";
    story.tagged("15:50", tags::resolution, "the pool is larger, no errors");
    EXPECT_EQ(nudge(story, "16:00")->finding, "S3");
    story.tagged("15:55", tags::root_cause, "the pool was too small. It held ten connections.");
    EXPECT_EQ(nudge(story, "16:00")->finding, "H1");
    EXPECT_NE(nudge(story, "16:00")->text.find("incidentctl mislead :5 TEXT"), std::string::npos) << nudge(story, "16:00")->text;
}

TEST(Nudge, SpeaksOnceInAQuarterOfAnHour)
{
    Story story;
    ASSERT_TRUE(nudge(story, "15:30"));
    EXPECT_FALSE(nudge(story, "15:30", at("15:30")));
    EXPECT_FALSE(nudge(story, "15:44:59", at("15:30")));
    EXPECT_TRUE(nudge(story, "15:45", at("15:30")));
    EXPECT_FALSE(nudge(story, "15:30", at("15:40"))) << "a clock that was set back says nothing twice";
    EXPECT_TRUE(may_nudge(at("15:31"), at("15:30"), 1min));
    EXPECT_FALSE(may_nudge(at("15:30"), at("15:30"), 1min));
}

TEST(Nudge, IsSilentInTheFirstMinutesAndAfterTheClose)
{
    Story story;  // opened at 15:20
    EXPECT_FALSE(nudge(story, "15:24"));
    EXPECT_TRUE(nudge(story, "15:25"));
    story.close("15:26");
    EXPECT_FALSE(nudge(story, "16:00"));
}

TEST(Nudge, AsksNothingOfAnIncidentThatTellsEverything)
{
    Story story;
    story.detection("15:20", "5xx on checkout", "alert");
    story.tagged("15:20", tags::impact, "checkout answers 503 to 85% of users");
    story.escalation("15:25", "paged Ana", "db");
    story.tagged("15:26", tags::action, "restarted the pool");
    IncidentFields fields;
    fields.none_misleading_path = true;
    story.set("15:27", fields);
    story.tagged("15:50", tags::root_cause, "the pool was too small. It held ten connections.");
    story.tagged("15:55", tags::resolution, "the pool is larger, no errors");
    story.improvement("16:00", "Limits should be seen before users see them");
    story.task("16:00", "Add an alert on used connections", "ana");
    EXPECT_EQ(nudge(story, "16:10"), std::nullopt);
}

}  // namespace
}  // namespace incident::draft
