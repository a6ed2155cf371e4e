#include "support/service_harness.hpp"
#include "wire/routes.hpp"
#include <gtest/gtest.h>

// Private incidents: for those who are no members they do not exist.
namespace incident {
namespace {

using test::Answer;
using test::ServiceHarness;

constexpr std::string_view marker = "zebrafish";  // in everything that is said in the private incident

class PrivateIncidents : public testing::Test {
protected:
    ServiceHarness daemon;
    std::string event;  // of the private incident INC-1

    /// Root and the daemon's own account see everything; the member here is an account like any other.
    static net::Peer bob()
    {
        auto peer = ServiceHarness::ana();
        peer.uid = 1002;
        peer.account = "bob";
        return peer;
    }

    void SetUp() override
    {
        daemon.peer = ServiceHarness::ana();
        const auto opened = daemon.post("/api/v1/incidents", R"({"title":"zebrafish title","label":"private","lead":"zebrafish lead","service":"zebrafish service"})");
        ASSERT_EQ(opened.status, 201u) << opened.body;
        EXPECT_EQ(opened.json().at("members"), (boost::json::array{"ana"})) << "whoever opens it is a member";
        const auto noted = daemon.post("/api/v1/events", R"({"text":"zebrafish text","details":"zebrafish details","tags":["zebrafish_tag","hypothesis"],
            "labels":{"zebrafish":"zebrafish label"},"links":["https://zebrafish.example/"],"author":"zebrafish author","key":"k-1"})");
        ASSERT_EQ(noted.status, 201u) << noted.body;
        EXPECT_EQ(noted.json().at("events").at(0).at("incident"), "INC-1") << "the only open one that she sees";
        event = noted.json().at("events").at(0).at("id").as_string();
        ASSERT_EQ(daemon.post("/api/v1/events/" + event + "/amendments", R"({"text":"zebrafish again","reason":"zebrafish reason"})").status, 201u);
    }

