#include "client/config.hpp"
#include "client/endpoint.hpp"
#include "client/memory.hpp"
#include "client/sse.hpp"
#include "client/transport.hpp"
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

namespace incident::ctl {
namespace {

Environment environment_of(std::map<std::string, std::string> values)
{
    return [values = std::move(values)](std::string_view name) -> std::optional<std::string> {
        const auto found = values.find(std::string{name});
        if (found == values.end()) return std::nullopt;
        return found->second;
    };
}

TEST(ExitCode, FollowsTheHttpStatus)
{
    const std::pair<unsigned, Exit> table[] = {{200, Exit::ok},        {401, Exit::unauthenticated}, {403, Exit::unauthenticated}, {404, Exit::not_found},
                                               {409, Exit::conflict},  {412, Exit::conflict},        {400, Exit::invalid},         {422, Exit::invalid},
                                               {503, Exit::unreachable}, {413, Exit::failure},       {415, Exit::failure},         {500, Exit::failure},
                                               {405, Exit::failure},
                                               {302, Exit::failure}, {101, Exit::failure}};
    for (const auto& [status, exit] : table) EXPECT_EQ(exit_for_status(status), exit) << status;
    EXPECT_EQ(exit_for(Errc::unknown_outcome), Exit::unreachable);
    EXPECT_EQ(exit_for(Errc::key_reused), Exit::invalid);
}

TEST(Endpoint, ReadsHttpWithABasePathAndUnixSockets)
{
    EXPECT_EQ(parse_endpoint("http://host:9780").value(), (Endpoint{"http://host:9780", "", "http://host:9780"}));
    EXPECT_EQ(parse_endpoint("https://host/incidents/").value().base, "https://host/incidents");
    EXPECT_EQ(parse_endpoint("unix:///run/incidentd/api.sock").value(), (Endpoint{"unix:///run/incidentd/api.sock", "/run/incidentd/api.sock", "http://localhost"}));
    for (const char* bad : {"", "host:9780", "ftp://host/", "http://", "http:///x", "unix://relative", "http://a b/", "http://host/?q", "http://u:p@host/"})
        EXPECT_FALSE(parse_endpoint(bad).has_value()) << bad;
}

TEST(Endpoint, WithoutAUrlTriesTheDevSocketsThenTheServiceThenThePort)
{
    const auto all = default_endpoints(environment_of({{"XDG_RUNTIME_DIR", "/run/user/1"}, {"HOME", "/home/sam"}}));
    ASSERT_EQ(all.size(), 4u);
    EXPECT_EQ(all[0].unix_socket, "/run/user/1/incidentd/api.sock");
    EXPECT_EQ(all[1].unix_socket, "/home/sam/.local/state/incidentd/api.sock");
    EXPECT_EQ(all[2].unix_socket, "/run/incidentd/api.sock");
    EXPECT_EQ(all[3].base, "http://127.0.0.1:9780");
    // relative XDG values are ignored
    EXPECT_EQ(default_endpoints(environment_of({{"XDG_RUNTIME_DIR", "run"}, {"XDG_STATE_HOME", "/s"}})).front().unix_socket, "/s/incidentd/api.sock");
}

TEST(Settings, ComeFromFlagEnvironmentContextUserFileSystemFileDefaultInThatOrder)
{
    const auto user = parse_config("output: yaml\ntz: Africa/Nairobi\nauthor: user\ncurrent: prod\ncontexts:\n  prod: {url: \"https://p/\", author: context}\n", "u").value();
    const auto system = parse_config("output: md\ntimeout: 9s\nauthor: system\ncolor: never\n", "s").value();
    const auto resolve = [&](std::map<std::string, std::string, std::less<>> flags, std::map<std::string, std::string> environment) {
        return Settings::resolve(flags, environment_of(std::move(environment)), user, system).value();
    };
    EXPECT_EQ(resolve({{"author", "flag"}}, {{"INCIDENTCTL_AUTHOR", "env"}}).value("author"), "flag");
    EXPECT_EQ(resolve({}, {{"INCIDENTCTL_AUTHOR", "env"}}).value("author"), "env");
    const auto plain = resolve({}, {});
    EXPECT_EQ(plain.value("author"), "context");
    EXPECT_EQ(plain.find("author")->origin, "context prod");
    EXPECT_EQ(plain.value("url"), "https://p/");
    EXPECT_EQ(plain.value("output"), "yaml");
    EXPECT_EQ(plain.find("output")->origin, "u");
    EXPECT_EQ(plain.value("color"), "never");
    EXPECT_EQ(plain.value("timeout"), "9s");
    const auto none = Settings::resolve({}, environment_of({}), {}, {}).value();
    EXPECT_EQ(none.value("output"), "table");
    EXPECT_EQ(none.find("tz")->origin, "default");
    EXPECT_EQ(resolve({{"url", "http://x"}}, {}).value("url"), "http://x");
    const auto missing = Settings::resolve({{"context", "prd"}}, environment_of({}), user, system);
    ASSERT_FALSE(missing.has_value());
    EXPECT_NE(missing.error().fix.find("prod"), std::string::npos);
}

struct BadFile {
    const char* text;
    const char* message;
};
class BadConfig : public testing::TestWithParam<BadFile> {};
TEST_P(BadConfig, IsRefusedWithItsPlace)
{
    const auto config = parse_config(GetParam().text, "c.yaml");
    ASSERT_FALSE(config.has_value()) << GetParam().text;
    EXPECT_NE(config.error().cause.find(GetParam().message), std::string::npos) << config.error().cause;
}
INSTANTIATE_TEST_SUITE_P(Files, BadConfig,
                         testing::Values(BadFile{"outpt: json\n", "c.yaml:1:1: unknown key \"outpt\", did you mean \"output\"?"}, BadFile{"tz: UTC\ntz: UTC\n", "c.yaml:2:1: \"tz\" stands here twice"},
                                         BadFile{"author: &a sam\n", "anchor"}, BadFile{"author: &a sam\ntz: *a\n", "c.yaml:2:5: an alias"}, BadFile{"tz: [UTC]\n", "c.yaml:1:5: \"tz\" wants one value"},
                                         BadFile{"- tz\n", "c.yaml:1:1: expected key: value pairs"}, BadFile{"tz: [UTC\n", "c.yaml:"}, BadFile{"contexts: prod\n", "c.yaml:1:11: \"contexts\" wants"},
                                         BadFile{"contexts:\n  prod: {author: sam}\n", "has no url"}, BadFile{"contexts:\n  prod: {ur: x, url: y}\n", "unknown key \"ur\", did you mean \"url\"?"},
                                         BadFile{"no-pager: maybe\n", "true or false"}, BadFile{"current: prd\ncontexts:\n  prod: {url: \"http://x\"}\n", "names the context \"prd\""},
                                         BadFile{"tz: UTC\n---\ntz: UTC\n", "second document"}, BadFile{"a: {b: {c: {d: {e: {f: {g: {h: {i: 1}}}}}}}}\n", "deeper than"}));

TEST(Config, TakesTheDocumentedSample)
{
    const auto config = parse_config("current: local\nauthor: sam\noutput: table\ntz: UTC\ntimezone_aliases: {EAT: Africa/Nairobi}\ncontexts:\n"
                                     "  local: {url: \"unix:///run/incidentd/api.sock\"}\n  prod:  {url: \"https://incidents.example.org/\", token_file: ~/.config/x, confirm: true}\n", "c");
    ASSERT_TRUE(config.has_value()) << config.error().cause;
    EXPECT_EQ(config->timezone_aliases.at("EAT"), "Africa/Nairobi");
    EXPECT_EQ(config->contexts.at("prod").settings.at("token-file"), "~/.config/x");
    EXPECT_TRUE(parse_config("", "c").has_value());
    EXPECT_TRUE(parse_config("# nothing\n", "c").has_value());
}

TEST(Folders, FollowXdgAndIgnoreRelativeValues)
{
    EXPECT_EQ(user_config_path(environment_of({{"XDG_CONFIG_HOME", "/c"}, {"HOME", "/h"}})), "/c/incidentctl/config.yaml");
    EXPECT_EQ(user_config_path(environment_of({{"XDG_CONFIG_HOME", "c"}, {"HOME", "/h"}})), "/h/.config/incidentctl/config.yaml");
    EXPECT_EQ(state_folder(environment_of({{"HOME", "/h"}})), "/h/.local/state/incidentctl");
    EXPECT_EQ(state_folder(environment_of({})), "");
    EXPECT_EQ(environment_name("no-pager"), "INCIDENTCTL_NO_PAGER");
}

TEST(Sse, ReadsItemsInAnyPiecesAndSkipsComments)
{
    const std::string stream = ": hello\r\nid: 7\nevent: entry\ndata: {\"a\":1}\n\n:\n\nid: 8\rdata: one\rdata: two\r\rdata:last\n\n";
    for (std::size_t piece = 1; piece < stream.size(); ++piece) {
        SseParser parser;
        std::vector<SseItem> items;
        for (std::size_t at = 0; at < stream.size(); at += piece)
            EXPECT_TRUE(parser.feed(std::string_view{stream}.substr(at, piece), [&](const SseItem& item) { return items.push_back(item), true; }));
        ASSERT_EQ(items.size(), 3u) << piece;
        EXPECT_EQ(items[0].id, "7");
        EXPECT_EQ(items[0].event, "entry");
        EXPECT_EQ(items[0].data, "{\"a\":1}");
        EXPECT_EQ(items[1].data, "one\ntwo");
        EXPECT_EQ(items[2].id, "8");  // an id holds until the next one
        EXPECT_EQ(parser.last_id(), "8");
    }
}

TEST(Sse, ForgetsAnUnfinishedItemButNotTheIdAfterABreak)
{
    SseParser parser;
    std::size_t items = 0;
    const auto count = [&](const SseItem&) { return ++items, true; };
    EXPECT_TRUE(parser.feed("id: 4\ndata: x\n\nid: 5\ndata: half", count));
    EXPECT_EQ(parser.last_id(), "5");
    parser.restart();
    EXPECT_TRUE(parser.feed("data: whole\n\n", count));
    EXPECT_EQ(items, 2u);
}

TEST(Backoff, DoublesToItsCapWithTheUpperHalfRandom)
{
    using std::chrono::milliseconds;
    EXPECT_EQ(backoff(1, 0, milliseconds{2000}), milliseconds{50});
    EXPECT_LE(backoff(1, 0xffffffff, milliseconds{2000}), milliseconds{100});
    EXPECT_EQ(backoff(3, 0, milliseconds{2000}), milliseconds{200});
    for (std::uint32_t random = 0; random < 5000; random += 7) {
        const auto pause = backoff(40, random, milliseconds{2000});
        EXPECT_GE(pause, milliseconds{1000});
        EXPECT_LE(pause, milliseconds{2000});
    }
}

TEST(Curl, CommandIsQuotedForTheShell)
{
    EXPECT_EQ(shell_quoted("plain-1.2"), "plain-1.2");
    EXPECT_EQ(shell_quoted(""), "''");
    EXPECT_EQ(shell_quoted("it's $HOME"), "'it'\\''s $HOME'");
    Request request;
    request.method = "POST";
    request.path = "/api/v1/events";
    request.body = "{\"text\":\"a b\"}";
    EXPECT_EQ(curl_command(parse_endpoint("unix:///s").value(), request, false),
              "curl -sS --unix-socket /s -X POST -H 'Content-Type: application/json' --data-raw '{\"text\":\"a b\"}' http://localhost/api/v1/events");
}

TEST(Keys, AreRandomAnd128BitsLong)
{
    EXPECT_EQ(random_key().size(), 32u);
    EXPECT_NE(random_key(), random_key());
}

class MemoryFile : public testing::Test {
 protected:
    std::string folder = std::filesystem::temp_directory_path() / ("ctl-memory-" + std::to_string(::getpid()) + random_key().substr(0, 8));
    std::string path = folder + "/deep/last.json";
    void TearDown() override { std::filesystem::remove_all(folder); }
};

TEST_F(MemoryFile, KeepsWritesPerServerNewestLastUpToItsLimit)
{
    const Memory one{path, "a"}, other{path, "b"};
    for (std::size_t i = 0; i < max_remembered_writes + 3; ++i) one.remember({"note " + std::to_string(i), "INC-1", true, {{"id", "id"}}, ""});
    EXPECT_EQ(one.writes().size(), max_remembered_writes);
    EXPECT_EQ(one.writes().back().what, "note " + std::to_string(max_remembered_writes + 2));
    EXPECT_TRUE(other.writes().empty());
    one.forget_last();
    EXPECT_EQ(one.writes().size(), max_remembered_writes - 1);
    EXPECT_EQ(one.writes().back().steps.front().event, "id");
}

TEST_F(MemoryFile, ATerminalsIncidentStandsBeforeTheServers)
{
    const Memory memory{path, "a"};
    memory.use("INC-1", "");
    memory.use("INC-2", "tty:1:2");
    EXPECT_EQ(memory.incident_in_use("tty:1:2"), "INC-2");
    EXPECT_EQ(memory.incident_in_use("tty:9:9"), "INC-1");
    memory.stop_using("INC-2");
    EXPECT_EQ(memory.incident_in_use("tty:1:2"), "INC-1");
    memory.use("", "");
    EXPECT_EQ(memory.incident_in_use(""), "");
}

TEST_F(MemoryFile, KnowsWhenAnIncidentWasAskedAboutForTheNewestOnes)
{
    const Memory memory{path, "a"};
    EXPECT_EQ(memory.nudged_at("INC-1"), "");
    memory.note_nudge("INC-1", "2024-06-22T15:15:00Z");
    memory.note_nudge("INC-1", "2024-06-22T15:30:00Z");
    EXPECT_EQ(memory.nudged_at("INC-1"), "2024-06-22T15:30:00Z");
    EXPECT_EQ((Memory{path, "b"}.nudged_at("INC-1")), "");
    for (std::size_t i = 2; i < max_remembered_nudges + 2; ++i) memory.note_nudge("INC-" + std::to_string(i), "2024-06-22T16:00:00Z");
    EXPECT_EQ(memory.nudged_at("INC-1"), "") << "the oldest is forgotten";
    EXPECT_EQ(memory.nudged_at("INC-2"), "2024-06-22T16:00:00Z");
}

TEST_F(MemoryFile, ADamagedFileIsAnEmptyMemory)
{
    const Memory memory{path, "a"};
    memory.remember({"note", "", true, {}, ""});
    std::ofstream{path} << "{\"servers\": [";
    EXPECT_TRUE(memory.writes().empty());
    memory.remember({"again", "", true, {}, ""});
    EXPECT_EQ(memory.writes().size(), 1u);
    const Memory nowhere{"", "a"};
    nowhere.remember({"x", "", true, {}, ""});
    EXPECT_TRUE(nowhere.writes().empty());
}

}  // namespace
}  // namespace incident::ctl
