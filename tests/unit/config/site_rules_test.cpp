#include "config/config.hpp"
#include "config/site_rules.hpp"
#include "support/temp_folder.hpp"
#include <gtest/gtest.h>
#include <algorithm>

namespace incident::config {
namespace {

using test::TempFolder;
using test::write_file;

tagging::Rule rule(std::string name, std::string tag = "impact")
{
    tagging::Rule made;
    made.name = std::move(name);
    made.tag = std::move(tag);
    made.text = R"(\b5xx\b: "quoted" 'single' # no comment)";
    return made;
}

TEST(SiteRulesFile, ReadsBackWhatItWrites)
{
    auto full = rule("full");
    full.unless = "läuft\ttab";
    full.source = {"slack", "- odd: {source}"};
    full.kind = {"note"};
    full.status = {"firing"};
    full.author = {"yes", "1"};
    full.labels = {{"job: x", "web-.*"}};
    full.how = "broad";
    full.text = "(?P<who>ana)";
    full.to_group = "who";
    full.suppresses = {"action", "mitigation"};
    full.details = false;
    // what somebody wrote into the file by hand is still there after the next rule was taught
    full.more_text = {"one more", "and: another"};
    full.except = {"no alert"};
    full.also = {"impact"};
    full.unless_tags = {"resolution"};
    full.after = {"hypothesis"};
    const std::vector rules{full, rule("second")};
    EXPECT_EQ(parse_site_rules(to_yaml(rules), "rules.yml").value(), rules);
    EXPECT_TRUE(parse_site_rules(to_yaml({}), "rules.yml").value().empty());
}

TEST(SiteRulesFile, IsReplacedAsAWhole)
{
    const TempFolder folder;
    const auto file = (folder / "rules.yml").string();
    EXPECT_TRUE(load_site_rules(file).value().empty()) << "no file, no rules";
    ASSERT_TRUE(save_site_rules(file, std::vector{rule("one")}));
    ASSERT_TRUE(save_site_rules(file, std::vector{rule("one"), rule("two")}));
    EXPECT_EQ(load_site_rules(file).value().size(), 2u);
    EXPECT_FALSE(std::filesystem::exists(file + ".new"));
    EXPECT_EQ(std::filesystem::status(file).permissions(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    const auto failed = save_site_rules((folder / "no/such/rules.yml").string(), {});
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, Errc::unavailable);
}

TEST(SiteRulesFile, SaysWhereItIsWrong)
{
    const auto refused = [](std::string_view yaml) { return parse_site_rules(yaml, "rules.yml").error(); };
    EXPECT_NE(refused("rulez: []\n").detail.find("rules.yml:1:1: unknown key"), std::string::npos);
    EXPECT_NE(refused("rules:\n  - name: a\n    tag: impact\n    text: '('\n").detail.find("rules.yml:4:"), std::string::npos);
    std::vector<tagging::Rule> many;
    for (std::size_t i = 0; i <= max_site_rules; ++i) many.push_back(rule("r" + std::to_string(i)));
    EXPECT_EQ(refused(to_yaml(many)).code, Errc::limit_exceeded);
    const TempFolder folder;
    write_file(folder / "rules.yml", "rules: [" + std::string(300 * 1024, ' ') + ']');
    EXPECT_FALSE(load_site_rules((folder / "rules.yml").string()));
}

TEST(SiteRules, StandBehindTheConfigurationsAndBeforeTheBuiltInOnes)
{
    Config config;
    config.rules = {rule("mine"), rule("both", "action")};
    auto quiet = rule("alert-firing", "impact");
    const auto compiled = compile_rules(config, std::vector{rule("both"), rule("taught"), quiet}).value();
    const auto rules = compiled->rules();
    ASSERT_GT(rules.size(), 4u);
    EXPECT_EQ(rules[0].name, "mine");
    EXPECT_EQ(rules[1].tag, "action") << "the configuration's holds";
    EXPECT_EQ(rules[2].name, "taught");
    EXPECT_EQ(rules[3].tag, "impact") << "and replaces the built-in one";
    EXPECT_EQ(std::ranges::count(rules, "alert-firing", &tagging::Rule::name), 1);
}

}  // namespace
}  // namespace incident::config
