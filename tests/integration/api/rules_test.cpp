#include "config/site_rules.hpp"
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

std::string rule(const std::string& more = {}) { return R"({"name":"paged","tag":"escalate","text":"\\bpaged\\b","kind":["note"],"details":false)" + more + '}'; }

TEST(SiteRules, AreTriedOnWhatIsStoredThenInForceAndInTheirFile)
{
    ServiceHarness daemon;
    const test::TempFolder state;
    daemon.runtime().storage_path = state.path();
    daemon.post("/api/v1/incidents", R"({"title":"a"})");
    daemon.post("/api/v1/events", R"([{"text":"xyzzy paged them"},{"text":"we paged too #impact"},{"text":"quiet"}])");

    const auto dry = daemon.post("/api/v1/rules", rule(R"(,"dry_run":true)"));
    ASSERT_EQ(dry.status, 200u) << dry.body;
    EXPECT_EQ(dry.json().at("applied"), false);
    EXPECT_EQ(dry.json().at("rule").at("tag"), "escalation") << "a verb's word is the tag's name";
    EXPECT_EQ(dry.json().at("preview").at("looked_at"), 3);
    EXPECT_EQ(dry.json().at("preview").at("fits"), 2);
    EXPECT_EQ(dry.json().at("preview").at("changes"), 1) << "not what a person tagged";
    EXPECT_EQ(dry.json().at("preview").at("events").at(0).at("left_alone"), true) << "newest first";
    EXPECT_EQ(dry.json().at("preview").at("events").at(1).at("add").at(0).at("by"), "rule:paged");
    EXPECT_FALSE(std::filesystem::exists(state / "rules.yml"));

    EXPECT_EQ(daemon.post("/api/v1/rules", rule()).status, 201u);
    EXPECT_EQ(daemon.post("/api/v1/rules", rule()).status, 200u) << "the same again is there already";
    EXPECT_EQ(daemon.post("/api/v1/rules", R"({"name":"paged","tag":"impact","text":"x"})").status, 409u);
    EXPECT_EQ(daemon.post("/api/v1/events", R"({"text":"xyzzy paged them again"})").json().at("events").at(0).at("tags").at(0).at("by"), "rule:paged");
    const auto listed = daemon.get("/api/v1/rules").json().at("rules").at(0);
    EXPECT_EQ(listed.at("name"), "paged") << "before the built-in ones";
    EXPECT_EQ(listed.at("origin"), "site");
    const auto tried = daemon.post("/api/v1/rules/try", R"({"text":"xyzzy paged"})");
    EXPECT_EQ(tried.json().at("tags").at(0).at("match"), "paged");
    EXPECT_EQ(config::load_site_rules(state / "rules.yml").value(), daemon.runtime().settings->site_rules);

    EXPECT_EQ(daemon.ask("DELETE", "/api/v1/rules/paged", "", {}).status, 200u);
    EXPECT_EQ(daemon.ask("DELETE", "/api/v1/rules/paged", "", {}).status, 404u);
    EXPECT_EQ(daemon.ask("DELETE", "/api/v1/rules/alert-firing", "", {}).status, 409u);
    EXPECT_TRUE(daemon.post("/api/v1/events", R"({"text":"xyzzy paged them"})").json().at("events").at(0).at("tags").as_array().empty());
    EXPECT_TRUE(config::load_site_rules(state / "rules.yml").value().empty());
}

TEST(SiteRules, ThatOnlyTakeTagsAwayAreSeenToDoSo)
{
    ServiceHarness daemon{with_rule("investigation")};
    const test::TempFolder state;
    daemon.runtime().storage_path = state.path();
    daemon.post("/api/v1/events", R"({"text":"frobnicate, as every night"})");
    const auto made = daemon.post("/api/v1/rules", R"({"name":"not-so","suppresses":["investigation"],"text":"every night"})");
    ASSERT_EQ(made.status, 201u) << made.body;
    EXPECT_EQ(made.json().at("preview").at("events").at(0).at("remove").at(0), "investigation");
    EXPECT_TRUE(daemon.post("/api/v1/events", R"({"text":"frobnicate, as every night"})").json().at("events").at(0).at("tags").as_array().empty());
}

TEST(SiteRules, RefuseWhatIsWrongAndSayWhere)
{
    ServiceHarness daemon{with_rule("investigation")};
    const test::TempFolder state;
    daemon.runtime().storage_path = state.path();
    const auto wrong = [&](const std::string& body) { return daemon.post("/api/v1/rules", body).pointers(); };
    EXPECT_EQ(wrong(R"({"name":"a","tag":"impact","text":"("})"), "/text");
    EXPECT_EQ(wrong(R"({"name":"A b","tag":"impact","text":"x"})"), "/name");
    EXPECT_EQ(wrong(R"({"tag":"impact","text":"x"})"), "/name");
    EXPECT_EQ(wrong(R"({"name":"a","tag":"no tag","text":"x"})"), "/tag");
    EXPECT_EQ(wrong(R"({"name":"a","text":"x"})"), "/tag");
    EXPECT_EQ(wrong(R"({"name":"a","tag":"impact","kind":["mail"],"labels":7,"txet":"x","details":"no"})"), "/labels /txet /details");
    EXPECT_EQ(wrong(R"({"name":"a","tag":"impact","text":")" + std::string(600, 'x') + "\"}"), "/text");
    EXPECT_EQ(wrong(R"({"name":"site","tag":"impact","text":"x"})"), "/name") << "the configuration's";
    EXPECT_EQ(daemon.post("/api/v1/rules", "{").status, 400u);
    EXPECT_EQ(daemon.post("/api/v1/rules", "[]").status, 422u);
    EXPECT_EQ(daemon.post("/api/v1/rules/try", R"({"text":" "})").pointers(), "/text");
    EXPECT_EQ(daemon.post("/api/v1/rules/try", R"({"text":"a","kind":"mail"})").pointers(), "/kind");
    EXPECT_FALSE(std::filesystem::exists(state / "rules.yml"));
    auto settings = std::make_shared<api::Settings>(*daemon.runtime().settings);
    settings->site_rules_problem = "rules.yml:1:1: unknown key";
    daemon.runtime().settings = settings;
    EXPECT_EQ(daemon.post("/api/v1/rules", rule()).status, 409u) << "a file that somebody spoilt is not written over";
    EXPECT_EQ(daemon.get("/api/v1/rules").json().at("problem"), "rules.yml:1:1: unknown key");
}

TEST(SiteRules, KeepTheOldOnesWhenTheDiskTakesNoNewOnes)
{
    ServiceHarness daemon;
    const test::TempFolder state;
    daemon.runtime().storage_path = state / "gone";
    EXPECT_EQ(daemon.post("/api/v1/rules", rule()).status, 503u);
    EXPECT_EQ(daemon.post("/api/v1/rules/try", R"({"text":"xyzzy paged"})").status, 200u);
    EXPECT_TRUE(daemon.runtime().settings->site_rules.empty());
    daemon.runtime().storage_path = state.path();
    EXPECT_EQ(daemon.post("/api/v1/rules", rule()).status, 201u) << "and the next one is taken";
}

}  // namespace
}  // namespace incident
