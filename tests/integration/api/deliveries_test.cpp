#include "api/inflate.hpp"
#include "auth/verify.hpp"
#include "support/gzip.hpp"
#include "support/service_harness.hpp"
#include <fstream>
#include <gtest/gtest.h>

// What holds of every hook, whatever its sender speaks: proof, secrets, deliveries that come again, compression, doors.
namespace incident {
namespace {

using test::Answer;
using test::ServiceHarness;

constexpr std::string_view secret = "It's a Secret to Everybody/+";

/// A shop that signs its bodies, and a door whose secret stands in its path.
config::Config site()
{
    config::Config config;
    auto github = *config::built_in_source("github");
    github.verifier.secrets = {std::string{secret}};
    config.sources.emplace("github", std::move(github));
    auto token = *config::built_in_source("generic");
    token.reads.name = "token";
    token.proof = ingest::Proof::secret;
    token.verifier.any_of = {auth::SecretRule{auth::SecretRule::Where::body_member, "/token", {}}};
    token.verifier.secrets = {std::string{secret}};
    config.sources.emplace("token", std::move(token));
    auto door = *config::built_in_source("generic");
    door.reads.name = "door";
    door.proof = ingest::Proof::secret;
    door.verifier.any_of = {auth::SecretRule{auth::SecretRule::Where::path, {}, {}}};
    door.verifier.secrets = {"a/long-path"};
    config.sources.emplace("door", std::move(door));
    auto forgetful = *config::built_in_source("generic");
    forgetful.reads.name = "forgetful";
    forgetful.keep_raw = false;
    forgetful.body_bytes = 2000;
    config.sources.emplace("forgetful", std::move(forgetful));
    return config;
}

class Deliveries : public testing::Test {
 protected:
    ServiceHarness daemon{site()};
    Deliveries() { daemon.peer = ServiceHarness::loopback(); }

