#include "model/time_grammar.hpp"
#include <gtest/gtest.h>

using namespace incident;
using namespace std::chrono_literals;

namespace {

Instant utc_at(const char* text) { return parse_rfc3339(text).value(); }

std::string shown(const char* utc, const char* zone)
{
    const auto local = to_local(utc_at(utc), zone);
    return local ? to_string(*local) : local.error().detail;
}

LocalTime wall(int year, int month, int day, int hour, int minute)
{
    return {.year = year, .month = month, .day = day, .hour = hour, .minute = minute, .second = 0, .microsecond = 0, .offset = 0s};
}

}  // namespace

TEST(ToLocal, NamesTheZoneAReaderSees)
{
    EXPECT_EQ(shown("2024-06-22T15:15:00Z", "UTC"), "2024-06-22 15:15:00 UTC");
    EXPECT_EQ(shown("2024-06-22T15:15:00Z", "Etc/UTC"), "2024-06-22 15:15:00 UTC");
    EXPECT_EQ(shown("2024-06-22T15:15:00Z", "utc"), "2024-06-22 15:15:00 UTC");
    EXPECT_EQ(shown("2024-06-22T15:15:00.25Z", "Africa/Nairobi"), "2024-06-22 18:15:00.250000 EAT");
    EXPECT_EQ(shown("2024-06-22T15:15:00Z", "EAT"), "2024-06-22 18:15:00 EAT");
    EXPECT_EQ(shown("2024-06-22T22:15:00Z", "Africa/Johannesburg"), "2024-06-23 00:15:00 SAST");
    EXPECT_EQ(shown("2024-06-22T15:15:00Z", "Asia/Kathmandu"), "2024-06-22 21:00:00 +05:45");
    EXPECT_EQ(shown("2024-01-22T15:15:00Z", "Europe/London"), "2024-01-22 15:15:00 GMT");
    EXPECT_EQ(shown("2024-06-22T15:15:00Z", "Europe/London"), "2024-06-22 16:15:00 +01:00");  // BST has two meanings
    EXPECT_EQ(shown("2024-06-22T15:15:00Z", "America/New_York"), "2024-06-22 11:15:00 -04:00");
    EXPECT_EQ(shown("2024-06-22T15:15:00Z", "-03:30"), "2024-06-22 11:45:00 -03:30");
    EXPECT_EQ(shown("2024-06-22T15:15:00Z", "america/new_york"), "2024-06-22 11:15:00 -04:00");
    EXPECT_EQ(shown("1969-12-31T23:59:59.999999Z", "UTC"), "1969-12-31 23:59:59.999999 UTC");
}

TEST(ToLocal, RefusesUnknownZonesWithNearNames)
{
    const std::pair<const char*, const char*> bad[] = {
        {"Africa/Nairobbi", "did you mean Africa/Nairobi?"}, {"Nairobi", "did you mean Africa/Nairobi?"},
        {"new_york", "did you mean America/New_York?"},      {"Mars/Olympus_Mons", "write an IANA name like"},
        {"", "write an IANA name like"},                     {"../../../etc/passwd", "write an IANA name like"},
        {"EST", "write a place, like America/New_York"},     {"IST", "write a place, like Asia/Kolkata"},
        {"+25:00", "write an IANA name like"},               {"posixrules", "write an IANA name like"}};
    for (const auto& [zone, fix] : bad) {
        const auto local = to_local(Instant{}, zone);
        ASSERT_FALSE(local.has_value()) << zone;
        EXPECT_EQ(local.error().code, Errc::invalid_input);
        EXPECT_NE(local.error().detail.find(zone), std::string::npos) << local.error().detail;
        EXPECT_NE(local.error().detail.find(fix), std::string::npos) << local.error().detail;
    }
}

TEST(FromLocal, IsTheInverse)
{
    EXPECT_EQ(from_local(wall(2024, 6, 22, 18, 15), "Africa/Nairobi").value(), utc_at("2024-06-22T15:15:00Z"));
    EXPECT_EQ(from_local(wall(2024, 7, 1, 12, 0), "America/New_York").value(), utc_at("2024-07-01T16:00:00Z"));
    EXPECT_EQ(from_local(wall(2024, 1, 1, 12, 0), "America/New_York").value(), utc_at("2024-01-01T17:00:00Z"));
    EXPECT_EQ(from_local(wall(2024, 1, 1, 12, 0), "UTC").value(), utc_at("2024-01-01T12:00:00Z"));
}

TEST(FromLocal, ShowsBothReadingsOfTheRepeatedHour)
{
    const auto twice = from_local(wall(2024, 11, 3, 1, 30), "America/New_York");
    ASSERT_FALSE(twice.has_value());
    EXPECT_EQ(twice.error().detail,
              "\"2024-11-03 01:30:00\" came twice in America/New_York, where the clocks went back: it is "
              "2024-11-03T05:30:00Z (EDT, -04:00) or 2024-11-03T06:30:00Z (EST, -05:00); write that one, with its Z "
              "or offset");
}

TEST(FromLocal, ShowsTheNeighboursOfTheSkippedHour)
{
    const auto never = from_local(wall(2024, 3, 10, 2, 30), "America/New_York");
    ASSERT_FALSE(never.has_value());
    EXPECT_EQ(never.error().detail,
              "\"2024-03-10 02:30:00\" never came in America/New_York, where the clocks went forward over it: you may mean "
              "2024-03-10T07:30:00Z (EST, -05:00) or 2024-03-10T06:30:00Z (EDT, -04:00); write that one, with its Z or "
              "offset");
}

TEST(FromLocal, RefusesWhatNoClockShows)
{
    EXPECT_FALSE(from_local(wall(2024, 2, 30, 1, 0), "UTC").has_value());
    EXPECT_FALSE(from_local(wall(2024, 13, 1, 1, 0), "UTC").has_value());
    EXPECT_FALSE(from_local(wall(2024, 1, 1, 24, 0), "UTC").has_value());
    EXPECT_FALSE(from_local(wall(2024, 1, 1, -1, 0), "UTC").has_value());
    EXPECT_FALSE(from_local(wall(0, 1, 1, 1, 0), "UTC").has_value());
    EXPECT_FALSE(from_local(wall(2024, 1, 1, 1, 0), "Nowhere").has_value());
}