    std::vector<std::string> reads() const
    {
        const std::string e = "/api/v1/events/" + event, i = "/api/v1/incidents/INC-1";
        return {"/api/v1/events", "/api/v1/events?order=desc", "/api/v1/events?limit=1", "/api/v1/events?incident=INC-1", "/api/v1/events?incident=INC-1&number=1",
                "/api/v1/events?tag=zebrafish_tag", "/api/v1/events?author=zebrafish+author", "/api/v1/events?kind=note",
                "/api/v1/events?since=2024-06-22T15:00:00Z", "/api/v1/events?incident=inbox", e, e + "/history", e + "/raw", "/api/v1/incidents", "/api/v1/incidents?status=open",
                i, i + "/timeline", i + "/draft", i + "/draft?format=json", i + "/draft?trace=true", "/api/v1/status", "/api/v1/verify", "/api/v1/rules",
                "/api/v1/openapi.json", "/metrics", "/-/healthy", "/-/ready", "/", "/api/v1/stream?incident=INC-1"};
    }
    static bool tells(const Answer& answer)
    {
        if (answer.body.find(marker) != std::string::npos) return true;
        return std::ranges::any_of(answer.headers, [](const auto& header) { return header.second.find(marker) != std::string::npos; });
    }
};

TEST_F(PrivateIncidents, NoReadTellsOthersAnything)
{
    for (const auto& peer : {bob(), ServiceHarness::loopback()}) {
        daemon.peer = peer;
        for (const auto& path : reads()) {
            if (path.find("zebrafish") == std::string::npos) EXPECT_FALSE(tells(daemon.get(path))) << peer.principal() << ' ' << path;
            else EXPECT_TRUE(daemon.get(path).json().at("events").as_array().empty()) << path;  // a Link repeats the question
        }
    }
}

TEST_F(PrivateIncidents, MembersReadAllOfIt)
{
    daemon.peer = ServiceHarness::ana();
    for (const auto* path : {"/api/v1/events", "/api/v1/events?incident=INC-1", "/api/v1/incidents", "/api/v1/incidents/INC-1", "/api/v1/incidents/INC-1/timeline",
                             "/api/v1/incidents/INC-1/draft", "/api/v1/incidents/INC-1/draft?format=json", "/"})
        EXPECT_TRUE(tells(daemon.get(path))) << path;
    EXPECT_TRUE(tells(daemon.get("/api/v1/events/" + event + "/history")));
    daemon.peer = ServiceHarness::sam();
    EXPECT_TRUE(tells(daemon.get("/api/v1/incidents/INC-1"))) << "the account it runs as can read the file anyway";
}

TEST_F(PrivateIncidents, WhatIsHiddenAnswersLikeWhatNeverWas)
{
    daemon.peer = bob();
    const auto same = [&](std::string hidden, std::string_view never, const std::string& method, const std::string& body) {
        const auto there = daemon.ask(method, hidden, body);
        auto absent_path = hidden;
        const auto at = absent_path.find(hidden.find("INC-1") != std::string::npos ? "INC-1" : event);
        absent_path.replace(at, hidden.find("INC-1") != std::string::npos ? 5 : event.size(), never);
        auto absent = daemon.ask(method, absent_path, body);
        EXPECT_EQ(there.status, absent.status) << hidden;
        const auto blanked = [](std::string text, std::string_view word) {
            for (auto found = text.find(word); found != std::string::npos; found = text.find(word)) text.replace(found, word.size(), "X");
            return text;
        };
        EXPECT_EQ(blanked(there.body, hidden.find("INC-1") != std::string::npos ? "INC-1" : event), blanked(absent.body, never)) << hidden;
    };
    constexpr auto no_event = "0190d2c8-7a3e-7000-8000-000000000001", no_key = "INC-9";
    const std::string e = "/api/v1/events/" + event, i = "/api/v1/incidents/INC-1";
    same(e, no_event, "GET", {});
    same(e + "/history", no_event, "GET", {});
    same(e + "/amendments", no_event, "POST", R"({"text":"b"})");
    same(e + "/amendments", no_event, "POST", R"({"redact":true})");
    same(i, no_key, "GET", {});
    same(i + "/timeline", no_key, "GET", {});
    same(i + "/draft", no_key, "GET", {});
    same(i, no_key, "PATCH", R"({"label":""})");
    same(i, no_key, "PATCH", R"({"members":["bob"]})");
    same(i, no_key, "PATCH", R"({"adopt":"30m"})");
    same("/api/v1/events?incident=INC-1", no_key, "GET", {});
    same("/api/v1/stream?incident=INC-1", no_key, "GET", {});
    // In bodies.
    const auto refused = [&](const std::string& path, const std::string& body, const std::string& method = "POST") {
        const auto answer = daemon.ask(method, path, body);
        EXPECT_EQ(answer.status, 422u) << path << body << answer.body;
        EXPECT_FALSE(tells(answer));
    };
    refused("/api/v1/events", R"({"text":"a","incident":"INC-1"})");
    refused("/api/v1/events", R"({"text":"a","tags":[{"name":"misleading_path","of":")" + event + R"("}]})");
    refused("/api/v1/rules/apply", R"({"incident":"INC-1","dry_run":true})");
    refused("/api/v1/rules/apply", R"({"incident":"INC-1"})");
    ASSERT_EQ(daemon.post("/api/v1/incidents", R"({"title":"bob's"})").status, 201u);
    refused("/api/v1/incidents/INC-2", R"({"merged_into":"INC-1"})", "PATCH");
    const auto mine = daemon.post("/api/v1/events", R"({"text":"mine"})").json().at("events").at(0);
    EXPECT_EQ(mine.at("incident"), "INC-2") << "the only open one that he sees";
    refused("/api/v1/events/" + std::string{mine.at("id").as_string()} + "/amendments", R"({"incident":"INC-1"})");
}

TEST_F(PrivateIncidents, ANoteOfOthersStaysInTheInbox)
{
    for (const auto& peer : {bob(), ServiceHarness::loopback()}) {
        daemon.peer = peer;
        EXPECT_TRUE(daemon.post("/api/v1/events", R"({"text":"what is going on?"})").json().at("events").at(0).at("incident").is_null());
    }
    daemon.peer = ServiceHarness::loopback();
    EXPECT_EQ(daemon.post("/api/v1/hooks/generic", R"({"text":"deploy","kind":"change"})").status, 200u);
    daemon.peer = ServiceHarness::ana();
    EXPECT_EQ(daemon.get("/api/v1/events?incident=INC-1").json().at("events").as_array().size(), 1u);
}

TEST_F(PrivateIncidents, AnAlertJoinsByItsFingerprintOrByARouteThatSaysSo)
{
    const auto alert = [](const std::string& name, const std::string& status, const std::string& service) {
        return R"({"version":"4","alerts":[{"status":")" + status + R"(","labels":{"alertname":")" + name + R"(","service":")" + service +
               R"("},"annotations":{},"startsAt":"2024-06-22T15:59:00Z","endsAt":")" + (status == "resolved" ? "2024-06-22T16:10:00Z" : "0001-01-01T00:00:00Z") +
               R"(","fingerprint":")" + name + R"("}]})";
    };
    config::Config config;
    config::Route by_service;
    by_service.name = "by-service";
    by_service.incident["service"] = "zebrafish.*";
    config.routes.push_back(by_service);
    daemon.configure(config);
    daemon.peer = ServiceHarness::loopback();
    const auto count = [&] {
        daemon.peer = ServiceHarness::ana();
        const auto size = daemon.get("/api/v1/events?incident=INC-1").json().at("events").as_array().size();
        daemon.peer = ServiceHarness::loopback();
        return size;
    };
    ASSERT_EQ(daemon.post("/api/v1/hooks/alertmanager", alert("A", "firing", "shop")).status, 200u);
    EXPECT_EQ(count(), 1u) << "a route that does not speak of the label passes it by";
    config.routes.front().incident["label"] = "private";
    daemon.configure(config);
    ASSERT_EQ(daemon.post("/api/v1/hooks/alertmanager", alert("B", "firing", "shop")).status, 200u);
    EXPECT_EQ(count(), 2u);
    daemon.configure({});
    const auto resolved = daemon.post("/api/v1/hooks/alertmanager", alert("B", "resolved", "shop"));
    EXPECT_EQ(resolved.status, 200u);
    EXPECT_FALSE(tells(resolved));
    EXPECT_EQ(count(), 3u) << "its firing stands there";
    daemon.peer = bob();
    EXPECT_EQ(daemon.get("/api/v1/events").json().at("events").as_array().size(), 1u) << "A, in the inbox";
}

