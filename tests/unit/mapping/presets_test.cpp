#include "config/presets.hpp"
#include "mapped.hpp"
#include <set>

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

}  // namespace
}  // namespace incident::ingest::test
