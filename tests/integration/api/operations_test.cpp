#include "support/service_harness.hpp"
#include <gtest/gtest.h>

namespace incident {
namespace {

using test::ServiceHarness;

TEST(Operations, HealthyAndReadyAnswerInPlainText)
{
    ServiceHarness daemon;
    EXPECT_EQ(daemon.get("/-/healthy").status, 200u);
    EXPECT_EQ(daemon.get("/-/ready").status, 200u);
    EXPECT_EQ(daemon.ask("HEAD", "/-/ready", {}).status, 200u);
    daemon.health = {false, "draining"};
    const auto draining = daemon.get("/-/ready");
    EXPECT_EQ(draining.status, 503u);
    EXPECT_EQ(draining.body, "incidentd is not ready: draining\n");
    EXPECT_EQ(draining.header("Retry-After"), "1");
    EXPECT_EQ(daemon.get("/-/healthy").status, 200u);
}

TEST(Operations, MetricsAreTheTextFormat)
{
    ServiceHarness daemon;
    const auto answer = daemon.get("/metrics");
    EXPECT_EQ(answer.status, 200u);
    EXPECT_EQ(answer.type, "text/plain; version=0.0.4; charset=utf-8");
}

TEST(Operations, ReloadIsForAdmins)
{
    ServiceHarness daemon;
    EXPECT_EQ(daemon.post("/-/reload", {}).status, 200u);
    EXPECT_EQ(daemon.get("/api/v1/status").json().at("config").at("ok"), true);
    daemon.reload_fails = Failure{Errc::invalid_input, "incidentd.yml:3:1: unknown key"};
    const auto failed = daemon.post("/-/reload", {});
    EXPECT_EQ(failed.status, 500u);
    EXPECT_NE(failed.body.find("incidentd.yml:3:1"), std::string::npos);
    EXPECT_EQ(daemon.get("/api/v1/status").json().at("config").at("ok"), false);
    daemon.peer = ServiceHarness::loopback();
    EXPECT_EQ(daemon.post("/-/reload", {}).status, 403u);
    daemon.peer = ServiceHarness::ana();
    EXPECT_EQ(daemon.post("/-/reload", {}).status, 403u) << "let to the socket by its group";
}

TEST(Operations, StatusTellsWhatIsGoingOn)
{
    ServiceHarness daemon;
    daemon.post("/api/v1/incidents", R"({"title":"a"})");
    daemon.post("/api/v1/events", R"({"text":"a"})");
    const auto answer = daemon.get("/api/v1/status");
    ASSERT_EQ(answer.status, 200u) << answer.body;
    const auto body = answer.json();
    EXPECT_EQ(body.at("ready"), true);
    EXPECT_EQ(body.at("storage").at("seq"), 2);
    EXPECT_EQ(body.at("storage").at("latched"), false);
    EXPECT_EQ(body.at("queues").at("people"), 0);
    EXPECT_EQ(body.at("incidents").at("open"), 1);
    EXPECT_EQ(body.at("incidents").at("closed"), 0);
    EXPECT_EQ(body.at("sources").at(0).at("name"), "api");
    EXPECT_EQ(body.at("sources").at(0).at("events"), 1);
    EXPECT_EQ(body.at("stream_clients"), 3);
    EXPECT_EQ(body.at("now"), "2024-06-22T16:00:00.000000Z");
    EXPECT_EQ(body.at("storage").at("path"), "/var/lib/incidentd");
    EXPECT_EQ(body.at("config").at("path"), "/etc/incidentd/incidentd.yml");
    EXPECT_TRUE(body.at("config").at("reloaded_at").is_null()) << "the configuration of the start is in force";
}

TEST(Operations, VerifyWalksTheWholeChain)
{
    ServiceHarness daemon;
    const auto empty = daemon.get("/api/v1/verify").json();
    EXPECT_EQ(empty.at("ok"), true);
    EXPECT_EQ(empty.at("entries"), 0);
    for (int i = 0; i < 5; ++i) daemon.post("/api/v1/events", R"({"text":"a"})");
    const auto report = daemon.get("/api/v1/verify").json();
    EXPECT_EQ(report.at("entries"), 5);
    EXPECT_EQ(report.at("ok"), true);
    EXPECT_EQ(report.at("head").as_string().size(), 64u);
    EXPECT_TRUE(report.at("problem").is_null());
    EXPECT_TRUE(report.at("at").is_null());
}

TEST(Operations, OpenapiIsServedWithATag)
{
    ServiceHarness daemon;
    const auto answer = daemon.get("/api/v1/openapi.json");
    ASSERT_EQ(answer.status, 200u);
    EXPECT_TRUE(answer.json().at("openapi").as_string().starts_with("3.1"));
    EXPECT_EQ(daemon.get("/api/v1/openapi.json", {{"if-none-match", answer.header("ETag")}}).status, 304u);
}

}  // namespace
}  // namespace incident