TEST_F(PrivateIncidents, SharingLetsOthersInAndOut)
{
    const auto share = [&](const char* members) { return daemon.patch("/api/v1/incidents/INC-1", std::string{R"({"members":)"} + members + '}').status; };
    EXPECT_EQ(share(R"(["ana","bob"])"), 200u);
    daemon.peer = bob();
    EXPECT_TRUE(tells(daemon.get("/api/v1/incidents/INC-1/draft")));
    EXPECT_EQ(share(R"(["bob","bob"," bob "])"), 200u) << "a member may change who is";
    EXPECT_EQ(daemon.get("/api/v1/incidents/INC-1").json().at("members"), (boost::json::array{"bob"}));
    EXPECT_EQ(share("[]"), 422u) << "somebody must be able to read it";
    daemon.peer = ServiceHarness::ana();
    EXPECT_EQ(daemon.get("/api/v1/incidents/INC-1").status, 404u);
    EXPECT_EQ(share(R"(["ana"])"), 404u);
    daemon.peer = bob();
    const auto left = daemon.patch("/api/v1/incidents/INC-1", R"({"members":["ana"]})");
    EXPECT_EQ(left.status, 200u) << "the answer to the change itself";
    EXPECT_EQ(daemon.get("/api/v1/incidents/INC-1").status, 404u);
}

