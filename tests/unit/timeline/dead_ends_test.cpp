#include "support/entries.hpp"
#include "timeline/shared_words.hpp"
#include "timeline/timeline.hpp"
#include <gtest/gtest.h>

namespace incident::timeline {
namespace {

using namespace incident::test;

Timeline of(const Story& story) { return build(story.entries, Story::key).value(); }
using Words = std::vector<std::string>;

TEST(TimelineDeadEnds, HoldTheMinutesLostAndWhatTestedTheIdea)
{
    Story story;
    const auto idea = story.tagged("15:30", tags::hypothesis, "A traffic surge");
    const auto scaling = story.tagged("15:35", tags::action, "Scaled to 8", idea);
    const auto verdict = story.tagged("15:45", tags::misleading_path, "Traffic was normal", idea);
    const auto ends = of(story).dead_ends;
    ASSERT_EQ(ends.size(), 1u);
    EXPECT_EQ(ends[0], (DeadEnd{idea, "ruled_out", verdict, 15, {scaling}, {"sam"}}));
}

TEST(TimelineDeadEnds, ReportANegativeIntervalInsteadOfHidingIt)
{
    Story story;
    const auto idea = story.tagged("15:30", tags::hypothesis, "A traffic surge");
    const auto verdict = story.tagged("15:45", tags::misleading_path, "Traffic was normal", idea);
    story.move("15:46", verdict, "15:20");
    EXPECT_EQ(of(story).dead_ends.at(0).minutes, -10);
}

TEST(TimelineDeadEnds, CountAnEventThatIsItselfAMisleadingPath)
{
    Story story;
    const auto step = story.note("15:30", "Restarted web-3", {person_tag(tags::action), person_tag(tags::misleading_path)});
    EXPECT_EQ(of(story).dead_ends.at(0), (DeadEnd{step, "ruled_out", step, std::nullopt, {}, {"sam"}}));
}

TEST(TimelineDeadEnds, AreOpenUntilSomebodyRulesOrConfirms)
{
    Story story;
    const auto idea = story.tagged("15:30", tags::hypothesis, "A traffic surge");
    const auto other = story.tagged("15:50", tags::hypothesis, "Replication");
    story.tagged("16:00", tags::root_cause, "Replication it is, after the update", other);
    const auto ends = of(story).dead_ends;
    ASSERT_EQ(ends.size(), 2u);
    EXPECT_EQ(ends[0], (DeadEnd{idea, "open", std::nullopt, std::nullopt, {}, {"sam"}}));
    EXPECT_EQ(ends[1].verdict, "confirmed");
    EXPECT_EQ(ends[1].minutes, std::nullopt);
}

TEST(TimelineDeadEnds, FollowTheLastWordOfAnIdeaJudgedTwice)
{
    Story story;
    const auto idea = story.tagged("15:30", tags::hypothesis, "Replication");
    story.tagged("15:45", tags::misleading_path, "Lag looks fine", idea);
    story.tagged("16:00", tags::root_cause, "The lag graph was stale; replication it is", idea);
    EXPECT_EQ(of(story).dead_ends.at(0).verdict, "confirmed");
}

/// An event as a rule tagged it, said by somebody.
Id said(Story& story, std::string_view when, std::string_view tag, std::string text, std::string who = "sam")
{
    auto event = story.blank(when, std::move(text));
    event.author.name = std::move(who);
    event.tags = {rule_tag(tag)};
    return story.add(when, std::move(event));
}

TEST(TimelineDeadEnds, NameWhoseTimeItWasInReadingOrder)
{
    Story story;
    auto idea = story.blank("15:30", "A traffic surge");
    idea.tags = {person_tag(tags::hypothesis)};
    const auto opened = story.add("15:30", idea);
    auto check = story.blank("15:40", "Looked at the graphs");
    check.author = {"deploy-token", true, "ana"};
    check.tags = {person_tag(tags::investigation, opened)};
    story.add("15:41", check);
    auto scaling = story.blank("15:35", "Scaled to 8");
    scaling.author.name = "bo";
    scaling.tags = {person_tag(tags::action, opened)};
    story.add("15:42", scaling);
    story.tagged("15:45", tags::misleading_path, "no", opened);
    EXPECT_EQ(of(story).dead_ends.at(0).people, (Words{"sam", "bo", "ana"})) << "who is spoken for, each once";
}

TEST(TimelineDeadEnds, LinkWhatSharesAWordWithAnOpenIdeaAndSayWhichWord)
{
    Story story;
    const auto idea = story.tagged("15:30", tags::hypothesis, "Connection pool of orders-db exhausted?");
    const auto check = said(story, "15:33", tags::investigation, "checked the pools on the replica", "ana");
    said(story, "15:34", tags::investigation, "looked at the CDN");
    const auto timeline = of(story);
    ASSERT_EQ(timeline.dead_ends.size(), 1u);
    EXPECT_EQ(timeline.dead_ends[0], (DeadEnd{idea, "open", std::nullopt, std::nullopt, {check}, {"sam", "ana"}, {{check, {"pool"}}}}));
}

TEST(TimelineDeadEnds, LinkTheNearestIdeaOnlyAndOfTwoAsNearTheNewer)
{
    Story story;
    const auto cache = story.tagged("15:30", tags::hypothesis, "redis cache eviction after the deploy");
    const auto deploy = story.tagged("15:31", tags::hypothesis, "the deploy of billing");
    const auto evicted = said(story, "15:35", tags::investigation, "eviction counters of the cache are flat");
    const auto rolled = said(story, "15:36", tags::action, "rolled the deploy back");
    const auto ends = of(story).dead_ends;
    EXPECT_EQ(ends.at(0).hypothesis, cache);
    EXPECT_EQ(ends.at(0).linked, std::vector{evicted});
    EXPECT_EQ(ends.at(1).hypothesis, deploy);
    EXPECT_EQ(ends.at(1).linked, std::vector{rolled});
}

TEST(TimelineDeadEnds, LeaveAnEventToTheIdeaAPersonLinkedItTo)
{
    Story story;
    const auto cache = story.tagged("15:30", tags::hypothesis, "redis cache eviction");
    const auto dns = story.tagged("15:31", tags::hypothesis, "dns");
    const auto check = story.tagged("15:35", tags::investigation, "redis cache eviction is flat", dns);
    auto none = story.blank("15:36", "dns and redis cache restarted");
    const auto unlinked = story.add("15:36", none);
    Amendment amendment;
    amendment.event = unlinked;
    amendment.add_tags = {person_tag(tags::action, unlinked)};  // "of itself": of no idea
    story.amend("15:37", amendment);
    const auto ends = of(story).dead_ends;
    EXPECT_EQ(ends.at(0).hypothesis, cache);
    EXPECT_TRUE(ends.at(0).linked.empty());
    EXPECT_EQ(ends.at(1).linked, std::vector{check});
    EXPECT_TRUE(ends.at(1).by_words.empty());
}

TEST(TimelineDeadEnds, LinkByWordsOnlyBetweenTheIdeaAndItsEnd)
{
    Story story;
    said(story, "15:20", tags::investigation, "cache counters, before anybody had an idea");
    const auto idea = story.tagged("15:30", tags::hypothesis, "redis cache eviction");
    const auto between = said(story, "15:35", tags::action, "cache warmed");
    story.tagged("15:45", tags::misleading_path, "was not it", idea);
    said(story, "15:50", tags::action, "cache warmed again");
    EXPECT_EQ(of(story).dead_ends.at(0).linked, std::vector{between});
}

TEST(TimelineDeadEnds, EndByTheWordsOfARuledOutSentenceWithTheTimeLost)
{
    Story story;
    const auto idea = story.tagged("15:30", tags::hypothesis, "a traffic surge");
    const auto verdict = said(story, "15:45", tags::misleading_path, "traffic was normal, scaling changed nothing", "ana");
    const auto ends = of(story).dead_ends;
    ASSERT_EQ(ends.size(), 1u) << "the sentence ends the idea; it is no dead end beside it";
    EXPECT_EQ(ends[0], (DeadEnd{idea, "ruled_out", verdict, 15, {}, {"sam", "ana"}, {{verdict, {"traffic"}}}}));
}

TEST(TimelineDeadEnds, ConfirmByTheWordsOfACauseWithTwoWordsInCommon)
{
    Story story;
    story.tagged("15:30", tags::hypothesis, "database overload");
    said(story, "15:50", tags::root_cause, "caused by a database migration that held a lock");
    EXPECT_EQ(of(story).dead_ends.at(0).verdict, "open") << "one word is too little";
    said(story, "15:55", tags::root_cause, "cause was the overload of the database by the nightly job");
    EXPECT_EQ(of(story).dead_ends.at(0).verdict, "confirmed");
}

TEST(TimelineDeadEnds, LetAPersonsVerdictGoBeforeTheWords)
{
    Story story;
    const auto idea = story.tagged("15:30", tags::hypothesis, "a traffic surge");
    said(story, "15:45", tags::misleading_path, "traffic was normal");
    const auto confirmed = story.tagged("16:30", tags::root_cause, "it was a surge after all", idea);
    const auto ends = of(story).dead_ends;
    EXPECT_EQ(ends.at(0).verdict, "confirmed");
    EXPECT_EQ(ends.at(0).verdict_event, confirmed);
    EXPECT_EQ(ends.at(0).minutes, std::nullopt);
    ASSERT_EQ(ends.size(), 2u) << "the sentence stays a dead end of its own";
    EXPECT_EQ(ends.at(1).minutes, std::nullopt);
}

TEST(TimelineDeadEnds, EndNothingByWordsThatFitTwoIdeas)
{
    Story story;
    story.tagged("15:30", tags::hypothesis, "traffic from a crawler");
    story.tagged("15:32", tags::hypothesis, "traffic from the new campaign");
    const auto sentence = said(story, "15:45", tags::misleading_path, "traffic was normal");
    const auto ends = of(story).dead_ends;
    ASSERT_EQ(ends.size(), 3u);
    EXPECT_EQ(ends[0].verdict, "open");
    EXPECT_EQ(ends[1].verdict, "open");
    EXPECT_EQ(ends[2].hypothesis, sentence);
}

TEST(TimelineDeadEnds, TakeAVerdictDaysLater)
{
    Story story;
    const auto idea = story.tagged("15:30", tags::hypothesis, "faulty switch in rack 4");
    story.tagged("2024-06-25 09:30", tags::misleading_path, "the vendor found nothing", idea);
    EXPECT_EQ(of(story).dead_ends.at(0).minutes, 2 * 24 * 60 + 18 * 60);
}

TEST(TimelineDeadEnds, DoNotLinkByWhatTheIncidentIsAbout)
{
    Story story{"Checkout returns 503"};
    story.tagged("15:30", tags::hypothesis, "checkout is overloaded");
    said(story, "15:35", tags::action, "checkout restarted");
    EXPECT_TRUE(of(story).dead_ends.at(0).linked.empty());
}

TEST(TimelineDeadEnds, LinkByTheComponentAnEventIsLabelledWith)
{
    Story story;
    const auto idea = story.tagged("15:30", tags::hypothesis, "orders-db is out of connections");
    auto restart = story.blank("15:35", "restarted it");
    restart.labels["service"] = "orders-db";
    restart.tags = {rule_tag(tags::action)};
    const auto step = story.add("15:35", restart);
    const auto ends = of(story).dead_ends;
    EXPECT_EQ(ends.at(0).hypothesis, idea);
    EXPECT_EQ(ends.at(0).linked, std::vector{step});
    EXPECT_EQ(ends.at(0).by_words.at(0).words, (Words{"order", "orders-db"}));
}

TEST(SignificantWordsOf, KeepNamesAndOneFormOfAWordAndDropTheTalkOfEveryIncident)
{
    const auto words = [](std::string_view text) {
        const auto all = significant_words(text);
        return Words{all.begin(), all.end()};
    };
    EXPECT_EQ(words("Caches cached caching the CACHE."), Words{"cach"});
    EXPECT_EQ(words("restarted web-3, errors still high at 98%"), (Words{"web", "web-3"}));
    EXPECT_EQ(words("we think it was not the problem"), Words{});
    EXPECT_EQ(words("queries / query"), Words{"queri"});
    EXPECT_EQ(words("10.0.0.1 5432 503"), Words{});
    EXPECT_EQ(words("\xE1\x80\x80\xE1\x80\x80"), Words{"\xE1\x80\x80\xE1\x80\x80"}) << "letters of other alphabets stay whole";
    EXPECT_EQ(words("v2.41"), Words{"v2.41"});
}

}  // namespace
}  // namespace incident::timeline
