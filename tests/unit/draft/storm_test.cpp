#include "draft/draft.hpp"
#include "support/entries.hpp"
#include "wire/json.hpp"
#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <set>

namespace incident::draft {
namespace {

using namespace incident::test;
using testing::HasSubstr;

/// What a storm of that shape must be told as, counted while it is made and by nothing else.
struct Told {
    std::size_t events = 0, notifications = 0, resolves = 0;
    std::set<std::string> hosts;
    Instant first{}, last{};
};

constexpr int alerts = 5'000;

struct Storm {
    Story story;
    std::map<std::string, Told> titles;
};

Storm storm()
{
    Storm made;
    const auto begin = at("15:00");
    for (int i = 0; i < alerts; ++i) {
        const auto when = begin + std::chrono::milliseconds{i * 1'000};
        const auto title = "Alert kind " + std::to_string(i * 7 % 23);
        const auto host = "web-" + std::to_string(i * 13 % 40);
        const bool resolved = i % 11 == 5;
        const auto id = made.story.alert(to_rfc3339(when), title, resolved ? "resolved" : "firing", "f" + std::to_string(i), host);
        auto& told = made.titles[title];
        if (told.events++ == 0) told.first = when;
        told.last = when;
        told.hosts.insert(host);
        if (resolved) {
            ++told.resolves;
        } else {
            ++told.notifications;
            if (i % 17 == 0) {  // repeats, counted by the recorder
                const auto times = static_cast<std::uint64_t>(2 + i % 5);
                made.story.tally(to_rfc3339(when), id, times);
                told.notifications += times - 1;
            }
        }
    }
    made.story.tagged("15:20", tags::impact, "Checkout answers 503 to 85% of users");
    made.story.tagged("15:30", tags::misleading_path, "Traffic was normal, scaling changed nothing");
    made.story.escalation("15:40", "The database team takes over", "database team");
    made.story.tagged("16:30", tags::resolution, "Replication settings corrected");
    return made;
}

TEST(Storm, OfFiveThousandAlertsBecomesABriefDraftWithEveryCountRight)
{
    const auto made = storm();
    const auto timeline = timeline::build(made.story.entries, Story::key).value();
    Options whole;
    whole.fold = false;
    const auto text = render_markdown(timeline, "brief", whole).value();
    std::size_t all_notifications = 0;
    for (const auto& [title, told] : made.titles) {
        all_notifications += told.notifications;
        const auto begin = text.find(title + " (");
        ASSERT_NE(begin, std::string::npos) << title;
        const auto line = text.substr(begin, text.find('\n', begin) - begin);
        EXPECT_THAT(line, HasSubstr("fired " + std::to_string(told.notifications) + " times until ")) << title;
        EXPECT_THAT(line, HasSubstr("on " + std::to_string(told.hosts.size()) + " hosts")) << title;
        EXPECT_EQ(text.find(title + " (", begin + 1), std::string::npos) << title << " stands there twice";
    }
    std::uint64_t counted = 0;
    for (const auto& line : timeline.lines)
        if (line.event.kind == Kind::alert) counted += line.count;
    EXPECT_EQ(counted, all_notifications);
    for (const auto name : template_names) {
        const auto page = render_markdown(timeline, name, {}).value();
        EXPECT_LE(count_words(page), 600u) << name;
        for (const auto* must : {"85% of users", "Traffic was normal", "database team", "Replication settings corrected"}) EXPECT_THAT(page, HasSubstr(must));
    }
}

TEST(Storm, LeavesNothingOutOfTheJson)
{
    const auto made = storm();
    const auto timeline = timeline::build(made.story.entries, Story::key).value();
    const auto json = wire::json::parse(render_json(timeline, {}));
    std::set<std::string> ids, told;
    for (const auto& entry : made.story.entries)
        if (std::holds_alternative<Event>(entry.what)) ids.insert(to_string(entry.id));
    ASSERT_EQ(ids.size(), alerts + 4u);
    for (const auto& event : json.at("events").as_array()) told.insert(std::string{event.at("id").as_string()});
    EXPECT_EQ(told, ids);
    std::set<std::string> in_bullets;
    for (const auto& bullet : json.at("timeline").as_array())
        for (const auto& id : bullet.at("events").as_array()) in_bullets.insert(std::string{id.as_string()});
    EXPECT_EQ(in_bullets, ids) << "every event belongs to a line";
    EXPECT_EQ(std::ranges::count(render_csv(timeline), '\r'), static_cast<std::ptrdiff_t>(ids.size() + 1));
}

}  // namespace
}  // namespace incident::draft
