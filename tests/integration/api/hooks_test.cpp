#include "auth/verify.hpp"
#include "support/service_harness.hpp"
#include <gtest/gtest.h>

namespace incident {
namespace {

using test::Answer;
using test::ServiceHarness;

constexpr auto alertmanager = "/api/v1/hooks/alertmanager";

std::string alert(std::string_view status, std::string_view fingerprint, std::string_view service = "shop")
{
    return R"({"status":")" + std::string{status} + R"(","labels":{"alertname":"HighErrorRate","severity":"critical","service":")" +
           std::string{service} + R"("},"annotations":{"summary":"checkout answers 503"},"startsAt":"2024-06-22T15:15:00.5Z","endsAt":")" +
           (status == "firing" ? "0001-01-01T00:00:00Z" : "2024-06-22T15:50:00Z") + R"(","fingerprint":")" + std::string{fingerprint} + "\"}";
}

std::string group(std::string_view status, const std::string& alerts)
{
    return R"({"version":"4","groupKey":"{}:{}","truncatedAlerts":0,"status":")" + std::string{status} +
           R"(","receiver":"incidentd","groupLabels":{},"commonLabels":{},"commonAnnotations":{},"externalURL":"http://am:9093","alerts":[)" + alerts + "]}";
}

config::Config with_slack()
{
    config::Config config;
    auto slack = *config::built_in_source("slack");
    slack.verifier.secrets = {"old-secret", "8f742231b10e8888abcd99yyyzzz85a5"};
    slack.reads.chat.reactions = {{"fire", "impact"}};
    config.sources.emplace("slack", std::move(slack));
    return config;
}

class Hooks : public testing::Test {
protected:
    ServiceHarness daemon;
    Hooks() { daemon.peer = ServiceHarness::loopback(); }

    boost::json::value events(std::string_view query = "") { return daemon.get("/api/v1/events" + std::string{query}).json().at("events"); }

    Answer slack(const std::string& body, std::string_view secret = "8f742231b10e8888abcd99yyyzzz85a5", std::int64_t age_seconds = 0)
    {
        const auto now = std::chrono::duration_cast<std::chrono::seconds>(daemon.clock.now().time_since_epoch()).count() - age_seconds;
        const auto stamp = std::to_string(now);
        return daemon.post("/api/v1/hooks/slack", body,
                           {{"x-slack-request-timestamp", stamp},
                            {"x-slack-signature", "v0=" + auth::hmac_sha256_hex(secret, "v0:" + stamp + ':' + body)}});
    }
    static std::string message(std::string_view event, std::string_view id)
    {
        return R"({"type":"event_callback","team_id":"T1","api_app_id":"A1","event_id":")" + std::string{id} +
               R"(","event_time":1719072000,"event":)" + std::string{event} + "}";
    }
};

TEST_F(Hooks, FiringAndResolvedBecomeEventsAtTheirOwnTimes)
{
    const auto firing = daemon.post(alertmanager, group("firing", alert("firing", "f1")));
    ASSERT_EQ(firing.status, 200u) << firing.body;
    EXPECT_EQ(firing.json(), boost::json::parse(R"({"accepted":1,"repeated":0,"unparsed":0})"));
    daemon.post(alertmanager, group("resolved", alert("resolved", "f1")));
    const auto stored = events();
    ASSERT_EQ(stored.as_array().size(), 2u);
    EXPECT_EQ(stored.at(0).at("occurred_at"), "2024-06-22T15:15:00.500000Z");
    EXPECT_EQ(stored.at(0).at("status"), "firing");
    EXPECT_EQ(stored.at(1).at("occurred_at"), "2024-06-22T15:50:00.000000Z");
    EXPECT_EQ(stored.at(1).at("status"), "resolved");
    EXPECT_EQ(daemon.metrics.count("stored alertmanager alert"), 2);
}

TEST_F(Hooks, RepeatsAreCountedNotListed)
{
    for (int i = 0; i < 10; ++i) daemon.post(alertmanager, group("firing", alert("firing", "f1")));
    const auto stored = events();
    ASSERT_EQ(stored.as_array().size(), 1u);
    EXPECT_EQ(stored.at(0).at("count"), 10);
    EXPECT_EQ(daemon.metrics.count("repeated alertmanager"), 9);
}

