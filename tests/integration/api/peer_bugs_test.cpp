#include "support/service_harness.hpp"
#include <gtest/gtest.h>

// What went wrong in other tools, where it takes a recorder to see it: one test a row. The others stand in
// tests/unit/timeline/peer_bugs_test.cpp.
namespace incident::test {
namespace {

class PeerBugs : public testing::Test {
protected:
    boost::json::value note(const std::string& body)
    {
        const auto answer = daemon.post("/api/v1/events", body);
        EXPECT_EQ(answer.status, 201u) << answer.body;
        return answer.json().at("events").at(0);
    }
    std::string open(const std::string& body)
    {
        const auto answer = daemon.post("/api/v1/incidents", body);
        EXPECT_EQ(answer.status, 201u) << answer.body;
        return "/api/v1/incidents/INC-1";
    }
    ServiceHarness daemon;
};

// GitLab's quick action drops the seconds.
TEST_F(PeerBugs, SecondsAndMillisecondsSurviveARoundTrip)
{
    const auto posted = note(R"({"text":"a","occurred_at":"2024-06-22T15:30:07.250Z"})");
    EXPECT_EQ(posted.at("occurred_at"), "2024-06-22T15:30:07.250000Z");
    const auto id = std::string{posted.at("id").as_string()};
    EXPECT_EQ(daemon.get("/api/v1/events/" + id).json().at("occurred_at"), "2024-06-22T15:30:07.250000Z");
}

// PostHog's correction of clocks mixed in the network's delay and reordered events.
TEST_F(PeerBugs, ASlowPostIsNotReorderedAndTheSendersTimeStands)
{
    const auto incident = open(R"({"title":"checkout 503"})");
    note(R"({"text":"second","occurred_at":"2024-06-22T15:31:00Z"})");
    daemon.clock.advance(std::chrono::minutes{20});
    const auto slow = note(R"({"text":"first","occurred_at":"2024-06-22T15:30:00Z","sent_at":"2024-06-22T15:30:01Z"})");
    EXPECT_EQ(slow.at("occurred_at"), "2024-06-22T15:30:00.000000Z");
    EXPECT_EQ(slow.at("received_at"), "2024-06-22T16:20:00.000000Z");
    const auto timeline = daemon.get(incident + "/timeline").json();
    EXPECT_EQ(timeline.at("events").at(0).at("text"), "first");
    EXPECT_EQ(timeline.at("events").at(0).at("sent_at"), "2024-06-22T15:30:01.000000Z");
}

// OneUptime: no state goes backward, and private notes cannot be backdated.
TEST_F(PeerBugs, AClosedIncidentOpensAgainAndAnyKindCanBeBackdated)
{
    const auto incident = open(R"({"title":"checkout 503"})");
    EXPECT_EQ(daemon.patch(incident, R"({"status":"closed"})").status, 200u);
    EXPECT_EQ(daemon.patch(incident, R"({"status":"open"})").status, 200u);
    EXPECT_EQ(daemon.get(incident).json().at("status"), "open");
    for (const auto* kind : {"note", "chat", "alert", "command", "change"}) {
        const auto event = note(R"({"text":"before","visibility":"internal","occurred_at":"2024-06-22T14:00:00Z","kind":")" + std::string{kind} + R"("})");
        EXPECT_EQ(event.at("occurred_at"), "2024-06-22T14:00:00.000000Z") << kind;
    }
}

// Ranger IMS stored the same text nine times.
TEST_F(PeerBugs, TheSameKeyIsStoredOnceHoweverOftenItIsSent)
{
    for (int i = 0; i < 9; ++i) {
        const auto answer = daemon.post("/api/v1/events", R"({"text":"restarted web-3"})", {{"idempotency-key", "restart-1"}});
        EXPECT_EQ(answer.status / 100, 2u) << answer.body;
    }
    EXPECT_EQ(daemon.get("/api/v1/events").json().at("events").as_array().size(), 1u);
}

// Alertmanager and incident.io's receiver lose the rest of a truncated list without a word.
TEST_F(PeerBugs, ATruncatedListOfAlertsIsAnEntry)
{
    const auto answer = daemon.post("/api/v1/hooks/alertmanager",
                                    R"({"version":"4","groupKey":"g","truncatedAlerts":7,"status":"firing","receiver":"r","groupLabels":{},"commonLabels":{},)"
                                    R"("commonAnnotations":{},"externalURL":"http://am","alerts":[{"status":"firing","labels":{"alertname":"HighErrorRate"},)"
                                    R"("annotations":{},"startsAt":"2024-06-22T15:15:00Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"http://p","fingerprint":"f1"}]})");
    ASSERT_EQ(answer.status / 100, 2u) << answer.body;
    bool told = false;
    const auto listed = daemon.get("/api/v1/events").json();
    for (const auto& event : listed.at("events").as_array())
        told = told || (event.at("kind") == "system" && std::string{event.at("text").as_string()}.find('7') != std::string::npos);
    EXPECT_TRUE(told) << boost::json::serialize(listed);
}

// Datadog: the draft of a private incident was readable by others.
TEST_F(PeerBugs, APrivateIncidentsDraftCarriesItsLabelAndOthersDoNotGetIt)
{
    const auto incident = open(R"({"title":"zebrafish","label":"private"})");
    EXPECT_NE(daemon.get(incident + "/draft").body.find("**Private:**"), std::string::npos);
    daemon.peer = ServiceHarness::ana();
    for (const auto* what : {"/draft", "/draft?format=json", "/timeline", ""}) {
        const auto refused = daemon.get(incident + what);
        EXPECT_EQ(refused.status, 404u) << what;
        EXPECT_EQ(refused.body.find("zebrafish"), std::string::npos) << what;
    }
}

// An MTTR collector counts malformed records as unresolved and says nothing.
TEST_F(PeerBugs, RefusedInputIsCountedAndCanBeSeen)
{
    EXPECT_EQ(daemon.post("/api/v1/hooks/generic", "{broken").json().at("unparsed"), 1);
    EXPECT_EQ(daemon.metrics.count("unparsed generic"), 1);
    const auto listed = daemon.get("/api/v1/events").json();
    ASSERT_EQ(listed.at("events").as_array().size(), 1u) << "it is kept, as what it is";
    const auto flags = boost::json::serialize(listed.at("events").at(0).at("flags"));
    EXPECT_NE(flags.find("unparsed"), std::string::npos) << flags;
    EXPECT_EQ(daemon.post("/api/v1/events", R"({"text":""})").status, 422u);
}

}  // namespace
}  // namespace incident::test
