#include "config/presets.hpp"
#include "ingest/dialects.hpp"
#include "mapped.hpp"
#include <fstream>
#include <set>
#include <sstream>

namespace incident::ingest::test {
namespace {

TEST(Presets, AreAllReadableAndSayWhatTheyAre)
{
    EXPECT_EQ(preset_texts().size(), 26u);
    for (const auto& text : preset_texts()) {
        const auto file = config::parse_mapping(text.yaml, text.name);
        ASSERT_TRUE(file) << file.error().detail;
        EXPECT_FALSE(file->about.empty()) << text.name;
        EXPECT_EQ(config::find_preset(text.name), config::find_preset(text.name)) << "read once";
        EXPECT_FALSE(config::find_preset(text.name)->mapping->shapes.empty());
    }
    EXPECT_EQ(config::find_preset("nobody"), nullptr);
}

TEST(Presets, ProveTheirSenderWhereItCan)
{
    std::set<std::string_view> signing, optional;
    for (const auto& text : preset_texts()) {
        const auto* const file = config::find_preset(text.name);
        if (!file->verify.empty()) (file->verify_optional ? optional : signing).insert(text.name);
    }
    EXPECT_EQ(signing, (std::set<std::string_view>{"gitlab", "honeycomb", "rocketchat", "sentry", "statuscake", "telegram", "zulip"}));
    EXPECT_EQ(optional, (std::set<std::string_view>{"checkly", "flux", "splunk-observability"}));
}

/// Whoever looks for a sender finds how it is told to send here.
TEST(SourcesInTheDocumentation, LackNone)
{
    std::ifstream file{INCIDENT_TESTDATA_DIR "/../../daemon/ingest/README.md"};
    ASSERT_TRUE(file.is_open());
    std::ostringstream whole;
    whole << file.rdbuf();
    const auto text = std::move(whole).str();
    const auto has = [&](std::string_view name) { return text.find('`' + std::string{name} + '`') != std::string::npos; };
    for (const auto& dialect : dialects()) EXPECT_TRUE(dialect.name == mapping_dialect || has(dialect.name)) << dialect.name << " has no row";
    for (const auto& preset : preset_texts()) {
        EXPECT_TRUE(has(preset.name)) << preset.name << " has no row";
        EXPECT_NE(text.find("**`" + std::string{preset.name} + "`**"), std::string::npos) << preset.name << " has no lines to copy";
    }
    for (const auto* const name : {"irc", "line", "syslog", "relp"}) EXPECT_TRUE(has(name)) << name;
    EXPECT_FALSE(has("nobody"));
}

}  // namespace
}  // namespace incident::ingest::test
