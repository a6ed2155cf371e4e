#include "bodies.hpp"

namespace incident::ingest::test {
namespace {

Understood read(std::string_view bytes, std::string_view type = "application/json", const std::string& zone = "UTC")
{
    auto source = named("generic");
    source.zone = zone;
    return read_generic(body_of(bytes, type), source);
}

TEST(Generic, FindsCommonNamesByItself)
{
    const auto understood = read(sample("generic/one.json"));
    ASSERT_EQ(understood.items.size(), 1u);
    const auto& event = event_at(understood, 0);
    EXPECT_EQ(event.kind, Kind::alert);
    EXPECT_EQ(event.source, "generic");
    EXPECT_EQ(event.text, "Backup of db2 failed");
    EXPECT_EQ(event.details, "no space left");
    EXPECT_EQ(event.status, "firing");
    EXPECT_EQ(event.occurred_at, at("2026-06-22T12:15:00Z"));
    EXPECT_EQ(event.key, "2026-06-22T12:15:00.000000Z|bk-7|firing");
    EXPECT_EQ(event.labels.at(std::string{fingerprint_label}), "bk-7");
    EXPECT_EQ(event.labels.at("source"), "db2");
    EXPECT_EQ(event.labels.at("env"), "prod");
    EXPECT_EQ(event.labels.at("nightly"), "");
    EXPECT_EQ(urls(event), Texts{"https://backup.lan/7"});
}

TEST(Generic, ReadsAListAndEpochsByMagnitude)
{
    const auto understood = read(sample("generic/list.json"));
    ASSERT_EQ(understood.items.size(), 4u);
    EXPECT_EQ(event_at(understood, 0).occurred_at, at("2025-06-15T15:06:40Z"));
    EXPECT_EQ(event_at(understood, 1).occurred_at, at("2025-06-15T15:06:40.123Z"));
    EXPECT_TRUE(has_flag(event_at(understood, 2), "unparsed")) << "a bad element does not lose its neighbours";
    EXPECT_EQ(event_at(understood, 3).occurred_at, at("2025-06-15T15:06:40.123456Z"));
    EXPECT_EQ(event_at(understood, 3).occurred_raw, "1750000000123456789");
}

TEST(Generic, ReadsLinesAndKeepsABadOne)
{
    for (const auto* const type : {"application/x-ndjson", "application/json", "text/plain"}) {
        const auto understood = read(sample("generic/lines.ndjson"), type);
        ASSERT_EQ(understood.items.size(), 4u) << type;
        EXPECT_EQ(understood.unparsed, 1u);
        EXPECT_EQ(event_at(understood, 1).status, "resolved");
        EXPECT_EQ(event_at(understood, 2).details, "{broken");
        EXPECT_EQ(event_at(understood, 3).text, "three");
    }
}

TEST(Generic, TakesUnfilledTemplatesForEmpty)
{
    const auto understood = read(sample("generic/placeholders.json"));
    const auto& event = event_at(understood, 0);
    EXPECT_EQ(event.text, "kept");
    EXPECT_EQ(event.severity, "");
    EXPECT_EQ(event.status, "firing");
    EXPECT_TRUE(event.links.empty());
    EXPECT_TRUE(has_flag(event, "time_from_arrival"));
}

TEST(Generic, KeepsTheBodyOfAnEventWithoutText)
{
    const auto understood = read(R"({"a":1})");
    EXPECT_EQ(event_at(understood, 0).text, "generic: an event without a text");
    EXPECT_EQ(event_at(understood, 0).details, R"({"a":1})");
}

TEST(Generic, ReadsTimesWithZoneWords)
{
    const auto time_of = [](const std::string& time) {
        const auto understood = read(R"({"title":"x","time":")" + time + R"("})");
        return event_at(understood, 0).occurred_at;
    };
    for (const auto* const spelling : {"2026-05-06 07:08:09 UTC", "2026-05-06 07:08:09 +0000 UTC", "2026-05-06 07:08:09", "2026-05-06T07:08:09Z", "2026-05-06T10:08:09+03:00",
                                       "1778051289", "1778051289.000", "1778051289000", "1778051289000000"})
        EXPECT_EQ(time_of(spelling), at("2026-05-06T07:08:09Z")) << spelling;
    for (const auto* const none : {"0", "", "soon", "-5", "99999999999999999999999", "2026-13-40 00:00:00", "1e9"}) EXPECT_EQ(time_of(none), arrival) << none;
}

TEST(Generic, TakesATimeWithoutAZoneOnlyWhereTheSourceNamesOne)
{
    const auto time_in = [](const std::string& zone, const std::string& time) { return event_at(read(R"({"title":"x","time":")" + time + R"("})", "", zone), 0); };
    EXPECT_EQ(time_in("Africa/Nairobi", "2026-06-22 18:15:00").occurred_at, at("2026-06-22T15:15:00Z"));
    EXPECT_TRUE(has_flag(time_in("", "2026-06-22 18:15:00"), "time_from_arrival"));
    const auto repeated = time_in("America/New_York", "2024-11-03 01:30:00");
    EXPECT_EQ(repeated.occurred_at, arrival);
    EXPECT_TRUE(has_flag(repeated, "time_from_arrival")) << "daylight saving shows this hour twice";
    EXPECT_EQ(repeated.occurred_raw, "2024-11-03 01:30:00");
}

TEST(Generic, TellsARepeatByWhatAnAlertSaidLastWhenThereIsNoTime)
{
    const auto without = read(R"({"title":"x","id":7})");
    EXPECT_TRUE(without.items[0].tells_state);
    EXPECT_EQ(event_at(without, 0).labels.at(std::string{fingerprint_label}), "7");
    const auto with = read(R"({"title":"x","id":7,"time":1778051289})");
    EXPECT_FALSE(with.items[0].tells_state);
}

TEST(Generic, KeepsWhatItDoesNotUnderstand)
{
    EXPECT_EQ(read("hello").unparsed, 1u);
    EXPECT_EQ(read("7").unparsed, 1u);
    EXPECT_EQ(read("").unparsed, 1u);
    EXPECT_EQ(read(R"({"title":"a","title":"b"})").unparsed, 1u);
    EXPECT_FALSE(read("[]").note.empty());
}

TEST(Generic, BoundsTheEventsOfOneBody)
{
    std::string lines;
    for (int i = 0; i < 20'005; ++i) lines += "{\"title\":\"x\"}\n";
    const auto understood = read(lines, "application/x-ndjson");
    ASSERT_EQ(understood.items.size(), 20'001u);
    EXPECT_EQ(event_at(understood, 20'000).kind, Kind::system);
}

}  // namespace
}  // namespace incident::ingest::test
