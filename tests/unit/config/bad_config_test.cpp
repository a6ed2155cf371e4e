#include "config/config.hpp"
#include "support/temp_folder.hpp"
#include <algorithm>
#include <gtest/gtest.h>

// Every file of testdata/bad/yaml begins with lines `# expect LINE:COLUMN: words`; each must be among the problems told.
// LINE counts the file's own lines, those comments included.

namespace incident::config {
namespace {

std::vector<std::filesystem::path> bad_files()
{
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator{INCIDENT_TESTDATA_DIR "/bad/yaml"})
        if (entry.path().extension() == ".yml") files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

std::vector<std::string> expectations(const std::string& text)
{
    constexpr std::string_view mark = "# expect ";
    std::vector<std::string> expected;
    std::string_view rest = text;
    while (rest.starts_with(mark)) {
        const auto line = rest.substr(0, rest.find('\n'));
        expected.emplace_back(line.substr(mark.size()));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    }
    return expected;
}

class BadConfig : public testing::TestWithParam<std::filesystem::path> {};
TEST_P(BadConfig, IsRefusedWithPlaceAndReason)
{
    const auto text = test::content_of(GetParam());
    const auto expected = expectations(text);
    ASSERT_FALSE(expected.empty()) << "the file says nothing of what it expects";
    const auto config = parse(text, "bad.yml", [](const std::string&) -> Result<std::string> { return Failure{Errc::not_found, "no such file"}; });
    ASSERT_TRUE(config.has_error());
    EXPECT_EQ(config.error().code, Errc::invalid_input);
    const auto told = '\n' + config.error().detail;
    for (const auto& words : expected) EXPECT_NE(told.find("\nbad.yml:" + words), std::string::npos) << words << "\namong" << told;
}
INSTANTIATE_TEST_SUITE_P(Files, BadConfig, testing::ValuesIn(bad_files()), [](const auto& file) {
    auto name = file.param.stem().string();
    std::ranges::replace(name, '-', '_');
    std::erase(name, '_');
    return name;
});

TEST(BadConfigs, AreManyEnough) { EXPECT_GE(bad_files().size(), 40u); }

}  // namespace
}  // namespace incident::config
