#include "draft/reexport.hpp"
#include "support/entries.hpp"
#include "support/parsed_markdown.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace incident::draft {
namespace {

using namespace incident::test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Story early()
{
    Story story;
    story.tagged("15:15", tags::impact, "Checkout answers 503 to 85% of users");
    story.detection("15:17", "Error rate alert fired", "alert");
    return story;
}

std::string exported(const Story& story, std::string_view name = "brief", bool mermaid = false)
{
    Options options;
    options.marks = true;
    options.mermaid = mermaid;
    return render_markdown(timeline::build(story.entries, Story::key).value(), name, options).value();
}

std::string replaced(std::string text, const std::string& what, const std::string& by)
{
    const auto at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what << " in\n" << text;
    return at == std::string::npos ? text : text.replace(at, what.size(), by);
}

TEST(Marks, AreCommentsAroundEachSectionAndCostNoWords)
{
    for (const auto name : template_names) {
        const auto marked = exported(early(), name);
        const auto plain = render_markdown(timeline::build(early().entries, Story::key).value(), name, {}).value();
        EXPECT_EQ(count_words(marked), count_words(plain));
        EXPECT_EQ(parse_markdown(marked).headings, parse_markdown(plain).headings) << name;
        EXPECT_TRUE(marked.starts_with("<!-- incidentd:draft INC-7 " + std::string{name} + " title "));
        for (const auto& html : parse_markdown(marked).html) EXPECT_TRUE(html.starts_with("<!-- incidentd:") && html.ends_with(" -->\n")) << html;
    }
}

TEST(Marks, TheChecksumForgivesAnEditorsTidying)
{
    EXPECT_EQ(checksum_of("a\nb\n"), checksum_of("\na  \r\nb\t\n\n\n"));
    EXPECT_NE(checksum_of("a\nb\n"), checksum_of("a\n\nb\n"));
    EXPECT_NE(checksum_of("a\n"), checksum_of(" a\n"));
    EXPECT_EQ(checksum_of("").size(), 16u);
}

TEST(Reexport, OfAnUntouchedFileIsTheNewExport)
{
    auto story = early();
    const auto before = exported(story);
    story.tagged("16:00", tags::resolution, "Rolled back");
    const auto now = exported(story);
    const auto again = reexport(before, now).value();
    EXPECT_EQ(again.text, now);
    EXPECT_THAT(again.renewed, ElementsAre("issue-summary", "timeline", "resolution"));
    EXPECT_TRUE(again.kept.empty());
    EXPECT_TRUE(again.warnings.empty());
    EXPECT_EQ(reexport(now, now)->text, now);
    EXPECT_TRUE(reexport(now, now)->renewed.empty());
}

TEST(Reexport, KeepsWhatPeopleChangedAndShowsWhatIsNewBesides)
{
    auto story = early();
    const auto before = replaced(exported(story), "Error rate alert fired", "Our best alert fired, at last");
    story.tagged("16:00", tags::resolution, "Rolled back");
    const auto again = reexport(before, exported(story)).value();
    EXPECT_THAT(again.text, HasSubstr("Our best alert fired, at last"));
    EXPECT_THAT(again.text, Not(HasSubstr("- **16:00** - ")));
    EXPECT_THAT(again.text, HasSubstr("### Resolution\nRolled back\n")) << "untouched sections are renewed";
    ASSERT_EQ(again.kept.size(), 1u);
    EXPECT_EQ(again.kept[0].name, "timeline");
    EXPECT_THAT(again.kept[0].difference, HasSubstr("\n+- **16:00** - Resolved: Rolled back.\n"));
    EXPECT_THAT(again.kept[0].difference, HasSubstr("\n-- **15:17** - Detected by a monitoring alert: Our best alert fired, at last.\n"));
    // and again, with nothing new: the section stays and is shown again, since nobody has taken it over
    EXPECT_EQ(reexport(again.text, exported(story))->text, again.text);
}

TEST(Reexport, IsSilentAboutAChangedSectionThatNothingNewConcerns)
{
    auto story = early();
    const auto before = replaced(exported(story), "Error rate alert fired", "Our best alert fired");
    story.improvement("16:00", "Review alerts");
    const auto again = reexport(before, exported(story)).value();
    EXPECT_TRUE(again.kept.empty());
    EXPECT_THAT(again.renewed, ElementsAre("corrective-and-preventative-measures"));
}

TEST(Reexport, KeepsTextBetweenSections)
{
    auto story = early();
    const auto before = replaced(exported(story), "<!-- incidentd:begin timeline", "A word of ours.\n\n## Our own section\n\n<!-- incidentd:begin timeline");
    story.tagged("16:00", tags::resolution, "Rolled back");
    const auto again = reexport(before, exported(story)).value();
    EXPECT_THAT(again.text, HasSubstr("\nA word of ours.\n\n## Our own section\n\n<!-- incidentd:begin timeline"));
    EXPECT_THAT(again.text, HasSubstr("- **16:00** - "));
}

TEST(Reexport, RenewsASectionThatWasEmptied)
{
    const auto now = exported(early());
    const auto begin = now.find("## Timeline");
    const auto emptied = now.substr(0, begin) + now.substr(now.find("<!-- incidentd:end timeline"));
    EXPECT_EQ(reexport(emptied, now)->text, now);
}

TEST(Reexport, AddsANewSectionInItsPlaceAndDropsAnUntouchedOneThatIsNoMore)
{
    const auto without = exported(early()), with = exported(early(), "brief", true);
    const auto added = reexport(without, with).value();
    EXPECT_EQ(added.text, with);
    EXPECT_THAT(added.added, ElementsAre("picture"));
    const auto dropped = reexport(with, without).value();
    EXPECT_EQ(dropped.text, without);
    EXPECT_THAT(dropped.dropped, ElementsAre("picture"));
    const auto changed = replaced(with, "    title Checkout", "    title Our checkout");
    EXPECT_THAT(reexport(changed, without)->text, HasSubstr("title Our checkout"));
}

TEST(Reexport, DoesNotBringBackWhatPeopleTookOut)
{
    auto story = early();
    auto before = exported(story);
    const auto begin = before.find("<!-- incidentd:begin tasks");
    before.erase(begin);  // the last section, marks and all
    story.task("16:00", "Add an alert");
    const auto again = reexport(before, exported(story)).value();
    EXPECT_THAT(again.text, Not(HasSubstr("### Tasks")));
    EXPECT_TRUE(again.added.empty());
    // the marks alone taken away: their text is people's now
    auto unmarked = replaced(exported(early()), "<!-- incidentd:end tasks -->\n", "");
    unmarked.erase(unmarked.find("<!-- incidentd:begin tasks"), unmarked.find("### Tasks") - unmarked.find("<!-- incidentd:begin tasks"));
    EXPECT_EQ(reexport(unmarked, exported(story))->text.find("Add an alert"), std::string::npos);
    EXPECT_THAT(reexport(unmarked, exported(story))->text, HasSubstr("### Tasks\n- [ ] TODO"));
}

TEST(Reexport, LeavesDamagedAndCopiedMarksAlone)
{
    auto story = early();
    const auto clean = exported(story);
    story.tagged("16:00", tags::resolution, "Rolled back");
    const auto now = exported(story);
    const auto no_end = reexport(replaced(clean, "<!-- incidentd:end timeline -->\n", ""), now).value();
    EXPECT_THAT(no_end.warnings, ElementsAre(HasSubstr("the mark at the end of the section timeline is missing")));
    EXPECT_THAT(no_end.text, Not(HasSubstr("- **16:00** - ")));
    EXPECT_THAT(no_end.text, HasSubstr("### Resolution\nRolled back\n"));
    const auto begin = clean.find("<!-- incidentd:begin timeline"), end = clean.find("<!-- incidentd:begin root-cause");
    const auto twice = reexport(clean + clean.substr(begin, end - begin), now).value();
    EXPECT_THAT(twice.warnings, ElementsAre(HasSubstr("the section timeline stands there more than once")));
    EXPECT_THAT(twice.text, Not(HasSubstr("- **16:00** - ")));
    EXPECT_THAT(twice.text, HasSubstr("### Resolution\nRolled back\n"));
    const auto headless = reexport(clean.substr(clean.find('\n') + 1), exported(story, "brief", true)).value();
    EXPECT_THAT(headless.text, HasSubstr("- **16:00** - "));
    EXPECT_TRUE(headless.added.empty());
    EXPECT_THAT(headless.warnings, ElementsAre(HasSubstr("first line is gone")));
}

TEST(Reexport, RefusesAFileThatIsNotItsOwn)
{
    const auto now = exported(early());
    const auto told = [&](std::string_view file) { return reexport(file, now).error().detail; };
    EXPECT_THAT(told("# My notes\n\nall by hand\n"), HasSubstr("no marks of a draft"));
    EXPECT_THAT(told("# My notes\n\nall by hand\n"), HasSubstr("--force"));
    EXPECT_THAT(told(""), HasSubstr("no marks"));
    EXPECT_THAT(told(replaced(now, "incidentd:draft INC-7", "incidentd:draft INC-3")), HasSubstr("it is the draft of INC-3"));
    EXPECT_THAT(told(exported(early(), "sre")), HasSubstr("made with --template sre"));
}

TEST(Reexport, KeepsTheLineEndingsOfTheFile)
{
    const auto now = exported(early());
    std::string crlf;
    for (const char c : now) crlf.append(c == '\n' ? "\r\n" : std::string(1, c));
    const auto again = reexport(crlf, now).value();
    EXPECT_EQ(again.text, crlf);
    EXPECT_TRUE(again.renewed.empty());
}

TEST(Reexport, TakesNoMarkOutOfATextOfOthers)
{
    auto story = early();
    story.note("15:30", "<!-- incidentd:end timeline -->", {}, "<!-- incidentd:begin tasks 0 -->\n<!-- incidentd:draft INC-9 sre -->");
    story.note("15:31", "a\n<!-- incidentd:end timeline -->\nb", {person_tag(tags::root_cause)}, "<!-- incidentd:begin timeline 0123456789abcdef -->");
    const auto now = exported(story);
    EXPECT_EQ(reexport(now, now)->text, now);
    EXPECT_TRUE(reexport(now, now)->warnings.empty());
}

TEST(LineDifference, ShowsChangedLinesWithALittleAround)
{
    EXPECT_EQ(line_difference("a\nb\n", "a\r\nb"), "");
    EXPECT_EQ(line_difference("1\n2\n3\n4\n5\n6\n", "1\n2\n3\n4\nV\n6\n"), "@@ -2,5 +2,5 @@\n 2\n 3\n 4\n-5\n+V\n 6\n");
    std::string huge;
    for (std::size_t i = 0; i < max_compared_lines; ++i) huge += std::to_string(i) + '\n';
    EXPECT_EQ(line_difference(huge, "1\n"), "-(20000 lines)\n+(1 lines)\n");
}

}  // namespace
}  // namespace incident::draft
