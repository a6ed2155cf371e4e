#include "model/time_grammar.hpp"
#include <gtest/gtest.h>

using namespace incident;
using namespace std::chrono_literals;

namespace {

Instant at(const char* text) { return parse_rfc3339(text).value(); }

/// The moment all of these are typed: 02:34:11 UTC on a Saturday in summer.
TimeContext night()
{
    TimeContext context;
    context.now = at("2024-06-22T02:34:11.5Z");
    return context;
}

std::string read(std::string_view text, const TimeContext& context)
{
    const auto reading = parse_time(text, context);
    if (!reading) return reading.error().detail;
    EXPECT_EQ(reading->raw, text);
    return to_rfc3339(reading->at);
}
std::string read(std::string_view text) { return read(text, night()); }

struct Row {
    const char* typed;
    const char* utc;
    Precision precision = Precision::minute;
};

void expect_rows(std::initializer_list<Row> rows, const TimeContext& context)
{
    for (const auto& row : rows) {
        const auto reading = parse_time(row.typed, context);
        ASSERT_TRUE(reading.has_value()) << reading.error().detail;
        EXPECT_EQ(to_rfc3339(reading->at), to_rfc3339(at(row.utc))) << row.typed;
        EXPECT_EQ(to_string(reading->precision), to_string(row.precision)) << row.typed;
        EXPECT_EQ(reading->raw, row.typed);
    }
}

}  // namespace

// The table of times people type, row by row.
TEST(ParseTime, ReadsEveryRowOfTheTable)
{
    using enum Precision;
    expect_rows(
        {
            {"now", "2024-06-22T02:34:11.5Z", exact},
            {"today", "2024-06-22T00:00:00Z", about},
            {"yesterday", "2024-06-21T00:00:00Z", about},
            {"yesterday 23:10", "2024-06-21T23:10:00Z"},
            {"5m", "2024-06-22T02:29:11.5Z"},
            {"2h", "2024-06-22T00:34:11.5Z"},
            {"1h30m", "2024-06-22T01:04:11.5Z"},
            {"90s", "2024-06-22T02:32:41.5Z", exact},
            {"-5m", "2024-06-22T02:29:11.5Z"},
            {"5m ago", "2024-06-22T02:29:11.5Z"},
            {"2 hours ago", "2024-06-22T00:34:11.5Z"},
            {"02:31", "2024-06-22T02:31:00Z"},
            {"02:31:07", "2024-06-22T02:31:07Z", exact},
            {"23:50", "2024-06-21T23:50:00Z"},  // never the future: yesterday's
            {"02:34", "2024-06-22T02:34:00Z"},
            {"02:35", "2024-06-21T02:35:00Z"},
            {"14:02 UTC", "2024-06-21T14:02:00Z"},
            {"14:02Z", "2024-06-21T14:02:00Z"},
            {"14:02+03", "2024-06-21T11:02:00Z"},
            {"14:02 Africa/Nairobi", "2024-06-21T11:02:00Z"},
            {"3:15pm", "2024-06-21T15:15:00Z"},
            {"3:15 PM UTC", "2024-06-21T15:15:00Z"},
            {"2024-06-05 14:00", "2024-06-05T14:00:00Z"},
            {"2024-06-05 14:00:07", "2024-06-05T14:00:07Z", exact},
            {"2024-06-05 14:00:07.25", "2024-06-05T14:00:07.25Z", exact},
            {"2024-06-05T14:00:00Z", "2024-06-05T14:00:00Z", exact},
            {"2024-06-05T14:00:00+03:00", "2024-06-05T11:00:00Z", exact},
            {"2024-06-05T14:00:00.123456789Z", "2024-06-05T14:00:00.123456Z", exact},
            {"@1717596000", "2024-06-05T14:00:00Z", exact},
            {"14:02 GMT", "2024-06-21T14:02:00Z"},
            {"14:02 EAT", "2024-06-21T11:02:00Z"},
            {"14:02 WAT", "2024-06-21T13:02:00Z"},
            {"14:02 CAT", "2024-06-21T12:02:00Z"},
            {"14:02 SAST", "2024-06-21T12:02:00Z"},
        },
        night());
}

