#include "draft/import.hpp"
#include "draft/written.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <gtest/gtest.h>

namespace incident::draft::import_tests {
namespace {

/// `2024-06-22T14:00:00Z`, the fraction only where there is one.
std::string utc(Instant at)
{
    auto text = to_rfc3339(at);
    if (text.ends_with(".000000Z")) text.replace(19, 8, "Z");
    return text;
}

/// Every line on one: time (`~` about, `?` with another reading, `!` with a warning), tags, who, text, details.
std::string shown(const Imported& read)
{
    std::string all;
    for (const auto& line : read.lines) {
        all += line.at ? utc(*line.at).substr(line.at && utc(*line.at).starts_with("2024-06-22T") ? 11 : 0) : "-";
        if (line.until) all += ".." + utc(*line.until).substr(11);
        if (line.precision == Precision::about) all += '~';
        if (line.other) all += "?" + utc(*line.other).substr(utc(*line.other).starts_with("2024-06-22T") ? 11 : 0);
        else if (!line.warnings.empty()) all += '!';
        for (const auto& tag : line.tags) all += " #" + tag.name + (tag.how.empty() ? "" : ":" + tag.how) + (tag.to.empty() ? "" : ">" + tag.to);
        if (!line.author.empty()) all += " <" + line.author + '>';
        all += ' ' + line.text;
        if (!line.details.empty()) {
            auto details = line.details;
            std::replace(details.begin(), details.end(), '\n', '/');
            all += " {" + details + '}';
        }
        all += '\n';
    }
    return all;
}

struct Trap {
    const char* name;
    const char* document;
    const char* lines;
    const char* zone = "";
    const char* date = "2024-06-22";
};

ImportOptions options_of(const Trap& trap)
{
    ImportOptions options;
    options.zone = trap.zone;
    if (*trap.date != '\0') options.date = std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(parse_rfc3339(std::string{trap.date} + "T00:00:00Z").value())};
    return options;
}

class ImportTrap : public testing::TestWithParam<Trap> {};
TEST_P(ImportTrap, IsReadAsMeant)
{
    const auto read = read_written_timeline(GetParam().document, options_of(GetParam()));
    ASSERT_TRUE(read.has_value()) << read.error().detail;
    EXPECT_EQ(shown(*read), GetParam().lines);
}

INSTANTIATE_TEST_SUITE_P(
    Times, ImportTrap,
    testing::Values(
        Trap{"MidnightRollsOver", "- 10:00 PM UTC disk fills\n- 11:50 PM alert\n- 12:00 AM on-call up\n- 3:15 AM fixed\n",
             "22:00:00Z disk fills\n23:50:00Z alert\n2024-06-23T00:00:00Z on-call up\n2024-06-23T03:15:00Z fixed\n"},
        Trap{"ASmallStepBackIsNoNextDay", "- 14:10 UTC a\n- 14:02 b\n- 13:20 c\n- 14:30 d\n", "14:10:00Z a\n14:02:00Z b\n13:20:00Z c\n14:30:00Z d\n"},
        Trap{"TwelveIsNoonOrMidnight", "- 12:00 AM UTC a\n- 12:30 AM b\n- 12:00 PM c\n- 12:30 PM d\n", "00:00:00Z a\n00:30:00Z b\n12:00:00Z c\n12:30:00Z d\n"},
        Trap{"AnHourOf24BesideAHalf", "- 13:00 PM UTC a\n- 14:00 b\n- 23:00 AM c\n", "13:00:00Z?01:00:00Z a\n14:00:00Z b\n23:00:00Z?11:00:00Z c\n"},
        Trap{"AHalfThatSlipped", "- 9:45 PM UTC a\n- 10:00 PM b\n- 10:45 AM c\n- 11:00 PM d\n", "21:45:00Z a\n22:00:00Z b\n22:45:00Z?10:45:00Z c\n23:00:00Z d\n"},
        Trap{"ClocksInEverySpelling", "- 08:10PM UTC a\n- 8:20 p.m. b\n- 9pm: c\n- 11pm-ish - d\n- 2306HRS: e\n- 23.43 - f\n- 2350 - g\n", "20:10:00Z a\n20:20:00Z b\n21:00:00Z c\n23:00:00Z~ d\n23:06:00Z e\n23:43:00Z f\n23:50:00Z g\n"},
        Trap{"AYearThatIsWrongOnOneLine", "- 2019-10-20 10:00 UTC a\n- 2019-10-20 10:10 b\n- 2017-10-20 10:20 c\n- 2019-10-20 10:30 d\n",
             "2019-10-20T10:00:00Z a\n2019-10-20T10:10:00Z b\n2017-10-20T10:20:00Z?2019-10-20T10:20:00Z c\n2019-10-20T10:30:00Z d\n", "", ""},
        Trap{"AYearThatIsMissing", "# Outage of 2023\n\nTimeline (UTC), from 30 December 2023\n- Dec 30, 10:18 AM: a\n- Jan 2, 5:33 PM: b\n", "2023-12-30T10:18:00Z a\n2024-01-02T17:33:00Z b\n", "", ""},
        Trap{"DatesInEveryOrder", "- 16-08-2024 14:00 UTC a\n- 17 August 2024, 14:05 b\n- 18th of August 2024 at 14:06 c\n- August 19th, 2024 2:07 PM d\n- 20. August 2024, 14:08 - e\n- Tues 21 Aug 2024 14:09 f\n- 22/08/2024 14:10 g\n- 14:11 on 23 August 2024 - h\n",
             "2024-08-16T14:00:00Z a\n2024-08-17T14:05:00Z b\n2024-08-18T14:06:00Z c\n2024-08-19T14:07:00Z d\n2024-08-20T14:08:00Z e\n2024-08-21T14:09:00Z f\n2024-08-22T14:10:00Z g\n2024-08-23T14:11:00Z h\n", "", ""},
        Trap{"DayAndMonthThatMayHaveChangedPlaces", "- 05/06/2024 14:00 UTC a\n", "2024-06-05T14:00:00Z?2024-05-06T14:00:00Z a\n", "", ""},
        Trap{"DayAndMonthSettledByAnotherLine", "- 05/06/2024 14:00 UTC a\n- 05/16/2024 15:00 b\n", "2024-05-06T14:00:00Z a\n2024-05-16T15:00:00Z b\n", "", ""},
        Trap{"DatesAsHeadings", "## Timeline\nAll times in UTC.\n### 21 June 2024\n- 23:50 a\n- 00:10 b\n### 2024-06-25\n* 09:00 c\n", "2024-06-21T23:50:00Z a\n00:10:00Z b\n2024-06-25T09:00:00Z c\n", "", ""},
        Trap{"DatesAloneOnALine", "Timeline\n\n21 June 2024\n\n- 10:00 UTC a\n\nSaturday, June 22, 2024\n\n- 11:00 b\n", "2024-06-21T10:00:00Z a\n11:00:00Z b\n", "", ""},
        Trap{"ADefaultDateInASentence", "## Timeline\nAll times are UTC; unless noted all on 2024-06-22.\n- 2024-06-21 00:55: lead-up\n- 01:38: a\n", "2024-06-21T00:55:00Z lead-up\n01:38:00Z a\n", "", ""},
        Trap{"AZoneOnTheFirstLineOnly", "- 14:00 EAT a\n- 14:05 b\n", "11:00:00Z a\n11:05:00Z b\n"},
        Trap{"AZoneInTheHeading", "## Timeline (all times WAT)\n- 14:00 a\n- 14:05 UTC b\n", "13:00:00Z a\n14:05:00Z b\n"},
        Trap{"AZoneInTheSummary", "# Outage\n**Duration:** June 22, 2024, 2:00 PM - 4:30 PM EAT\n\n## Timeline\n- **2:00 PM:** a\n- **4:30 PM:** b\n", "11:00:00Z a\n13:30:00Z b\n", "", ""},
        Trap{"TwoZonesOnOneLine", "- 10:00 PDT (17:00 UTC) - a\n- 10:00 PDT / 18:00 UTC - b\n", "17:00:00Z a\n17:00:00Z?18:00:00Z b\n"},
        Trap{"OffsetsAndPlaces", "- 14:00+03:00 a\n- 14:00 UTC+2 b\n- 14:00 Africa/Nairobi c\n- 10:00 PT d\n- 14:00 UTC-5 e\n", "11:00:00Z a\n12:00:00Z b\n11:00:00Z c\n17:00:00Z d\n19:00:00Z e\n"},
        Trap{"WinterLettersInSummer", "- 10:00 PST a\n- 10:01 PDT b\n", "18:00:00Z?17:00:00Z a\n17:01:00Z b\n"},
        Trap{"LettersOfSeveralPlaces", "- 10:00 IST a\n", "04:30:00Z?08:00:00Z a\n"},
        Trap{"GmtInSummer", "- 10:00 GMT a\n", "10:00:00Z?09:00:00Z a\n"},
        Trap{"TheOffsetIsOfTheLine", "- 2024-03-30 10:00 a\n- 2024-03-31 10:00 b\n", "2024-03-30T10:00:00Z a\n2024-03-31T09:00:00Z b\n", "Europe/London", ""},
        Trap{"AnHourThatComesTwice", "- 2024-10-27 01:50 a\n- 01:10 b\n", "2024-10-27T00:50:00Z?2024-10-27T01:50:00Z a\n2024-10-27T01:10:00Z?2024-10-27T00:10:00Z b\n", "Europe/London", ""},
        Trap{"AnHourThatNeverCame", "- 2024-03-31 01:30 a\n", "2024-03-31T01:30:00Z?2024-03-31T00:30:00Z a\n", "Europe/London", ""},
        Trap{"TimesThatWereNeverFilledIn", "- 14:00 UTC a\n- ??:?? b\n- 14:?? c\n- HH:mm d\n- 2X:XX e\n", "14:00:00Z a\n-! b\n-! c\n-! d\n-! e\n"},
        Trap{"Ranges", "- 8:20 - 8:24 UTC a\n- ~13:30-13:45: b\n- 2:00-4:30 PM – c\n- 15:00 to 15:10 d\n- 23:50 – 00:10 e\n- 15 June 2024, 11:12 & Ongoing - f\n",
             "08:20:00Z..08:24:00Z a\n13:30:00Z..13:45:00Z~ b\n14:00:00Z..16:30:00Z c\n15:00:00Z..15:10:00Z d\n23:50:00Z..00:10:00Z e\n2024-06-15T11:12:00Z f\n"},
        Trap{"TimesInsideTheText", "- 14:00 UTC confirmed by 14:06, until 15:00 at 10.0.0.1:8080\n- 14:10 nginx 1.14.10 at 5:1\n- 5:1 is no time\n", "14:00:00Z confirmed by 14:06, until 15:00 at 10.0.0.1:8080\n14:10:00Z nginx 1.14.10 at 5:1\n- 5:1 is no time\n"},
        Trap{"SecondsAndFractions", "- 14:00:05 UTC a\n- 14:00:05.250Z b\n- 2024-06-22T14:00:06.5Z c\n- 1719064807.000200: d\n", "14:00:05Z a\n14:00:05.250000Z b\n14:00:06.500000Z c\n14:00:07.000200Z d\n"},
        Trap{"RelativeTimesStayRelative", "| Time | What |\n|--|--|\n| T-0 | a |\n| T+5min | b |\n| T+1h30 | c |\n", "- a\n- b\n- c\n"},
        Trap{"RelativeTimesWithAnAnchor", "## Timeline\nT0 = 2024-06-22 14:00 UTC\n- T+0: a\n- T+5min: b\n- T+1h30: c\n- +1:45 - d\n", "14:00:00Z a\n14:05:00Z b\n15:30:00Z c\n15:45:00Z d\n"}),
    [](const auto& trap) { return std::string{trap.param.name}; });

INSTANTIATE_TEST_SUITE_P(
    Layouts, ImportTrap,
    testing::Values(
        Trap{"Tables", "| Day | Time (EAT) | Who | What happened | Link |\n|:--|:-:|--|--|\n| Sat | **14:00** | ana | a \\| b<br>c | http://x |\n| | `14:05` | | d\n| | | sam | no time |\n", "11:00:00Z <ana> a | b c {Link: http://x}\n11:05:00Z d\n- <sam> no time\n"},
        Trap{"TablesWithADateColumn", "| Date | Time UTC | Event |\n|-|-|-|\n| 2024-06-21 | 14:00 | a |\n|  | 14:05 | b |\n| 22 June 2024 | 09:00 | c |\n", "2024-06-21T14:00:00Z a\n2024-06-21T14:05:00Z b\n09:00:00Z c\n", "", ""},
        Trap{"BoldAndCodeAroundTheTime", "- **2:00 PM UTC:** a\n- **2:01 PM**: b\n- `14:02` c\n- **14:03 – d**\n- [14:04] e\n- *14:05* - f\n", "14:00:00Z a\n14:01:00Z b\n14:02:00Z c\n14:03:00Z d\n14:04:00Z e\n14:05:00Z f\n"},
        Trap{"WrappedAndNested", "- 14:00 UTC a that\n  runs on\n  - nested one\n  - 14:59\n  ```\n  - 13:00 of a log\n  ```\n  > 12:00 quoted\n- 14:05 b\n", "14:00:00Z a that runs on {- nested one/- 14:59/- 13:00 of a log/> 12:00 quoted}\n14:05:00Z b\n"},
        Trap{"LabelsAmongTheLines", "Timeline:\n10:30 AM UTC: Pages time out.\nActions Taken: restarted the pods\nMisleading Investigation:\nNetwork was checked first.\n10:45 AM: Escalation: paged the db team\n11:00 AM - Resolved: failover done\n",
             "10:30:00Z Pages time out.\n- #action restarted the pods\n- #misleading_path Network was checked first.\n10:45:00Z #escalation paged the db team\n11:00:00Z #resolution failover done\n"},
        Trap{"SeveralInOneParagraph", "Timeline: 9:00 AM GMT on February 5th, 2022 - It was seen. 500 errors. 9:15 AM GMT on February 5th, 2022 - It was looked at. 11:00 AM GMT on February 5th, 2022 - Fixed.\nRoot cause and resolution: At 9:00 AM it broke.\n",
             "2022-02-05T09:00:00Z It was seen. 500 errors.\n2022-02-05T09:15:00Z It was looked at.\n2022-02-05T11:00:00Z Fixed.\n", "", ""},
        Trap{"SeparatorsOfEverySort", "- 14:00 UTC: a\n- 14:01 - b\n- 14:02 – c\n- 14:03 — d\n- 14:04  e\n- 14:05\xc2\xa0-\xc2\xa0" "f\n- 14:06\xe2\x80\x8b \xe2\x80\x9cg\xe2\x80\x9d\r\n- 14:07 | h\n", "14:00:00Z a\n14:01:00Z b\n14:02:00Z c\n14:03:00Z d\n14:04:00Z e\n14:05:00Z f\n14:06:00Z \xe2\x80\x9cg\xe2\x80\x9d\n14:07:00Z h\n"},
        Trap{"NewestFirst", "Resolved. All is well.\nJun 22, 14:44 UTC\n\nMonitoring. A fix is out.\nJun 22, 13:57 UTC\n\nWe look into it.\nJun 22, 13:10 UTC\n", "13:10:00Z We look into it.\n13:57:00Z Monitoring. A fix is out.\n14:44:00Z Resolved. All is well.\n"},
        Trap{"TimesBehindTheTexts", "- We look into it (Jun 22, 13:10 UTC)\n- A fix is out - Posted Jun 22, 13:57 UTC\n", "13:10:00Z We look into it\n13:57:00Z A fix is out\n"},
        Trap{"DuplicatesImagesAndNotes", "## Timeline\n- 14:00 UTC a\n- 14:00 UTC a\n\n![graph](x.png)\n\n- 14:10 b\n- Note: times are rough\n", "14:00:00Z a\n14:00:00Z a {graph}\n14:10:00Z b\n- Note: times are rough\n"},
        Trap{"TwoIncidentsInOneDocument", "# A\nDuration: 21 June 2024, 2:00 PM to 3:00 PM UTC\n## Timeline\n- 2:00 PM a\n## Lessons\n# B\nStart: 22 June 2024, 5:00 PM EAT\n## Timeline\n- 5:00 PM b\n", "2024-06-21T14:00:00Z a\n14:00:00Z b\n", "", ""},
        Trap{"TheSummaryIsNoLine", "# Outage\nDuration: 2:00 PM - 4:30 PM UTC\n## Timeline\n- 2:00 PM UTC a\n- 4:30 PM b\n## Action items\n- 17:00 UTC tell everybody\n", "14:00:00Z a\n16:30:00Z b\n"},
        Trap{"HeadingsWithTimes", "## Timeline\nTimes are CET.\n### 2018-03-13 07:28\n\nClusters lose disks.\n\n- more\n\n### 07:33\n* Looked at it.\n* And again.\n", "2018-03-13T06:28:00Z Clusters lose disks. {- more}\n2018-03-13T06:33:00Z Looked at it. {- And again.}\n", "", ""},
        Trap{"TimeAloneTextBelow", "## Timeline\n- 2025-04-14 16:37 UTC\n\n  A report came in.\n- 2025-04-14 17:02 UTC\n  Confirmed.\n", "2025-04-14T16:37:00Z A report came in.\n2025-04-14T17:02:00Z Confirmed.\n", "", ""},
        Trap{"DatesWithoutATime", "- 16 June 2024, 10:00 UTC - a\n- 16 June 2024 - cleaned up\n", "2024-06-16T10:00:00Z a\n- cleaned up\n"},
        Trap{"PlainSentences", "The story of 2015-12-15.\n\nAt 15:40Z we deployed.\n\nAt 16:24:12Z it was rolled back.\n", "2015-12-15T15:40:00Z we deployed.\n2015-12-15T16:24:12Z it was rolled back.\n", "", ""},
        Trap{"Html", "<html><h2>Timeline (EAT)</h2><ul><li><b>14:00</b> &ndash; a<ul><li>more</ul><li>14:05 b</ul><p>14:10 c</p>", "11:00:00Z a {- more}\n11:05:00Z b\n11:10:00Z c\n"},
        Trap{"WordsBullets", "Timeline\n\xe2\x80\xa2\t14:00 UTC a\no\tinner\n\xe2\x80\xa2\t14:05 b\n\xe2\x80\x93 14:06 c\n1. 14:07 d\n", "14:00:00Z a {- inner}\n14:05:00Z b\n14:06:00Z c\n14:07:00Z d\n"},
        Trap{"ACodeBlockThatIsTheTimeline", "# Log\n```\n14:00 UTC a\n14:05 b\n```\n", "14:00:00Z a\n14:05:00Z b\n"},
        Trap{"TheLabelledLayout", "On 22 June 2024, from 8:00 PM to 10:00 PM EAT it was down.\nTimeline:\nDetection Time: 8:00 PM EAT\nDetection Method: Customer complaints\nEscalation:\nThe infra team took over.\nResolution:\nMore servers.\nResolution:\nDetails of it.\n",
             "17:00:00Z #detection:customer Customer complaints\n- #escalation The infra team took over.\n- #resolution More servers.\n", "", ""},
        Trap{"Slack", R"([{"type":"message","user":"U1","ts":"1719064800.000000","text":"db is &lt;down&gt; <@U2> see <https://x|graph>","user_profile":{"display_name":"ana"}},{"type":"message","subtype":"channel_join","user":"U2","ts":"1719064801.0","text":"joined"},{"type":"message","user":"U2","ts":"1719064860.000000","text":"on it\nmore"}])",
             "14:00:00Z <ana> db is <down> @U2 see graph (https://x)\n14:01:00Z <U2> on it {more}\n", "", ""},
        Trap{"SlackWithNames", R"({"messages":[{"type":"message","user":"U1","ts":"1719064800.000000","text":"hi <@U1>"}],"users":[{"id":"U1","name":"ana","profile":{"display_name":"","real_name":"Ana B"}}]})", "14:00:00Z <Ana B> hi @Ana B\n", "", ""},
        Trap{"Irssi", "--- Log opened Sat Jun 22 13:00:00 2024\n13:59 -!- ana [a@b] has joined #ops\n14:00 <@ana> db down\n14:01 < sam> looking\n14:02  * ana waves\n--- Day changed Sun Jun 23 2024\n00:05 <ana> up\n", "14:00:00Z <ana> db down\n14:01:00Z <sam> looking\n14:02:00Z <ana> ana waves\n2024-06-23T00:05:00Z <ana> up\n", "UTC", ""},
        Trap{"Weechat", "2024-06-22 14:00:05\t-->\tana has joined\n2024-06-22 14:00:06\t@ana\tdb down\n2024-06-22 14:01:00\t *\tana waves\n", "14:00:06Z <ana> db down\n14:01:00Z <ana> ana waves\n", "UTC", ""},
        Trap{"Znc", "[14:00:05] <ana> db down\n[14:00:09] *** Joins: sam (s@h)\n[14:01:00] <sam> on it\n", "14:00:05Z <ana> db down\n14:01:00Z <sam> on it\n", "UTC"},
        Trap{"Csv", "Date,Time (UTC),Who,Description,Tags\n2024-06-22,14:00,ana,\"a, \"\"b\"\"\nc\",\"action,detection:alert\"\n2024-06-22,14:05,sam,'=1+1,\n", "14:00:00Z #action #detection:alert <ana> a, \"b\" c\n14:05:00Z <sam> =1+1\n", "", ""},
        Trap{"CsvWithoutAHead", "2024-06-22 14:00;a\n2024-06-22 14:05;b\n", "14:00:00Z a\n14:05:00Z b\n", "UTC", ""},
        Trap{"JsonLines", "{\"time\":\"2024-06-22T14:00:00Z\",\"message\":\"a\",\"user\":\"ana\",\"tags\":[\"act\"]}\nbroken\n{\"ts\":1719064860,\"text\":\"b\"}\n", "14:00:00Z #action <ana> a\n14:01:00Z b\n", "", ""}),
    [](const auto& trap) { return std::string{trap.param.name}; });

TEST(ImportTells, WhatItAssumedAndWhatItLeftOut)
{
    const auto read = read_written_timeline("## Timeline\nIn short.\n- 14:00 a\n", options_of({"", "", ""})).value();
    EXPECT_EQ(read.zone, "UTC");
    EXPECT_EQ(read.zone_from, "");
    ASSERT_EQ(read.warnings.size(), 1u);
    EXPECT_NE(read.warnings[0].find("--tz"), std::string::npos);
    ASSERT_EQ(read.skipped.size(), 1u);
    EXPECT_EQ(read.skipped[0].text, "In short.");
    const auto undated = read_written_timeline("- 14:00 UTC a\n- 14:01 b\n", {}).value();
    EXPECT_FALSE(undated.lines[0].at);
    EXPECT_NE(undated.warnings.at(0).find("--date"), std::string::npos);
    const auto zoned = read_written_timeline("## Timeline\nAll times EAT\n- 14:00 a\n", options_of({"", "", ""})).value();
    EXPECT_EQ(zoned.zone, "EAT");
    EXPECT_EQ(zoned.zone_from, "line 2");
}

TEST(ImportKeeps, TheTimeAndTheLineAsWritten)
{
    const auto read = read_written_timeline("# Postmortem: Shop down\n- **~2:05 PM** (EAT): \xe2\x80\xae" "evil\n  wrapped\n", options_of({"", "", ""})).value();
    EXPECT_EQ(read.title, "Shop down");
    ASSERT_EQ(read.lines.size(), 1u);
    EXPECT_EQ(read.lines[0].raw, "~2:05 PM (EAT)");
    EXPECT_EQ(read.lines[0].typed, "- **~2:05 PM** (EAT): \xe2\x80\xae" "evil\n  wrapped");
    EXPECT_EQ(read.lines[0].text, "\\u202eevil wrapped");
    EXPECT_EQ(read.lines[0].line, 2u);
    EXPECT_EQ(read.lines[0].precision, Precision::about);
}

TEST(ImportRefuses, WhatHasNoTimeline)
{
    for (const std::string_view document : {"", "hello", "# A\n- b\n- c\n", "{\"a\":1", "[]", "\xff\xfe", "5:1 is a ratio\n10.0.0.1 is an address\n"}) {
        const auto read = read_written_timeline(document, {});
        ASSERT_FALSE(read.has_value()) << document;
        EXPECT_EQ(read.error().code, Errc::invalid_input);
        EXPECT_FALSE(read.error().detail.empty());
    }
    ImportOptions options;
    options.zone = "Mars/Olympus";
    EXPECT_FALSE(read_written_timeline("- 14:00 a\n", options).has_value());
    EXPECT_EQ(read_written_timeline(std::string(max_written_bytes + 1, 'a'), {}).error().code, Errc::limit_exceeded);
}

}  // namespace
}  // namespace incident::draft::import_tests