    boost::json::array events() { return daemon.get("/api/v1/events?limit=1000").json().at("events").as_array(); }
    Answer raw_of(const boost::json::value& event) { return daemon.get("/api/v1/events/" + std::string{event.at("id").as_string()} + "/raw"); }
    boost::json::object line_of(std::string_view source)
    {
        const auto status = daemon.get("/api/v1/status").json();
        for (const auto& line : status.at("sources").as_array())
            if (line.at("name").as_string() == source) return line.as_object();
        return {};
    }
    Answer release(const std::string& body, std::string delivery)
    {
        return daemon.post("/api/v1/hooks/github", body,
                           {{"x-github-event", "release"}, {"x-github-delivery", std::move(delivery)},
                            {"x-hub-signature-256", "sha256=" + auth::hmac_sha256_hex(secret, body)}});
    }
    static std::string released(std::string_view tag)
    {
        return R"({"action":"published","release":{"tag_name":")" + std::string{tag} + R"(","name":"one","published_at":"2024-06-22T15:00:00Z","html_url":"https://github.com/o/r/releases/1","id":7},"repository":{"full_name":"o/r"},"sender":{"login":"sam"}})";
    }
};

TEST_F(Deliveries, ASenderThatSignsIsRefusedWithoutItsSecret)
{
    daemon.configure({});
    const auto body = released("v1");
    const auto refused = release(body, "d1");
    EXPECT_EQ(refused.status, 401u);
    EXPECT_EQ(refused.body, "") << "a forger learns nothing";
    EXPECT_EQ(daemon.metrics.count("refused github signature"), 1);
    EXPECT_EQ(line_of("github").at("refused"), 1);
    EXPECT_NE(boost::json::serialize(line_of("github").at("last_refused")).find("no secret is configured"), std::string::npos);
    EXPECT_TRUE(events().empty());
}

TEST_F(Deliveries, TheSameDeliveryAgainIsAnsweredAndStoredOnce)
{
    const auto body = released("v1");
    ASSERT_EQ(release(body, "d1").status, 200u);
    EXPECT_EQ(release(body, "d1").json().at("accepted"), 0);
    EXPECT_EQ(events().size(), 1u);
    daemon.clock.advance(std::chrono::hours{24 * 3});
    EXPECT_EQ(release(body, "d1").json().at("repeated"), 1) << "sent again by hand three days later";
    EXPECT_EQ(release(released("v2"), "d1").json().at("accepted"), 1) << "the same id with other words loses nothing";
    EXPECT_EQ(events().size(), 2u);
}

TEST_F(Deliveries, WhatNothingNamesIsKnownByItsWordsForAWhile)
{
    const std::string body = R"({"message":"backup failed"})";
    EXPECT_EQ(daemon.post("/api/v1/hooks/generic", body).json().at("accepted"), 1);
    daemon.clock.advance(std::chrono::minutes{4});
    EXPECT_EQ(daemon.post("/api/v1/hooks/generic", body).json().at("repeated"), 1);
    EXPECT_EQ(events().at(0).at("count"), 2) << "and can be seen";
    daemon.clock.advance(std::chrono::minutes{11});
    EXPECT_EQ(daemon.post("/api/v1/hooks/generic", body).json().at("accepted"), 1) << "the next night's backup is another event";
    EXPECT_EQ(daemon.post("/api/v1/hooks/generic", "{broken").json().at("unparsed"), 1);
    EXPECT_EQ(events().size(), 3u);
    daemon.post("/api/v1/hooks/generic", "{broken");
    EXPECT_EQ(events().size(), 3u);
}

TEST_F(Deliveries, TheBodyIsKeptByteForByte)
{
    const std::string body = "{ \"message\" : \"disk full\",\r\n\"n\":1.50 }\n";
    daemon.post("/api/v1/hooks/generic?from=cron", body, {{"x-request-id", "r1"}, {"authorization", "Bearer hush"}});
    const auto raw = raw_of(events().at(0));
    ASSERT_EQ(raw.status, 200u) << raw.body;
    EXPECT_EQ(raw.body, body);
    EXPECT_EQ(raw.header("X-Incidentd-Scrubbed"), "");
    daemon.post("/api/v1/hooks/forgetful", R"({"message":"other"})");
    EXPECT_EQ(raw_of(events().at(1)).status, 404u) << "keep_raw: false";
}

TEST_F(Deliveries, SecretsAreCutOutBeforeAnythingIsWritten)
{
    const std::string spelled = R"(It's a Secret to Everybody\/\u002b)";
    const auto body = R"({"token":")" + spelled + R"(","message":"login with )" + spelled + R"( failed","labels":{"used":")" + spelled + "\"}}";
    ASSERT_EQ(daemon.post("/api/v1/hooks/token", body).status, 200u);
    const auto stored = events();
    ASSERT_EQ(stored.size(), 1u);
    EXPECT_EQ(stored.at(0).at("text"), "login with [scrubbed] failed");
    EXPECT_EQ(stored.at(0).at("labels").at("used"), "[scrubbed]");
    const auto raw = raw_of(stored.at(0));
    EXPECT_EQ(raw.body, R"({"token":"[scrubbed]","message":"login with [scrubbed] failed","labels":{"used":"[scrubbed]"}})");
    EXPECT_EQ(raw.header("X-Incidentd-Scrubbed"), "true");
    ASSERT_EQ(daemon.post("/api/v1/hooks/token", R"({"token":"wrong","message":"x"})").status, 401u);
    EXPECT_EQ(events().size(), 1u);
}

TEST_F(Deliveries, APathCanBeTheSecret)
{
    const std::string body = R"({"message":"disk full"})";
    EXPECT_EQ(daemon.post("/api/v1/hooks/door", body).status, 401u);
    EXPECT_EQ(daemon.post("/api/v1/hooks/door/a", body).status, 401u);
    EXPECT_EQ(daemon.post("/api/v1/hooks/door/a/long-path/x", body).status, 401u);
    EXPECT_EQ(daemon.post("/api/v1/hooks/door/a/long-path", body).status, 200u);
    EXPECT_EQ(daemon.metrics.count("request POST /api/v1/hooks/{source}/{tail...} 200"), 1) << "the secret is no label";
}

TEST_F(Deliveries, CompressedBodiesAreReadWithinTwoCaps)
{
    const std::string body = R"({"message":"disk full"})";
    const auto post = [&](const std::string& bytes) { return daemon.post("/api/v1/hooks/generic", bytes, {{"content-encoding", "GZIP"}}); };
    EXPECT_EQ(post(test::gzip(body)).json().at("accepted"), 1);
    EXPECT_EQ(raw_of(events().at(0)).body, body) << "kept as it was meant";
    EXPECT_EQ(post(test::gzip(std::string(900'000, ' '))).status, 413u) << "a bomb";
    EXPECT_EQ(post(body).status, 415u) << "no gzip";
    EXPECT_EQ(post(test::gzip(body).substr(0, 20)).status, 415u);
    EXPECT_EQ(daemon.metrics.count("refused generic size"), 1);
    EXPECT_EQ(daemon.metrics.count("refused generic type"), 2);
    EXPECT_EQ(events().size(), 1u);
}

TEST_F(Deliveries, ABodyThatSaysItIsTooLargeIsCounted)
{
    const auto refused = daemon.post("/api/v1/hooks/forgetful", std::string(3000, ' '), {{"content-length", "3000"}});
    EXPECT_EQ(refused.status, 413u);
    EXPECT_EQ(daemon.metrics.count("refused forgetful size"), 1);
}

TEST_F(Deliveries, BusyIs503AndNothingElse)
{
    daemon.gate().machines_full = daemon.gate().people_full = true;
    for (const auto* target : {"/api/v1/hooks/alertmanager", "/api/v1/hooks/generic"}) {
        const auto refused = daemon.post(target, R"({"message":"x"})");
        EXPECT_EQ(refused.status, 503u);
        EXPECT_NE(refused.header("Retry-After"), "");
    }
    EXPECT_EQ(daemon.metrics.count("refused generic busy"), 1);
    const auto body = released("v1");
    EXPECT_EQ(release(body, "d1").status, 503u);
    daemon.gate().machines_full = daemon.gate().people_full = false;
    EXPECT_EQ(release(body, "d1").json().at("accepted"), 1) << "what was refused is not taken for a repeat";
}

TEST_F(Deliveries, UnknownHooksAreToldWhatWasMeant)
{
    const auto unknown = daemon.post("/api/v1/hooks/alertmanger", "{}");
    EXPECT_EQ(unknown.status, 404u);
    EXPECT_NE(unknown.body.find("did you mean alertmanager?"), std::string::npos) << unknown.body;
}

TEST_F(Deliveries, SendersFindTheirOwnPaths)
{
    const std::string trigger = R"({"routing_key":"R0UT1NGK3Y00000000000000000000ab","event_action":"trigger","dedup_key":"k1","payload":{"summary":"disk full","source":"db1","severity":"critical","timestamp":"2024-06-22T15:00:00Z"}})";
    EXPECT_EQ(daemon.post("/v2/enqueue", trigger).status, 401u) << "until its routing key is configured";
    auto config = site();
    auto door = *config::built_in_source("pagerduty-events");
    door.verifier.secrets = {"R0UT1NGK3Y00000000000000000000ab"};
    config.sources.emplace("pagerduty-events", std::move(door));
    daemon.configure(std::move(config));
    EXPECT_EQ(daemon.post("/v2/enqueue", trigger).status, 202u);
    ASSERT_EQ(events().size(), 1u);
    EXPECT_EQ(events().at(0).at("source"), "pagerduty-events");
    EXPECT_EQ(raw_of(events().at(0)).body.find("R0UT1NGK3Y"), std::string::npos);

    const auto logs = daemon.post("/v1/logs", R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"1719068400000000000","severityText":"ERROR","body":{"stringValue":"boom"}}]}]}]})");
    EXPECT_EQ(logs.status, 200u) << logs.body;
    EXPECT_EQ(events().at(1).at("source"), "otlp");
}

