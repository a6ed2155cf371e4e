#include "draft/check.hpp"
#include "support/parsed_markdown.hpp"
#include "support/stories.hpp"
#include <algorithm>
#include <gtest/gtest.h>
#include <random>

namespace incident::draft {
namespace {

timeline::Timeline checkout() { return timeline::build(test::checkout_story(), IncidentKey{7}).value(); }

TEST(DraftOfTheCheckoutStory, IsTheOneWeKeep)
{
    const auto page = render_markdown(checkout(), "brief", {}).value();
    EXPECT_EQ(page, test::read_file(INCIDENT_TESTDATA_DIR "/draft/checkout.md"));
}

TEST(DraftOfTheCheckoutStory, HasFourToSixHundredWords)
{
    const auto words = count_words(render_markdown(checkout(), "brief", {}).value());
    EXPECT_GE(words, 400u);
    EXPECT_LE(words, 600u);
}

TEST(DraftOfTheCheckoutStory, LeavesNothingToSay)
{
    const auto findings = check(checkout(), parse_rfc3339("2024-06-22T18:00:00Z").value());
    for (const auto& finding : findings) ADD_FAILURE() << finding.id << ' ' << finding.text << " -> " << finding.fix;
    EXPECT_EQ(render_markdown(checkout(), "brief", {}).value().find("TODO"), std::string::npos);
}

TEST(DraftOfTheCheckoutStory, StaysTheSameWhateverOrderTheEntriesComeIn)
{
    auto entries = test::checkout_story();
    const auto page = render_markdown(checkout(), "brief", {}).value();
    const auto json = render_json(checkout(), {});
    std::mt19937 random{7};
    for (int round = 0; round < 20; ++round) {
        std::ranges::shuffle(entries, random);
        const auto timeline = timeline::build(entries, IncidentKey{7}).value();
        EXPECT_EQ(render_markdown(timeline, "brief", {}).value(), page);
        EXPECT_EQ(render_json(timeline, {}), json);
    }
}

TEST(DraftOfTheCheckoutStory, HasTheSectionsOfTheBriefInItsOrder)
{
    const auto parsed = test::parse_markdown(render_markdown(checkout(), "brief", {}).value());
    EXPECT_EQ(parsed.headings,
              (std::vector<std::string>{"Postmortem: Checkout returns 503", "Issue Summary", "Timeline", "Root Cause and Resolution",
                                        "Root cause", "Resolution", "Corrective and Preventative Measures", "Improvements", "Tasks"}));
    EXPECT_TRUE(parsed.links.empty());
    EXPECT_TRUE(parsed.html.empty());
}

TEST(DraftOfTheCheckoutStory, PrintsLongTextsWhole)
{
    const auto page = render_markdown(checkout(), "brief", {}).value();
    for (const auto& entry : test::checkout_story())
        if (const auto* event = std::get_if<Event>(&entry.what))
            for (const auto tag : {tags::root_cause, tags::resolution, tags::mitigation, tags::follow_up})
                if (event->has_tag(tag)) {
                    EXPECT_NE(page.find(escape_markdown(event->text)), std::string::npos) << event->text;
                    EXPECT_NE(page.find(escape_markdown(event->details)), std::string::npos) << event->details;
                }
}

TEST(DraftOfTheCheckoutStory, CarriesEventIdsWithTraceAndTheSameWords)
{
    Options options;
    options.trace = true;
    const auto traced = render_markdown(checkout(), "brief", options).value();
    EXPECT_EQ(count_words(traced), count_words(render_markdown(checkout(), "brief", {}).value()));
    const auto parsed = test::parse_markdown(traced);
    EXPECT_FALSE(parsed.html.empty());
    for (const auto& html : parsed.html) EXPECT_TRUE(html.starts_with("<!-- 0190") && html.ends_with(" -->")) << html;
}

}  // namespace
}  // namespace incident::draft
