#include "draft/draft.hpp"
#include "support/entries.hpp"
#include "wire/json.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace incident::draft {
namespace {

using namespace incident::test;
using testing::HasSubstr;
using testing::Not;

std::string page(const Story& story, const Options& options = {})
{
    return render_markdown(timeline::build(story.entries, Story::key).value(), "brief", options).value();
}

Story short_story()
{
    Story story;
    story.tagged("15:15", tags::impact, "Checkout answers 503 to 85% of users");
    story.tagged("17:00", tags::resolution, "Replication settings corrected, caches cleared");
    return story;
}

TEST(BriefSummary, NamesStartEndZoneAndDuration)
{
    EXPECT_THAT(page(short_story()), HasSubstr("- **Duration:** 2024-06-22 15:15 – 17:00 UTC (1 h 45 min)\n"));
}

TEST(BriefSummary, SaysWhatWasDownAndWhatUsersSaw)
{
    Story story;
    story.tagged("15:15", tags::impact, "The whole shop was down. 85% of customers saw 503 on every page. Support had 40 calls.");
    EXPECT_THAT(page(story), HasSubstr("- **Impact:** The whole shop was down. 85% of customers saw 503 on every page\n"));
}

TEST(Brief, LeavesOutTheTagsThatANoteEndsWith)
{
    // given a note whose words end in its tags, and one whose #word is no tag of it
    Story story;
    story.tagged("15:20", tags::investigation, "Web server logs are read first. #investigation");
    story.note("15:25", "Ticket is #investigations");
    story.tagged("15:40", tags::resolution, "Caches cleared. #resolve");
    // then the page has the sentences only, and the other's word as typed
    const auto text = page(story);
    EXPECT_THAT(text, HasSubstr("- **15:20** - Investigation: Web server logs are read first.\n"));
    EXPECT_THAT(text, HasSubstr("investigations"));
    EXPECT_THAT(text, HasSubstr("### Resolution\nCaches cleared.\n"));
}

TEST(BriefSummary, PrintsBothDatesPastMidnight)
{
    Story story;
    story.tagged("2024-06-22 23:15", tags::impact, "Checkout answers 503");
    story.tagged("2024-06-24 05:15", tags::resolution, "Replication corrected");
    EXPECT_THAT(page(story), HasSubstr("- **Duration:** 2024-06-22 23:15 – 2024-06-24 05:15 UTC (1 d 6 h)\n"));
}

TEST(BriefSummary, MeasuresAnOpenIncidentAtItsLastEntryAndTwiceTheSame)
{
    Story story;
    story.tagged("15:02", tags::impact, "Checkout answers 503");
    story.note("17:02", "still looking");
    EXPECT_THAT(page(story), HasSubstr("- **Duration:** 2024-06-22 15:02 UTC – ongoing, 2 h at the last entry (17:02 UTC)\n"));
    EXPECT_EQ(page(story), page(story));
}

TEST(BriefSummary, ShowsTheDifferenceOfTheTimesItShows)
{
    Story story;
    story.tagged("15:15:50", tags::impact, "Checkout answers 503");
    story.tagged("15:17:05", tags::resolution, "Rolled back");
    EXPECT_THAT(page(story), HasSubstr("15:15 – 15:17 UTC (2 min)"));
    Options options;
    options.seconds = true;
    EXPECT_THAT(page(story, options), HasSubstr("15:15:50 – 15:17:05 UTC (1 min 15 s)"));
}

TEST(BriefSummary, AsksForTheEndOfAClosedIncidentWithoutOneAndNamesTheIncident)
{
    Story story;
    story.tagged("15:02", tags::impact, "Checkout answers 503");
    story.close("18:00");
    EXPECT_THAT(page(story), HasSubstr("- TODO: when it ended (incidentctl -i INC-7 resolve TEXT)\n"));
    EXPECT_THAT(page(story), Not(HasSubstr("ongoing")));
}

TEST(BriefSummary, PutsServiceWhatUsersSawAndShareIntoTheImpact)
{
    Story story;
    story.tagged("15:15", tags::impact, "503 Service Unavailable on every page");
    story.tagged("15:16", tags::impact, "85%");
    IncidentFields fields;
    fields.service = "Checkout";
    story.set("15:20", fields);
    EXPECT_THAT(page(story), HasSubstr("- **Impact:** Checkout: 503 Service Unavailable on every page; 85% of users affected\n"));
}

TEST(BriefSummary, TakesAnUnknownShareForAnAnswer)
{
    Story story;
    auto event = story.blank("15:15", "Checkout answers 503 on some pages");
    event.tags = {person_tag(tags::impact)};
    event.labels["share"] = "unknown";
    story.add("15:15", event);
    EXPECT_THAT(page(story), HasSubstr("Checkout answers 503 on some pages; share of users unknown\n"));
    EXPECT_THAT(page(story), Not(HasSubstr("how many users")));
}

TEST(BriefSummary, InventsNothingForAnEmptyIncident)
{
    const auto text = page(Story{});
    EXPECT_THAT(text, HasSubstr("- **Duration:** TODO: when it began (incidentctl set started=TIME)\n"));
    EXPECT_THAT(text, HasSubstr("- TODO: how many users were affected (incidentctl impact 85%)\n"));
    EXPECT_THAT(text, HasSubstr("- **Root cause:** TODO: the root cause (incidentctl cause TEXT)\n"));
    EXPECT_THAT(text, HasSubstr("- TODO: which team or person it was escalated to (incidentctl escalate --to TEAM TEXT, or "
                                "incidentctl escalate --none)\n"));
    EXPECT_THAT(text, HasSubstr("- [ ] TODO: specific tasks that address it (incidentctl todo --owner NAME TEXT)\n"));
}

TEST(BriefTimeline, NamesTheZoneOnceAboveTheListWithItsDate)
{
    EXPECT_THAT(page(short_story()), HasSubstr("## Timeline\nAll times are UTC on 2024-06-22.\n- **15:15** - "));
}

TEST(BriefTimeline, HeadsTheListWithTheDateWhenItChanges)
{
    Story story;
    story.tagged("2024-06-22 23:15", tags::impact, "Checkout answers 503");
    story.note("2024-06-23 00:10", "still down");
    story.note("2024-06-23 00:20", "still down here");
    EXPECT_THAT(page(story), HasSubstr("All times are UTC.\n### 2024-06-22\n- **23:15** - Impact: Checkout answers 503.\n"
                                       "### 2024-06-23\n- **00:10** - still down.\n- **00:20** - still down here.\n"));
}

TEST(BriefTimeline, PrintsLocalTimeWithTheZonesOwnName)
{
    Options options;
    options.zone = "Africa/Nairobi";
    const auto text = page(short_story(), options);
    EXPECT_THAT(text, HasSubstr("2024-06-22 18:15 – 20:00 EAT (1 h 45 min)"));
    EXPECT_THAT(text, HasSubstr("All times are EAT (Africa/Nairobi) on 2024-06-22.\n- **18:15** - "));
    EXPECT_THAT(text, Not(HasSubstr("UTC")));
}

TEST(BriefTimeline, TellsTheTwoHoursApartThatDaylightSavingRepeats)
{
    Story story;
    story.tagged("2024-10-27 00:30", tags::impact, "Checkout answers 503");
    story.note("2024-10-27 01:30", "still down");
    Options options;
    options.zone = "Europe/London";
    const auto text = page(story, options);
    EXPECT_THAT(text, HasSubstr("All times are +01:00, then GMT (Europe/London) on 2024-10-27.\n"));
    EXPECT_THAT(text, HasSubstr("- **01:30 +01:00** - Impact"));
    EXPECT_THAT(text, HasSubstr("- **01:30 GMT** - still down"));
}

TEST(BriefTimeline, PrintsTwelveHourTimes)
{
    Story story = short_story();
    story.note("12:05", "noon");
    story.note("00:05", "midnight");
    Options options;
    options.clock = Clock::hours12;
    const auto text = page(story, options);
    EXPECT_THAT(text, HasSubstr("2024-06-22 3:15 PM – 5:00 PM UTC"));
    EXPECT_THAT(text, HasSubstr("- **3:15 PM** - "));
    EXPECT_THAT(text, HasSubstr("- **12:05 PM** - noon"));
    EXPECT_THAT(text, HasSubstr("- **12:05 AM** - midnight"));
}

TEST(BriefTimeline, KeepsSecondsAndMillisecondsWhenAsked)
{
    Story story;
    story.note("2024-06-22T15:15:07.250Z", "first");
    story.note("2024-06-22T15:15:08Z", "second");
    Options options;
    options.seconds = true;
    EXPECT_THAT(page(story, options), HasSubstr("- **15:15:07.250** - first.\n- **15:15:08** - second.\n"));
}

TEST(BriefTimeline, ShowsACorrectedTimeAtItsNewPlace)
{
    Story story = short_story();
    const auto moved = story.note("16:00", "Called the vendor");
    EXPECT_THAT(page(story), HasSubstr("- **16:00** - Called the vendor."));
    story.move("16:30", moved, "15:05");
    EXPECT_THAT(page(story), HasSubstr("- **15:05** - Called the vendor.\n- **15:15**"));
}

TEST(BriefTimeline, SaysHowItWasDetectedInWords)
{
    Story story;
    story.alert("15:15", "HighErrorRate on checkout", "firing", "f1", {}, {rule_tag(tags::detection)});
    story.detection("15:20", "Cannot pay", "customer");
    const auto text = page(story);
    EXPECT_THAT(text, HasSubstr("- **15:15** - Detected by a monitoring alert: HighErrorRate on checkout.\n"));
    EXPECT_THAT(text, HasSubstr("- **15:20** - Detected by a customer: Cannot pay.\n"));
}

TEST(BriefTimeline, CountsRepeatedAlertsInOneLine)
{
    Story story;
    const auto alert = story.alert("15:15", "HighErrorRate on checkout", "firing", "f1", "web-1", {rule_tag(tags::detection)});
    story.alert("15:16", "HighErrorRate on checkout", "firing", "f2", "web-2");
    story.alert("17:01", "HighErrorRate on checkout", "resolved", "f1");
    story.alert("17:02", "HighErrorRate on checkout", "resolved", "f2");
    story.tally("16:58", alert, 311);
    EXPECT_THAT(page(story), HasSubstr("HighErrorRate on checkout (fired 312 times until 16:58, on 2 hosts, resolved 17:02).\n"));
}

TEST(BriefTimeline, ShowsADeadEndAtItsPlaceWithTheMinutesLost)
{
    Story story;
    const auto idea = story.tagged("15:30", tags::hypothesis, "a traffic surge");
    story.tagged("15:45", tags::misleading_path, "traffic was normal, scaling changed nothing", idea);
    EXPECT_THAT(page(story), HasSubstr("- **15:30** - Hypothesis: a traffic surge.\n"
                                       "- **15:45** - Misleading path: traffic was normal, scaling changed nothing (15 min lost).\n"));
}

TEST(BriefTimeline, SaysWhichOfSeveralIdeasADeadEndWas)
{
    Story story;
    const auto idea = story.tagged("15:30", tags::hypothesis, "a traffic surge");
    story.tagged("15:40", tags::hypothesis, "the replicas lag");
    story.tagged("15:45", tags::misleading_path, "traffic was normal all day", idea);
    EXPECT_THAT(page(story), HasSubstr("Misleading path: traffic was normal all day; ends the idea of 15:30 (15 min lost).\n"));
}

TEST(BriefTimeline, QuotesTheIdeaBesideABareVerdict)
{
    Story story;
    const auto idea = story.tagged("15:30", tags::hypothesis, "A traffic surge.");
    story.tagged("15:45", tags::misleading_path, "ruled out", idea);
    EXPECT_THAT(page(story), HasSubstr("Misleading path: A traffic surge: ruled out (15 min lost).\n"));
}

TEST(BriefTimeline, SaysWhoLostTheTimeWhereItWasMoreThanOne)
{
    Story story;
    const auto idea = story.tagged("15:30", tags::hypothesis, "A traffic surge");
    for (const auto* who : {"ana", "bo", "cy", "di"}) {
        auto check = story.blank("15:35", std::string{"Looked at the graphs of "} + who);
        check.author.name = who;
        check.tags = {person_tag(tags::investigation, idea)};
        story.add("15:35", check);
    }
    story.tagged("15:45", tags::misleading_path, "Traffic was normal all day", idea);
    EXPECT_THAT(page(story), HasSubstr("Traffic was normal all day (15 min lost by sam, ana, bo and 2 others).\n"));
}

TEST(BriefTimeline, DoesNotHideAVerdictBeforeItsHypothesis)
{
    Story story;
    const auto idea = story.tagged("15:30", tags::hypothesis, "A traffic surge");
    const auto verdict = story.tagged("15:45", tags::misleading_path, "Traffic was normal", idea);
    story.move("15:46", verdict, "15:20");
    EXPECT_THAT(page(story), HasSubstr("(10 min before the hypothesis of 15:30)"));
}

TEST(BriefTimeline, NamesWhoItWasEscalatedToOnce)
{
    Story story;
    story.escalation("16:15", "paged Ana", "the database team");
    story.escalation("16:20", "Escalated to the vendor by phone", "vendor");
    const auto text = page(story);
    EXPECT_THAT(text, HasSubstr("- **16:15** - Escalated to the database team: paged Ana.\n"));
    EXPECT_THAT(text, HasSubstr("- **16:20** - Escalated to the vendor by phone.\n"));
}

TEST(BriefTimeline, PrintsAPersonsWordThatThereWasNone)
{
    Story story = short_story();
    IncidentFields fields;
    fields.none_misleading_path = true;
    fields.none_escalation = true;
    story.set("17:30", fields);
    const auto text = page(story);
    EXPECT_THAT(text, HasSubstr("\nMisleading paths: none was taken. Escalation: none was needed.\n"));
    EXPECT_THAT(text, Not(HasSubstr("mislead")));
}

TEST(BriefTimeline, KeepsABulletWithinTwoSentencesAndThirtyWords)
{
    Story story;
    story.note("15:30", "One is here. Two is here. Three is too many.");
    std::string long_text;
    for (int i = 1; i <= 50; ++i) long_text += "word" + std::to_string(i) + ' ';
    story.tagged("15:40", tags::action, long_text);
    const auto text = page(story);
    EXPECT_THAT(text, HasSubstr("- **15:30** - One is here. Two is here.\n"));
    EXPECT_THAT(text, HasSubstr("- **15:40** - Action: word1 "));
    EXPECT_THAT(text, HasSubstr(" word29…\n"));
}

TEST(BriefTimeline, GivesACauseItsFirstSentenceAndTheSectionTheWholeOfIt)
{
    Story story;
    story.note("16:25", "The update changed the settings. Replicas fell behind.", {person_tag(tags::root_cause)}, "Lag was 19 minutes.\n\nThen it grew.");
    story.tagged("16:30", tags::mitigation, "Read-only mode for the shop.");
    story.tagged("17:00", tags::resolution, "Settings are corrected. All is well.");
    const auto text = page(story);
    EXPECT_THAT(text, HasSubstr("- **Root cause:** The update changed the settings.\n"));
    EXPECT_THAT(text, HasSubstr("- **16:25** - Root cause: The update changed the settings.\n"));
    EXPECT_THAT(text, HasSubstr("### Root cause\nThe update changed the settings. Replicas fell behind.\n\nLag was 19 minutes.\n\nThen it grew.\n"));
    EXPECT_THAT(text, HasSubstr("### Resolution\nRead-only mode for the shop.\n\nSettings are corrected. All is well.\n"));
}

TEST(BriefMeasures, KeepImprovementsAndTasksApartWithOwnerAndDueDate)
{
    Story story;
    story.improvement("17:10", "Review every change of a database");
    story.task("17:11", "Add an alert on replication lag over 30 s", "db", "2024-07-01");
    story.task("17:12", "Patch nginx");
    EXPECT_THAT(page(story), HasSubstr("### Improvements\n- Review every change of a database\n\n### Tasks\n"
                                       "- [ ] Add an alert on replication lag over 30 s (owner: db, due: 2024-07-01)\n- [ ] Patch nginx\n"));
}

Story long_story()
{
    Story story = short_story();
    story.detection("15:16", "Customers call", "customer");
    for (int i = 0; i < 40; ++i) {
        const auto minute = std::string{"15:"} + std::to_string(17 + i);
        auto chat = story.blank(minute, "chat number " + std::to_string(i) + " with a few more words to read");
        chat.kind = Kind::chat;
        story.add(minute, chat);
        story.tagged(minute, tags::investigation, "Looked at log number " + std::to_string(i) + " of the many that there are");
        story.alert(minute, "Latency of host " + std::to_string(i) + " is far too high for this time of the day");
    }
    story.escalation("16:15", "paged Ana", "the database team");
    auto starred = story.blank("16:20", "A starred remark");
    starred.kind = Kind::chat;
    starred.star = true;
    story.add("16:20", starred);
    return story;
}

TEST(BriefFolding, StaysWithinTheBudgetAndKeepsWhatTheBriefDemands)
{
    const auto text = page(long_story());
    EXPECT_LE(count_words(text), 600u);
    for (const auto* kept : {"Detected by a customer", "Escalated to the database team", "Resolved: ", "A starred remark", "Looked at log number 0 "})
        EXPECT_THAT(text, HasSubstr(kept));
    EXPECT_THAT(text, Not(HasSubstr("Latency of host"))) << "alerts are the first to fold";
    EXPECT_THAT(text, Not(HasSubstr("chat number"))) << "then chat";
    EXPECT_THAT(text, HasSubstr("Looked at log number 1 ")) << "then investigation, from the end";
    EXPECT_THAT(text, HasSubstr("entries are left out here and kept in the record."));
}

TEST(BriefFolding, PrintsEveryLineWhenToldNotTo)
{
    Options options;
    options.fold = false;
    const auto text = page(long_story(), options);
    EXPECT_THAT(text, HasSubstr("chat number 39"));
    EXPECT_THAT(text, HasSubstr("Latency of host 39"));
    EXPECT_THAT(text, Not(HasSubstr("left out")));
}

TEST(DraftJson, FoldsNothingAwayAndListsWhatThePageLeftOut)
{
    const auto story = long_story();
    const auto timeline = timeline::build(story.entries, Story::key).value();
    const auto json = wire::parse_json(render_json(timeline, {})).value();
    EXPECT_EQ(json.at("timeline").as_array().size(), timeline.lines.size());
    EXPECT_GT(json.at("folded").as_array().size(), 40u);
    EXPECT_EQ(json.at("events").as_array().size(), timeline.events.size());
    for (const auto* fact : {"started_at", "detected_at", "detected_how", "escalated_to", "resolved_at", "closed_at", "duration_minutes",
                             "impact_percent", "root_cause"})
        EXPECT_TRUE(json.at("facts").as_object().contains(fact)) << fact;
    EXPECT_EQ(json.at("facts").at("duration_minutes").as_int64(), 105);
    EXPECT_FALSE(json.at("findings").as_array().empty());
}

TEST(DraftJson, NeverShowsLabelsThatAreOursAlone)
{
    Story story;
    story.alert("15:15", "HighErrorRate", "firing", "secret-print");
    EXPECT_EQ(render_json(timeline::build(story.entries, Story::key).value(), {}).find("secret-print"), std::string::npos);
}

TEST(RenderMarkdown, RefusesAnUnknownTemplateAndNamesTheKnownOnes)
{
    const auto refused = render_markdown(timeline::build(Story{}.entries, Story::key).value(), "breif", {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::invalid_input);
    EXPECT_THAT(refused.error().detail, HasSubstr("\"breif\"; known: brief"));
}

TEST(RenderMarkdown, RefusesAnUnknownZone)
{
    Options options;
    options.zone = "Mars/Olympus";
    const auto refused = render_markdown(timeline::build(Story{}.entries, Story::key).value(), "brief", options);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::invalid_input);
}

}  // namespace
}  // namespace incident::draft
