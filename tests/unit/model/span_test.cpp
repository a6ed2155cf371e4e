#include "model/time_grammar.hpp"
#include <gtest/gtest.h>

using namespace incident;
using namespace std::chrono_literals;

TEST(ParseSpan, ReadsWhatPeopleType)
{
    const std::pair<const char*, std::chrono::microseconds> spans[] = {
        {"5m", 5min}, {"2h", 2h}, {"1h30m", 90min}, {"90s", 90s}, {"2 hours", 2h}, {"1d", 24h}, {"0s", 0s},
        {"1 h 45 min", 105min}, {"2 d 3 h", 51h}, {"40 s", 40s}, {"1w", 168h}, {"350 ms", 350ms}, {"1.5h", 90min},
        {"0.25 s", 250ms}, {" 5 Minutes ", 5min}, {"1D", 24h}, {"3653d", 3653 * 24h}, {"1w2d3h4m5s6ms", 219h + 4min + 5s + 6ms},
        {"1.000001s", 1s + 1us}};
    for (const auto& [text, meant] : spans) {
        const auto span = parse_span(text);
        ASSERT_TRUE(span.has_value()) << span.error().detail;
        EXPECT_EQ(*span, meant) << text;
    }
}

TEST(ParseSpan, RefusesWithTheValueAndAFix)
{
    for (const auto* bad : {"", " ", "5", "m", "-5m", "+5m", "5x", "5M", "5 months", "1y", "h1", "1h30", "30m1h", "5m5m", "1.h",
                            "1.5.5h", "1.1234567h", "5m ago", "1h, 5m", "99999999999999999999s", "3654d", "3653d1s", "１h",
                            "1e3s", "0x5s", "5 m m"}) {
        const auto span = parse_span(bad);
        ASSERT_FALSE(span.has_value()) << bad;
        EXPECT_EQ(span.error().code, Errc::invalid_input);
        EXPECT_NE(span.error().detail.find("write it like 90s, 5m"), std::string::npos) << span.error().detail;
        EXPECT_NE(span.error().detail.find('"' + std::string{bad} + '"'), std::string::npos);
    }
    EXPECT_FALSE(parse_span(std::string(1'000'000, '1') + "s").has_value());
}

TEST(ToWords, PrintsTheTwoLargestUnits)
{
    EXPECT_EQ(to_words(105min), "1 h 45 min");
    EXPECT_EQ(to_words(51h), "2 d 3 h");
    EXPECT_EQ(to_words(51h + 59min), "2 d 3 h");
    EXPECT_EQ(to_words(48h), "2 d");
    EXPECT_EQ(to_words(60min), "1 h");
    EXPECT_EQ(to_words(33min + 10s), "33 min");
    EXPECT_EQ(to_words(40s), "40 s");
    EXPECT_EQ(to_words(59s + 999ms), "59 s");
    EXPECT_EQ(to_words(350ms), "350 ms");
    EXPECT_EQ(to_words(0s), "0 s");
    EXPECT_EQ(to_words(999us), "0 s");
    EXPECT_EQ(to_words(-5min), "-5 min");
    EXPECT_EQ(to_words(-1us), "0 s");
    EXPECT_EQ(to_words(std::chrono::microseconds::min()), "-106751991 d 4 h");
}
