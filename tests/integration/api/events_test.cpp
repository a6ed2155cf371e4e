#include "support/service_harness.hpp"
#include <gtest/gtest.h>

namespace incident {
namespace {

using test::Answer;
using test::ServiceHarness;

class PostEvents : public testing::Test {
protected:
    ServiceHarness daemon;
    static const boost::json::value& first(const boost::json::value& body) { return body.at("events").at(0); }
};

TEST_F(PostEvents, OneNoteIsStoredAndAnsweredWhole)
{
    const auto answer = daemon.post("/api/v1/events", R"({"text":"#action restarted web-3"})");
    ASSERT_EQ(answer.status, 201u) << answer.body;
    const auto body = answer.json();
    EXPECT_EQ(first(body).at("text"), "#action restarted web-3");
    EXPECT_EQ(first(body).at("occurred_at"), "2024-06-22T16:00:00.000000Z");
    EXPECT_EQ(first(body).at("tags").at(0).at("name"), "action");
    EXPECT_EQ(first(body).at("tags").at(0).at("by"), "person:sam");
    const auto id = std::string{first(body).at("id").as_string()};
    EXPECT_EQ(answer.header("Location"), "http://localhost:9780/api/v1/events/" + id);
    const auto event = daemon.get("/api/v1/events/" + id).json();
    EXPECT_EQ(event.at("author").at("name"), "sam");
    EXPECT_EQ(event.at("author").at("verified"), true);
    EXPECT_EQ(daemon.metrics.count("stored api note"), 1);
    EXPECT_EQ(daemon.metrics.count("tag action person"), 1);
    EXPECT_EQ(daemon.metrics.count("request POST /api/v1/events 201"), 1);
}

TEST_F(PostEvents, AClaimedNameIsMarked)
{
    const auto claimed = daemon.post("/api/v1/events", R"({"text":"a","author":"root"})").json();
    const auto id = std::string{first(claimed).at("id").as_string()};
    const auto author = daemon.get("/api/v1/events/" + id).json().at("author");
    EXPECT_EQ(author.at("name"), "sam") << "the kernel's word stands";
    EXPECT_EQ(author.at("verified"), true);
    EXPECT_EQ(author.at("claimed"), "root");
    const auto history = daemon.get("/api/v1/events/" + id + "/history").json();
    EXPECT_EQ(history.at("entries").at(0).at("principal"), "unix:uid=1000(sam)");
}

TEST_F(PostEvents, OverTcpNobodyIsProved)
{
    daemon.peer = ServiceHarness::loopback();
    const auto body = daemon.post("/api/v1/events", R"({"text":"a"})").json();
    const auto event = daemon.get("/api/v1/events/" + std::string{first(body).at("id").as_string()}).json();
    EXPECT_EQ(event.at("author").at("name"), "anonymous");
    EXPECT_EQ(event.at("author").at("verified"), false);
}

TEST_F(PostEvents, ABatchIsAllOrNothing)
{
    const auto refused = daemon.post("/api/v1/events", R"([{"text":"a"},{"text":""},{"text":"c","kind":"nope"}])");
    EXPECT_EQ(refused.status, 422u);
    EXPECT_EQ(refused.type, "application/problem+json");
    EXPECT_EQ(refused.pointers(), "/1/text /2/kind");
    EXPECT_TRUE(daemon.get("/api/v1/events").json().at("events").as_array().empty());
    const auto stored = daemon.post("/api/v1/events", R"([{"text":"a"},{"text":"b"}])");
    EXPECT_EQ(stored.status, 201u);
    EXPECT_EQ(stored.json().at("events").as_array().size(), 2u);
    EXPECT_EQ(stored.header("Location"), "");
}

TEST_F(PostEvents, LinesAreABatchToo)
{
    const ServiceHarness::Headers lines{{"content-type", "application/x-ndjson"}};
    const auto stored = daemon.post("/api/v1/events", "{\"text\":\"a\"}\n\n{\"text\":\"b\"}\n", lines);
    ASSERT_EQ(stored.status, 201u) << stored.body;
    EXPECT_EQ(stored.json().at("events").as_array().size(), 2u);
    const auto broken = daemon.post("/api/v1/events", "{\"text\":\"a\"}\n{\"text\":\n", lines);
    EXPECT_EQ(broken.status, 400u);
    EXPECT_EQ(broken.pointers(), "/1");
}

TEST_F(PostEvents, AboveTenTheAnswerIsShortUnlessAsked)
{
    std::string batch = "[";
    for (int i = 0; i < 11; ++i) batch += (i == 0 ? "" : ",") + std::string{R"({"text":"line )"} + std::to_string(i) + "\"}";
    batch += ']';
    const auto brief = daemon.post("/api/v1/events", batch).json();
    EXPECT_EQ(first(brief).as_object().size(), 2u);
    EXPECT_TRUE(first(brief).as_object().contains("id"));
    EXPECT_TRUE(first(brief).as_object().contains("seq"));
    const auto whole = daemon.post("/api/v1/events", batch, {{"prefer", "return=representation"}}).json();
    EXPECT_EQ(first(whole).at("text"), "line 0");
}

TEST_F(PostEvents, ALargeBatchIsDecodedBesideTheNetworkThread)
{
    std::string batch = "[";
    for (int i = 0; i < 2000; ++i) batch += (i == 0 ? "" : ",") + std::string{R"({"text":"one of many lines that were imported, number )"} + std::to_string(i) + "\"}";
    batch += ']';
    ASSERT_GT(batch.size(), 64u * 1024);
    const auto answer = daemon.post("/api/v1/events", batch);
    ASSERT_EQ(answer.status, 201u) << answer.body.substr(0, 300);
    EXPECT_EQ(answer.json().at("events").as_array().size(), 2000u);
}

TEST_F(PostEvents, ARequestKeyAnswersTheFirstResult)
{
    const ServiceHarness::Headers key{{"idempotency-key", "k1"}};
    const auto first_time = daemon.post("/api/v1/events", R"({"text":"a"})", key);
    EXPECT_EQ(first_time.status, 201u);
    const auto again = daemon.post("/api/v1/events", R"({"text":"a"})", {{"idempotency-key", "\"k1\""}});
    EXPECT_EQ(again.status, 200u);
    EXPECT_EQ(again.header("Idempotent-Replay"), "true");
    EXPECT_EQ(again.json(), first_time.json());
    const auto other = daemon.post("/api/v1/events", R"({"text":"b"})", key);
    EXPECT_EQ(other.status, 422u);
    EXPECT_EQ(daemon.get("/api/v1/events").json().at("events").as_array().size(), 1u);
    EXPECT_EQ(daemon.metrics.count("replayed api"), 1);
}

TEST_F(PostEvents, AnEventKeyAnswersTheFirstEvent)
{
    EXPECT_EQ(daemon.post("/api/v1/events", R"({"text":"a","key":"e1"})").status, 201u);
    const auto again = daemon.post("/api/v1/events", R"({"text":"a","key":"e1"})");
    EXPECT_EQ(again.status, 200u);
    EXPECT_EQ(again.header("Idempotent-Replay"), "true");
    const auto other = daemon.post("/api/v1/events", R"({"text":"b","key":"e1"})");
    EXPECT_EQ(other.status, 422u);
    const auto mixed = daemon.post("/api/v1/events", R"([{"text":"a","key":"e1"},{"text":"new","key":"e2"}])");
    EXPECT_EQ(mixed.status, 201u) << "something was stored";
}

TEST_F(PostEvents, TwoRequestsWithOneKeyAtOnceStoreOne)
{
    std::vector<net::Request> requests;
    for (int i = 0; i < 8; ++i) requests.push_back(daemon.make("POST", "/api/v1/events", R"({"text":"a"})", {{"idempotency-key", "same"}}));
    const auto answers = daemon.ask_together(std::move(requests));
    int stored = 0;
    for (const auto& answer : answers) {
        stored += answer.status == 201 ? 1 : 0;
        EXPECT_EQ(answer.json(), answers.front().json());
    }
    EXPECT_EQ(stored, 1);
}

TEST_F(PostEvents, BadKeysAreRefused)
{
    EXPECT_EQ(daemon.post("/api/v1/events", R"({"text":"a"})", {{"idempotency-key", ""}}).status, 422u);
    EXPECT_EQ(daemon.post("/api/v1/events", R"({"text":"a"})", {{"idempotency-key", "\"\""}}).status, 422u);
    EXPECT_EQ(daemon.post("/api/v1/events", R"({"text":"a"})", {{"idempotency-key", std::string(513, 'k')}}).status, 422u);
    EXPECT_EQ(daemon.post("/api/v1/events", R"({"text":"a"})", {{"idempotency-key", "t\xc3\xa9"}}).status, 422u);
}

TEST_F(PostEvents, BatchesHaveALimit)
{
    EXPECT_EQ(daemon.post("/api/v1/events", "[]").status, 422u);
    std::string lines;
    for (int i = 0; i < 10'001; ++i) lines += "{\"text\":\"a\"}\n";
    EXPECT_EQ(daemon.post("/api/v1/events", lines, {{"content-type", "application/x-ndjson"}}).status, 413u);
}

TEST_F(PostEvents, TheOnlyOpenIncidentTakesThem)
{
    ASSERT_EQ(daemon.post("/api/v1/incidents", R"({"title":"checkout 503"})").status, 201u);
    const auto body = daemon.post("/api/v1/events", R"({"text":"a"})").json();
    EXPECT_EQ(first(body).at("incident"), "INC-1");
    EXPECT_EQ(first(body).at("number"), 1);
    const auto unknown = daemon.post("/api/v1/events", R"({"text":"a","incident":"INC-9"})");
    EXPECT_EQ(unknown.status, 422u);
    EXPECT_EQ(unknown.pointers(), "/incident");
}

}  // namespace
}  // namespace incident