TEST_F(PrivateIncidents, MakingOnePrivateKeepsItsOpenerAndWhoeverDidIt)
{
    daemon.peer = bob();
    ASSERT_EQ(daemon.post("/api/v1/incidents", R"({"title":"zebrafish two"})").status, 201u);
    daemon.peer = ServiceHarness::ana();
    const auto set = daemon.patch("/api/v1/incidents/INC-2", R"({"label":"private"})");
    EXPECT_EQ(set.json().at("members"), (boost::json::array{"ana", "bob"}));
    daemon.peer = ServiceHarness::loopback();
    EXPECT_FALSE(tells(daemon.get("/api/v1/incidents")));
    daemon.peer = bob();
    EXPECT_EQ(daemon.patch("/api/v1/incidents/INC-2", R"({"label":""})").status, 200u);
    daemon.peer = ServiceHarness::loopback();
    EXPECT_TRUE(tells(daemon.get("/api/v1/incidents"))) << "public again";
    const auto nameless = daemon.patch("/api/v1/incidents/INC-2", R"({"label":"private"})");
    EXPECT_EQ(nameless.status, 403u) << "nobody could read it then";
    EXPECT_EQ(daemon.post("/api/v1/incidents", R"({"title":"x","label":"private","members":["ana"]})").status, 403u);
}

TEST_F(PrivateIncidents, MergingNeverOpensThem)
{
    daemon.peer = ServiceHarness::ana();
    ASSERT_EQ(daemon.post("/api/v1/incidents", R"({"title":"for all"})").status, 201u);
    EXPECT_EQ(daemon.patch("/api/v1/incidents/INC-1", R"({"merged_into":"INC-2"})").status, 409u);
    EXPECT_EQ(daemon.patch("/api/v1/incidents/INC-2", R"({"merged_into":"INC-1"})").status, 200u) << "into it: what moves is hidden";
    daemon.peer = bob();
    const auto timeline = daemon.get("/api/v1/incidents/INC-2/timeline");
    EXPECT_EQ(timeline.status, 404u);
    EXPECT_FALSE(tells(timeline));
    EXPECT_EQ(daemon.patch("/api/v1/incidents/INC-2", R"({"lead":"bob"})").status, 409u) << "merged, he may know that";
}

TEST_F(PrivateIncidents, WhatMovesInIsHiddenAndWhatMovesOutIsNot)
{
    daemon.peer = bob();
    ASSERT_EQ(daemon.post("/api/v1/incidents", R"({"title":"for all"})").status, 201u);
    const auto noted = daemon.post("/api/v1/events", R"({"text":"zebrafish by bob","incident":"INC-2"})").json().at("events").at(0);
    const std::string id{noted.at("id").as_string()};
    daemon.peer = ServiceHarness::ana();
    ASSERT_EQ(daemon.post("/api/v1/events/" + id + "/amendments", R"({"incident":"INC-1"})").status, 201u);
    daemon.peer = bob();
    EXPECT_EQ(daemon.get("/api/v1/events/" + id).status, 404u);
    for (const auto* path : {"/api/v1/incidents/INC-2/timeline", "/api/v1/incidents/INC-2/draft", "/api/v1/events?incident=INC-2", "/"})
        EXPECT_FALSE(tells(daemon.get(path))) << path;
    daemon.peer = ServiceHarness::ana();
    ASSERT_EQ(daemon.post("/api/v1/events/" + id + "/amendments", R"({"incident":"inbox"})").status, 201u);
    daemon.peer = bob();
    EXPECT_TRUE(tells(daemon.get("/api/v1/events/" + id)));
}