TEST(ParseTime, ReadsOtherSpellingsOfTheSame)
{
    using enum Precision;
    expect_rows(
        {
            {"NOW", "2024-06-22T02:34:11.5Z", exact},
            {" now\n", "2024-06-22T02:34:11.5Z", exact},
            {"Today 01:00", "2024-06-22T01:00:00Z"},
            {"yesterday 3pm", "2024-06-21T15:00:00Z"},
            {"yesterday 23:10 EAT", "2024-06-21T20:10:00Z"},
            {"2:31", "2024-06-22T02:31:00Z"},
            {"2:31 am", "2024-06-22T02:31:00Z"},
            {"3pm", "2024-06-21T15:00:00Z"},
            {"3 P.M. UTC", "2024-06-21T15:00:00Z"},
            {"3:15:07.5pm", "2024-06-21T15:15:07.5Z", exact},
            {"12:00 am", "2024-06-22T00:00:00Z"},
            {"12:00 pm", "2024-06-21T12:00:00Z"},
            {"12am", "2024-06-22T00:00:00Z"},
            {"12:59 pm", "2024-06-21T12:59:00Z"},
            {"14:02z", "2024-06-21T14:02:00Z"},
            {"14:02 utc", "2024-06-21T14:02:00Z"},
            {"14:02-05:30", "2024-06-21T19:32:00Z"},
            {"14:02 +0300", "2024-06-21T11:02:00Z"},
            {"14:02+3", "2024-06-21T11:02:00Z"},
            {"14:02 UTC+3", "2024-06-21T11:02:00Z"},
            {"14:02 Etc/GMT+3", "2024-06-21T17:02:00Z"},  // the zone files count these the other way round
            {"14:02 asia/kathmandu", "2024-06-21T08:17:00Z"},
            {"2024-06-05", "2024-06-05T00:00:00Z", about},
            {"2024-06-05 UTC", "2024-06-05T00:00:00Z", about},
            {"2024-06-05  14:00   EAT", "2024-06-05T11:00:00Z"},
            {"2024-06-05 2pm EAT", "2024-06-05T11:00:00Z"},
            {"2024-06-05t14:00:00z", "2024-06-05T14:00:00Z", exact},
            {"2024-06-05T14:00", "2024-06-05T14:00:00Z"},
            {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z", exact},
            {"2017-01-01 02:59:60 EAT", "2017-01-01T00:00:00Z", exact},
            {"1717596000", "2024-06-05T14:00:00Z", exact},
            {"@1717596000.5", "2024-06-05T14:00:00.5Z", exact},
            {"@100000000", "1973-03-03T09:46:40Z", exact},
            {"@14:02", "2024-06-21T14:02:00Z"},
            {"0m", "2024-06-22T02:34:11.5Z"},
            {"1h 30 min ago", "2024-06-22T01:04:11.5Z"},
            {"0001-01-01 00:00:00", "0001-01-01T00:00:00Z", exact},
        },
        night());
}

TEST(ParseTime, ReadsTimesWithoutAZoneInTheGivenOne)
{
    auto context = night();
    context.zone = "Africa/Nairobi";  // 05:34 there
    expect_rows({{"05:30", "2024-06-22T02:30:00Z"},
                 {"05:40", "2024-06-21T02:40:00Z"},
                 {"yesterday 23:10", "2024-06-21T20:10:00Z"},
                 {"2024-06-05 14:00", "2024-06-05T11:00:00Z"},
                 {"02:30 UTC", "2024-06-22T02:30:00Z"}},
                context);
    EXPECT_EQ(read("today", context), "2024-06-21T21:00:00.000000Z");
    context.zone = "America/Los_Angeles";  // still yesterday evening there
    EXPECT_EQ(read("today", context), "2024-06-21T07:00:00.000000Z");
    EXPECT_EQ(read("19:30", context), "2024-06-22T02:30:00.000000Z");
}

TEST(ParseTime, UsesTheSitesAliasesFirst)
{
    auto context = night();
    context.aliases = {{"IST", "Asia/Kolkata"}, {"ops", "Europe/Berlin"}, {"EAT", "Africa/Nairobi"}};
    expect_rows({{"14:02 IST", "2024-06-21T08:32:00Z"},
                 {"14:02 ist", "2024-06-21T08:32:00Z"},
                 {"14:02 OPS", "2024-06-21T12:02:00Z"},
                 {"14:02 EAT", "2024-06-21T11:02:00Z"}},
                context);
}

TEST(ParseTime, TakesSeasonalLettersOnlyInTheirSeason)
{
    EXPECT_EQ(read("2024-01-05 14:00 PST"), "2024-01-05T22:00:00.000000Z");
    EXPECT_EQ(read("2024-06-05 14:00 PDT"), "2024-06-05T21:00:00.000000Z");
    EXPECT_EQ(read("2024-01-05 14:00 CET"), "2024-01-05T13:00:00.000000Z");
    EXPECT_EQ(read("2024-06-05 14:00 PST"),
              "\"2024-06-05 14:00 PST\" is not a time we can use: \"PST\" has several meanings here: 2024-06-05T22:00:00Z (PST is "
              "-08:00, America/Los_Angeles), or 2024-06-05T21:00:00Z (PDT is -07:00, America/Los_Angeles); write the offset, "
              "like -08:00, or a place, like America/Los_Angeles");
    for (const auto* unclear : {"2024-06-05 14:00 EST", "2024-06-05 14:00 MST", "2024-01-05 14:00 EDT", "2024-06-05 14:00 CET",
                                "2024-01-05 14:00 CEST"})
        EXPECT_NE(read(unclear).find("has several meanings here"), std::string::npos) << unclear;
}

TEST(ParseTime, ShowsEveryReadingOfUnclearLetters)
{
    EXPECT_EQ(read("14:02 IST"),
              "\"14:02 IST\" is not a time we can use: \"IST\" has several meanings here: 2024-06-21T08:32:00Z (IST is +05:30, "
              "Asia/Kolkata), or 2024-06-21T12:02:00Z (IST is +02:00, Asia/Jerusalem), or 2024-06-21T13:02:00Z (IST is +01:00, "
              "Europe/Dublin); write the offset, like +05:30, or a place, like Asia/Kolkata");
    for (const auto* letters : {"CST", "CDT", "BST", "AST", "AMT", "GST", "SST", "ET", "CT", "MT", "PT", "ist"}) {
        const auto said = read("14:02 " + std::string{letters});
        EXPECT_NE(said.find("has several meanings here: 2024-06-2"), std::string::npos) << said;
        EXPECT_NE(said.find("write the offset, like"), std::string::npos) << said;
    }
}

TEST(ParseTime, ShowsBothReadingsOfTheRepeatedAndTheSkippedHour)
{
    auto context = night();
    context.now = at("2024-11-20T12:00:00Z");
    context.zone = "America/New_York";
    const auto twice = read("2024-11-03 01:30", context);
    EXPECT_NE(twice.find("came twice"), std::string::npos) << twice;
    EXPECT_NE(twice.find("2024-11-03T05:30:00Z (EDT, -04:00) or 2024-11-03T06:30:00Z (EST, -05:00)"), std::string::npos) << twice;
    const auto never = read("2024-03-10 02:30", context);
    EXPECT_NE(never.find("never came"), std::string::npos) << never;
    EXPECT_NE(never.find("2024-03-10T07:30:00Z (EST, -05:00) or 2024-03-10T06:30:00Z (EDT, -04:00)"), std::string::npos) << never;
    // The same with the zone in the text, and each neighbour of the two hours is clear.
    context.zone = "UTC";
    EXPECT_NE(read("2024-11-03 01:30 America/New_York", context).find("came twice"), std::string::npos);
    EXPECT_EQ(read("2024-11-03 00:59 America/New_York", context), "2024-11-03T04:59:00.000000Z");
    EXPECT_EQ(read("2024-11-03 02:00 America/New_York", context), "2024-11-03T07:00:00.000000Z");
    EXPECT_EQ(read("2024-03-10 01:59 America/New_York", context), "2024-03-10T06:59:00.000000Z");
    EXPECT_EQ(read("2024-03-10 03:00 America/New_York", context), "2024-03-10T07:00:00.000000Z");
    EXPECT_EQ(read("2024-11-03 01:30-04:00", context), "2024-11-03T05:30:00.000000Z");
    EXPECT_EQ(read("2024-11-03 01:30 EST", context), "2024-11-03T06:30:00.000000Z");
    EXPECT_EQ(read("2024-11-03 01:30 EDT", context), "2024-11-03T05:30:00.000000Z");
}

TEST(ParseTime, AClockAloneInTheRepeatedHourIsClearUntilItRepeats)
{
    auto context = night();
    context.zone = "America/New_York";
    context.now = at("2024-11-03T05:45:00Z");  // 01:45, the first time
    EXPECT_EQ(read("01:30", context), "2024-11-03T05:30:00.000000Z");
    context.now = at("2024-11-03T06:15:00Z");  // 01:15, the second time: the second 01:30 is still to come
    EXPECT_EQ(read("01:30", context), "2024-11-03T05:30:00.000000Z");
    context.now = at("2024-11-03T06:45:00Z");
    EXPECT_NE(read("01:30", context).find("came twice"), std::string::npos);
    context.now = at("2024-11-04T05:30:00Z");  // the next day at 00:30: a day of 25 hours lies behind
    EXPECT_EQ(read("00:31", context), "2024-11-03T04:31:00.000000Z");
}

TEST(ParseTime, AClockAloneInTheSkippedHourIsRefusedThatDay)
{
    auto context = night();
    context.zone = "America/New_York";
    context.now = at("2024-03-10T16:00:00Z");
    EXPECT_NE(read("02:30", context).find("never came"), std::string::npos);
    context.now = at("2024-03-10T05:00:00Z");  // before it: yesterday's is meant
    EXPECT_EQ(read("02:30", context), "2024-03-09T07:30:00.000000Z");
    context.now = at("2024-03-11T08:00:00Z");  // and after it the next day's
    EXPECT_EQ(read("02:30", context), "2024-03-11T06:30:00.000000Z");
}

TEST(ParseTime, RefusesTheFutureExceptForDueTimes)
{
    for (const auto* future : {"+10m", "tomorrow", "today 23:00", "2024-06-22 02:36", "2030-01-01", "@1900000000", "9999-12-31T23:59:59Z"})
        EXPECT_NE(read(future).find("future"), std::string::npos) << read(future);
    // A second ahead of our clock is another machine's clock, not a mistake.
    EXPECT_EQ(read("2024-06-22T02:34:40Z"), "2024-06-22T02:34:40.000000Z");
    auto due = night();
    due.future_allowed = true;
    EXPECT_EQ(read("+10m", due), "2024-06-22T02:44:11.500000Z");
    EXPECT_EQ(read("+3d", due), "2024-06-25T02:34:11.500000Z");
    EXPECT_EQ(read("tomorrow", due), "2024-06-23T00:00:00.000000Z");
    EXPECT_EQ(read("tomorrow 9:00 EAT", due), "2024-06-23T06:00:00.000000Z");
    EXPECT_EQ(read("02:31", due), "2024-06-23T02:31:00.000000Z");  // the next one
    EXPECT_EQ(read("17:00", due), "2024-06-22T17:00:00.000000Z");
    EXPECT_EQ(read("2030-01-01", due), "2030-01-01T00:00:00.000000Z");
    EXPECT_NE(read("3d", due).find("write +3d"), std::string::npos);  // nobody should have to guess
}

TEST(ParseTime, ReadsBackWhatWePrint)
{
    for (const auto* zone : {"UTC", "Africa/Nairobi", "America/New_York", "Asia/Kathmandu", "Europe/London", "Africa/Monrovia"})
        for (const auto* moment : {"2024-01-05T14:00:00.25Z", "2024-06-05T14:00:07Z", "1901-01-01T00:00:00Z", "2024-11-03T05:30:00Z",
                                   "2024-11-03T06:30:00Z"}) {
            auto context = night();
            context.now = at("2025-01-01T00:00:00Z");
            const auto printed = to_string(to_local(at(moment), zone).value());
            EXPECT_EQ(read(printed, context), to_rfc3339(at(moment))) << printed;
        }
    EXPECT_EQ(read(to_rfc3339(at("2024-06-05T14:00:07Z"))), "2024-06-05T14:00:07.000000Z");
}
