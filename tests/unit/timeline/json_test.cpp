#include "support/entries.hpp"
#include "support/stories.hpp"
#include "timeline/json.hpp"
#include <gtest/gtest.h>

namespace incident::timeline {
namespace {

namespace json = wire::json;

/// The checkout story without the label that is ours alone and never written.
Timeline told()
{
    auto entries = test::checkout_story();
    for (auto& entry : entries)
        if (auto* event = std::get_if<Event>(&entry.what)) event->labels.erase(std::string{fingerprint_label});
    return build(entries, IncidentKey{7}).value();
}

std::vector<std::string> pointers(const Failure& failure)
{
    std::vector<std::string> all;
    for (const auto& field : failure.fields) all.push_back(field.pointer);
    return all;
}

TEST(TimelineJson, ReadsBackWhatItWrote)
{
    const auto timeline = told();
    const std::vector<Finding> findings{{"T4", Level::warning, "no misleading path", "incidentctl mislead --none", {}},
                                        {"S3", Level::error, "no root cause", "incidentctl cause TEXT", {timeline.events[0].id}}};
    const auto written = wire::parse_json(json::serialize(to_json(timeline, findings)), {.values = 500'000}).value();
    EXPECT_EQ(read_timeline(written).value(), timeline);
    EXPECT_EQ(read_findings(written).value(), findings);
}

TEST(TimelineJson, WritesEveryPartUnderItsName)
{
    const auto written = to_json(told(), {});
    for (const auto* name : {"incident", "events", "lines", "phases", "durations", "dead_ends", "facts", "findings"})
        EXPECT_TRUE(written.contains(name)) << name;
    EXPECT_EQ(written.at("facts").at("impact_percent").as_double(), 85.0);
    EXPECT_EQ(written.at("facts").at("detected_how").as_string(), "alert");
    EXPECT_EQ(written.at("facts").at("escalated_to").as_array().at(0).as_string(), "the database team");
    EXPECT_EQ(written.at("dead_ends").at(0).at("minutes").as_int64(), 15);
}

TEST(TimelineJson, SaysWhoseTimeADeadEndWasAndWhichLinksItsWordsMade)
{
    test::Story story;
    story.tagged("15:30", tags::hypothesis, "cache eviction");
    auto check = story.blank("15:35", "the cache counters are flat");
    check.tags = {test::rule_tag(tags::investigation)};
    story.add("15:35", check);
    const auto timeline = build(story.entries, test::Story::key).value();
    const auto written = wire::parse_json(json::serialize(to_json(timeline, {})), {.values = 500'000}).value();
    EXPECT_EQ(written.at("dead_ends").at(0).at("people").at(0).as_string(), "sam");
    EXPECT_EQ(written.at("dead_ends").at(0).at("by_words").at(0).at("words").at(0).as_string(), "cach");
    EXPECT_EQ(read_timeline(written).value(), timeline);
}

TEST(TimelineJson, SaysNullForFactsThatNoEventSupports)
{
    const auto facts = to_json(Facts{});
    for (const auto* name : {"started_at", "detected_at", "detected_how", "resolved_at", "closed_at", "duration_minutes", "impact_percent", "root_cause"})
        EXPECT_TRUE(facts.at(name).is_null()) << name;
    EXPECT_TRUE(facts.at("escalated_to").as_array().empty());
}

TEST(TimelineJson, KeepsLabelsThatAreOursAloneToItself)
{
    test::Story story;
    story.alert("15:15", "HighErrorRate", "firing", "secret-print", "web-1");
    const auto text = json::serialize(to_json(build(story.entries, test::Story::key).value(), {}));
    EXPECT_EQ(text.find("secret-print"), std::string::npos);
    EXPECT_NE(text.find("web-1"), std::string::npos);
}

TEST(TimelineJson, PointsAtEveryMemberThatIsWrong)
{
    auto written = json::value(to_json(told(), {}));
    auto& object = written.as_object();
    object["lines"].as_array()[0].as_object()["event"] = "00000000-0000-7000-8000-000000000000";
    object["phases"].as_array()[1].as_object()["from"] = "yesterday";
    object["durations"].as_array()[0].as_object()["minutes"] = "five";
    object["dead_ends"].as_array()[0].as_object()["linked"] = 7;
    object["facts"].as_object()["escalated_to"].as_array()[0] = 7;
    const auto refused = read_timeline(written);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::invalid_input);
    EXPECT_EQ(pointers(refused.error()),
              (std::vector<std::string>{"/lines/0/event", "/phases/1/from", "/durations/0/minutes", "/dead_ends/0/linked", "/facts/escalated_to/0"}));
}

TEST(TimelineJson, RefusesWhatIsNoTimeline)
{
    for (const auto* text : {"[]", "7", "{}", R"({"incident":null})"}) EXPECT_FALSE(read_timeline(wire::parse_json(text).value())) << text;
    EXPECT_FALSE(read_findings(wire::parse_json(R"({"findings":[{"id":"S1","level":"grave"}]})").value()));
}

}  // namespace
}  // namespace incident::timeline