TEST_F(Deliveries, LogsInProtobufAreRefusedWithTheTypeThatIsRead)
{
    for (const auto* type : {"application/x-protobuf", "application/protobuf", "text/plain"}) {
        const auto refused = daemon.post("/v1/logs", "\x0a\x02\x12\x00", {{"content-type", type}});
        EXPECT_EQ(refused.status, 415u) << type;
        EXPECT_NE(refused.body.find("application/json"), std::string::npos) << refused.body;
    }
    EXPECT_EQ(daemon.metrics.count("refused otlp type"), 3);
    EXPECT_TRUE(events().empty());
    const auto asked = daemon.ask("OPTIONS", "/v1/logs", "");
    EXPECT_EQ(asked.status, 204u);
    EXPECT_EQ(asked.header("Allow"), "OPTIONS, POST");
}

TEST_F(Deliveries, CloudEventsComeToOurOwnAddress)
{
    const std::string event = R"({"specversion":"1.0","id":"e1","source":"/disks","type":"disk.full","time":"2024-06-22T15:00:00Z","data":{"message":"disk full"}})";
    const std::string structured = "application/cloudevents+json; charset=utf-8";
    const auto taken = daemon.post("/api/v1/events", event, {{"content-type", structured}});
    ASSERT_EQ(taken.status, 200u) << taken.body;
    EXPECT_EQ(taken.json().at("accepted"), 1);
    EXPECT_EQ(daemon.post("/api/v1/events", event, {{"content-type", structured}}).json().at("accepted"), 0);
    EXPECT_EQ(daemon.post("/api/v1/events", '[' + event + ']', {{"content-type", "application/cloudevents-batch+json"}}).json().at("accepted"), 0);
    const auto binary = daemon.post("/api/v1/events", "disk full", {{"content-type", "text/plain"}, {"ce-specversion", "1.0"}, {"ce-id", "e2"}, {"ce-source", "/disks"}, {"ce-type", "disk.full"}});
    EXPECT_EQ(binary.status, 200u) << binary.body;
    EXPECT_EQ(events().size(), 2u);
    EXPECT_EQ(daemon.post("/api/v1/events", R"({"text":"a note"})").status, 201u) << "our own requests stay as they are";
    EXPECT_EQ(daemon.post("/api/v1/events", event, {{"content-type", structured}, {"origin", "http://evil.example"}}).status, 403u);
}

