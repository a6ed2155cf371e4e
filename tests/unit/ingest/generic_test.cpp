#include "bodies.hpp"

namespace incident::ingest::test {
namespace {

GenericSource plain()
{
    GenericSource source;
    source.name = "generic";
    return source;
}

GenericSource mapped()
{
    GenericSource source;
    source.name = "checks";
    source.each = "/results";
    source.fields = {{"text", {"/check/title", "/check/name"}}, {"status", {"/state"}}, {"severity", {"/level"}}, {"occurred_at", {"/finished"}}, {"key", {"/nr"}}};
    source.status_map = {{"bad", "firing"}, {"good", "resolved"}};
    source.severity_map = {{"1", "critical"}, {"2", "warning"}};
    source.zone = "Africa/Nairobi";
    return source;
}

Understood read(std::string_view bytes, const GenericSource& source = plain(), std::string_view type = "application/json") { return read_generic(body_of(bytes, type), with_table(source)); }

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

TEST(Generic, FollowsItsTable)
{
    const auto understood = read(sample("generic/nested.json"), mapped());
    ASSERT_EQ(understood.items.size(), 2u);
    const auto& first = event_at(understood, 0);
    EXPECT_EQ(first.source, "checks");
    EXPECT_EQ(first.text, "dns");
    EXPECT_EQ(first.status, "firing");
    EXPECT_EQ(first.severity, "critical");
    EXPECT_EQ(first.occurred_at, at("2026-06-22T15:15:00Z")) << "a time without a zone is in the source's";
    const auto& second = event_at(understood, 1);
    EXPECT_EQ(second.status, "resolved");
    EXPECT_EQ(second.severity, "warning");
    EXPECT_TRUE(has_flag(second, "time_from_arrival")) << "the zero time is none";
    EXPECT_EQ(second.key, "2|resolved") << "a key that the table names counts without a time";
}

TEST(Generic, ReadsLinesAndKeepsABadOne)
{
    for (const auto* const type : {"application/x-ndjson", "application/json", "text/plain"}) {
        const auto understood = read(sample("generic/lines.ndjson"), plain(), type);
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

TEST(Generic, NeverTakesATimeFromARepeatedHour)
{
    auto source = mapped();
    source.each.clear();
    source.zone = "America/New_York";
    const auto understood = read(R"({"check":{"name":"x"},"finished":"2024-11-03 01:30:00"})", source);
    EXPECT_EQ(event_at(understood, 0).occurred_at, arrival);
    EXPECT_TRUE(has_flag(event_at(understood, 0), "time_from_arrival"));
    EXPECT_EQ(event_at(understood, 0).occurred_raw, "2024-11-03 01:30:00");
}

TEST(Generic, KeepsWhatItDoesNotUnderstand)
{
    EXPECT_EQ(read("hello").unparsed, 1u);
    EXPECT_EQ(read("7").unparsed, 1u);
    EXPECT_EQ(read("").unparsed, 1u);
    EXPECT_EQ(read(R"({"results":7})", mapped()).unparsed, 1u);
    EXPECT_EQ(read(R"({"title":"a","title":"b"})").unparsed, 1u);
    EXPECT_FALSE(read("[]").note.empty());
}

TEST(Generic, BoundsTheEventsOfOneBody)
{
    std::string lines;
    for (int i = 0; i < 20'005; ++i) lines += "{\"title\":\"x\"}\n";
    const auto understood = read(lines, plain(), "application/x-ndjson");
    ASSERT_EQ(understood.items.size(), 20'001u);
    EXPECT_EQ(event_at(understood, 20'000).kind, Kind::system);
}

}  // namespace
}  // namespace incident::ingest::test
