#include "support/service_harness.hpp"
#include <gtest/gtest.h>
#include <set>

namespace incident {
namespace {

using test::ServiceHarness;

class Reads : public testing::Test {
protected:
    ServiceHarness daemon;
    void SetUp() override
    {
        daemon.post("/api/v1/incidents", R"({"title":"checkout 503","service":"shop","started_at":"2024-06-22T15:15:00Z"})");
        daemon.post("/api/v1/events", R"([
            {"text":"customer call, checkout dead","occurred_at":"2024-06-22T15:15:00Z","tags":[{"name":"detection","how":"customer"}]},
            {"text":"traffic surge?","occurred_at":"2024-06-22T15:30:00Z","tags":["hypothesis"]},
            {"text":"rolled back, errors 0","occurred_at":"2024-06-22T15:50:00Z","tags":["resolution"]}])");
    }
};

TEST_F(Reads, FiltersAndPages)
{
    EXPECT_EQ(daemon.get("/api/v1/events?tag=hypo").json().at("events").as_array().size(), 1u);
    EXPECT_EQ(daemon.get("/api/v1/events?since=2024-06-22T15:30:00Z&until=2024-06-22T15:50:00Z").json().at("events").as_array().size(), 1u);
    EXPECT_EQ(daemon.get("/api/v1/events?kind=alert").json().at("events").as_array().size(), 0u);
    EXPECT_EQ(daemon.get("/api/v1/events?incident=INC-1&number=2").json().at("events").at(0).at("text"), "traffic surge?");
    EXPECT_EQ(daemon.get("/api/v1/events?author=sam&source=api").json().at("events").as_array().size(), 3u);
    EXPECT_EQ(daemon.get("/api/v1/events?order=desc&limit=1").json().at("events").at(0).at("text"), "rolled back, errors 0");
}

TEST_F(Reads, PagesNeitherLoseNorRepeatWhileOthersWrite)
{
    for (int i = 0; i < 10; ++i) daemon.post("/api/v1/events", R"({"text":"before"})");
    std::size_t seen = 0;
    std::string target = "/api/v1/events?limit=2";
    std::set<std::string> ids;
    for (int page = 0; page < 50; ++page) {
        const auto answer = daemon.get(target);
        ASSERT_EQ(answer.status, 200u) << answer.body;
        const auto body = answer.json();
        for (const auto& event : body.at("events").as_array()) {
            ++seen;
            ids.insert(std::string{event.at("id").as_string()});
        }
        if (page < 5) daemon.post("/api/v1/events", R"({"text":"meanwhile"})");
        if (answer.json().at("next").is_null()) break;
        const auto cursor = std::string{answer.json().at("next").as_string()};
        EXPECT_EQ(answer.header("Link"), "<http://localhost:9780/api/v1/events?limit=2&cursor=" + cursor + ">; rel=\"next\"");
        target = "/api/v1/events?limit=2&cursor=" + cursor;
    }
    EXPECT_EQ(ids.size(), seen);
    EXPECT_GE(seen, 13u + 5u) << "what came meanwhile is read too";
}

TEST_F(Reads, OutsidersSeeRolesAndTheExporterWhatWentAway)
{
    config::Config config;
    config.people = {{"sam", "the on-call engineer"}};
    config.redaction = {{"ticket", "SHOP-[0-9]+", "[ticket]"}};
    ServiceHarness own{config};
    own.post("/api/v1/incidents", R"({"title":"checkout 503, SHOP-17","lead":"Zebedee"})");
    own.post("/api/v1/events", R"([{"text":"sam and Zebedee restart the web servers","tags":["action"]},{"text":"pizza?","kind":"chat"}])");
    for (const auto* target : {"draft?format=json&", "draft?format=csv&", "draft?template=sre&trace=true&", "timeline?"}) {
        const auto answer = own.get("/api/v1/incidents/INC-1/" + std::string{target} + "audience=customer");
        ASSERT_EQ(answer.status, 200u) << answer.body;
        EXPECT_EQ(answer.body.find("Zebedee"), std::string::npos) << target;
        EXPECT_EQ(answer.body.find("SHOP-17"), std::string::npos) << target;
        EXPECT_EQ(answer.body.find("pizza"), std::string::npos) << target;
        EXPECT_NE(answer.body.find("a responder restart"), std::string::npos) << answer.body;
        const auto removed = wire::json::parse(answer.header("Removed-For-Audience"));
        EXPECT_EQ(removed.at("events"), 1);
        EXPECT_TRUE(removed.at("names").as_object().contains("Zebedee"));
        EXPECT_GE(removed.at("masked").at("ticket").to_number<int>(), 1);
    }
    EXPECT_EQ(own.get("/api/v1/incidents/INC-1/draft").header("Removed-For-Audience"), "");
}

TEST_F(Reads, TimelineHasEveryPart)
{
    const auto answer = daemon.get("/api/v1/incidents/INC-1/timeline");
    ASSERT_EQ(answer.status, 200u) << answer.body;
    const auto body = answer.json();
    for (const auto* member : {"incident", "events", "lines", "phases", "durations", "dead_ends", "facts", "findings"})
        EXPECT_TRUE(body.as_object().contains(member)) << member;
    EXPECT_FALSE(body.at("findings").as_array().empty()) << "the cause is missing";
    const auto tag = answer.header("ETag");
    EXPECT_EQ(daemon.get("/api/v1/incidents/INC-1/timeline", {{"if-none-match", tag}}).status, 304u);
    daemon.post("/api/v1/events", R"({"text":"more"})");
    EXPECT_EQ(daemon.get("/api/v1/incidents/INC-1/timeline", {{"if-none-match", tag}}).status, 200u);
}

TEST_F(Reads, DraftIsTheSameBytesForTheSameEntries)
{
    const auto draft = daemon.get("/api/v1/incidents/INC-1/draft");
    ASSERT_EQ(draft.status, 200u) << draft.body;
    EXPECT_EQ(draft.type, "text/markdown; charset=utf-8");
    EXPECT_TRUE(draft.body.starts_with("# Postmortem: checkout 503")) << draft.body;
    daemon.clock.advance(std::chrono::hours{5});
    EXPECT_EQ(daemon.get("/api/v1/incidents/INC-1/draft").body, draft.body);
    EXPECT_EQ(daemon.metrics.count("draft"), 2);
    const auto nairobi = daemon.get("/api/v1/incidents/INC-1/draft?tz=Africa/Nairobi&clock=12");
    EXPECT_NE(nairobi.body, draft.body);
    EXPECT_NE(nairobi.header("ETag"), draft.header("ETag"));
    const auto html = daemon.get("/api/v1/incidents/INC-1/draft?format=html");
    EXPECT_EQ(html.type, "text/html; charset=utf-8");
    EXPECT_TRUE(html.body.starts_with("<!DOCTYPE html>")) << html.body;
    EXPECT_TRUE(html.header("Content-Security-Policy").starts_with("default-src 'none'; style-src 'sha256-"));
    EXPECT_EQ(html.header("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(daemon.get("/api/v1/incidents/INC-1/draft?format=html", {{"accept", "text/html"}}).body, html.body);
    EXPECT_EQ(daemon.get("/api/v1/incidents/INC-1/draft?format=pdf").status / 100, 4u);
    const auto json = daemon.get("/api/v1/incidents/INC-1/draft?format=json");
    EXPECT_EQ(json.type, "application/json");
    EXPECT_TRUE(json.json().as_object().contains("facts"));
    EXPECT_EQ(daemon.get("/api/v1/incidents/INC-1/draft", {{"if-none-match", draft.header("ETag")}}).status, 304u);
}

TEST_F(Reads, AsOfShowsWhatWasKnownThen)
{
    // given a night that goes on after 16:00: a late note, a correction, a removal, a closing
    daemon.clock.advance(std::chrono::hours{1});
    daemon.post("/api/v1/events", R"({"text":"it was the cache","occurred_at":"2024-06-22T15:40:00Z","tags":["root_cause"]})");
    const auto events = daemon.get("/api/v1/incidents/INC-1/timeline").json().at("events").as_array();
    const auto amend = [&](std::size_t event, const char* body) {
        const auto id = std::string{events.at(event).at("id").as_string()};
        EXPECT_EQ(daemon.post("/api/v1/events/" + id + "/amendments", body).status, 201u);
    };
    amend(1, R"({"text":"traffic surge it was not"})");
    amend(0, R"({"redact":true,"reason":"names a customer"})");
    daemon.patch("/api/v1/incidents/INC-1", R"({"status":"closed"})");
    // when one asks for half past four
    const std::string then = "as_of=2024-06-22T16:30:00Z", path = "/api/v1/incidents/INC-1/";
    const auto answer = daemon.get(path + "timeline?" + then);
    ASSERT_EQ(answer.status, 200u) << answer.body;
    const auto body = answer.json();
    // then nothing of the later hour shows, but what was removed stays removed
    ASSERT_EQ(body.at("events").as_array().size(), 3u);
    EXPECT_EQ(body.at("events").at(1).at("text"), "traffic surge?");
    EXPECT_EQ(body.at("events").at(0).at("text"), "");
    EXPECT_EQ(body.at("events").at(0).at("redacted"), true);
    EXPECT_EQ(body.at("incident").at("status"), "open");
    EXPECT_EQ(answer.body.find("cache"), std::string::npos);
    EXPECT_EQ(answer.body.find("customer call"), std::string::npos);
    const auto draft = daemon.get(path + "draft?" + then);
    EXPECT_EQ(draft.body.find("cache"), std::string::npos) << draft.body;
    EXPECT_NE(daemon.get(path + "draft").body.find("cache"), std::string::npos);
    // and the copy that a client keeps holds for that instant alone
    EXPECT_EQ(daemon.get(path + "timeline?" + then, {{"if-none-match", answer.header("ETag")}}).status, 304u);
    EXPECT_EQ(daemon.get(path + "timeline", {{"if-none-match", answer.header("ETag")}}).status, 200u);
    EXPECT_EQ(daemon.get(path + "timeline?as_of=2024-06-22T15:59:00Z").status, 404u);
    EXPECT_EQ(daemon.get(path + "timeline?as_of=yesterday").status, 422u);
}

TEST_F(Reads, AsOfJudgesTheFutureByThatInstant)
{
    daemon.clock.advance(std::chrono::hours{4});
    ASSERT_EQ(daemon.patch("/api/v1/incidents/INC-1", R"({"ended_at":"2024-06-22T21:30:00Z"})").status, 200u);
    daemon.clock.advance(std::chrono::hours{4});
    daemon.post("/api/v1/events", R"({"text":"done"})");
    const auto told = [&](const std::string& query) {
        const auto timeline = daemon.get("/api/v1/incidents/INC-1/timeline" + query).json();
        for (const auto& finding : timeline.at("findings").as_array())
            if (std::string_view{finding.at("text").as_string()}.find("future") != std::string_view::npos) return true;
        return false;
    };
    EXPECT_TRUE(told("?as_of=2024-06-22T20:30:00Z"));
    EXPECT_FALSE(told("?as_of=2024-06-22T23:00:00Z"));
}

TEST_F(Reads, AsOfFollowsAMergeOnlyAfterIt)
{
    daemon.post("/api/v1/incidents", R"({"title":"the same again"})");
    daemon.post("/api/v1/events", R"({"text":"of the second","incident":"INC-2"})");
    daemon.clock.advance(std::chrono::hours{1});
    ASSERT_EQ(daemon.patch("/api/v1/incidents/INC-2", R"({"merged_into":"INC-1"})").status, 200u);
    const auto key = [&](const char* when) {
        const auto answer = daemon.get(std::string{"/api/v1/incidents/INC-2/timeline?as_of="} + when);
        EXPECT_EQ(answer.status, 200u) << answer.body;
        return answer.json();
    };
    const auto before = key("2024-06-22T16:30:00Z"), after = key("2024-06-22T17:30:00Z");
    EXPECT_EQ(before.at("incident").at("key"), "INC-2");
    EXPECT_EQ(before.at("events").as_array().size(), 1u);
    EXPECT_EQ(after.at("incident").at("key"), "INC-1");
    EXPECT_EQ(after.at("events").as_array().size(), 4u);
}

TEST_F(Reads, StreamSaysFromWhere)
{
    const auto answer = daemon.get("/api/v1/stream?incident=INC-1", {{"last-event-id", "3"}});
    ASSERT_EQ(answer.status, 200u) << answer.body;
    EXPECT_TRUE(answer.streams);
    EXPECT_EQ(answer.type, "text/event-stream");
    EXPECT_EQ(answer.header("Cache-Control"), "no-store");
    EXPECT_EQ(answer.header("X-Accel-Buffering"), "no");
    EXPECT_EQ(daemon.hub.asked, "3 INC-1");
    daemon.get("/api/v1/stream");
    EXPECT_EQ(daemon.hub.asked, "now all");
    EXPECT_EQ(daemon.get("/api/v1/stream", {{"last-event-id", "three"}}).status, 400u);
    EXPECT_EQ(daemon.get("/api/v1/stream?incident=INC-9").status, 404u);
    daemon.hub.full = true;
    const auto full = daemon.get("/api/v1/stream");
    EXPECT_EQ(full.status, 503u);
    EXPECT_EQ(full.header("Retry-After"), "1");
    EXPECT_EQ(daemon.ask("HEAD", "/api/v1/stream", {}).status, 200u) << "asks for no items";
}

TEST_F(Reads, PageShowsWhatIsGoingOn)
{
    daemon.post("/api/v1/events", R"({"text":"<script>alert(1)</script>"})");
    const auto page = daemon.get("/");
    ASSERT_EQ(page.status, 200u) << page.body;
    EXPECT_EQ(page.type, "text/html; charset=utf-8");
    EXPECT_TRUE(page.header("Content-Security-Policy").starts_with("default-src 'none'"));
    EXPECT_NE(page.body.find("href=\"/api/v1/incidents/INC-1/draft?format=html\""), std::string::npos);
    EXPECT_EQ(page.body.find("<script"), std::string::npos);
}

}  // namespace
}  // namespace incident