TEST_F(Hooks, ARouteOpensAndTheResolveFollows)
{
    config::Config config;
    config::Route route;
    route.name = "critical";
    route.labels = {{"severity", "critical"}};
    route.open = true;
    route.title = "$labels.alertname on $labels.service";
    route.service = "$labels.service";
    config.routes = {route};
    daemon.configure(config);
    const auto firing = daemon.post(alertmanager, group("firing", alert("firing", "f1") + ',' + alert("firing", "f2")));
    EXPECT_EQ(firing.json().at("accepted"), 2);
    const auto incidents = daemon.get("/api/v1/incidents").json().at("incidents");
    ASSERT_EQ(incidents.as_array().size(), 1u);
    EXPECT_EQ(incidents.at(0).at("title"), "HighErrorRate on shop");
    EXPECT_EQ(incidents.at(0).at("opened_by").at("name"), "route:critical");
    daemon.post(alertmanager, group("resolved", alert("resolved", "f1")));
    EXPECT_EQ(events("?incident=INC-1").as_array().size(), 3u);
    EXPECT_EQ(daemon.get("/api/v1/incidents/INC-1").json().at("status"), "open") << "a resolve closes nothing";
}

TEST_F(Hooks, NewConfigurationCountsFromTheNextDelivery)
{
    daemon.post(alertmanager, group("firing", alert("firing", "f1")));
    config::Config config;
    config::Route route;
    route.name = "all";
    route.open = true;
    config.routes = {route};
    daemon.configure(config);
    daemon.post(alertmanager, group("firing", alert("firing", "f2")));
    EXPECT_EQ(daemon.get("/api/v1/incidents").json().at("incidents").as_array().size(), 1u);
}

TEST_F(Hooks, WhatIsNotUnderstoodIsKept)
{
    for (const auto* body : {"{", R"({"a":1,"a":2})", "[]", "", "\xff\xfe", R"({"version":"4","alerts":"none"})"}) {
        const auto before = events().as_array().size();
        const auto answer = daemon.post(alertmanager, body);
        ASSERT_EQ(answer.status, 200u) << body << answer.body;
        EXPECT_EQ(answer.json().at("unparsed"), 1) << body;
        ASSERT_EQ(events().as_array().size(), before + 1) << body;
    }
    const auto last = events("?order=desc").at(0);
    EXPECT_TRUE(last.at("incident").is_null());
    EXPECT_NE(boost::json::serialize(last.at("flags")).find("unparsed"), std::string::npos);
    EXPECT_EQ(daemon.metrics.count("unparsed alertmanager"), 6);
    const auto status = daemon.get("/api/v1/status").json();
    EXPECT_EQ(status.at("sources").at(0).at("unparsed"), 6);
}

TEST_F(Hooks, GrafanaAndGenericAreTheSameDoor)
{
    auto body = group("firing", alert("firing", "f1"));
    body.insert(1, R"("orgId":1,"title":"[FIRING:1]","state":"alerting",)");
    EXPECT_EQ(daemon.post("/api/v1/hooks/grafana", body).json().at("accepted"), 1);
    const auto generic = daemon.post("/api/v1/hooks/generic", R"({"message":"disk full on db-1"})", {{"content-type", "application/x-www-form-urlencoded"}});
    ASSERT_EQ(generic.status, 200u) << generic.body;
    EXPECT_EQ(generic.json().at("accepted"), 1);
    EXPECT_EQ(daemon.post("/api/v1/hooks/nagios", "{}").status, 404u);
}

TEST_F(Hooks, BrowsersAndWrongTypesAreRefused)
{
    const auto body = group("firing", alert("firing", "f1"));
    EXPECT_EQ(daemon.post(alertmanager, body, {{"origin", "http://localhost:9780"}}).status, 403u);
    EXPECT_EQ(daemon.post(alertmanager, body, {{"sec-fetch-site", "cross-site"}}).status, 403u);
    EXPECT_EQ(daemon.post(alertmanager, body, {{"content-type", "text/plain"}}).status, 415u);
    EXPECT_EQ(daemon.post(alertmanager, body, {{"content-encoding", "br"}}).status, 415u);
    EXPECT_EQ(daemon.post(alertmanager, body, {{"host", "evil.example"}}).status, 421u);
    EXPECT_TRUE(events().as_array().empty());
    EXPECT_EQ(daemon.metrics.count("refused alertmanager type"), 2);
}

