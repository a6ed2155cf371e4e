#include "support/service_harness.hpp"
#include <gtest/gtest.h>

namespace incident {
namespace {

using test::ServiceHarness;
using namespace std::chrono_literals;

class Incidents : public testing::Test {
protected:
    ServiceHarness daemon;
    boost::json::value note(std::string text, std::string more = {})
    {
        return daemon.post("/api/v1/events", R"({"text":")" + text + '"' + more + '}').json().at("events").at(0);
    }
};

TEST_F(Incidents, OpenAdoptsWhatCameBefore)
{
    note("too old");
    daemon.clock.advance(40min);
    note("cpu 98%");
    daemon.clock.advance(5min);
    const auto answer = daemon.post("/api/v1/incidents", R"({"title":"checkout 503","severity":"1","adopt":"30m"})");
    ASSERT_EQ(answer.status, 201u) << answer.body;
    EXPECT_EQ(answer.json().at("key"), "INC-1");
    EXPECT_EQ(answer.json().at("opened_by").at("name"), "sam");
    EXPECT_EQ(answer.header("Location"), "http://localhost:9780/api/v1/incidents/INC-1");
    const auto events = daemon.get("/api/v1/events?incident=INC-1").json().at("events");
    ASSERT_EQ(events.as_array().size(), 1u);
    EXPECT_EQ(events.at(0).at("text"), "cpu 98%");
    EXPECT_EQ(daemon.get("/api/v1/events?incident=inbox").json().at("events").as_array().size(), 1u);
}

TEST_F(Incidents, AdoptLater)
{
    note("cpu 98%", R"(,"incident":null)");
    daemon.post("/api/v1/incidents", R"({"title":"a"})");
    EXPECT_EQ(daemon.patch("/api/v1/incidents/INC-1", R"({"adopt":"10m"})").status, 200u);
    EXPECT_EQ(daemon.get("/api/v1/events?incident=INC-1").json().at("events").as_array().size(), 1u);
    EXPECT_EQ(daemon.patch("/api/v1/incidents/INC-1", R"({"adopt":"10m"})").status, 200u) << "an empty inbox is no mistake";
}

TEST_F(Incidents, OpeningTwiceWithOneKeyOpensOne)
{
    const ServiceHarness::Headers key{{"idempotency-key", "open-1"}};
    EXPECT_EQ(daemon.post("/api/v1/incidents", R"({"title":"a"})", key).status, 201u);
    const auto again = daemon.post("/api/v1/incidents", R"({"title":"a"})", key);
    EXPECT_EQ(again.status, 200u);
    EXPECT_EQ(again.json().at("key"), "INC-1");
    EXPECT_EQ(daemon.get("/api/v1/incidents").json().at("incidents").as_array().size(), 1u);
}

TEST_F(Incidents, SetCloseReopen)
{
    daemon.post("/api/v1/incidents", R"({"title":"a"})");
    const auto set = daemon.patch("/api/v1/incidents/INC-1", R"({"lead":"ana","started_at":"2024-06-22T15:15:00Z"})");
    ASSERT_EQ(set.status, 200u) << set.body;
    EXPECT_EQ(set.json().at("lead"), "ana");
    EXPECT_EQ(set.json().at("started_at"), "2024-06-22T15:15:00.000000Z");
    const auto closed = daemon.patch("/api/v1/incidents/inc-1", R"({"status":"closed"})");
    EXPECT_EQ(closed.json().at("status"), "closed");
    EXPECT_EQ(daemon.patch("/api/v1/incidents/INC-1", R"({"status":"closed"})").status, 409u);
    EXPECT_EQ(note("still ok", R"(,"incident":"INC-1")").at("incident"), "INC-1");
    EXPECT_EQ(daemon.patch("/api/v1/incidents/INC-1", R"({"status":"open"})").json().at("status"), "open");
    EXPECT_EQ(daemon.patch("/api/v1/incidents/INC-1", R"({"status":"open"})").status, 409u);
}

TEST_F(Incidents, TwoEditorsMeetInIfMatch)
{
    daemon.post("/api/v1/incidents", R"({"title":"a"})");
    const auto tag = daemon.get("/api/v1/incidents/INC-1").header("ETag");
    EXPECT_EQ(daemon.get("/api/v1/incidents/INC-1", {{"if-none-match", "W/" + tag}}).status, 304u);
    EXPECT_EQ(daemon.patch("/api/v1/incidents/INC-1", R"({"lead":"ana"})", {{"if-match", tag}}).status, 200u);
    EXPECT_EQ(daemon.patch("/api/v1/incidents/INC-1", R"({"lead":"bob"})", {{"if-match", tag}}).status, 412u);
}

TEST_F(Incidents, AMergedKeyLeadsToItsTarget)
{
    daemon.post("/api/v1/incidents", R"({"title":"one"})");
    note("in one", R"(,"incident":"INC-1")");
    daemon.post("/api/v1/incidents", R"({"title":"two"})");
    const auto merged = daemon.patch("/api/v1/incidents/INC-1", R"({"merged_into":"INC-2"})");
    ASSERT_EQ(merged.status, 200u) << merged.body;
    EXPECT_EQ(merged.json().at("status"), "merged");
    EXPECT_EQ(merged.json().at("merged_into"), "INC-2");
    EXPECT_EQ(daemon.get("/api/v1/events?incident=INC-1").json().at("events").at(0).at("incident"), "INC-2");
    EXPECT_EQ(daemon.get("/api/v1/incidents/INC-1/timeline").json().at("incident").at("key"), "INC-2");
    EXPECT_NE(daemon.get("/api/v1/incidents/INC-1/draft").body.find("# Postmortem: two"), std::string::npos);
    EXPECT_EQ(note("late", R"(,"incident":"INC-1")").at("incident"), "INC-2");
    EXPECT_EQ(daemon.patch("/api/v1/incidents/INC-1", R"({"status":"open"})").status, 409u);
    EXPECT_EQ(daemon.patch("/api/v1/incidents/INC-2", R"({"merged_into":"INC-1"})").status, 422u);
}

TEST_F(Incidents, ListsNewestFirstInPages)
{
    for (int i = 0; i < 5; ++i) daemon.post("/api/v1/incidents", R"({"title":"a"})");
    daemon.patch("/api/v1/incidents/INC-3", R"({"status":"closed"})");
    std::string seen;
    std::string target = "/api/v1/incidents?status=open&limit=2";
    for (int pages = 0; pages < 5; ++pages) {
        const auto answer = daemon.get(target);
        ASSERT_EQ(answer.status, 200u) << answer.body;
        const auto page = answer.json();
        for (const auto& one : page.at("incidents").as_array()) seen += std::string{one.at("key").as_string()} + ' ';
        if (answer.json().at("next").is_null()) break;
        EXPECT_NE(answer.header("Link").find("rel=\"next\""), std::string::npos);
        target = "/api/v1/incidents?status=open&limit=2&cursor=" + std::string{answer.json().at("next").as_string()};
    }
    EXPECT_EQ(seen, "INC-5 INC-4 INC-2 INC-1 ");
}

}  // namespace
}  // namespace incident
