#include "config/config.hpp"
#include "support/temp_folder.hpp"
#include <gtest/gtest.h>

namespace incident::config {
namespace {

using test::TempFolder;
using test::write_file;
namespace fs = std::filesystem;

void protect(const fs::path& file, fs::perms mode) { fs::permissions(file, mode); }

class LoadConfig : public testing::Test {
 protected:
    Result<Config> load_with_secret_at(const std::string& place)
    {
        write_file(folder_ / "incidentd.yml", "sources: {slack: {secret_file: '" + place + "'}}\n");
        return load((folder_ / "incidentd.yml").string());
    }

    std::string refused(const std::string& place)
    {
        const auto config = load_with_secret_at(place);
        EXPECT_TRUE(config.has_error());
        return config.has_error() ? config.error().detail : std::string{};
    }

    void TearDown() override { ::unsetenv("CREDENTIALS_DIRECTORY"); }

    TempFolder folder_;
};

TEST_F(LoadConfig, SaysWhichFileIsNotThere)
{
    const auto config = load((folder_ / "none.yml").string());
    ASSERT_TRUE(config.has_error());
    EXPECT_EQ(config.error().code, Errc::not_found);
    EXPECT_NE(config.error().detail.find("none.yml"), std::string::npos);
}

TEST_F(LoadConfig, RefusesAFolder)
{
    EXPECT_TRUE(load(folder_.path().string()).has_error());
}

TEST_F(LoadConfig, RefusesAFileOverTheLimitWithoutReadingItAll)
{
    write_file(folder_ / "big.yml", std::string(1024 * 1024, '#'));
    const auto config = load((folder_ / "big.yml").string());
    ASSERT_TRUE(config.has_error());
    EXPECT_NE(config.error().detail.find("256 KiB"), std::string::npos);
}

TEST_F(LoadConfig, TakesASecretThatOnlyItsOwnerReads)
{
    const auto secret = folder_ / "secret";
    write_file(secret, "hush-hush\n");
    protect(secret, fs::perms::owner_read | fs::perms::owner_write);
    const auto config = load_with_secret_at(secret.string());
    ASSERT_TRUE(config.has_value()) << config.error().detail;
    EXPECT_EQ(config->sources.at("slack").verifier.secrets, std::vector<std::string>{"hush-hush"});
    protect(secret, fs::perms::owner_read);
    EXPECT_TRUE(load_with_secret_at(secret.string()).has_value());
}

TEST_F(LoadConfig, RefusesASecretThatOthersRead)
{
    const auto secret = folder_ / "secret";
    write_file(secret, "hush-hush\n");
    for (const auto extra : {fs::perms::group_read, fs::perms::others_read, fs::perms::group_write, fs::perms::others_exec}) {
        protect(secret, fs::perms::owner_read | fs::perms::owner_write | extra);
        const auto detail = refused(secret.string());
        EXPECT_NE(detail.find("chmod 600"), std::string::npos) << detail;
        EXPECT_NE(detail.find("incidentd.yml:1:32:"), std::string::npos) << detail;
        EXPECT_EQ(detail.find("hush"), std::string::npos);
    }
}

TEST_F(LoadConfig, RefusesASecretThatIsMissingEmptyTooLargeOrNoFile)
{
    EXPECT_NE(refused((folder_ / "none").string()).find("No such file"), std::string::npos);
    EXPECT_NE(refused(folder_.path().string()).find("not a regular file"), std::string::npos);
    const auto secret = folder_ / "secret";
    write_file(secret, " \n");
    protect(secret, fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_NE(refused(secret.string()).find("empty"), std::string::npos);
    write_file(secret, std::string(5000, 'x'));
    EXPECT_NE(refused(secret.string()).find("4 KiB"), std::string::npos);
}

TEST_F(LoadConfig, FindsSystemdCredentialsByName)
{
    EXPECT_NE(refused("slack_secret").find("$CREDENTIALS_DIRECTORY is not set"), std::string::npos);
    ::setenv("CREDENTIALS_DIRECTORY", folder_.path().c_str(), 1);
    EXPECT_NE(refused("slack_secret").find("No such file"), std::string::npos);
    write_file(folder_ / "slack_secret", "from-systemd");
    protect(folder_ / "slack_secret", fs::perms::owner_read | fs::perms::group_read);  // how an access list shows
    const auto config = load_with_secret_at("slack_secret");
    ASSERT_TRUE(config.has_value()) << config.error().detail;
    EXPECT_EQ(config->sources.at("slack").verifier.secrets, std::vector<std::string>{"from-systemd"});
    protect(folder_ / "slack_secret", fs::perms::owner_read | fs::perms::others_read);
    EXPECT_TRUE(load_with_secret_at("slack_secret").has_error());
}

TEST_F(LoadConfig, RefusesNamesThatLeaveTheCredentialsFolder)
{
    ::setenv("CREDENTIALS_DIRECTORY", folder_.path().c_str(), 1);
    for (const auto* const name : {"../etc/shadow", "a/b", ".", ".."}) EXPECT_NE(refused(name).find("absolute path"), std::string::npos) << name;
}

}  // namespace
}  // namespace incident::config