TEST_F(Hooks, SlackWithoutSecretIsNeverOpen)
{
    EXPECT_EQ(slack(R"({"type":"url_verification","challenge":"c"})").status, 401u);
}

TEST_F(Hooks, SlackMustSign)
{
    daemon.configure(with_slack());
    const auto body = message(R"({"type":"message","channel":"C1","user":"U1","text":"hi","ts":"1719072000.000100"})", "Ev1");
    for (const auto& refused : {slack(body, "wrong"), slack(body, "8f742231b10e8888abcd99yyyzzz85a5", 301), slack(body, "8f742231b10e8888abcd99yyyzzz85a5", -301),
                                daemon.post("/api/v1/hooks/slack", body)}) {
        EXPECT_EQ(refused.status, 401u);
        EXPECT_EQ(refused.body, "") << "a forger learns nothing";
    }
    EXPECT_TRUE(events().as_array().empty());
    EXPECT_EQ(daemon.metrics.count("refused slack signature"), 4);
    EXPECT_EQ(slack(body).status, 200u);
    EXPECT_EQ(slack(message(R"({"type":"message","channel":"C1","user":"U1","text":"hi too","ts":"1719072001.000100"})", "Ev2"), "old-secret").status, 200u);
    EXPECT_EQ(events().as_array().size(), 2u);
}

TEST_F(Hooks, SlackChallengeIsAnsweredAsAsked)
{
    daemon.configure(with_slack());
    const auto answer = slack(R"({"type":"url_verification","token":"t","challenge":"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"})");
    EXPECT_EQ(answer.status, 200u);
    EXPECT_NE(answer.body.find("3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"), std::string::npos);
    EXPECT_TRUE(events().as_array().empty());
}

TEST_F(Hooks, SlackMessageEditReactionAndRetry)
{
    daemon.configure(with_slack());
    daemon.peer = ServiceHarness::sam();
    daemon.post("/api/v1/incidents", R"({"title":"a"})");
    daemon.peer = ServiceHarness::loopback();
    const auto said = message(R"({"type":"message","channel":"C1","user":"U1","text":"cpu 89%","ts":"1719072000.000100"})", "Ev1");
    EXPECT_EQ(slack(said).json().at("accepted"), 1);
    EXPECT_EQ(slack(said).json().at("repeated"), 1) << "a retry is stored once";
    const auto edited = message(R"({"type":"message","subtype":"message_changed","channel":"C1","ts":"1719072060.000200",
        "message":{"type":"message","user":"U1","text":"cpu 98%","ts":"1719072000.000100","edited":{"user":"U1","ts":"1719072060.000000"}},
        "previous_message":{"type":"message","user":"U1","text":"cpu 89%","ts":"1719072000.000100"}})", "Ev2");
    EXPECT_EQ(slack(edited).status, 200u);
    EXPECT_EQ(slack(edited).status, 200u);
    const auto reacted = message(R"({"type":"reaction_added","user":"U2","reaction":"fire","item":{"type":"message","channel":"C1","ts":"1719072000.000100"},
        "item_user":"U1","event_ts":"1719072070.000100"})", "Ev3");
    EXPECT_EQ(slack(reacted).status, 200u);
    const auto stored = events("?incident=INC-1");
    ASSERT_EQ(stored.as_array().size(), 1u);
    EXPECT_EQ(stored.at(0).at("text"), "cpu 98%");
    EXPECT_EQ(stored.at(0).at("tags").at(0).at("name"), "impact");
    const auto history = daemon.get("/api/v1/events/" + std::string{stored.at(0).at("id").as_string()} + "/history").json();
    EXPECT_EQ(history.at("entries").as_array().size(), 3u) << "the edit's retry changed nothing";
}

