#include "model/instant.hpp"
#include <gtest/gtest.h>

using namespace incident;
using namespace std::chrono_literals;

namespace {
const Instant quarter_past_three = std::chrono::sys_days{std::chrono::year{2024} / 6 / 22} + 15h + 15min;
}

TEST(ToRfc3339, AlwaysHasSixFractionDigitsAndZ)
{
    EXPECT_EQ(to_rfc3339(quarter_past_three), "2024-06-22T15:15:00.000000Z");
    EXPECT_EQ(to_rfc3339(quarter_past_three + 7us), "2024-06-22T15:15:00.000007Z");
    EXPECT_EQ(to_rfc3339(Instant{}), "1970-01-01T00:00:00.000000Z");
    EXPECT_EQ(to_rfc3339(Instant{-1us}), "1969-12-31T23:59:59.999999Z");
}

TEST(ToRfc3339, PrintsTheFirstAndTheLastInstant)
{
    EXPECT_EQ(to_rfc3339(parse_rfc3339("0001-01-01T00:00:00Z").value()), "0001-01-01T00:00:00.000000Z");
    EXPECT_EQ(to_rfc3339(parse_rfc3339("9999-12-31T23:59:59.999999Z").value()), "9999-12-31T23:59:59.999999Z");
}

struct Spelling {
    const char* text;
    const char* meant;
};

TEST(ParseRfc3339, ReadsEverySpelling)
{
    const Spelling spellings[] = {
        {"2024-06-22T15:15:00Z", "2024-06-22T15:15:00.000000Z"},
        {"2024-06-22t15:15:00z", "2024-06-22T15:15:00.000000Z"},
        {"2024-06-22 15:15:00Z", "2024-06-22T15:15:00.000000Z"},
        {"2024-06-22T15:15:00+03:00", "2024-06-22T12:15:00.000000Z"},
        {"2024-06-22T15:15:00+0300", "2024-06-22T12:15:00.000000Z"},
        {"2024-06-22T15:15:00-05:45", "2024-06-22T21:00:00.000000Z"},
        {"2024-06-22T15:15:00-00:00", "2024-06-22T15:15:00.000000Z"},
        {"2024-06-22T00:15:00+03:00", "2024-06-21T21:15:00.000000Z"},
        {"2024-06-22T15:15:00.5Z", "2024-06-22T15:15:00.500000Z"},
        {"2021-01-07T08:38:00.032813093Z", "2021-01-07T08:38:00.032813Z"},  // nanoseconds are cut, not rounded
        {"2024-06-22T15:15:00.9999999Z", "2024-06-22T15:15:00.999999Z"},
        {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000000Z"},
        {"2017-01-01T02:59:60.25+03:00", "2017-01-01T00:00:00.250000Z"},
        {"2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000000Z"},
        {"0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z"},
    };
    for (const auto& each : spellings) {
        const auto at = parse_rfc3339(each.text);
        ASSERT_TRUE(at.has_value()) << at.error().detail;
        EXPECT_EQ(to_rfc3339(*at), each.meant) << each.text;
    }
}

TEST(ParseRfc3339, RefusesWithTheValueAndAnExample)
{
    const char* const bad[] = {"", "now", "2024", "2024-06-22", "2024-06-22T15:15Z", "2024-06-22T15:15:00",
                               "2024-06-22T15:15:00 Z", "2024-06-22T15:15:00+3", "2024-06-22T15:15:00+03",
                               "2024-06-22T15:15:00+24:00", "2024-06-22T15:15:00+03:60", "2024-06-22T15:15:00.Z",
                               "2024-06-22T15:15:00.1234567890Z", "2024-06-22T24:00:00Z", "2024-06-22T15:60:00Z",
                               "2024-06-22T15:15:61Z", "2024-06-22T15:15:60Z", "2024-02-30T00:00:00Z",
                               "2023-02-29T00:00:00Z", "2024-13-01T00:00:00Z", "2024-00-10T00:00:00Z",
                               "2024-01-00T00:00:00Z", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+00:01",
                               "9999-12-31T23:59:59-00:01", "2024-06-22T15:15:00Z ", " 2024-06-22T15:15:00Z",
                               "2024-06-22T15:15:00Zjunk", "2024/06/22T15:15:00Z", "24-06-22T15:15:00Z",
                               "2024-06-22T15:15:00,5Z", "-024-06-22T15:15:00Z", "2024-6-22T15:15:00Z", "２０２４-06-22T15:15:00Z"};
    for (const auto* text : bad) {
        const auto at = parse_rfc3339(text);
        ASSERT_FALSE(at.has_value()) << text;
        EXPECT_EQ(at.error().code, Errc::invalid_input);
        EXPECT_NE(at.error().detail.find('"' + std::string{text} + '"'), std::string::npos) << at.error().detail;
        EXPECT_NE(at.error().detail.find("write it like 2024-06-22T15:15:00Z"), std::string::npos) << at.error().detail;
    }
}

TEST(ParseRfc3339, ARefusalIsSafeToPrint)
{
    const auto at = parse_rfc3339(std::string{"\x1b[31m\xff"} + std::string(10'000, 'x'));
    ASSERT_FALSE(at.has_value());
    EXPECT_EQ(at.error().detail.find('\x1b'), std::string::npos);
    EXPECT_LT(at.error().detail.size(), 300u);
}

TEST(IsZeroTime, KnowsGosZeroInEverySpelling)
{
    EXPECT_TRUE(is_zero_time(parse_rfc3339("0001-01-01T00:00:00Z").value()));
    EXPECT_TRUE(is_zero_time(parse_rfc3339("0001-01-01T00:00:00.000Z").value()));
    EXPECT_TRUE(is_zero_time(parse_rfc3339("0001-01-01T03:00:00+03:00").value()));
    EXPECT_FALSE(is_zero_time(parse_rfc3339("0001-01-01T00:00:00.000001Z").value()));
    EXPECT_FALSE(is_zero_time(Instant{}));
}
