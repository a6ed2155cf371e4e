#include "wire/json.hpp"
#include <gtest/gtest.h>

namespace incident::wire {
namespace {
using namespace std::chrono_literals;

Id id_ending(std::uint8_t last)
{
    Id id;
    id.bytes = {0x01, 0x90, 0x40, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, last};
    return id;
}

constexpr Instant noon{std::chrono::sys_days{std::chrono::June / 22 / 2024} + 12h};

TEST(ToJson, GivesEveryMemberOfAnEventNullWhenEmpty)
{
    Event event;
    event.id = id_ending(1);
    event.occurred_at = event.received_at = noon;
    event.text = "db cpu 98%";
    event.source = "api";
    event.author.name = "sam";
    EXPECT_EQ(json::serialize(to_json(event)),
              R"({"id":"01904000-0000-7000-8000-000000000001","seq":0,"number":null,"incident":null,"kind":"note",)"
              R"("source":"api","author":{"name":"sam","verified":false,"claimed":null},)"
              R"("occurred_at":"2024-06-22T12:00:00.000000Z","sent_at":null,)"
              R"("received_at":"2024-06-22T12:00:00.000000Z","occurred_raw":null,"precision":"exact","flags":[],)"
              R"("text":"db cpu 98%","details":null,"links":[],"labels":{},"severity":null,"status":null,"key":null,)"
              R"("count":1,"last_at":null,"star":false,"visibility":null,"struck":false,"redacted":false,"tags":[]})");
}

TEST(ToJson, ReplacesWhatIsNoUtf8)
{
    Event event;
    event.text = "a\xFFz";
    event.labels["k\xFF"] = "\xC0";
    const auto text = json::serialize(to_json(event));
    EXPECT_NE(text.find("a\xEF\xBF\xBDz"), std::string::npos) << text;
    EXPECT_EQ(text.find('\xFF'), std::string::npos);
    EXPECT_TRUE(parse_json(text).has_value());
}

TEST(ToJson, TellsTheKindsOfEntriesApart)
{
    Entry entry;
    entry.id = id_ending(9);
    entry.seq = 12;
    const auto kind = [&] { return std::string{to_json(entry).at("entry").as_string()}; };
    EXPECT_EQ(kind(), "event");
    entry.what = Amendment{};
    EXPECT_EQ(kind(), "amendment");
    entry.what = IncidentStep{};
    EXPECT_EQ(kind(), "incident");
    entry.what = Tally{};
    EXPECT_EQ(kind(), "tally");
}

TEST(ToJson, KeepsApartWhatAnAmendmentLeavesMovesOrTakesToTheInbox)
{
    Entry entry;
    entry.id = id_ending(9);
    Amendment amendment;
    amendment.event = id_ending(1);
    for (const auto& move : {std::optional<std::optional<IncidentKey>>{},
                             std::optional<std::optional<IncidentKey>>{std::optional<IncidentKey>{}},
                             std::optional<std::optional<IncidentKey>>{IncidentKey{7}}}) {
        amendment.incident = move;
        entry.what = amendment;
        const auto read = read_entry(to_json(entry));
        ASSERT_TRUE(read.has_value()) << read.error().detail;
        EXPECT_EQ(std::get<Amendment>(read->what).incident, move);
    }
}

TEST(ToJson, KeepsApartATimeLeftGivenAndForgotten)
{
    Entry entry;
    entry.id = id_ending(9);
    IncidentStep step;
    step.change = IncidentStep::Change::set;
    step.incident = IncidentKey{7};
    for (const auto& time : {std::optional<std::optional<Instant>>{},
                             std::optional<std::optional<Instant>>{std::optional<Instant>{}},
                             std::optional<std::optional<Instant>>{noon}}) {
        step.fields.ended_at = time;
        entry.what = step;
        const auto read = read_entry(to_json(entry));
        ASSERT_TRUE(read.has_value()) << read.error().detail;
        EXPECT_EQ(std::get<IncidentStep>(read->what).fields.ended_at, time);
    }
}

TEST(Acknowledgement, IsTheShortAnswer)
{
    Event event;
    event.id = id_ending(1);
    event.seq = 5;
    event.number = 6;
    event.incident = IncidentKey{7};
    event.occurred_at = event.received_at = noon;
    event.text = "restarted web-3";
    Tag tag;
    tag.name = "action";
    tag.by = "rule:restart";
    tag.match = "restarted";
    event.tags = {tag};
    EXPECT_EQ(json::serialize(acknowledgement(event)),
              R"({"id":"01904000-0000-7000-8000-000000000001","seq":5,"number":6,"incident":"INC-7","kind":"note",)"
              R"("occurred_at":"2024-06-22T12:00:00.000000Z","received_at":"2024-06-22T12:00:00.000000Z",)"
              R"("text":"restarted web-3","tags":[{"name":"action","by":"rule:restart","match":"restarted"}]})");
}

TEST(ReadEvent, SkipsWhatANewerDaemonAdds)
{
    auto object = to_json(Event{});
    object["mood"] = "calm";
    const auto read = read_event(object);
    ASSERT_TRUE(read.has_value()) << read.error().detail;
    EXPECT_EQ(*read, Event{});
}

TEST(ReadEvent, NamesEveryWrongField)
{
    const auto value = json::parse(R"({"id":7,"seq":-1,"kind":"rumour","occurred_at":"noon","flags":[1],
        "labels":{"a/b":1},"links":["x"],"tags":[{"by":"person:sam"}],"star":1})");
    const auto read = read_event(value);
    ASSERT_FALSE(read.has_value());
    EXPECT_EQ(read.error().code, Errc::invalid_input);
    std::vector<std::string> pointers;
    for (const auto& field : read.error().fields) pointers.push_back(field.pointer);
    EXPECT_EQ(pointers, (std::vector<std::string>{"/id", "/seq", "/kind", "/occurred_at", "/flags/0", "/links/0",
                                                  "/labels/a~1b", "/star", "/tags/0/name"}));
}

TEST(ReadEntry, RefusesAnEntryOfNoKnownKind)
{
    auto object = to_json(Entry{});
    object["entry"] = "rumour";
    EXPECT_EQ(read_entry(object).error().fields.at(0).pointer, "/entry");
    object["entry"] = "tally";  // whose body is not there
    EXPECT_EQ(read_entry(object).error().fields.at(0).pointer, "/tally");
    EXPECT_FALSE(read_entry(json::value("text")).has_value());
    EXPECT_FALSE(read_incident(json::value(nullptr)).has_value());
}

TEST(PointerToken, EscapesTildeAndSlash) { EXPECT_EQ(pointer_token("a/b~c"), "a~1b~0c"); }

}  // namespace
}  // namespace incident::wire