TEST_F(PrivateIncidents, AKeyThatSomebodyUsedTellsOthersNothing)
{
    const ServiceHarness::Headers key{{"idempotency-key", "r-1"}};
    const std::string body = R"({"text":"the same","tags":["hypothesis"]})", open = R"({"title":"the same","label":"private"})";
    daemon.peer = ServiceHarness::ana();
    ASSERT_EQ(daemon.post("/api/v1/events", body, key).status, 201u);
    ASSERT_EQ(daemon.post("/api/v1/incidents", open, {{"idempotency-key", "o-1"}}).status, 201u);
    ASSERT_EQ(daemon.post("/api/v1/events/" + event + "/amendments", R"({"star":true})", {{"idempotency-key", "a-1"}}).status, 201u);
    ASSERT_EQ(daemon.patch("/api/v1/incidents/INC-1", R"({"severity":"1"})", {{"idempotency-key", "p-1"}}).status, 200u);
    daemon.peer = bob();
    const auto replay = daemon.post("/api/v1/events", body, key);
    EXPECT_EQ(replay.status, 200u) << "stored it is";
    EXPECT_EQ(replay.body.find("INC-"), std::string::npos) << replay.body;
    EXPECT_EQ(replay.body.find("tags"), std::string::npos);
    const auto by_key = daemon.post("/api/v1/events", R"({"text":"zebrafish text","details":"zebrafish details","labels":{"zebrafish":"zebrafish label"},"key":"k-1"})");
    EXPECT_EQ(by_key.status, 200u);
    EXPECT_FALSE(tells(by_key)) << by_key.body;
    const auto opened = daemon.post("/api/v1/incidents", open, {{"idempotency-key", "o-1"}});
    EXPECT_EQ(opened.status, 422u) << opened.body;
    EXPECT_EQ(daemon.post("/api/v1/events/" + event + "/amendments", R"({"star":true})", {{"idempotency-key", "a-1"}}).status, 404u);
    EXPECT_EQ(daemon.patch("/api/v1/incidents/INC-1", R"({"severity":"1"})", {{"idempotency-key", "p-1"}}).status, 404u);
}

TEST_F(PrivateIncidents, AFilterIsNoOracle)
{
    daemon.peer = bob();
    for (int i = 0; i < 3; ++i) daemon.post("/api/v1/events", R"({"text":"public"})");
    const auto page = daemon.get("/api/v1/events?limit=1&tag=zebrafish_tag").json();
    const auto never = daemon.get("/api/v1/events?limit=1&tag=never_said").json();
    EXPECT_EQ(page, never) << "not even a page that stops where something hidden fitted";
}

TEST_F(PrivateIncidents, TheLabelTravelsIntoExports)
{
    daemon.peer = ServiceHarness::ana();
    const auto draft = daemon.get("/api/v1/incidents/INC-1/draft").body;
    EXPECT_LT(draft.find("**Private:**"), draft.find("## Issue Summary")) << draft;
    EXPECT_EQ(daemon.get("/api/v1/incidents/INC-1/draft?format=json").json().at("incident").at("label"), "private");
    EXPECT_EQ(daemon.get("/api/v1/incidents/INC-1/timeline").json().at("incident").at("label"), "private");
    EXPECT_EQ(daemon.patch("/api/v1/incidents/INC-1", R"({"label":""})").status, 200u);
    EXPECT_EQ(daemon.get("/api/v1/incidents/INC-1/draft").body.find("Private"), std::string::npos);
}

TEST_F(PrivateIncidents, ATokenIsAMemberByItsName)
{
    auth::Token token;
    token.id = "tok_1";
    token.name = "ana";
    token.role = auth::Role::read;
    token.digest = auth::token_digest("inc_ana");
    daemon.tokens.put(token);
    token.id = "tok_2";
    token.name = "chief";
    token.role = auth::Role::admin;
    token.digest = auth::token_digest("inc_chief");
    daemon.tokens.put(token);
    daemon.peer = ServiceHarness::loopback();
    EXPECT_TRUE(tells(daemon.get("/api/v1/incidents/INC-1", {{"authorization", "Bearer inc_ana"}})));
    EXPECT_EQ(daemon.get("/api/v1/incidents/INC-1", {{"authorization", "Bearer inc_chief"}}).status, 404u) << "no member, however much of an admin";
}

}  // namespace
}  // namespace incident
