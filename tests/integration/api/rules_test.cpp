#include "support/service_harness.hpp"
#include <gtest/gtest.h>

namespace incident {
namespace {

using test::ServiceHarness;

config::Config with_rule(std::string tag)
{
    config::Config config;
    config.builtin_rules = false;
    tagging::Rule rule;
    rule.name = "site";
    rule.tag = std::move(tag);
    rule.text = "frobnicate";
    config.rules = {rule};
    return config;
}

TEST(Rules, ApplyAgainWithADryRunFirst)
{
    ServiceHarness daemon{with_rule("investigation")};
    daemon.post("/api/v1/incidents", R"({"title":"a"})");
    daemon.post("/api/v1/events", R"([{"text":"frobnicate the cache"},{"text":"frobnicate more #impact"}])");
    EXPECT_EQ(daemon.get("/api/v1/rules").json().at("rules").at(0).at("name"), "site");
    daemon.configure(with_rule("action"));

    const auto dry = daemon.post("/api/v1/rules/apply", R"({"incident":"INC-1","dry_run":true})");
    ASSERT_EQ(dry.status, 200u) << dry.body;
    EXPECT_EQ(dry.json().at("applied"), false);
    ASSERT_EQ(dry.json().at("changes").as_array().size(), 1u) << "a person's event is left alone";
    EXPECT_EQ(dry.json().at("changes").at(0).at("add").at(0).at("name"), "action");
    EXPECT_EQ(dry.json().at("changes").at(0).at("remove").at(0), "investigation");
    EXPECT_EQ(daemon.get("/api/v1/events?tag=action").json().at("events").as_array().size(), 0u);

    const auto applied = daemon.post("/api/v1/rules/apply", R"({"incident":"INC-1"})");
    EXPECT_EQ(applied.json().at("applied"), true);
    EXPECT_EQ(applied.json().at("changes"), dry.json().at("changes"));
    const auto changed = daemon.get("/api/v1/events?tag=action").json().at("events");
    ASSERT_EQ(changed.as_array().size(), 1u);
    EXPECT_EQ(changed.at(0).at("tags").at(0).at("by"), "rule:site");
    EXPECT_TRUE(daemon.post("/api/v1/rules/apply", R"({"incident":"INC-1"})").json().at("changes").as_array().empty());
}

TEST(Rules, ApplyRefusesWhatItDoesNotUnderstand)
{
    ServiceHarness daemon;
    EXPECT_EQ(daemon.post("/api/v1/rules/apply", R"({"incident":"INC-9"})").pointers(), "/incident");
    EXPECT_EQ(daemon.post("/api/v1/rules/apply", "{}").pointers(), "/incident");
    EXPECT_EQ(daemon.post("/api/v1/rules/apply", R"({"incident":7,"dry_run":"yes","insident":1})").pointers(), "/incident /dry_run /insident");
    EXPECT_EQ(daemon.post("/api/v1/rules/apply", "[]").status, 422u);
    EXPECT_EQ(daemon.post("/api/v1/rules/apply", "{").status, 400u);
}

}  // namespace
}  // namespace incident
