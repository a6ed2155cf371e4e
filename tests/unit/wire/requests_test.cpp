#include "wire/json.hpp"
#include <gtest/gtest.h>

namespace incident::wire {
namespace {
using namespace std::chrono_literals;

std::vector<std::string> pointers_of(const Failure& failure)
{
    std::vector<std::string> pointers;
    for (const auto& field : failure.fields) pointers.push_back(field.pointer);
    return pointers;
}

TEST(ReadEventRequest, TakesEverythingASenderMaySay)
{
    const auto read = read_event_request(json::parse(R"({
        "text": "restarted web-3\n\tby hand", "details": "\u001b[1mok\u001b[0m\r\n", "kind": "command",
        "occurred_at": "2024-06-22T15:15:00+03:00", "occurred_raw": "15:15 EAT", "precision": "minute",
        "sent_at": "2024-06-22T12:15:01Z", "incident": "inc-7", "author": "sam",
        "links": ["https://example.org/x", {"url": "http://wiki/", "title": "wiki"}],
        "labels": {"host": "web-3"}, "severity": "page", "status": "done", "key": "k1", "star": true,
        "visibility": "public",
        "tags": ["action", {"name": "detection", "how": "engineer"},
                 {"name": "misleading_path", "of": "01904000-0000-7000-8000-000000000001"}]})"));
    ASSERT_TRUE(read.has_value()) << read.error().detail;
    const auto& event = read->event;
    EXPECT_EQ(event.text, "restarted web-3\n\tby hand");
    EXPECT_EQ(event.kind, Kind::command);
    EXPECT_TRUE(read->occurred_given);
    EXPECT_EQ(to_rfc3339(event.occurred_at), "2024-06-22T12:15:00.000000Z");
    EXPECT_EQ(event.precision, Precision::minute);
    EXPECT_TRUE(read->incident_given);
    EXPECT_EQ(event.incident, IncidentKey{7});
    EXPECT_EQ(read->author, "sam");
    ASSERT_EQ(event.links.size(), 2u);
    EXPECT_EQ(event.links[0].url, "https://example.org/x");
    ASSERT_EQ(event.tags.size(), 3u);
    EXPECT_EQ(event.tags[1].how, "engineer");
    EXPECT_TRUE(event.tags[2].of.has_value());
}

TEST(ReadEventRequest, NeedsTextOnly)
{
    const auto read = read_event_request(json::parse(R"({"text":"db down"})"));
    ASSERT_TRUE(read.has_value()) << read.error().detail;
    EXPECT_FALSE(read->occurred_given);
    EXPECT_FALSE(read->incident_given);
    EXPECT_EQ(read->event.kind, Kind::note);
}

TEST(ReadEventRequest, NullIncidentAsksForTheInbox)
{
    for (const auto* body : {R"({"text":"x","incident":null})", R"({"text":"x","incident":"inbox"})"}) {
        const auto read = read_event_request(json::parse(body));
        ASSERT_TRUE(read.has_value()) << read.error().detail;
        EXPECT_TRUE(read->incident_given);
        EXPECT_FALSE(read->event.incident.has_value());
    }
}

struct Bad {
    const char* name;
    std::string body;
    std::string pointer;
    std::string says;  ///< part of the detail
};
void PrintTo(const Bad& bad, std::ostream* out) { *out << bad.body; }

class BadEvent : public testing::TestWithParam<Bad> {};

TEST_P(BadEvent, IsRefusedWithItsPointer)
{
    const auto parsed = parse_json(GetParam().body, JsonLimits{32, 10'000, 1'000, 1 << 20});
    ASSERT_TRUE(parsed.has_value()) << parsed.error().detail;
    const auto read = read_event_request(*parsed, "/17");
    ASSERT_FALSE(read.has_value());
    EXPECT_EQ(read.error().code, Errc::invalid_input);
    ASSERT_EQ(read.error().fields.size(), 1u) << read.error().detail;
    EXPECT_EQ(read.error().fields[0].pointer, "/17" + GetParam().pointer);
    EXPECT_NE(read.error().fields[0].detail.find(GetParam().says), std::string::npos) << read.error().fields[0].detail;
    EXPECT_NE(read.error().detail.find(GetParam().says), std::string::npos) << read.error().detail;
}

std::string many(std::size_t count, const std::string& element)
{
    std::string all = element;
    for (std::size_t i = 1; i < count; ++i) all += "," + element;
    return "[" + all + "]";
}

std::string many_labels()
{
    std::string all;
    for (int i = 0; i < 257; ++i) all += (i ? ",\"l" : "\"l") + std::to_string(i) + "\":\"v\"";
    return "{" + all + "}";
}

INSTANTIATE_TEST_SUITE_P(
    Fields, BadEvent,
    testing::Values(
        Bad{"NoObject", R"(["text"])", "", "must be an object, not an array"},
        Bad{"NoText", R"({"kind":"note"})", "/text", "is missing"},
        Bad{"EmptyText", R"({"text":" \n"})", "/text", "is empty"},
        Bad{"NumberText", R"({"text":7})", "/text", "must be a string, not a number"},
        Bad{"LongText", "{\"text\":\"" + std::string(4097, 'x') + "\"}", "/text", "4097 bytes; at most 4096"},
        Bad{"NulInText", R"({"text":"a\u0000b"})", "/text", "control character \\u0000 at byte 1"},
        Bad{"EscapeInText", R"({"text":"a\u001b[31m"})", "/text", "control character \\u001b"},
        Bad{"ReturnInText", R"({"text":"a\r\nb"})", "/text", "only line feeds and tabs"},
        Bad{"NulInDetails", R"({"text":"a","details":"\u0000"})", "/details", "\\u0000"},
        Bad{"LongDetails", "{\"text\":\"a\",\"details\":\"" + std::string(65'537, 'x') + "\"}", "/details", "65536"},
        Bad{"Typo", R"({"text":"a","ocurred_at":"2024-06-22T15:15:00Z"})", "/ocurred_at",
            "did you mean \"occurred_at\"?"},
        Bad{"Unknown", R"({"text":"a","quite~other":1})", "/quite~0other", "is not known here; known are text, details"},
        Bad{"RecordersOwn", R"({"text":"a","id":"x"})", "/id", "given by the recorder"},
        Bad{"RecordersOwnCount", R"({"text":"a","count":2})", "/count", "given by the recorder"},
        Bad{"Kind", R"({"text":"a","kind":"rumour"})", "/kind", "rumour"},
        Bad{"KindSystem", R"({"text":"a","kind":"system"})", "/kind", "recorder"},
        Bad{"Time", R"({"text":"a","occurred_at":"noon"})", "/occurred_at", "noon"},
        Bad{"TimeNumber", R"({"text":"a","occurred_at":1717596000})", "/occurred_at", "must be a string"},
        Bad{"TimeZero", R"({"text":"a","occurred_at":"0001-01-01T00:00:00Z"})", "/occurred_at", "leave it out"},
        Bad{"Precision", R"({"text":"a","precision":"rough"})", "/precision", "rough"},
        Bad{"Incident", R"({"text":"a","incident":"7"})", "/incident", "7"},
        Bad{"Author", R"({"text":"a","author":"sam\nroot"})", "/author", "control character \\u000a"},
        Bad{"AuthorObject", R"({"text":"a","author":{"name":"sam"}})", "/author", "must be a string, not an object"},
        Bad{"Star", R"({"text":"a","star":"yes"})", "/star", "true or false"},
        Bad{"Visibility", R"({"text":"a","visibility":"secret"})", "/visibility", "internal, public"},
        Bad{"Key", R"({"text":"a","key":""})", "/key", "is empty"},
        Bad{"LongKey", "{\"text\":\"a\",\"key\":\"" + std::string(513, 'k') + "\"}", "/key", "at most 512"},
        Bad{"LinkScheme", R"({"text":"a","links":[{"url":"javascript:steal"}]})", "/links/0/url", "http:// or https://"},
        Bad{"LinkFile", R"({"text":"a","links":["file:///etc/passwd"]})", "/links/0", "http:// or https://"},
        Bad{"LinkNoHost", R"({"text":"a","links":["https:///x"]})", "/links/0", "names no host"},
        Bad{"LinkSpace", R"({"text":"a","links":["https://x/a b"]})", "/links/0", "percent-encoded"},
        Bad{"LinkMissing", R"({"text":"a","links":[{"title":"t"}]})", "/links/0/url", "is missing"},
        Bad{"LinkMember", R"({"text":"a","links":[{"url":"http://x/","titel":"t"}]})", "/links/0/titel", "title"},
        Bad{"ManyLinks", "{\"text\":\"a\",\"links\":" + many(33, "\"http://x/\"") + "}", "/links", "at most 32"},
        Bad{"LinksObject", R"({"text":"a","links":{}})", "/links", "must be an array"},
        Bad{"Labels", R"({"text":"a","labels":[]})", "/labels", "must be an object"},
        Bad{"LabelNumber", R"({"text":"a","labels":{"a/b":1}})", "/labels/a~1b", "must be a string"},
        Bad{"LabelNull", R"({"text":"a","labels":{"a":null}})", "/labels/a", "must be a string, not null"},
        Bad{"LabelOurs", R"({"text":"a","labels":{"__fingerprint__":"x"}})", "/labels/__fingerprint__", "recorder's own"},
        Bad{"ManyLabels", "{\"text\":\"a\",\"labels\":" + many_labels() + "}", "/labels", "at most 256"},
        Bad{"Tag", R"({"text":"a","tags":["No Tag"]})", "/tags/0", "No Tag"},
        Bad{"TagNumber", R"({"text":"a","tags":[1]})", "/tags/0", "a tag's name or an object"},
        Bad{"TagTwice", R"({"text":"a","tags":["impact","impact"]})", "/tags/1", "stands twice"},
        Bad{"TagBy", R"({"text":"a","tags":[{"name":"impact","by":"person:ana"}]})", "/tags/0/by", "given by the recorder"},
        Bad{"TagHow", R"({"text":"a","tags":[{"name":"detection","how":"luck"}]})", "/tags/0/how", "alert, engineer, customer"},
        Bad{"TagHowElsewhere", R"({"text":"a","tags":[{"name":"impact","how":"alert"}]})", "/tags/0/how", "detection only"},
        Bad{"TagTo", R"({"text":"a","tags":[{"name":"impact","to":"db"}]})", "/tags/0/to", "escalation"},
        Bad{"TagOf", R"({"text":"a","tags":[{"name":"misleading_path","of":"6"}]})", "/tags/0/of", "6"},
        Bad{"ManyTags", "{\"text\":\"a\",\"tags\":" + many(33, "\"impact\"") + "}", "/tags", "at most 32"}),
    [](const auto& bad) { return std::string{bad.param.name}; });

TEST(ReadEventRequest, NamesAllBadFieldsAtOnceUpToTwenty)
{
    const auto three = read_event_request(json::parse(R"({"text":1,"kind":"x","star":2})"));
    EXPECT_EQ(pointers_of(three.error()), (std::vector<std::string>{"/text", "/kind", "/star"}));
    EXPECT_TRUE(three.error().detail.starts_with("3 fields are wrong; the first: /text: ")) << three.error().detail;

    json::object body{{"text", "a"}};
    for (int i = 0; i < 50; ++i) body["unknown" + std::to_string(i)] = 1;
    const auto fifty = read_event_request(body);
    EXPECT_EQ(fifty.error().fields.size(), 20u);
    EXPECT_TRUE(fifty.error().detail.starts_with("50 fields are wrong")) << fifty.error().detail;
}

TEST(ReadAmendmentRequest, TakesEachChange)
{
    const auto read = read_amendment_request(json::parse(R"({"text":"db, not web","occurred_at":"2024-06-22T12:00:00Z",
        "occurred_raw":"12:00","precision":"about","tags":{"add":["action"],"remove":["impact"]},"incident":null,
        "star":true,"visibility":null,"strike":false,"reason":"typo"})"));
    ASSERT_TRUE(read.has_value()) << read.error().detail;
    EXPECT_EQ(read->text, "db, not web");
    EXPECT_EQ(read->precision, Precision::about);
    ASSERT_EQ(read->add_tags.size(), 1u);
    EXPECT_EQ(read->remove_tags, std::vector<std::string>{"impact"});
    ASSERT_TRUE(read->incident.has_value());
    EXPECT_FALSE(read->incident->has_value());
    EXPECT_EQ(read->visibility, "");
    EXPECT_EQ(read->strike, false);
}

TEST(ReadAmendmentRequest, UndoStandsAlone)
{
    EXPECT_TRUE(read_amendment_request(
                    json::parse(R"({"undo":"01904000-0000-7000-8000-000000000001","reason":"wrong one"})"))
                    .has_value());
    const auto both = read_amendment_request(
        json::parse(R"({"undo":"01904000-0000-7000-8000-000000000001","star":true})"));
    EXPECT_EQ(pointers_of(both.error()), std::vector<std::string>{"/undo"});
}

TEST(ReadAmendmentRequest, RefusesNothingAndContradictions)
{
    const auto nothing = read_amendment_request(json::parse(R"({"reason":"because"})"));
    EXPECT_EQ(pointers_of(nothing.error()), std::vector<std::string>{""});
    const auto redact = read_amendment_request(json::parse(R"({"redact":true,"text":"x"})"));
    EXPECT_EQ(pointers_of(redact.error()), std::vector<std::string>{"/redact"});
    const auto raw = read_amendment_request(json::parse(R"({"occurred_raw":"12:00","star":true})"));
    EXPECT_EQ(pointers_of(raw.error()), std::vector<std::string>{"/occurred_raw"});
    const auto tags = read_amendment_request(json::parse(R"({"tags":{"add":["impact"],"remove":["impact"],"ad":[]}})"));
    EXPECT_EQ(pointers_of(tags.error()), (std::vector<std::string>{"/tags/ad", "/tags/remove/0"}));
}

TEST(ReadOpenRequest, TakesFieldsAndASpan)
{
    const auto read = read_open_request(json::parse(R"({"title":"checkout 503","severity":"1","lead":"ana",
        "label":"private","service":"shop","started_at":"2024-06-22T12:00:00Z","none":{"escalation":true},
        "adopt":"30m","author":"sam"})"));
    ASSERT_TRUE(read.has_value()) << read.error().detail;
    EXPECT_EQ(read->fields.title, "checkout 503");
    EXPECT_EQ(read->fields.none_escalation, true);
    EXPECT_EQ(read->fields.none_misleading_path, std::nullopt);
    EXPECT_EQ(read->adopt, 30min);
    EXPECT_EQ(read->author, "sam");
}

TEST(ReadOpenRequest, RefusesWhatItCannotMean)
{
    const auto read = read_open_request(json::parse(R"({"severty":"1","label":"secret","adopt":"soon","status":"open",
        "started_at":"","none":{"escalations":true}})"));
    EXPECT_EQ(pointers_of(read.error()),
              (std::vector<std::string>{"/severty", "/status", "/title", "/label", "/started_at", "/none/escalations",
                                        "/adopt"}));
}

TEST(ReadPatchRequest, ForgetsWithNull)
{
    const auto read = read_patch_request(json::parse(R"({"lead":null,"ended_at":null,"status":"closed"})"));
    ASSERT_TRUE(read.has_value()) << read.error().detail;
    EXPECT_EQ(read->fields.lead, "");
    ASSERT_TRUE(read->fields.ended_at.has_value());
    EXPECT_FALSE(read->fields.ended_at->has_value());
    EXPECT_EQ(read->status, IncidentStatus::closed);
}

TEST(ReadPatchRequest, RefusesNothingMergedStatusAndBothAtOnce)
{
    EXPECT_EQ(pointers_of(read_patch_request(json::parse("{}")).error()), std::vector<std::string>{""});
    EXPECT_EQ(pointers_of(read_patch_request(json::parse(R"({"status":"merged"})")).error()),
              std::vector<std::string>{"/status"});
    EXPECT_EQ(pointers_of(read_patch_request(json::parse(R"({"status":"open","merged_into":"INC-2"})")).error()),
              std::vector<std::string>{"/merged_into"});
    EXPECT_EQ(pointers_of(read_patch_request(json::parse(R"({"key":"INC-2","title":""})")).error()),
              (std::vector<std::string>{"/key", "/title"}));
}

}  // namespace
}  // namespace incident::wire
