#include "mapped.hpp"

namespace incident::ingest::test {
namespace {

std::optional<Instant> read(std::string_view raw, const std::string& zone = {})
{
    const auto time = read_foreign_time(raw, {TimeSpelling::Unit::automatic, {}, zone});
    return time ? std::optional{time->at} : std::nullopt;
}

TEST(ForeignTime, ReadsEveryFormThatSendersWrite)
{
    const std::pair<const char*, const char*> rows[]{
        {"2026-01-01T00:00:05Z", "2026-01-01T00:00:05Z"},
        {"2026-01-01T00:00:05.1Z", "2026-01-01T00:00:05.1Z"},
        {"2020-09-13T12:26:40.000000Z", "2020-09-13T12:26:40Z"},
        {"2022-05-06T10:00:00.1234567Z", "2022-05-06T10:00:00.123456Z"},            // seven digits, truncated
        {"2025-02-03T07:24:17.474101621Z", "2025-02-03T07:24:17.474101Z"},          // nine
        {"2026-01-01T02:00:05+02:00", "2026-01-01T00:00:05Z"},
        {"2019-07-30T10:36:59+0100", "2019-07-30T09:36:59Z"},
        {"2019-10-02T17:04:40.989+0000", "2019-10-02T17:04:40.989Z"},
        {"2021-04-28 21:50:00 +0200", "2021-04-28T19:50:00Z"},
        {"2020-12-07 14:53:07 +00:00", "2020-12-07T14:53:07Z"},
        {"2016-08-12 15:23:28 UTC", "2016-08-12T15:23:28Z"},
        {"2025-03-17 19:43:00 UTC", "2025-03-17T19:43:00Z"},
        {"2025-02-15 14:59:03.266529825 +0000 UTC", "2025-02-15T14:59:03.266529Z"}, // Go's default print
        {"2024/08/14 21:28:56 GMT", "2024-08-14T21:28:56Z"},
        {"Sat Oct 26 23:20:39 UTC 2024", "2024-10-26T23:20:39Z"},
        {"Thu, 29 Feb 2024 11:48:32 GMT", "2024-02-29T11:48:32Z"},
        {"Mon, 2 Jan 2006 15:04:05 -0700", "2006-01-02T22:04:05Z"},
        {"1498861543", "2017-06-30T22:25:43Z"},                  // s
        {"1483557272.5", "2017-01-04T19:14:32.5Z"},
        {"1566248777.677", "2019-08-19T21:06:17.677Z"},
        {"1713769708699", "2024-04-22T07:08:28.699Z"},           // ms
        {"1746013550000", "2025-04-30T11:45:50Z"},
        {"1750000000123456", "2025-06-15T15:06:40.123456Z"},     // us
        {"1502709956288000110", "2017-08-14T11:25:56.288Z"},     // ns
    };
    for (const auto& [raw, utc] : rows) {
        const auto time = read(raw);
        ASSERT_TRUE(time) << raw;
        EXPECT_EQ(*time, at(utc)) << raw << " read as " << to_rfc3339(*time);
    }
}

TEST(ForeignTime, TakesNoneForNone)
{
    for (const auto* const none : {"", " ", "0", "0001-01-01T00:00:00Z", "null", "soon", "-5", "2026-13-01T00:00:00Z", "2026-02-30 00:00:00 UTC", "99999999999999999999999", "1e9",
                                   "July 30, 2019 10:36 AM BST", "Sat Oct 26 23:20:39 CEST 2024", "Oct 11 22:14:15"})
        EXPECT_FALSE(read(none, "UTC")) << none;
    EXPECT_FALSE(read(std::string(200, '1')));
}

TEST(ForeignTime, NeedsAZoneForAZonelessTime)
{
    for (const auto* const zoneless : {"2024-10-26 23:20:39", "2017-06-30T22:25:43", "2026-01-21 14:06:38.412", "Sat Oct 26 23:20:39 2024"}) {
        EXPECT_FALSE(read(zoneless)) << zoneless;
        EXPECT_TRUE(read(zoneless, "UTC")) << zoneless;
    }
    EXPECT_EQ(read("2024-10-26 23:20:39", "Africa/Nairobi"), at("2024-10-26T20:20:39Z"));
    EXPECT_EQ(read("2024-10-26 23:20:39", "+01:00"), at("2024-10-26T22:20:39Z"));
    EXPECT_FALSE(read("2024-11-03 01:30:00", "America/New_York")) << "shown twice";
    EXPECT_FALSE(read("2024-03-10 02:30:00", "America/New_York")) << "never shown";
}

TEST(ForeignTime, ReadsAMalformedOffsetAsWhatItMustMean)
{
    const auto time = read_foreign_time("2025-02-03T21:41:42.853014+01.00", {});
    ASSERT_TRUE(time);
    EXPECT_EQ(time->at, at("2025-02-03T20:41:42.853014Z"));
    EXPECT_TRUE(time->guessed);
    EXPECT_FALSE(read_foreign_time("2025-02-03T21:41:42+01:00", {})->guessed);
}

TEST(ForeignTime, FollowsAPattern)
{
    const auto by = [](std::string pattern, std::string_view raw, std::string zone = {}) {
        const auto time = read_foreign_time(raw, {TimeSpelling::Unit::pattern, std::move(pattern), std::move(zone)});
        return time ? to_rfc3339(time->at) : "none";
    };
    EXPECT_EQ(by("%H:%M (%Z) %d.%m.%Y", "00:00 (UTC) 01.01.2026"), "2026-01-01T00:00:00.000000Z");
    EXPECT_EQ(by("%B %d, %Y %I:%M %p", "July 30, 2019 10:36 PM", "Europe/London"), "2019-07-30T21:36:00.000000Z");
    EXPECT_EQ(by("%I:%M %p %e %b %Y", "12:05 AM 3 Feb 2026", "UTC"), "2026-02-03T00:05:00.000000Z");
    EXPECT_EQ(by("%Y%m%dT%H%M%S.%f%z", "20260102T030405.1234567-0230"), "2026-01-02T05:34:05.123456Z");
    EXPECT_EQ(by("epoch=%s", "epoch=1498861543.25"), "2017-06-30T22:25:43.250000Z");
    EXPECT_EQ(by("%Y-%m-%d %H:%M", "2026-01-02 03:04"), "none") << "no zone";
    EXPECT_EQ(by("%Y-%m-%d %H:%M", "2026-01-02 03:04:05", "UTC"), "none") << "something follows";
    EXPECT_EQ(by("%Y-%m-%d %H:%M", "2026-02-31 03:04", "UTC"), "none");
    EXPECT_EQ(by("%d %b %Y %H", "3 Foo 2026 01", "UTC"), "none");
    EXPECT_EQ(by("%I:%M %p %d.%m.%Y", "13:05 PM 03.02.2026", "UTC"), "none");
}

TEST(ForeignTime, ReadsIdsThatHoldATime)
{
    const auto time = read_foreign_time("175928847299117063", {TimeSpelling::Unit::snowflake, {}, {}});
    ASSERT_TRUE(time);
    EXPECT_EQ(time->at, at("2016-04-30T11:18:25.796Z"));
    EXPECT_FALSE(read_foreign_time("99999999999999999999", {TimeSpelling::Unit::snowflake, {}, {}}));
}

}  // namespace
}  // namespace incident::ingest::test