TEST_F(Hooks, SlackTellsAMessageInSeveralWaysAndItIsOne)
{
    daemon.configure(with_slack());
    const auto told = [](std::string_view type, std::string_view more) {
        return message(R"({"type":")" + std::string{type} + R"(","channel":"C1","user":"U1","text":"rolled back","ts":"1719072000.000100")" +
                           std::string{more} + "}", "Ev1");
    };
    EXPECT_EQ(slack(told("message", R"(,"subtype":"thread_broadcast","thread_ts":"1719071000.000100")")).json().at("accepted"), 1);
    EXPECT_EQ(slack(told("message", R"(,"thread_ts":"1719071000.000100")")).json().at("repeated"), 1);
    EXPECT_EQ(slack(told("app_mention", "")).json().at("repeated"), 1);
    EXPECT_EQ(events().as_array().size(), 1u);
}

TEST_F(Hooks, SlackReactionsOfTwoPeopleAreTwo)
{
    daemon.configure(with_slack());
    slack(message(R"({"type":"message","channel":"C1","user":"U1","text":"checkout is down","ts":"1719072000.000100"})", "Ev1"));
    const auto reacts = [&](std::string_view what, std::string_view who, std::string_view when) {
        return slack(message(R"({"type":"reaction_)" + std::string{what} + R"(","user":")" + std::string{who} +
                                 R"(","reaction":"fire","item":{"type":"message","channel":"C1","ts":"1719072000.000100"},"event_ts":")" +
                                 std::string{when} + "\"}", "Ev" + std::string{when})).status;
    };
    const auto tags = [&] { return events().at(0).at("tags").as_array(); };
    const auto named = [&](std::string_view name) {
        for (const auto& tag : tags())
            if (tag.at("name").as_string() == name) return std::string{tag.at("by").as_string()};
        return std::string{};
    };
    EXPECT_EQ(reacts("added", "U2", "1719072010.000100"), 200u);
    EXPECT_EQ(reacts("added", "U3", "1719072011.000100"), 200u);
    EXPECT_EQ(reacts("removed", "U3", "1719072012.000100"), 200u);
    EXPECT_EQ(named("impact"), "person:U2") << "another person's reaction still stands";
    EXPECT_EQ(reacts("removed", "U2", "1719072013.000100"), 200u);
    EXPECT_NE(named("impact"), "person:U2");
}

TEST_F(Hooks, ALargeGroupIsReadBesideTheNetworkThread)
{
    std::string alerts;
    for (int i = 0; i < 500; ++i) alerts += (i == 0 ? "" : ",") + alert("firing", "f" + std::to_string(i));
    const auto body = group("firing", alerts);
    ASSERT_GT(body.size(), 64u * 1024);
    EXPECT_EQ(daemon.post(alertmanager, body).json().at("accepted"), 500);
}

TEST_F(Hooks, BodiesAreKeptAndGivenBackUntilSomethingInThemIsRedacted)
{
    const auto body = group("firing", alert("firing", "f1") + ',' + alert("firing", "f2"));
    ASSERT_EQ(daemon.post(alertmanager, body).status, 200u);
    const auto stored = events().as_array();
    ASSERT_EQ(stored.size(), 2u);
    const auto path = [&](std::size_t at) { return "/api/v1/events/" + std::string{stored.at(at).at("id").as_string()}; };
    const auto raw = daemon.get(path(1) + "/raw");
    EXPECT_EQ(raw.status, 200u);
    EXPECT_EQ(raw.body, body) << "byte for byte";
    EXPECT_EQ(raw.header("Content-Disposition"), "attachment; filename=\"" + std::string{stored.at(1).at("id").as_string()} + ".json\"");
    EXPECT_EQ(raw.header("Content-Security-Policy"), "default-src 'none'; sandbox");
    EXPECT_FALSE(raw.headers.contains("X-Incidentd-Scrubbed"));
    daemon.peer = ServiceHarness::sam();
    ASSERT_EQ(daemon.post(path(0) + "/amendments", R"({"redact":true,"reason":"a name"})").status, 201u);
    EXPECT_EQ(daemon.get(path(1) + "/raw").status, 404u) << "the two share a body";
    EXPECT_EQ(daemon.get("/api/v1/events/0190d2c8-7a3e-7000-8000-000000000001/raw").status, 404u);
    EXPECT_EQ(daemon.get("/api/v1/events/7/raw").status, 404u);
}

}  // namespace
}  // namespace incident