TEST_F(Deliveries, ASenderMayAskWhetherItMayPost)
{
    const auto asked = daemon.ask("OPTIONS", "/api/v1/events", "", {{"webhook-request-origin", "emitter.example.com"}, {"webhook-request-rate", "120"}});
    EXPECT_EQ(asked.status, 200u);
    EXPECT_EQ(asked.header("WebHook-Allowed-Origin"), "emitter.example.com");
    EXPECT_EQ(asked.header("WebHook-Allowed-Rate"), "*");
    EXPECT_EQ(asked.header("Allow"), "GET, HEAD, OPTIONS, POST");
    const auto at_hook = daemon.ask("OPTIONS", "/api/v1/hooks/cloudevents", "", {{"webhook-request-origin", "emitter.example.com"}});
    EXPECT_EQ(at_hook.status, 200u);
    EXPECT_EQ(at_hook.header("WebHook-Allowed-Origin"), "emitter.example.com");
    EXPECT_EQ(daemon.ask("OPTIONS", "/api/v1/events", "").status, 204u);
    EXPECT_TRUE(events().empty());
    EXPECT_EQ(daemon.ask("OPTIONS", "/metrics", "", {{"webhook-request-origin", "x"}}).header("WebHook-Allowed-Origin"), "");
}

TEST_F(Deliveries, ASubscriptionWaitsUntilItsTopicSpeaksAndOnlyAnAdminSeesTheAddress)
{
    const auto sample = [](const std::string& name) {
        std::ifstream file{INCIDENT_TESTDATA_DIR "/payloads/aws-sns/" + name};
        return std::string{std::istreambuf_iterator<char>{file}, {}};
    };
    auto config = site();
    auto topic = *config::built_in_source("aws-sns");
    topic.proof = ingest::Proof::none;  // what is signed is looked at elsewhere
    topic.verifier = {};
    config.sources.emplace("aws-sns", std::move(topic));
    daemon.configure(std::move(config));
    constexpr auto hook = "/api/v1/hooks/aws-sns";
    const ServiceHarness::Headers text{{"content-type", "text/plain; charset=UTF-8"}};
    ASSERT_EQ(daemon.post(hook, sample("subscription.json"), text).status, 200u);
    const auto asked = [&] { return line_of("aws-sns").at("confirmation"); };
    EXPECT_EQ(asked().at("topic"), "arn:aws:sns:eu-central-1:123456789012:alarms");
    EXPECT_TRUE(asked().at("url").is_null()) << "it holds a token, and this is anybody on this machine";
    const auto tells = [&](const std::string& path) { return daemon.get(path).body.find("2336412f37aa") != std::string::npos; };
    for (const auto& peer : {ServiceHarness::loopback(), ServiceHarness::ana()}) {
        daemon.peer = peer;
        for (const auto* const path : {"/api/v1/status", "/api/v1/sources", "/api/v1/sources/aws-sns", "/", "/metrics"}) EXPECT_FALSE(tells(path)) << path;
    }
    daemon.peer = ServiceHarness::sam();
    for (const auto* const path : {"/api/v1/status", "/api/v1/sources", "/api/v1/sources/aws-sns"}) EXPECT_TRUE(tells(path)) << path << " to an admin";
    daemon.peer = ServiceHarness::loopback();
    ASSERT_EQ(daemon.post(hook, sample("text.json"), text).status, 200u);
    EXPECT_TRUE(asked().is_null()) << "the topic speaks, so somebody confirmed it";
}

TEST_F(Deliveries, ATestNotificationStaysOnTheStatusLine)
{
    const std::string ping = R"({"zen":"Keep it logically awesome.","hook_id":1,"repository":{"full_name":"o/r"}})";
    const auto answer = daemon.post("/api/v1/hooks/github", ping,
                                    {{"x-github-event", "ping"}, {"x-github-delivery", "d0"}, {"x-hub-signature-256", "sha256=" + auth::hmac_sha256_hex(secret, ping)}});
    EXPECT_EQ(answer.status, 200u);
    EXPECT_TRUE(events().empty());
    EXPECT_TRUE(line_of("github").at("last_test").is_object()) << boost::json::serialize(line_of("github"));
}

}  // namespace
}  // namespace incident
