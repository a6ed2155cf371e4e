#include "support/daemon.hpp"
#include <gtest/gtest.h>

namespace incident::test {
namespace {

TEST(SocketActivation, TakesTheListenersByName)
{
    if (std::system("command -v systemd-socket-activate >/dev/null 2>&1") != 0) GTEST_SKIP() << "systemd-socket-activate is not installed";
    const TempFolder folder;
    const auto port = free_port();
    const auto socket = (folder / "activated.sock").string();
    Process activate{{"systemd-socket-activate", "-l", "127.0.0.1:" + std::to_string(port), "-l", socket, "--fdname=http:unix",
                      INCIDENT_DAEMON_PROGRAM, "--storage.path=" + (folder / "store").string()},
                     {}, (folder / "log").string()};
    // the first connection starts the daemon; both listeners are the ones that were passed
    HttpClient over_tcp{port}, over_unix{socket};
    while (activate.running() && over_tcp.get("/-/ready").status != 200) ::usleep(10'000);
    ASSERT_TRUE(activate.running()) << content_of(folder / "log");
    EXPECT_EQ(over_unix.post("/api/v1/events", R"({"text":"through the passed socket"})").status, 201u) << content_of(folder / "log");
    activate.signal(SIGTERM);
    EXPECT_EQ(activate.wait().exit_code, 0) << content_of(folder / "log");
}

TEST(SystemdUnit, IsSandboxedAsTight)
{
    if (std::system("command -v systemd-analyze >/dev/null 2>&1") != 0) GTEST_SKIP() << "systemd-analyze is not installed";
    // 12: an exposure level of 1.2, in tenths
    const auto command = std::string{"systemd-analyze security --offline=true --threshold=12 "} + INCIDENT_DEPLOY_DIR + "/systemd/incidentd.service >/dev/null 2>&1";
    EXPECT_EQ(std::system(command.c_str()), 0);
}

}  // namespace
}  // namespace incident::test
