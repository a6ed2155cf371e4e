#include "model/text.hpp"
#include "model/time_grammar.hpp"
#include <gtest/gtest.h>

using namespace incident;

namespace {

struct Refused {
    const char* typed;
    const char* fix;  ///< what the error says to write instead
};

// Each names what was typed and a spelling that works.
constexpr Refused refused[] = {
    {"", "write it like 14:02"},
    {"   ", "write it like 14:02"},
    {"@", "write it like 14:02"},
    {"@@1717596000", "write it like 14:02"},
    {"soon", "write it like 14:02"},
    {"noonish", "write it like 14:02"},
    {"nowish", "write it like 14:02"},
    {"now-5m", "write it like 14:02"},
    {"last night", "write it like 14:02"},
    {"Monday 14:00", "write it like 14:02"},
    {"June 5 14:00", "write it like 14:02"},
    {"~14:02", "write it like 14:02"},
    {"\"14:02\"", "write it like 14:02"},
    {"1", "write 5m, 14:02 or @1717596000"},
    {"5", "write 5m, 14:02 or @1717596000"},
    {"1402", "write it like 14:02"},
    {"20240605", "write it like 2024-06-05"},
    {"@12345678", "write it like 2024-06-05"},
    {"@1234567", "write 5m, 14:02 or @1717596000"},
    {"1717596000000", "write it like @1717596000"},
    {"@1717596000000000", "write it like @1717596000"},
    {"@1717596000.", "write it like @1717596000.5"},
    {"@1717596000.1234567890", "write it like @1717596000.5"},
    {"@1717596000.5x", "write it like @1717596000.5"},
    {"@-1717596000", "write it like 90s, 5m"},
    {"@99999999999", "that have passed"},
    {"24:00", "write 00:00 of the next day"},
    {"25:00", "write it like 14:02"},
    {"14:60", "write it like 14:02"},
    {"14:2", "write it like 14:02"},
    {"14:", "write it like 14:02"},
    {"14:002", "write it like 14:02"},
    {"014:02", "write it like 14:02"},
    {"14:02:61", "write it like 14:02:07"},
    {"14:02:7", "write it like 14:02:07"},
    {"14:02:", "write it like 14:02:07"},
    {"14:02:07.", "write it like 14:02:07.250"},
    {"14:02:07.1234567890", "write it like 14:02:07.250"},
    {"14:02:60", "write seconds 00 to 59"},
    {"2024-06-05 14:02:60", "write seconds 00 to 59"},
    {"14:02,5", "an offset like +03:00"},
    {"13:15 pm", "write it like 3:15pm or 15:15"},
    {"0:15am", "write it like 3:15pm or 15:15"},
    {"0am", "write it like 3:15pm or 15:15"},
    {"15pm", "write it like 3:15pm or 15:15"},
    {"3:15 pm am", "an offset like 14:02+03:00"},
    {"3:15 qm", "an offset like 14:02+03:00"},
    {"14:02 JST", "an offset like 14:02+03:00"},
    {"14:02 XYZ", "an offset like 14:02+03:00"},
    {"14:02 Nowhere/Land", "an offset like +03:00"},
    {"14:02 Africa/Nairobbi", "did you mean Africa/Nairobi?"},
    {"14:02 UTC please", "14:02 UTC"},
    {"14:02 hello world", "14:02 UTC"},
    {"14:02+25", "an offset like +03:00"},
    {"14:02+300", "an offset like +03:00"},
    {"14:02+03:0", "an offset like +03:00"},
    {"14:02+03:60", "an offset like +03:00"},
    {"14:02+", "an offset like +03:00"},
    {"14:02 ago", "an offset like 14:02+03:00"},
    {"14:02 IST", "write the offset, like +05:30"},
    {"14:02 CST", "write the offset, like -06:00"},
    {"14:02 BST", "write the offset, like +01:00"},
    {"14:02 ET", "or a place, like America/New_York"},
    {"2024-06-05 14:00 PST", "or a place, like America/Los_Angeles"},
    {"2024-6-5 14:00", "write it like 2024-06-05"},
    {"2024-06-5", "write it like 2024-06-05"},
    {"2024-06", "write it like 2024-06-05"},
    {"2024-02-30", "write one like 2024-06-05"},
    {"2023-02-29 12:00", "write one like 2024-06-05"},
    {"2024-13-01", "write one like 2024-06-05"},
    {"2024-00-01", "write one like 2024-06-05"},
    {"0000-01-01", "write it like 2024-06-05"},
    {"12024-06-05", "write it like 2024-06-05"},
    {"2024-06-05T", "write it like 14:02"},
    {"2024-06-05Z14:00", "write it like 2024-06-05 14:00"},
    {"2024-06-0514:00", "write it like 2024-06-05"},
    {"2024-06-05 14", "write it like 14:00 or 2pm"},
    {"2024-06-05 5m", "write it like 14:00 or 2pm"},
    {"2024-06-05T14:00:00Z+03:00", "an offset like +03:00"},
    {"06/05/2024 14:00", "write the year first, like 2024-06-05"},
    {"2024/06/05", "write the year first, like 2024-06-05"},
    {"5.6.2024", "write the year first, like 2024-06-05"},
    {"05-06-2024", "write the year first, like 2024-06-05"},
    {"yesterday 25:00", "write it like 14:02"},
    {"today 14", "write it like 14:00 or 2pm"},
    {"yesterdays", "write it like 14:02"},
    {"5x", "write it like 90s, 5m"},
    {"5M", "write it like 90s, 5m"},
    {"3 months ago", "write it like 90s, 5m"},
    {"30m1h", "write it like 90s, 5m"},
    {"-5m ago", "write 5m ago or -5m"},
    {"+5m ago", "write 5m ago or -5m"},
    {"--5m", "write it like 90s, 5m"},
    {"-", "write it like 90s, 5m"},
    {"ago", "write it like 14:02"},
    {"11y ago", "write it like 90s, 5m"},
    {"4000d", "write it like 90s, 5m"},
    {"99999999999999999999s", "write it like 90s, 5m"},
    {"+10m", "write -10m or a time that has passed"},
    {"tomorrow", "write a time that has passed"},
    {"2030-01-01 00:00", "write a time that has passed"},
    {"0001-01-01 00:00+03:00", "write a year with four digits"},
    {"１４:02", "write it like 14:02"},
    {"14：02", "write it like 90s, 5m"},
};

}  // namespace

