#include "bodies.hpp"
#include "ingest/cloudevents.hpp"

namespace incident::ingest::test {
namespace {

constexpr auto structured = "application/cloudevents+json; charset=utf-8", batched = "application/cloudevents-batch+json";

Understood read(std::string_view bytes, std::string_view type = structured) { return read_cloudevents(body_of(bytes, type), named("cloudevents")); }

Body binary(std::string_view bytes, std::map<std::string, std::string> headers, std::string_view type = "application/json")
{
    return {bytes, type, std::move(headers), arrival};
}

TEST(CloudEvents, ReadsABatchAndKeepsTheNeighboursOfABadOne)
{
    const auto understood = read(sample("cloudevents/batch.json"), batched);
    ASSERT_EQ(understood.items.size(), 5u);
    EXPECT_EQ(understood.unparsed, 2u);
    const auto alert = event_at(understood, 0);
    EXPECT_EQ(alert.kind, Kind::alert);
    EXPECT_EQ(alert.text, "org.shop.alert.fired: /checkout: checkout answers 503");
    EXPECT_EQ(alert.status, "firing");
    EXPECT_EQ(alert.severity, "ERROR");
    EXPECT_EQ(alert.occurred_at, at("2026-06-22T15:14:00.5Z"));
    EXPECT_EQ(alert.key, "https://shop.lan/monitor|A1");
    EXPECT_EQ(alert.details, R"({"title":"checkout answers 503"})");
    EXPECT_EQ(urls(alert), (Texts{"https://shop.lan/monitor", "https://shop.lan/checkout"}));
    EXPECT_EQ(understood.items[0].on_duplicate, OnDuplicate::answer_first);
    const auto change = event_at(understood, 1);
    EXPECT_EQ(change.kind, Kind::change);
    EXPECT_EQ(change.text, "org.shop.deploy: web 2.41 to prod");
    EXPECT_TRUE(has_flag(change, "time_from_arrival")) << "the time is optional";
    EXPECT_EQ(event_at(understood, 2).text, "cloudevents: body not understood: a CloudEvent without \"id\"");
    EXPECT_EQ(event_at(understood, 3).details, "7");
    EXPECT_EQ(event_at(understood, 4).text, "org.shop.blob: inside") << "base64 is opened";
}

TEST(CloudEvents, ReadsHeadersInBinaryMode)
{
    const auto body = binary(R"({"title":"checkout down","value":0.97})",
                             {{"ce-specversion", "1.0"}, {"ce-type", "com.example.alert.fired"}, {"ce-time", "2026-06-22T15:00:05.123456Z"}, {"ce-id", "\"1-2\""},
                              {"ce-source", "/monitoring/checkout"}, {"ce-subject", "Euro%20%E2%82%AC%20%F0%9F%98%80%zz"}, {"ce-severitynumber", "17"}, {"host", "x"}});
    const auto understood = read_cloudevents(body, named("cloudevents"));
    const auto event = event_at(understood, 0);
    EXPECT_EQ(event.text, "com.example.alert.fired: Euro € 😀%zz: checkout down");
    EXPECT_EQ(event.key, "/monitoring/checkout|1-2");
    EXPECT_EQ(event.severity, "17");
    EXPECT_EQ(event.occurred_at, at("2026-06-22T15:00:05.123456Z"));
    EXPECT_EQ(event.labels.count("host"), 0u);
    const auto opened = open_cloudevents(body);
    ASSERT_TRUE(opened && opened->size() == 1);
    EXPECT_EQ(opened->front().data, body.bytes) << "the inside is for another dialect, byte for byte";
    EXPECT_EQ(opened->front().data_content_type, "application/json");
    EXPECT_EQ(opened->front().attributes.at("severitynumber"), "17");
}

TEST(CloudEvents, OpensOnlyEnvelopes)
{
    EXPECT_FALSE(open_cloudevents(body_of(R"({"specversion":"1.0","id":"1","source":"s","type":"t"})")));
    EXPECT_FALSE(open_cloudevents(body_of("{", structured)));
    EXPECT_FALSE(is_cloudevent(binary("{}", {{"ce-id", "1"}})));
    EXPECT_TRUE(is_cloudevent(binary("{}", {{"ce-id", "1"}, {"ce-type", "t"}})));
    EXPECT_TRUE(open_cloudevents(body_of("[]", batched))->empty());
    const auto nulls = open_cloudevents(body_of(R"({"specversion":"1.0","id":"1","source":"s","type":"t","subject":null,"extra":5,"data":[1]})", structured));
    EXPECT_EQ(nulls->front().data, "[1]");
    EXPECT_EQ(nulls->front().attributes.count("subject"), 0u);
    EXPECT_EQ(nulls->front().attributes.at("extra"), "5");
    EXPECT_EQ(open_cloudevents(body_of(R"({"id":"1","source":"s"})", structured))->front().refused, "a CloudEvent without \"type\"");
}

TEST(CloudEvents, TakesAnyDataAndItsOwnKind)
{
    const auto text = [](std::string_view data) { return event_at(read(R"({"specversion":"1.0","id":"1","source":"s","type":"t")" + std::string{data} + "}"), 0).text; };
    EXPECT_EQ(text(""), "t");
    EXPECT_EQ(text(R"(,"data":1.5)"), "t: 1.5");
    EXPECT_EQ(text(R"(,"data":"I'm just a string")"), "t: I'm just a string");
    EXPECT_EQ(text(R"(,"data":"<x/>","datacontenttype":"application/xml")"), "t");
    EXPECT_EQ(text(R"(,"data_base64":"... not base64 ...","datacontenttype":"application/vnd.apache.thrift.binary")"), "t");
    EXPECT_EQ(event_at(read(R"({"specversion":"1.0","id":"1","source":"s","type":"t","kind":"note"})"), 0).kind, Kind::note);
    EXPECT_EQ(event_at(read(R"({"id":"1","source":"s","type":"a.b.resolved"})"), 0).status, "resolved");
    EXPECT_EQ(read("[]", batched).note, "an empty batch");
    EXPECT_EQ(read(R"({"id":"1","source":"s","type":"t"})", "application/json").items.size(), 1u) << "under a simpler name";
    for (const auto* const bytes : {"", "{", "7", "{}"}) EXPECT_EQ(read(bytes).unparsed, 1u) << bytes;
    EXPECT_EQ(read("not json", "application/json").unparsed, 1u);
}

TEST(StandardWebhooks, ReadsTheRecommendedBody)
{
    const auto bytes = sample("standard-webhooks/alert.json");
    auto body = body_of(bytes);
    body.headers = {{"webhook-id", "msg_1"}};
    const auto event = event_at(read_standard_webhooks(body, named("standard-webhooks")), 0);
    EXPECT_EQ(event.text, "monitor.alert.triggered: checkout answers 503");
    EXPECT_EQ(event.status, "firing");
    EXPECT_EQ(event.occurred_at, at("2026-06-22T15:14:00.344522Z"));
    EXPECT_EQ(event.key, "msg_1");
    EXPECT_EQ(event_at(read_standard_webhooks(body_of(R"({"type":"deploy.done","timestamp":"2026-06-22T15:14:00Z"})"), named("x")), 0).kind, Kind::change);
    for (const auto* const bad : {"", "[]", "{}", R"({"type":7)"}) EXPECT_EQ(read_standard_webhooks(body_of(bad), named("x")).unparsed, 1u) << bad;
}

Understood logs(std::string_view bytes, std::string trace_url = {})
{
    auto source = named("otlp");
    source.trace_url = std::move(trace_url);
    return read_otlp(body_of(bytes), source);
}

TEST(Otlp, ReadsLogRecords)
{
    const auto understood = logs(sample("otlp/logs.json"), "https://traces.lan/{trace_id}?view=1");
    ASSERT_EQ(understood.items.size(), 3u);
    EXPECT_EQ(understood.reply, R"({"partialSuccess":{}})");
    const auto error = event_at(understood, 0);
    EXPECT_EQ(error.text, "card service refused");
    EXPECT_EQ(error.details, "card service refused\n  at pay.cc:7");
    EXPECT_EQ(error.severity, "ERROR") << "by its number";
    EXPECT_EQ(error.occurred_at, at("2026-06-22T15:14:00.123456Z"));
    EXPECT_EQ(error.occurred_raw, "1782141240123456789") << "exactly as sent";
    EXPECT_EQ(error.sent_at, at("2026-06-22T15:14:01Z"));
    EXPECT_EQ(error.author.name, "checkout");
    EXPECT_EQ(error.labels.at("service.name"), "checkout");
    EXPECT_EQ(error.labels.at("host"), "web1");
    EXPECT_EQ(error.labels.at("http.status"), "503");
    EXPECT_EQ(error.labels.at("tags"), R"(["a",true])");
    EXPECT_EQ(error.labels.at("trace_id"), "5b8efff798038103d269b633813fc60c");
    EXPECT_EQ(error.labels.at("span_id"), "eee19b7ec3c1b174");
    EXPECT_EQ(urls(error), Texts{"https://traces.lan/5b8efff798038103d269b633813fc60c?view=1"});
    const auto warning = event_at(understood, 1);
    EXPECT_EQ(warning.text, R"({"event":"retry","n":"9007199254740993"})") << "no number goes through a double";
    EXPECT_EQ(warning.occurred_at, at("2026-06-22T15:14:02Z")) << "observed, as a number";
    EXPECT_EQ(warning.labels.count("trace_id"), 0u) << "zeros are no trace";
    EXPECT_FALSE(warning.key.empty());
    const auto bare = event_at(understood, 2);
    EXPECT_EQ(bare.text, R"([1.5,"x"])");
    EXPECT_EQ(bare.occurred_at, arrival);
    EXPECT_TRUE(bare.key.empty()) << "without a time nothing tells a resend";
}

TEST(Otlp, GivesAResendTheSameKeyAndAnotherRecordAnother)
{
    const auto key = [](std::string_view record) { return event_at(logs(R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[)" + std::string{record} + "]}]}]}"), 0).key; };
    const auto* const record = R"({"timeUnixNano":"1782141240123456789","body":{"stringValue":"a"}})";
    EXPECT_EQ(key(record), key(record));
    EXPECT_NE(key(record), key(R"({"timeUnixNano":"1782141240123456789","body":{"stringValue":"b"}})"));
    EXPECT_NE(key(record), key(R"({"timeUnixNano":"1782141240123456788","body":{"stringValue":"a"}})"));
}

TEST(Otlp, KeepsWhatItDoesNotUnderstand)
{
    for (const auto* const bytes : {"", "[]", "7", R"({"resourceLogs":{}})", R"({"resourceSpans":[]})", R"({"resourceLogs":[7]})", R"({"resourceLogs":[{"scopeLogs":[7]}]})", R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[7]}]}]})"}) {
        const auto understood = logs(bytes);
        EXPECT_EQ(understood.unparsed, 1u) << bytes;
        EXPECT_FALSE(understood.reply.empty());
    }
    for (const auto* const bytes : {"{}", R"({"resourceLogs":[]})", R"({"resourceLogs":[{}]})"}) EXPECT_FALSE(logs(bytes).note.empty()) << bytes;
    EXPECT_EQ(event_at(logs(R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"severityNumber":"SEVERITY_NUMBER_WARN","eventName":"boot"}]}]}]})"), 0).text, "a log record without a body: boot");
}

}  // namespace
}  // namespace incident::ingest::test
