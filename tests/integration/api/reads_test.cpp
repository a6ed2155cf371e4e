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
    const auto json = daemon.get("/api/v1/incidents/INC-1/draft?format=json");
    EXPECT_EQ(json.type, "application/json");
    EXPECT_TRUE(json.json().as_object().contains("facts"));
    EXPECT_EQ(daemon.get("/api/v1/incidents/INC-1/draft", {{"if-none-match", draft.header("ETag")}}).status, 304u);
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
    EXPECT_NE(page.body.find("INC-1"), std::string::npos);
    EXPECT_EQ(page.body.find("<script"), std::string::npos);
}

}  // namespace
}  // namespace incident
