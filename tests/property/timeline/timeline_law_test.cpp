#include "support/random_story.hpp"
#include "timeline/timeline.hpp"
#include <algorithm>
#include <map>
#include <random>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace incident::timeline {
namespace {

using namespace incident::test;

bool is_line_material(const Event& event)
{
    return !event.struck && event.kind != Kind::system && !event.has_tag(tags::follow_up);
}

RC_GTEST_PROP(TimelineLaw, ArrivalOrderNeverChangesTheTimeline, (std::vector<Deed> deeds, std::uint32_t seed))
{
    auto entries = story_of(deeds);
    const auto expected = build(entries, Story::key).value();
    std::ranges::shuffle(entries, std::mt19937{seed});
    RC_ASSERT(build(entries, Story::key).value() == expected);
}

RC_GTEST_PROP(TimelineLaw, FoldingKeepsEveryEventExactlyOnce, (std::vector<Deed> deeds))
{
    const auto timeline = build(story_of(deeds), Story::key).value();
    std::map<Id, int> seen;
    for (const auto& line : timeline.lines) {
        RC_ASSERT(!line.events.empty());
        RC_ASSERT(line.events.front() == line.event.id);
        for (const auto& id : line.events) ++seen[id];
    }
    for (const auto& event : timeline.events) RC_ASSERT(seen[event.id] == (is_line_material(event) ? 1 : 0));
    for (const auto& [id, times] : seen) RC_ASSERT(std::ranges::count(timeline.events, id, &Event::id) == 1);
}

RC_GTEST_PROP(TimelineLaw, CountsOfALineAddUpToWhatWasNotified, (std::vector<Deed> deeds))
{
    const auto timeline = build(story_of(deeds), Story::key).value();
    std::map<Id, const Event*> events;
    for (const auto& event : timeline.events) events[event.id] = &event;
    for (const auto& line : timeline.lines) {
        const bool resolves = line.event.kind == Kind::alert && line.event.status == "resolved";
        std::uint64_t count = 0;
        for (const auto& id : line.events) {
            const auto& event = *events[id];
            if (event.kind != Kind::alert) ++count;
            else if (resolves || event.status != "resolved") count += event.count;
        }
        RC_ASSERT(line.count == count);
        if (line.last_at) RC_ASSERT(*line.last_at >= line.event.occurred_at || line.event.kind == Kind::alert);
    }
}

RC_GTEST_PROP(TimelineLaw, EventsAndLinesStandInReadingOrder, (std::vector<Deed> deeds))
{
    const auto timeline = build(story_of(deeds), Story::key).value();
    for (std::size_t i = 1; i < timeline.events.size(); ++i) RC_ASSERT((reading_order(timeline.events[i - 1], timeline.events[i]) < 0));
    for (std::size_t i = 1; i < timeline.lines.size(); ++i)
        RC_ASSERT((reading_order(timeline.lines[i - 1].event, timeline.lines[i].event) < 0));
}

RC_GTEST_PROP(TimelineLaw, EveryFigureHasItsReceipt, (std::vector<Deed> deeds))
{
    const auto timeline = build(story_of(deeds), Story::key).value();
    RC_ASSERT(timeline.durations.size() == 4u);
    for (const auto& duration : timeline.durations) {
        if (!duration.minutes || !duration.from || !duration.to) RC_ASSERT(!duration.why.empty());
    }
    for (const auto& end : timeline.dead_ends) {
        RC_ASSERT(end.verdict == "open" || end.verdict_event.has_value());
        if (end.minutes) RC_ASSERT(end.verdict == "ruled_out");
    }
}

}  // namespace
}  // namespace incident::timeline
