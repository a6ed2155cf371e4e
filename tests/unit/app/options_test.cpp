#include "app/options.hpp"
#include <cstdlib>
#include <gtest/gtest.h>
#include <sstream>

namespace incident::app {
namespace {

using Variables = std::map<std::string, std::string>;

std::variant<Options, Leave> read(std::vector<const char*> words, const Variables& variables = {{"HOME", "/home/sam"}}, bool etc = false)
{
    const auto environment = [&](const char* name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional{found->second};
    };
    return read_options(words, environment, [etc](const std::string&) { return etc; });
}
Options options(std::vector<const char*> words, const Variables& variables = {{"HOME", "/home/sam"}}, bool etc = false)
{
    auto outcome = read(std::move(words), variables, etc);
    if (const auto* leave = std::get_if<Leave>(&outcome)) ADD_FAILURE() << leave->text;
    return std::holds_alternative<Options>(outcome) ? std::get<Options>(outcome) : Options{};
}

TEST(OptionsOf, HaveSafeDefaults)
{
    const auto defaults = options({});
    EXPECT_EQ(defaults.config_file, "");
    EXPECT_EQ(defaults.storage_path, "/var/lib/incidentd");
    EXPECT_EQ(defaults.listen_addresses, std::vector<std::string>{"127.0.0.1:9780"});
    EXPECT_EQ(defaults.socket_path, "");
    EXPECT_EQ(options({}, {}, true).config_file, "/etc/incidentd/incidentd.yml");
}

TEST(OptionsOf, TakeWhatIsGiven)
{
    const auto given = options({"--config.file=/c.yml", "--storage.path", "/s", "--web.listen-address=127.0.0.1:1", "--web.listen-address",
                                "[::1]:2", "--web.socket=/x.sock", "--web.external-url=https://i.example.org//", "--log.level=warn", "--log.format=json"});
    EXPECT_EQ(given.config_file, "/c.yml");
    EXPECT_EQ(given.storage_path, "/s");
    EXPECT_EQ(given.listen_addresses, (std::vector<std::string>{"127.0.0.1:1", "[::1]:2"}));
    EXPECT_EQ(given.socket_path, "/x.sock");
    EXPECT_EQ(given.external_url, "https://i.example.org");
    EXPECT_EQ(given.log_level, observe::LogLevel::warn);
    EXPECT_EQ(given.log_format, observe::LogFormat::json);
}

TEST(OptionsOf, AreReadFromTheEnvironmentAndFlagsWin)
{
    ::setenv("INCIDENTD_STORAGE_PATH", "/from-env", 1);
    ::setenv("INCIDENTD_WEB_LISTEN_ADDRESS", "127.0.0.1:5,127.0.0.1:6", 1);
    const auto from_environment = options({});
    const auto from_flag = options({"--storage.path=/from-flag"});
    ::unsetenv("INCIDENTD_STORAGE_PATH");
    ::unsetenv("INCIDENTD_WEB_LISTEN_ADDRESS");
    EXPECT_EQ(from_environment.storage_path, "/from-env");
    EXPECT_EQ(from_environment.listen_addresses, (std::vector<std::string>{"127.0.0.1:5", "127.0.0.1:6"}));
    EXPECT_EQ(from_flag.storage_path, "/from-flag");
}

TEST(OptionsOf, FollowXdgInDevMode)
{
    const auto home = options({"--dev"}, {{"HOME", "/home/sam"}, {"XDG_STATE_HOME", "relative/is/ignored"}}, true);
    EXPECT_EQ(home.storage_path, "/home/sam/.local/state/incidentd");
    EXPECT_EQ(home.socket_path, "/home/sam/.local/state/incidentd/api.sock");
    EXPECT_EQ(home.config_file, "") << "trying out needs no file of the system's";
    const auto xdg = options({"--dev"}, {{"XDG_STATE_HOME", "/state"}, {"XDG_RUNTIME_DIR", "/run/user/1000"}});
    EXPECT_EQ(xdg.storage_path, "/state/incidentd");
    EXPECT_EQ(xdg.socket_path, "/run/user/1000/incidentd/api.sock");
}

struct BadLine {
    const char* name;
    std::vector<const char*> words;
    const char* says;
};
void PrintTo(const BadLine& bad, std::ostream* out) { *out << bad.name; }
class CommandLine : public testing::TestWithParam<BadLine> {};
TEST_P(CommandLine, IsRefusedWithAnAnswer)
{
    const auto outcome = read(GetParam().words);
    ASSERT_TRUE(std::holds_alternative<Leave>(outcome));
    const auto& leave = std::get<Leave>(outcome);
    EXPECT_EQ(leave.exit_code, 2);
    EXPECT_NE(leave.text.find(GetParam().says), std::string::npos) << leave.text;
}
INSTANTIATE_TEST_SUITE_P(Bad, CommandLine,
                         testing::Values(BadLine{"Typo", {"--web.listen-adress=x"}, "did you mean --web.listen-address?"},
                                         BadLine{"OtherTypo", {"--storage.pth=x"}, "did you mean --storage.path?"},
                                         BadLine{"Unknown", {"--frobnicate"}, "unknown flag --frobnicate"},
                                         BadLine{"OneDash", {"-storage.path=x"}, "did you mean --storage.path?"},
                                         BadLine{"Positional", {"start"}, "start"}, BadLine{"Level", {"--log.level=loud"}, "debug, info, warn, error"},
                                         BadLine{"Format", {"--log.format=xml"}, "logfmt, json"}, BadLine{"NoValue", {"--storage.path"}, "storage.path"},
                                         BadLine{"Url", {"--web.external-url=ftp://x"}, "https://"},
                                         BadLine{"Escape", {"--\x1b[31m"}, "unknown flag --\\x1b"}),
                         [](const auto& bad) { return std::string{bad.param.name}; });

TEST(Help, ListsEveryFlagWithItsVariable)
{
    const auto outcome = read({"--help"});
    const auto& leave = std::get<Leave>(outcome);
    EXPECT_EQ(leave.exit_code, 0);
    for (const auto* const word : {"--config.file", "--storage.path", "--web.listen-address", "--web.socket", "--web.config.file", "--web.external-url", "--log.level",
                                   "--log.format", "--check-config", "--dev", "--version", "INCIDENTD_STORAGE_PATH", "INCIDENTD_LOG_LEVEL"})
        EXPECT_NE(leave.text.find(word), std::string::npos) << word;
    constexpr std::size_t columns = 80;
    std::istringstream lines{leave.text};
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), columns) << line;
}

TEST(Version, TellsTheBuild)
{
    const auto outcome = read({"--version"});
    const auto& leave = std::get<Leave>(outcome);
    EXPECT_EQ(leave.exit_code, 0);
    EXPECT_TRUE(leave.text.starts_with("incidentd, version 0.")) << leave.text;
    EXPECT_NE(leave.text.find("build date: "), std::string::npos);
}

}  // namespace
}  // namespace incident::app
