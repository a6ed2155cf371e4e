#include "sockets.hpp"

namespace incident::test {
namespace {

std::string line_config(const TempFolder& folder, unsigned short port, const std::string& more = "")
{
    return "listeners:\n  line: {listen: [\"127.0.0.1:" + std::to_string(port) + "\", \"unix:" + (folder / "line.sock").string() + "\"]}\n" + more;
}

TEST(LineProtocol, IsSpokenByNetcatAndByBash)
{
    if (!installed("nc")) GTEST_SKIP() << "nc (netcat-openbsd) is not installed";
    const TempFolder folder;
    const auto port = free_port();
    ConfiguredDaemon daemon{folder, line_config(folder, port)};
    ASSERT_TRUE(daemon->start_and_wait()) << daemon->log();
    const auto tcp = output_of("printf \"key=deploy-7 #mitigation rolled back to 2.41\\n@5m first complaint\\n@sam look\\n\" | nc -N 127.0.0.1 " + std::to_string(port));
    EXPECT_TRUE(tcp.starts_with("OK ")) << tcp;
    EXPECT_NE(tcp.find("\nERR "), std::string::npos) << tcp;
    const auto local = output_of("echo \"over the file\" | nc -N -U " + (folder / "line.sock").string());
    EXPECT_TRUE(local.starts_with("OK ")) << local;
    const auto again = output_of("exec 3<>/dev/tcp/127.0.0.1/" + std::to_string(port) + "; echo \"key=deploy-7 #mitigation rolled back to 2.41\" >&3; read -r answer <&3; echo \"$answer\"");
    EXPECT_EQ(again, tcp.substr(0, tcp.find('\n') + 1)) << "a resend is answered with the first one's id";

    const auto events = daemon.events("line");
    ASSERT_EQ(events.size(), 3u);
    EXPECT_EQ(events[0].at("kind").as_string(), "note");
    EXPECT_EQ(events[0].at("text").as_string(), "#mitigation rolled back to 2.41");
    EXPECT_EQ(events[0].at("tags").at(0).at("name").as_string(), "mitigation");
    EXPECT_EQ("OK " + std::string{events[0].at("id").as_string()}, tcp.substr(0, tcp.find('\n')));
    EXPECT_EQ(events[1].at("text").as_string(), "first complaint");
    EXPECT_FALSE(events[0].at("author").at("verified").as_bool());
    EXPECT_TRUE(events[2].at("author").at("verified").as_bool()) << "the Unix socket proves who writes";
    EXPECT_EQ(daemon->stop().exit_code, 0);
}

TEST(LineProtocol, SurvivesTheDaemonBeingKilledRightAfterOk)
{
    const TempFolder folder;
    const auto port = free_port();
    ConfiguredDaemon daemon{folder, line_config(folder, port)};
    for (int round = 0; round < 3; ++round) {
        ASSERT_TRUE(daemon->start_and_wait()) << daemon->log();
        const auto answer = output_of("exec 3<>/dev/tcp/127.0.0.1/" + std::to_string(port) + "; echo \"round " + std::to_string(round) + "\" >&3; read -r answer <&3; echo \"$answer\"");
        daemon->kill_hard();
        ASSERT_TRUE(answer.starts_with("OK ")) << answer;
    }
    ASSERT_TRUE(daemon->start_and_wait()) << daemon->log();
    EXPECT_EQ(daemon.texts("line", 3), (std::vector<std::string>{"round 0", "round 1", "round 2"}));
}

TEST(MessageListeners, ComeAndGoOnReload)
{
    const TempFolder folder;
    const auto port = free_port(), relp = free_port();
    ConfiguredDaemon daemon{folder, line_config(folder, port)};
    ASSERT_TRUE(daemon->start_and_wait()) << daemon->log();
    boost::asio::io_context context;
    boost::asio::local::stream_protocol::socket line{context};
    line.connect(boost::asio::local::stream_protocol::endpoint{(folder / "line.sock").string()});
    const auto answer_to = [&](const std::string& text) {
        std::string answer;
        boost::system::error_code gone;
        boost::asio::write(line, boost::asio::buffer(text), gone);
        boost::asio::read_until(line, boost::asio::dynamic_buffer(answer), '\n', gone);
        return answer;
    };
    EXPECT_TRUE(answer_to("before\n").starts_with("OK "));
    daemon.configure("listeners:\n  line: {listen: \"unix:" + (folder / "line.sock").string() + "\"}\n  relp: {listen: \"127.0.0.1:" + std::to_string(relp) + "\"}\n");
    daemon->process().signal(SIGHUP);
    const auto opens = [&](unsigned short at) {
        boost::asio::ip::tcp::socket socket{context};
        boost::system::error_code error;
        socket.connect({boost::asio::ip::address_v4::loopback(), at}, error);
        return !error;
    };
    EXPECT_TRUE(eventually([&] { return opens(relp); })) << daemon->log();
    EXPECT_TRUE(eventually([&] { return !opens(port); })) << daemon->log();
    EXPECT_TRUE(answer_to("after\n").starts_with("OK ")) << "the connection that stays was dropped";
    EXPECT_EQ(daemon->stop().exit_code, 0);
}

TEST(MessageListeners, DoNotOpenTheDoorToEverybody)
{
    const TempFolder folder;
    ConfiguredDaemon daemon{folder, "listeners: {syslog: {listen: \"udp://0.0.0.0:" + std::to_string(free_port()) + "\"}}\n"};
    daemon->start();
    EXPECT_EQ(daemon->process().wait().exit_code, 78);
    EXPECT_NE(daemon->log().find("add from:"), std::string::npos) << daemon->log();
}

TEST(MessageListeners, AreTakenFromTheServiceManagerByName)
{
    if (!installed("systemd-socket-activate") || !installed("nc")) GTEST_SKIP() << "systemd-socket-activate or nc is not installed";
    const TempFolder folder;
    const auto http = free_port(), line = free_port();
    const auto socket = (folder / "api.sock").string();
    Process activate{{"systemd-socket-activate", "-l", "127.0.0.1:" + std::to_string(http), "-l", socket, "-l", "127.0.0.1:" + std::to_string(line),
                      "--fdname=http:unix:line", INCIDENT_DAEMON_PROGRAM, "--storage.path=" + (folder / "store").string()},
                     {}, (folder / "log").string()};
    HttpClient client{http};
    ASSERT_TRUE(eventually([&] { return client.get("/-/ready").status == 200 || !activate.running(); }));
    const auto answer = output_of("echo \"through the passed socket\" | nc -N 127.0.0.1 " + std::to_string(line));
    EXPECT_TRUE(answer.starts_with("OK ")) << answer << content_of(folder / "log");
    activate.signal(SIGTERM);
    EXPECT_EQ(activate.wait().exit_code, 0) << content_of(folder / "log");
}

TEST(DeployScript, IsTwoLines)
{
    const TempFolder folder;
    ConfiguredDaemon daemon{folder, ""};
    ASSERT_TRUE(daemon->start_and_wait()) << daemon->log();
    const auto said = output_of(std::string{"HOME="} + folder.path().string() + " INCIDENTCTL_URL=unix://" + daemon->socket() + " " + INCIDENT_CTL_PROGRAM + " change \"web 2.41 to prod\"");
    HttpClient client{daemon->socket()};
    const auto events = all_events(client, "&kind=change");
    ASSERT_EQ(events.size(), 1u) << said;
    EXPECT_EQ(events[0].at("text").as_string(), "web 2.41 to prod");
}

}  // namespace
}  // namespace incident::test