class ParseTimeRefuses : public testing::TestWithParam<Refused> {};

TEST_P(ParseTimeRefuses, WithTheValueAndAFix)
{
    TimeContext context;
    context.now = parse_rfc3339("2024-06-22T02:34:11.5Z").value();
    const auto reading = parse_time(GetParam().typed, context);
    ASSERT_FALSE(reading.has_value()) << to_rfc3339(reading->at);
    const auto& error = reading.error();
    EXPECT_EQ(error.code, Errc::invalid_input);
    EXPECT_NE(error.detail.find('"' + std::string{GetParam().typed} + '"'), std::string::npos) << error.detail;
    EXPECT_NE(error.detail.find(GetParam().fix), std::string::npos) << error.detail;
}
INSTANTIATE_TEST_SUITE_P(Table, ParseTimeRefuses, testing::ValuesIn(refused));

TEST(ParseTime, ARefusalIsShortAndSafeToPrint)
{
    TimeContext context;
    const std::string inputs[] = {std::string(1'000'000, '1') + "m", std::string(1'000'000, ':'), "14:02 \x1b[31m", "14:02 \u202e",
                                  "\xff\xfe", std::string{"14:02\0UTC", 9}, "14:02 " + std::string(100, 'Z'),
                                  "14:02\xc2\xa0UTC", std::string(5, '\0')};
    for (const auto& input : inputs) {
        const auto reading = parse_time(input, context);
        ASSERT_FALSE(reading.has_value()) << visible(input);
        EXPECT_TRUE(is_utf8(reading.error().detail));
        EXPECT_EQ(reading.error().detail, visible(reading.error().detail));
        EXPECT_LT(reading.error().detail.size(), 700u);
    }
}

TEST(ParseTime, SaysWhenTheGivenZoneIsUnknown)
{
    TimeContext context;
    context.now = parse_rfc3339("2024-06-22T02:34:11Z").value();
    context.zone = "Mars/Base";
    const auto reading = parse_time("14:02", context);
    ASSERT_FALSE(reading.has_value());
    EXPECT_NE(reading.error().detail.find("there is no time zone \"Mars/Base\""), std::string::npos);
    EXPECT_TRUE(parse_time("5m", context).has_value());  // needs no zone
    EXPECT_TRUE(parse_time("14:02 UTC", context).has_value());
    context.zone = "UTC";
    context.aliases = {{"HQ", "Mars/Base"}};
    EXPECT_FALSE(parse_time("14:02 HQ", context).has_value());
}
