#include "timeline/stats.hpp"
#include "support/entries.hpp"
#include "timeline/catch_up.hpp"
#include <gtest/gtest.h>

namespace incident::timeline {
namespace {

using test::at;
using test::Story;

Timeline built(const Story& story) { return build(story.entries, Story::key).value(); }

Figures figures(std::uint64_t key, std::optional<std::int64_t> to_detect, std::string why = {})
{
    Figures one;
    one.key = IncidentKey{key};
    Duration duration;
    duration.name = "to_detect";
    duration.minutes = to_detect;
    duration.why = std::move(why);
    one.durations = {duration};
    return one;
}

const Figure& named(const Stats& stats, std::string_view name)
{
    return *std::ranges::find(stats.figures, name, &Figure::name);
}

TEST(FiguresOf, CountsAlertsWithTheirRepeatsAndSharedMinutesOnce)
{
    Story story{"checkout 503", "15:00"};
    const auto alert = story.alert("15:01", "HighErrorRate", "firing", "a");
    story.tally("15:30", alert, 12);
    story.alert("15:40", "HighErrorRate", "resolved", "a");
    const auto first = story.tagged("15:05", tags::hypothesis, "traffic?");
    const auto second = story.tagged("15:10", tags::hypothesis, "a bad deploy?");
    story.tagged("15:15", tags::misleading_path, "not traffic", first);
    story.tagged("15:30", tags::misleading_path, "not the deploy", second);
    story.tagged("15:31", tags::misleading_path, "that was a wrong track too");
    const auto of = figures_of(built(story));
    EXPECT_EQ(of.alerts, 12u);
    EXPECT_EQ(of.dead_ends, 3u);
    EXPECT_EQ(of.dead_ends_unknown, 1u);
    EXPECT_EQ(of.dead_end_minutes, 25) << "15:05 to 15:30, the shared five minutes once";
    EXPECT_EQ(of.durations, built(story).durations);
    EXPECT_EQ(of.began_at, at("15:00")) << "no start is known, so the opening";
}

TEST(FiguresOf, AStruckEventCountsNowhere)
{
    Story story;
    story.strike("15:40", story.alert("15:25", "HighErrorRate"));
    const auto of = figures_of(built(story));
    EXPECT_EQ(of.alerts, 0u);
    EXPECT_EQ(of.events, 0u);
}

TEST(StatsOf, ReportsWhatCannotBeInAMedian)
{
    const std::vector<Figures> all{figures(1, 4), figures(2, 10), figures(3, std::nullopt, "no event is tagged detection"), figures(4, -3),
                                   figures(5, std::nullopt, "no event is tagged detection"), figures(6, std::nullopt, "no start")};
    const auto stats = stats_of(all);
    const auto& detect = named(stats, "to_detect");
    EXPECT_EQ(stats.incidents, 6u);
    EXPECT_EQ(detect.n, 2u);
    EXPECT_EQ(detect.median, 7.0);
    EXPECT_EQ(detect.least, 4);
    EXPECT_EQ(detect.most, 10);
    EXPECT_EQ(detect.sum, 14);
    ASSERT_EQ(detect.missing.size(), 2u);
    EXPECT_EQ(detect.missing[0].incidents, (std::vector<IncidentKey>{IncidentKey{3}, IncidentKey{5}}));
    EXPECT_EQ(detect.negative, std::vector<Outlier>{(Outlier{IncidentKey{4}, -3})});
    for (const auto& figure : stats.figures) {
        std::size_t named_so_far = figure.n + figure.negative.size();
        for (const auto& missing : figure.missing) named_so_far += missing.incidents.size();
        EXPECT_EQ(named_so_far, stats.incidents) << figure.name << ": nobody is dropped in silence";
        EXPECT_FALSE(figure.definition.empty());
    }
    EXPECT_EQ(named(stats, "alerts").median, 0.0);
}

TEST(StatsOf, MedianOfOneOfTwoAndOfNone)
{
    EXPECT_EQ(named(stats_of(std::vector{figures(1, 5)}), "to_detect").median, 5.0);
    EXPECT_EQ(named(stats_of(std::vector{figures(1, 5), figures(2, 6)}), "to_detect").median, 5.5);
    const auto none = stats_of({});
    EXPECT_EQ(named(none, "to_detect").median, std::nullopt);
    EXPECT_EQ(named(none, "to_detect").n, 0u);
    EXPECT_TRUE(none.by_severity.empty());
}

TEST(StatsOf, CountsBySeverityAndDetectionMostFrequentFirst)
{
    std::vector<Figures> all{figures(1, 1), figures(2, 1), figures(3, 1)};
    all[0].severity = "1";
    all[1].severity = all[2].severity = "2";
    all[0].detected_how = "alert";
    const auto stats = stats_of(all);
    EXPECT_EQ(stats.by_severity, (std::vector<Share>{{"2", 2}, {"1", 1}}));
    EXPECT_EQ(stats.by_detected_how, (std::vector<Share>{{"", 2}, {"alert", 1}}));
    std::ranges::reverse(all);
    const auto reversed = stats_of(all);
    EXPECT_EQ(reversed.by_severity, stats.by_severity);
    EXPECT_EQ(named(reversed, "to_detect").median, named(stats, "to_detect").median);
}

TEST(StatsOf, ADeadEndOfUnknownLengthIsMissingNotZero)
{
    auto unknown = figures(1, 1), negative = figures(2, 1);
    unknown.dead_ends = unknown.dead_ends_unknown = 1;
    negative.dead_ends = negative.dead_ends_negative = 1;
    const auto stats = stats_of(std::vector{unknown, negative, figures(3, 1)});
    EXPECT_EQ(named(stats, "dead_end_minutes").n, 1u);
    EXPECT_EQ(named(stats, "dead_end_minutes").missing.size(), 2u);
}

class CatchingUp : public testing::Test {
 protected:
    void SetUp() override
    {
        IncidentFields fields;
        fields.severity = "1";
        fields.lead = "ana";
        story.set("15:21", fields);
        story.detection("15:22", "checkout dead", "customer");
        story.tagged("15:25", tags::action, "restarted web-3");
        idea = story.tagged("15:30", tags::hypothesis, "a bad\ndeploy?");
        story.escalation("15:35", "paged Ana", "db");
        story.task("15:40", "patch nginx", "sam");
    }
    CatchUp caught(std::string_view since, std::string_view until) { return catch_up(built(story), at(since), at(until)); }
    Story story;
    Id idea{};
};

TEST_F(CatchingUp, SaysStateIdeasOwnersActionsAndWhatIsNew)
{
    story.tagged("15:50", tags::investigation, "diffed the release", idea);
    const auto all = caught("15:33", "16:00");
    EXPECT_EQ(all.status, "open");
    EXPECT_EQ(all.severity, "1");
    EXPECT_EQ(all.lead, "ana");
    EXPECT_EQ(all.detected_at, at("15:22"));
    EXPECT_FALSE(all.resolved_at);
    ASSERT_EQ(all.ideas.size(), 1u);
    EXPECT_EQ(all.ideas[0].idea.text, "a bad deploy?");
    EXPECT_EQ(all.ideas[0].people, std::vector<std::string>{"sam"});
    EXPECT_EQ(all.ideas[0].tests, 1u);
    EXPECT_EQ(all.called, (std::vector<Called>{{"db", at("15:35")}}));
    ASSERT_EQ(all.tasks.size(), 1u);
    EXPECT_EQ(all.tasks[0].owner, "sam");
    ASSERT_EQ(all.actions.size(), 1u);
    EXPECT_EQ(all.actions[0].text, "restarted web-3") << "whenever it was";
    ASSERT_EQ(all.changes.size(), 3u);
    EXPECT_EQ(all.changes[0].what, "escalation → db");
    EXPECT_EQ(all, caught("15:33", "16:00"));
}

TEST_F(CatchingUp, WhatWasRememberedLateIsNewAndSaysSo)
{
    auto late = story.blank("15:10", "first timeouts, seen in the log afterwards");
    story.add("15:55", late);
    const auto all = caught("15:50", "16:00");
    ASSERT_EQ(all.changes.size(), 1u);
    EXPECT_TRUE(all.changes[0].late);
    EXPECT_EQ(all.changes[0].at, at("15:10"));
    EXPECT_TRUE(caught("15:56", "16:00").changes.empty());
}

TEST_F(CatchingUp, SettledIdeasAndStruckEventsAreGone)
{
    story.tagged("15:45", tags::misleading_path, "not the deploy", idea);
    story.strike("15:47", story.note("15:46", "wrong window"));
    const auto all = caught("15:44", "16:00");
    EXPECT_TRUE(all.ideas.empty());
    ASSERT_EQ(all.changes.size(), 1u);
    EXPECT_EQ(all.changes[0].text, "not the deploy");
}

TEST_F(CatchingUp, FoldsStormsAndFitsAScreen)
{
    for (int i = 0; i < 300; ++i) story.alert("15:48", "HighErrorRate", "firing", "a" + std::to_string(i), "web-" + std::to_string(i % 7));
    story.alert("15:49", "DiskFull", "firing", "d");
    story.alert("15:49", "Latency", "firing", "l");
    story.alert("15:23", "LongAgo", "firing", "o");
    for (int i = 0; i < 40; ++i) story.note("15:51", "note " + std::to_string(i));
    for (int i = 0; i < 9; ++i) story.tagged("15:52", tags::hypothesis, "idea " + std::to_string(i));
    const auto all = caught("15:47", "16:00");
    ASSERT_EQ(all.storms.size() + all.more_storms, 3u) << "what rang before the span only is no news";
    EXPECT_TRUE(std::ranges::any_of(all.storms, [](const Storm& one) { return one.title == "HighErrorRate" && one.count == 300 && one.hosts == 7; }) || all.more_storms > 0);
    EXPECT_EQ(all.changes.size(), caught_changes);
    EXPECT_EQ(all.more_changes, 49u - caught_changes);
    EXPECT_EQ(all.ideas.size() + all.more_ideas, 10u);
    constexpr auto lines = 2 + caught_ideas + 1 + 1 + caught_tasks + 1 + caught_actions + 1 + caught_changes + caught_storms;
    EXPECT_LE(lines, 20u);
    const auto json = to_json(all);
    EXPECT_EQ(json.at("changes").as_array().size(), caught_changes);
    EXPECT_EQ(json.at("more").at("changes"), 49u - caught_changes);
    EXPECT_EQ(json.at("until"), "2024-06-22T16:00:00.000000Z");
}

}  // namespace
}  // namespace incident::timeline
