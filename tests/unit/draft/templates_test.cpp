#include "draft/draft.hpp"
#include "draft/mermaid.hpp"
#include "support/parsed_markdown.hpp"
#include "support/stories.hpp"
#include "support/entries.hpp"
#include "wire/json.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace incident::draft {
namespace {

using namespace incident::test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string page(const Story& story, std::string_view name, const Options& options = {})
{
    return render_markdown(timeline::build(story.entries, Story::key).value(), name, options).value();
}

/// What stands below `heading` up to the next heading.
std::string section(const std::string& text, const std::string& heading)
{
    const auto start = text.find(heading + '\n');
    if (start == std::string::npos) return "(no " + heading + ")";
    const auto from = start + heading.size() + 1;
    return text.substr(from, text.find("\n#", from) - from);
}

Story night()
{
    Story story;
    story.tagged("14:50", tags::change, "Routine update of the database settings");
    story.tagged("15:15", tags::impact, "Checkout answers 503 to 85% of users");
    story.detection("15:17", "Error rate alert fired on checkout", "alert");
    const auto guess = story.tagged("15:30", tags::hypothesis, "A traffic surge is behind it");
    story.tagged("15:35", tags::action, "Web servers scaled from 4 to 8", guess);
    story.tagged("15:45", tags::misleading_path, "Traffic was normal, scaling changed nothing", guess);
    story.escalation("16:15", "The database team takes over", "database team");
    story.note("16:20", "Coffee is out");
    story.tagged("16:40", tags::root_cause, "Replication settings were changed by the update. Lag grew from then on.");
    story.tagged("17:00", tags::resolution, "Replication settings corrected, caches cleared");
    story.task("17:30", "Add an alert on replication lag over 30 s", "db");
    story.improvement("17:31", "Review settings before an update");
    return story;
}

TEST(LabelledTemplate, PutsEachFactUnderItsLabel)
{
    const auto text = page(night(), "labelled");
    EXPECT_THAT(parse_markdown(text).headings,
                ElementsAre("Postmortem: Checkout returns 503", "Issue Summary", "Timeline", "Detection", "Detection method",
                            "Actions taken", "Misleading paths", "Escalation", "Resolution", "Also recorded", "Root Cause and Resolution",
                            "Root cause", "Resolution", "Corrective and Preventative Measures", "Improvements", "Tasks"));
    EXPECT_EQ(section(text, "### Detection"), "- **15:17** - Detected by a monitoring alert: Error rate alert fired on checkout.\n");
    EXPECT_EQ(section(text, "### Detection method"), "- A monitoring alert.\n");
    EXPECT_THAT(section(text, "### Actions taken"), HasSubstr("- **15:35** - Action: Web servers scaled from 4 to 8.\n"));
    EXPECT_THAT(section(text, "### Misleading paths"), HasSubstr("(15 min lost).\n"));
    EXPECT_EQ(section(text, "### Escalation"), "- **16:15** - Escalated to database team: The database team takes over.\n");
    EXPECT_THAT(section(text, "### Resolution"), HasSubstr("- **17:00** - "));
    EXPECT_THAT(section(text, "### Also recorded"), HasSubstr("Coffee is out"));
    EXPECT_THAT(text, HasSubstr("## Timeline\nAll times are UTC on 2024-06-22.\n"));
}

TEST(LabelledTemplate, AsksUnderTheLabelThatLacksSomething)
{
    const auto text = page(Story{}, "labelled");
    EXPECT_EQ(section(text, "### Detection"), "- TODO: when and how it was detected (incidentctl detect --how customer TEXT)\n");
    EXPECT_THAT(section(text, "### Actions taken"), HasSubstr("TODO: what was investigated and done"));
    EXPECT_THAT(section(text, "### Misleading paths"), HasSubstr("incidentctl mislead --none"));
    EXPECT_THAT(section(text, "### Escalation"), HasSubstr("incidentctl escalate --none"));
    EXPECT_THAT(section(text, "### Resolution"), HasSubstr("TODO: how it was resolved"));
    EXPECT_THAT(text, Not(HasSubstr("Also recorded")));
}

TEST(LabelledTemplate, SaysThatThereWasNoneWherePeopleSaidSo)
{
    Story story;
    IncidentFields fields;
    fields.none_escalation = fields.none_misleading_path = true;
    story.set("15:20", fields);
    const auto text = page(story, "labelled");
    EXPECT_EQ(section(text, "### Misleading paths"), "Misleading paths: none was taken.\n");
    EXPECT_EQ(section(text, "### Escalation"), "Escalation: none was needed.\n");
}

TEST(LabelledTemplate, PrintsTheDateWithTheTimeWhereTheListHasSeveral)
{
    Story story;
    story.detection("2024-06-22 23:50", "A customer calls", "customer");
    story.tagged("2024-06-23 00:10", tags::resolution, "Rolled back");
    const auto text = page(story, "labelled");
    EXPECT_THAT(text, HasSubstr("- **2024-06-22 23:50** - "));
    EXPECT_THAT(text, HasSubstr("- **2024-06-23 00:10** - "));
    EXPECT_THAT(text, HasSubstr("All times are UTC.\n"));
}

TEST(SreTemplate, KeepsTheOrderOfTheBook)
{
    const auto text = page(night(), "sre");
    EXPECT_THAT(parse_markdown(text).headings,
                ElementsAre("Postmortem: Checkout returns 503", "Summary", "Impact", "Root Causes", "Trigger", "Resolution", "Detection",
                            "Action Items", "Lessons Learned", "What went well", "What went wrong", "Where we got lucky",
                            "What can be improved", "Timeline"));
    EXPECT_THAT(section(text, "## Trigger"), HasSubstr("- **14:50** - Change: Routine update of the database settings.\n"));
    EXPECT_THAT(section(text, "## Detection"), HasSubstr("From the start to the detection: 2 min.\n"));
    EXPECT_THAT(section(text, "## Root Causes"), HasSubstr("Replication settings were changed by the update. Lag grew from then on.\n"));
    EXPECT_THAT(section(text, "### What went wrong"), HasSubstr("(15 min lost).\n"));
    EXPECT_THAT(section(text, "### What went well"), HasSubstr("TODO: what went well (incidentctl note TEXT #went_well)\n"));
    EXPECT_THAT(section(text, "## Action Items"), HasSubstr("- [ ] Add an alert on replication lag over 30 s (owner: db)\n"));
}

TEST(SreTemplate, NamesNoTriggerThatNobodyRecorded)
{
    Story story;
    story.tagged("15:15", tags::impact, "Checkout answers 503");
    story.tagged("15:40", tags::change, "Cache size doubled");  // after it began
    EXPECT_THAT(section(page(story, "sre"), "## Trigger"), testing::StartsWith("- TODO: what set it off (incidentctl change @TIME TEXT)\n"));
}

TEST(SreTemplate, TakesLessonsFromTheTagsOfThatName)
{
    Story story;
    story.tagged("15:15", tags::impact, "Checkout answers 503");
    story.tagged("17:15", went_well_tag, "The rollback took a minute");
    EXPECT_THAT(section(page(story, "sre"), "### What went well"), HasSubstr("- **17:15** - The rollback took a minute.\n"));
}

TEST(Templates, KeepTheirWordsWithinTheBudgetAndFoldNothingThatMustStay)
{
    auto story = night();
    for (int i = 0; i < 60; ++i) story.note(i % 2 == 0 ? "16:21" : "16:22", "Somebody looks at a graph and says what it shows, number " + std::to_string(i));
    for (const auto name : template_names) {
        const auto text = page(story, name);
        EXPECT_LE(count_words(text), 600u) << name;
        for (const auto* needed : {"Error rate alert fired", "Traffic was normal", "database team", "Replication settings corrected"})
            EXPECT_THAT(text, HasSubstr(needed)) << name;
        Options whole;
        whole.fold = false;
        EXPECT_THAT(page(story, name, whole), HasSubstr("number 59")) << name;
    }
}

TEST(Templates, PrintLocalTimesOfTwelveHours)
{
    Options options;
    options.zone = "Africa/Nairobi";
    options.clock = Clock::hours12;
    for (const auto name : template_names) {
        const auto text = page(night(), name, options);
        EXPECT_THAT(text, HasSubstr("- **6:15 PM** - ")) << name;
        EXPECT_THAT(text, HasSubstr("All times are EAT (Africa/Nairobi) on 2024-06-22.\n")) << name;
    }
}

TEST(Templates, RefuseAnUnknownOneByNamingTheKnown)
{
    const auto refused = render_markdown(timeline::build(night().entries, Story::key).value(), "short", {});
    ASSERT_TRUE(refused.has_error());
    EXPECT_EQ(refused.error().detail, "no template \"short\"; known: brief, sre, labelled");
}

TEST(MermaidBlock, StandsBehindTheTimelineAndCountsNoWords)
{
    Options options;
    options.mermaid = true;
    for (const auto name : template_names) {
        const auto text = page(night(), name, options);
        EXPECT_THAT(text, HasSubstr("```mermaid\ntimeline\n    title Checkout returns 503\n    section 2024-06-22\n    14∶50 : Change#58; Routine update"));
        EXPECT_EQ(count_words(text), count_words(page(night(), name))) << name;
        EXPECT_EQ(parse_markdown(text).count("code_block"), 1);
        EXPECT_LT(text.find("## Timeline"), text.find("```mermaid"));
    }
}

TEST(MermaidBlock, LetsNoTextBreakOut)
{
    EXPECT_EQ(escape_mermaid("a : b\n``` %%{init}%% #35; <b>; [x] {y} \"z\" -- \x1b[2J"),
              "a #58; b #96;#96;#96; #37;#37;#123;init#125;#37;#37; #35;35#59; #60;b#62;#59; #91;x#93; #123;y#125; #34;z#34; -#45; "
              "#92;x1b#91;2J");
}

TEST(MermaidBlock, DrawsOnlyWhatNeverFoldsOfALongNight)
{
    auto story = night();
    for (int i = 0; i < 200; ++i) story.note("16:21", "look " + std::to_string(i));
    Options options;
    options.mermaid = true;
    options.fold = false;
    const auto text = page(story, "brief", options);
    EXPECT_THAT(text, HasSubstr("    and more : 20"));
    EXPECT_THAT(text.substr(text.find("```mermaid")), Not(HasSubstr(" : look 7")));
}

TEST(Csv, HoldsEveryEventWithTimesInUtc)
{
    auto story = night();
    story.note("16:25", "a, \"quoted\" word\nand a second line");
    const auto timeline = timeline::build(story.entries, Story::key).value();
    const auto text = render_csv(timeline);
    EXPECT_TRUE(text.starts_with("number,occurred_at,precision,received_at,kind,source,author,tags,text,details,"));
    EXPECT_THAT(text, HasSubstr("\r\n1,2024-06-22T14:50:00.000000Z,exact,"));
    EXPECT_THAT(text, HasSubstr(",\"a, \"\"quoted\"\" word\nand a second line\","));
    EXPECT_THAT(text, HasSubstr(",escalation=database team,The database team takes over,"));
    EXPECT_EQ(std::ranges::count(text, '\r'), static_cast<std::ptrdiff_t>(timeline.events.size() + 1));
}

TEST(Csv, LetsNoTextBecomeAFormula)
{
    Story story;
    for (const auto* text : {"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"}) story.note("15:30", text);
    const auto csv = render_csv(timeline::build(story.entries, Story::key).value());
    for (const auto* cell : {",'=1+1,", ",'+1,", ",'-1,", ",'@SUM(A1),", ",'\\x09=1,", ",'\\x0d=1,", ",' =1,", ",'＝1,"}) EXPECT_THAT(csv, HasSubstr(cell));
}

TEST(JsonDraft, SpellsOutWhatATerminalWouldObeyAndLosesNothing)
{
    Story story;
    const std::string text = "a\x1b[2J\xc2\x9b\x7f\xe2\x80\xae\xe2\x80\x8b\xf3\xa0\x80\x81 é 日";
    story.note("15:30", text);
    const auto json = render_json(timeline::build(story.entries, Story::key).value(), {});
    for (const auto* hidden : {"\x1b", "\xc2\x9b", "\x7f", "\xe2\x80\xae", "\xe2\x80\x8b", "\xf3\xa0\x80\x81"}) EXPECT_THAT(json, Not(HasSubstr(hidden)));
    EXPECT_THAT(json, HasSubstr("é 日"));
    const auto parsed = wire::json::parse(json);
    EXPECT_EQ(parsed.at("events").as_array().at(0).at("text").as_string(), text);
}

TEST(JsonDraft, FoldsWhatItsTemplateFolds)
{
    auto story = night();
    for (int i = 0; i < 60; ++i) story.note("16:21", "Somebody looks at a graph and says what it shows, number " + std::to_string(i));
    const auto timeline = timeline::build(story.entries, Story::key).value();
    for (const auto name : template_names) {
        const auto folded = wire::json::parse(render_json(timeline, {}, name)).at("folded").as_array().size();
        EXPECT_THAT(render_markdown(timeline, name, {}).value(), HasSubstr("\n" + std::to_string(folded) + " entries are left out here")) << name;
    }
}

}  // namespace
}  // namespace incident::draft
