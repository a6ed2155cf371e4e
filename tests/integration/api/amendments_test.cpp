#include "support/service_harness.hpp"
#include <gtest/gtest.h>

namespace incident {
namespace {

using test::ServiceHarness;

class Amendments : public testing::Test {
protected:
    ServiceHarness daemon;
    std::string note(std::string text)
    {
        const auto body = daemon.post("/api/v1/events", R"({"text":")" + text + "\"}").json();
        return std::string{body.at("events").at(0).at("id").as_string()};
    }
};

TEST_F(Amendments, AnEditShowsBothVersions)
{
    const auto id = note("cpu 89%");
    const auto answer = daemon.post("/api/v1/events/" + id + "/amendments", R"({"text":"cpu 98%","reason":"typo"})");
    ASSERT_EQ(answer.status, 201u) << answer.body;
    EXPECT_EQ(answer.json().at("event").at("text"), "cpu 98%");
    EXPECT_EQ(answer.json().at("entry").at("entry"), "amendment");
    const auto history = daemon.get("/api/v1/events/" + id + "/history").json();
    ASSERT_EQ(history.at("entries").as_array().size(), 2u);
    const auto undo = R"({"undo":")" + std::string{answer.json().at("entry").at("id").as_string()} + "\"}";
    const auto undone = daemon.post("/api/v1/events/" + id + "/amendments", undo);
    EXPECT_EQ(undone.json().at("event").at("text"), "cpu 89%");
    EXPECT_EQ(daemon.get("/api/v1/events/" + id + "/history").json().at("entries").as_array().size(), 3u);
}

TEST_F(Amendments, TwoEditorsMeetInIfMatch)
{
    const auto id = note("a");
    const auto tag = daemon.get("/api/v1/events/" + id).header("ETag");
    ASSERT_FALSE(tag.empty());
    EXPECT_EQ(daemon.get("/api/v1/events/" + id, {{"if-none-match", tag}}).status, 304u);
    EXPECT_EQ(daemon.post("/api/v1/events/" + id + "/amendments", R"({"text":"b"})", {{"if-match", tag}}).status, 201u);
    EXPECT_EQ(daemon.post("/api/v1/events/" + id + "/amendments", R"({"text":"c"})", {{"if-match", tag}}).status, 412u);
    EXPECT_EQ(daemon.post("/api/v1/events/" + id + "/amendments", R"({"text":"c"})").status, 201u) << "never required";
    EXPECT_EQ(daemon.get("/api/v1/events/" + id, {{"if-none-match", tag}}).status, 200u);
}

TEST_F(Amendments, AResendIsAnsweredOnce)
{
    const auto id = note("a");
    const ServiceHarness::Headers key{{"idempotency-key", "edit-1"}};
    EXPECT_EQ(daemon.post("/api/v1/events/" + id + "/amendments", R"({"star":true})", key).status, 201u);
    const auto again = daemon.post("/api/v1/events/" + id + "/amendments", R"({"star":true})", key);
    EXPECT_EQ(again.status, 200u);
    EXPECT_EQ(again.header("Idempotent-Replay"), "true");
    EXPECT_EQ(daemon.get("/api/v1/events/" + id + "/history").json().at("entries").as_array().size(), 2u);
    EXPECT_EQ(daemon.post("/api/v1/events/" + id + "/amendments", R"({"star":false})", key).status, 422u);
}

TEST_F(Amendments, ATagIsTheAuthorsWord)
{
    const auto id = note("a");
    const auto answer = daemon.post("/api/v1/events/" + id + "/amendments", R"({"tags":{"add":["act"]},"author":"ana"})");
    ASSERT_EQ(answer.status, 201u) << answer.body;
    EXPECT_EQ(answer.json().at("event").at("tags").at(0).at("name"), "action");
    EXPECT_EQ(answer.json().at("event").at("tags").at(0).at("by"), "person:sam");
    EXPECT_EQ(answer.json().at("entry").at("author").at("claimed"), "ana");
}

TEST_F(Amendments, AMoveGivesANewNumber)
{
    const auto id = note("a");
    daemon.post("/api/v1/incidents", R"({"title":"one"})");
    const auto moved = daemon.post("/api/v1/events/" + id + "/amendments", R"({"incident":"INC-1"})").json();
    EXPECT_EQ(moved.at("event").at("incident"), "INC-1");
    EXPECT_EQ(moved.at("event").at("number"), 1);
    EXPECT_EQ(daemon.post("/api/v1/events/" + id + "/amendments", R"({"incident":"INC-1"})").status, 409u);
    const auto inbox = daemon.post("/api/v1/events/" + id + "/amendments", R"({"incident":null})");
    ASSERT_EQ(inbox.status, 201u) << inbox.body;
    EXPECT_TRUE(inbox.json().at("event").at("number").is_null());
}

TEST_F(Amendments, RedactionTakesTheTextAway)
{
    const auto id = note("password is hunter2");
    const auto answer = daemon.post("/api/v1/events/" + id + "/amendments", R"({"redact":true,"reason":"a secret"})");
    ASSERT_EQ(answer.status, 201u) << answer.body;
    EXPECT_EQ(answer.json().at("event").at("redacted"), true);
    EXPECT_EQ(daemon.get("/api/v1/events/" + id + "/history").body.find("hunter2"), std::string::npos);
    EXPECT_EQ(daemon.get("/api/v1/verify").json().at("ok"), true);
}

}  // namespace
}  // namespace incident
