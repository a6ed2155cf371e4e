#include "config/config.hpp"
#include "support/labelled_facts.hpp"
#include <gtest/gtest.h>

// Floors under how far automatic tags can be trusted; tests/bench/tags_bench.cpp prints the figures, with the reserve's.

namespace incident::tagging {
namespace {

using test::Figures;

const RuleSet& builtin()
{
    static const auto rules = config::compile_rules({}).value();
    return *rules;
}

Figures measured(const std::vector<test::LabelledIncident>& incidents)
{
    Figures figures;
    for (const auto& incident : incidents) test::count(figures, incident, test::tagged_notes(incident, builtin()));
    return figures;
}

/// The timelines that rules may be written for; the reserve is left to the bench.
std::vector<test::LabelledIncident> worked()
{
    const std::filesystem::path folder = INCIDENT_SHARED_DIR "/timelines/dev";
    if (!std::filesystem::is_directory(folder)) return {};
    auto all = test::read_labelled_timelines(folder);
    std::erase_if(all, &test::LabelledIncident::reserve);
    return all;
}

void expect_no_worse(const Figures& figures, double macro, double each)
{
    EXPECT_GE(figures.macro_f1(), macro);
    for (const auto& [tag, score] : figures.tags) EXPECT_GE(score.f1(), each) << tag;
}

TEST(MeasuredTags, HoldOnOurOwnLines)
{
    const auto incidents = test::read_labelled_lines(INCIDENT_TESTDATA_DIR "/tagging/lines.txt");
    ASSERT_GE(incidents.size(), 30u);
    for (const auto& incident : incidents)
        for (const auto& line : incident.lines)
            for (const auto& tag : line.tags) EXPECT_TRUE(canonical_tag(tag)) << tag << ": " << line.text;
    expect_no_worse(measured(incidents), 0.90, 0.80);
}

TEST(MeasuredTags, HoldOnTheTimelinesWorkedOn)
{
    const auto incidents = worked();
    if (incidents.empty()) GTEST_SKIP() << "no labelled timelines beside the project";
    const auto figures = measured(incidents);
    expect_no_worse(figures, 0.90, 0.78);
    const auto& detection = figures.incidents.at("detection");
    EXPECT_EQ(detection.found, detection.have);
    EXPECT_EQ(detection.exact, detection.have);
    for (const auto* tag : {"escalation", "misleading_path", "resolution"}) EXPECT_EQ(figures.incidents.at(tag).found, figures.incidents.at(tag).have) << tag;
    for (const auto* tag : {"detection", "escalation", "misleading_path", "resolution"}) EXPECT_EQ(figures.incidents.at(tag).false_alarms, 0) << tag;
}

TEST(MeasuredTags, GiveDraftsOfTheTimelinesWorkedOnTheirFacts)
{
    const auto incidents = worked();
    if (incidents.empty()) GTEST_SKIP() << "no labelled timelines beside the project";
    int start = 0, detection = 0, how = 0, escalation = 0, resolution = 0;
    for (const auto& incident : incidents) {
        const auto one = test::compare_facts(incident, test::tagged_notes(incident, builtin()));
        start += one.start;
        detection += one.detection;
        how += one.how;
        escalation += one.escalation;
        resolution += one.resolution;
    }
    EXPECT_GE(start, 9);
    EXPECT_GE(detection, 11);
    EXPECT_GE(how, 11);
    EXPECT_GE(escalation, 11);
    EXPECT_GE(resolution, 10);
}

TEST(MeasuredTags, LinkAnAnswerToWhatItAnswers)
{
    test::LabelledIncident night{"cart", false, {}, {}};
    const auto at = [](std::string_view time) { return parse_rfc3339("2024-06-22T" + std::string{time} + ":00Z").value(); };
    night.lines = {{"probably the new cache", {}, at("15:10")}, {"restarted the cache", {}, at("15:14")}, {"nope", {}, at("15:16")},
                   {"rolled back 4.2", {}, at("15:20")},        {"that did it", {}, at("15:24")}};
    const auto events = test::tagged_notes(night, builtin());
    ASSERT_TRUE(events[2].has_tag(tags::misleading_path));
    EXPECT_EQ(events[2].tag(tags::misleading_path)->of, events[1].id);
    ASSERT_TRUE(events[4].has_tag(tags::resolution));
    night.lines = {{"restarted the cache", {}, at("15:14")}, {"no more errors since", {}, at("15:16")}};
    EXPECT_FALSE(test::tagged_notes(night, builtin())[1].has_tag(tags::misleading_path)) << "a no that is good news";
    night.lines = {{"nope", {}, at("15:10")}};
    EXPECT_FALSE(test::tagged_notes(night, builtin())[0].has_tag(tags::misleading_path)) << "there is nothing that it answers";
}

}  // namespace
}  // namespace incident::tagging
