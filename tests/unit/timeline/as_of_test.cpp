#include "timeline/as_of.hpp"
#include "support/entries.hpp"
#include "timeline/timeline.hpp"
#include <gtest/gtest.h>

namespace incident::timeline {
namespace {

using test::at;
using test::Story;

Timeline known(const Story& story, std::string_view when)
{
    auto entries = story.entries;
    keep_as_of(entries, at(when));
    return build(entries, Story::key).value();
}

std::vector<std::string> known_texts(const Timeline& timeline)
{
    std::vector<std::string> all;
    for (const auto& event : timeline.events) all.push_back(event.text);
    return all;
}

using Texts = std::vector<std::string>;

TEST(AsOf, KeepsWhatWasReceivedByThenWheneverItHappened)
{
    // given a note of 15:25, one of 15:30 and one written at 15:40 about 15:21
    Story story;
    story.note("15:25", "first");
    story.note("15:30", "second");
    auto late = story.blank("15:21", "remembered later");
    story.add("15:40", late);
    // when one asks what was known
    // then the instant itself belongs to it, and what was written later does not, however early it happened
    EXPECT_EQ(known_texts(known(story, "15:29")), Texts{"first"});
    EXPECT_EQ(known_texts(known(story, "15:30")), (Texts{"first", "second"}));
    EXPECT_EQ(known_texts(known(story, "15:40")), (Texts{"remembered later", "first", "second"}));
}

TEST(AsOf, ALaterAmendmentDoesNotShow)
{
    Story story;
    const auto id = story.note("15:25", "db down");
    Amendment amendment;
    amendment.event = id;
    amendment.text = "cache down";
    amendment.occurred_at = at("15:10");
    amendment.add_tags = {test::person_tag(tags::root_cause)};
    story.amend("15:45", amendment);
    story.strike("15:50", id);
    Amendment undo;
    undo.event = id;
    undo.undo = story.entries.back().id;
    story.amend("15:55", undo);

    const auto before = known(story, "15:44").events.at(0);
    EXPECT_EQ(before.text, "db down");
    EXPECT_EQ(before.occurred_at, at("15:25"));
    EXPECT_TRUE(before.tags.empty());
    EXPECT_EQ(known(story, "15:45").events.at(0).text, "cache down");
    EXPECT_TRUE(known(story, "15:52").events.at(0).struck) << "nobody had undone it yet";
    EXPECT_FALSE(known(story, "15:55").events.at(0).struck);
}

TEST(AsOf, WhatARedactionTookNeverComesBack)
{
    Story story;
    const auto id = story.note("15:25", "the password is hunter2", {}, "hunter2 again");
    Amendment redaction;
    redaction.event = id;
    redaction.redact = true;
    redaction.reason = "a password";
    redaction.strike = true;
    story.amend("16:30", redaction);
    Amendment undo;
    undo.event = id;
    undo.undo = story.entries.back().id;
    story.amend("16:31", undo);

    for (const auto* when : {"15:25", "16:00", "16:30", "17:00"}) {
        const auto event = known(story, when).events.at(0);
        EXPECT_TRUE(event.redacted) << when;
        EXPECT_TRUE(event.text.empty() && event.details.empty()) << when;
    }
    EXPECT_FALSE(known(story, "16:00").events.at(0).struck) << "only the removal holds for every instant";
    auto entries = story.entries;
    keep_as_of(entries, at("16:00"));
    EXPECT_TRUE(std::get<Amendment>(entries.back().what).reason.empty());
}

TEST(AsOf, StepsAndTalliesCountByTheirReceipt)
{
    Story story{"checkout 503", "15:20"};
    const auto alert = story.alert("15:21", "HighErrorRate");
    story.tally("15:30", alert, 12);
    IncidentFields fields;
    fields.severity = "1";
    story.set("15:35", fields);
    story.close("16:00");

    EXPECT_EQ(known(story, "15:29").events.at(0).count, 1u);
    EXPECT_EQ(known(story, "15:31").events.at(0).count, 12u);
    EXPECT_EQ(known(story, "15:31").incident.severity, "");
    EXPECT_EQ(known(story, "15:59").incident.severity, "1");
    EXPECT_EQ(known(story, "15:59").incident.status, IncidentStatus::open);
    EXPECT_EQ(known(story, "16:00").incident.status, IncidentStatus::closed);
    auto nothing = story.entries;
    keep_as_of(nothing, at("15:19"));
    EXPECT_TRUE(nothing.empty());
}

}  // namespace
}  // namespace incident::timeline
