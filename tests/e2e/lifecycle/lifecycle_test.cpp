#include "e2e/durability/senders.hpp"
#include <gtest/gtest.h>

namespace incident::test {
namespace {

constexpr auto good_config = "timezone_aliases: {EAT: Africa/Nairobi}\n";

TEST(Reload, KeepsTheOldConfigurationWhenTheNewOneIsBroken)
{
    // given a daemon on a good file
    const TempFolder folder;
    write_file(folder / "incidentd.yml", good_config);
    Daemon daemon{folder, {"--config.file=" + (folder / "incidentd.yml").string()}};
    ASSERT_TRUE(daemon.start_and_wait()) << daemon.log();
    HttpClient client{daemon.socket()};
    // when the file is broken and a reload asked for
    write_file(folder / "incidentd.yml", "rulez: []\n");
    const auto refused = client.post("/-/reload", "");
    // then it says where and what, keeps working, and shows it
    EXPECT_EQ(refused.status, 500u);
    EXPECT_NE(refused.body.find("incidentd.yml:1:1"), std::string::npos) << refused.body;
    EXPECT_NE(refused.body.find("rules"), std::string::npos) << refused.body;
    EXPECT_EQ(client.post("/api/v1/events", R"({"text":"still here"})").status, 201u);
    EXPECT_NE(client.get("/metrics").body.find("incidentd_config_last_reload_successful 0"), std::string::npos);
    // and when it is mended, SIGHUP takes it
    write_file(folder / "incidentd.yml", good_config);
    daemon.process().signal(SIGHUP);
    while (client.get("/metrics").body.find("incidentd_config_last_reload_successful 1") == std::string::npos) ::usleep(10'000);
    EXPECT_EQ(daemon.stop().exit_code, 0);
}

TEST(Reload, IsNotForTheNetwork)
{
    const TempFolder folder;
    Daemon daemon{folder};
    ASSERT_TRUE(daemon.start_and_wait()) << daemon.log();
    HttpClient client{daemon.port()};
    EXPECT_EQ(client.post("/-/reload", "").status, 403u);
}

TEST(Start, RefusesABrokenConfigurationWithOneClearLine)
{
    const TempFolder folder;
    write_file(folder / "incidentd.yml", "limits: {header_bytes: many}\n");
    Daemon daemon{folder, {"--config.file=" + (folder / "incidentd.yml").string()}};
    daemon.start();
    EXPECT_EQ(daemon.process().wait().exit_code, 78);
    EXPECT_NE(daemon.log().find("incidentd.yml:1:"), std::string::npos) << daemon.log();
}

TEST(Start, RefusesAListenerThatOthersCouldReach)
{
    const TempFolder folder;
    Daemon daemon{folder, {"--web.listen-address=0.0.0.0:0"}};
    daemon.start();
    EXPECT_EQ(daemon.process().wait().exit_code, 78);
    EXPECT_NE(daemon.log().find("0.0.0.0"), std::string::npos) << daemon.log();
}

TEST(Start, RefusesAFolderThatAnotherDaemonHolds)
{
    const TempFolder folder;
    Daemon first{folder}, second{folder};
    ASSERT_TRUE(first.start_and_wait()) << first.log();
    second.start();
    const auto ended = second.process().wait();
    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_NE(second.log().find("another"), std::string::npos) << second.log();
    // the first one's socket is untouched
    HttpClient client{first.socket()};
    EXPECT_EQ(client.get("/-/ready").status, 200u);
}

TEST(Start, ReplacesTheSocketFileOfADeadDaemon)
{
    const TempFolder folder;
    Daemon daemon{folder};
    ASSERT_TRUE(daemon.start_and_wait()) << daemon.log();
    daemon.kill_hard();
    ASSERT_TRUE(std::filesystem::exists(daemon.socket()));
    ASSERT_TRUE(daemon.start_and_wait()) << daemon.log();
}

TEST(Stop, LosesNothingThatWasAcknowledged)
{
    const TempFolder folder;
    Daemon daemon{folder};
    ASSERT_TRUE(daemon.start_and_wait()) << daemon.log();
    for (int round = 0; round < 5; ++round) {
        Senders senders{daemon, 4};
        while (senders.acked_count() < 50 && !senders.refused()) ::usleep(500);
        ASSERT_FALSE(senders.refused());
        EXPECT_EQ(daemon.stop().exit_code, 0) << daemon.log();
        senders.stop();
        const auto acked = senders.acked();
        ASSERT_TRUE(daemon.start_and_wait()) << daemon.log();
        HttpClient client{daemon.port()};
        std::set<std::string> stored;
        for (const auto& event : all_events(client)) stored.insert(std::string{event.at("key").as_string()});
        for (const auto& key : acked) ASSERT_TRUE(stored.contains(key)) << key;
    }
}

TEST(Check, ValidatesAConfigurationWithoutTouchingAnything)
{
    const TempFolder folder;
    write_file(folder / "good.yml", good_config);
    write_file(folder / "bad.yml", "people: 7\n");
    for (const auto& [name, code] : {std::pair{"good.yml", 0}, std::pair{"bad.yml", 78}, std::pair{"absent.yml", 78}}) {
        Process check{{INCIDENT_DAEMON_PROGRAM, "--check-config", "--config.file=" + (folder / name).string(),
                       "--storage.path=" + (folder / "store").string()}, {}, (folder / "log").string()};
        EXPECT_EQ(check.wait().exit_code, code) << name << ": " << content_of(folder / "log");
    }
    EXPECT_FALSE(std::filesystem::exists(folder / "store"));
}

TEST(Log, CannotBeForgedByWhatSendersSay)
{
    const TempFolder folder;
    Daemon daemon{folder, {"--log.level=debug"}};
    ASSERT_TRUE(daemon.start_and_wait()) << daemon.log();
    HttpClient client{daemon.port()};
    (void)client.get("/x%0alevel=error%20msg=forged");
    (void)client.post("/api/v1/hooks/a%0alevel=error", "{}");
    (void)client.send("GET", "/api/v1/events?cursor=%0Alevel%3Derror%20msg%3Dforged", "", {});
    (void)daemon.stop();
    const auto log = daemon.log();
    EXPECT_EQ(log.find("\nlevel=error"), std::string::npos) << log;
}

}  // namespace
}  // namespace incident::test
