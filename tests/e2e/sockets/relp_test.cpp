#include "sockets.hpp"
#include <future>

namespace incident::test {
namespace {

/// The ledger's newest sequence, wherever the status shows it.
std::int64_t find_seq(const boost::json::value& value)
{
    if (!value.is_object()) return -1;
    for (const auto& member : value.get_object()) {
        if (member.key() == "seq") return member.value().to_number<std::int64_t>();
        if (const auto inside = find_seq(member.value()); inside >= 0) return inside;
    }
    return -1;
}

// Long runs: INCIDENT_RELP_KILLS and INCIDENT_RELP_MESSAGES in the environment.
TEST(Relp, LosesAndDoublesNothingWhileTheDaemonIsKilledAgainAndAgain)
{
    if (!installed("rsyslogd") || std::system("test -e /usr/lib/*/rsyslog/omrelp.so") != 0) GTEST_SKIP() << "rsyslogd with omrelp (rsyslog-relp) is not installed";
    const int kills = number_from_environment("INCIDENT_RELP_KILLS", 10), messages = number_from_environment("INCIDENT_RELP_MESSAGES", 20'000);
    const TempFolder folder;
    const auto port = free_port();
    ConfiguredDaemon daemon{folder, "listeners: {relp: {listen: \"127.0.0.1:" + std::to_string(port) + "\"}}\n"};
    ASSERT_TRUE(daemon->start_and_wait()) << daemon->log();
    Rsyslog rsyslog{folder, "module(load=\"omrelp\")\n",
                    "main_queue(queue.size=\"200000\")\n"
                    "action(type=\"omrelp\" target=\"127.0.0.1\" port=\"" + std::to_string(port) +
                        "\" action.resumeRetryCount=\"-1\" action.resumeInterval=\"1\")\n"};
    ASSERT_TRUE(rsyslog.wait_ready()) << rsyslog.log();
    std::atomic<int> allowed{0};  // the sender runs ahead of the next kill, so that each meets messages under way
    std::atomic<bool> given_up{false};
    auto sender = std::async(std::launch::async, [&] {
        for (int i = 0; i < messages && !given_up; ++i) {
            while (i >= allowed && !given_up) ::usleep(500);
            rsyslog.say("<13>Oct 11 22:14:15 stream[1]: number " + std::to_string(i));
        }
    });
    const bool with_strace = installed("strace");
    const int share = messages / (kills + 1);
    HttpClient client{daemon->socket()};
    const auto stored = [&] {
        const auto status = client.get("/api/v1/status");
        return status.status == 200 ? find_seq(status.json()) : std::int64_t{-1};
    };
    for (int round = 0; round < kills; ++round) {
        // Every other time exactly between the commit and its answer, where only the key keeps a resend from being a second
        // event; else in the middle of the flow.
        std::unique_ptr<Process> tracer;
        const auto trace_log = folder / ("strace-" + std::to_string(round));
        if (with_strace && round % 2 == 0) {
            tracer = std::make_unique<Process>(std::vector<std::string>{"strace", "-f", "-p", std::to_string(daemon->process().pid()), "-e", "trace=sendmsg,sendto", "-e",
                                                                        "inject=sendmsg,sendto:signal=SIGKILL:when=" + std::to_string(2 + round % 3)},
                                               std::map<std::string, std::string>{}, trace_log.string());
            ASSERT_TRUE(eventually([&] { return content_of(trace_log).find("attached") != std::string::npos; })) << content_of(trace_log);
            allowed += share;
            EXPECT_TRUE(eventually([&] { return !daemon->process().running(); })) << "round " << round << content_of(trace_log);
        } else {
            const auto before = stored();
            allowed += share;
            EXPECT_TRUE(eventually([&] { return stored() > before + 20; })) << "round " << round << rsyslog.log();
        }
        daemon->kill_hard();
        ASSERT_TRUE(daemon->start_and_wait()) << daemon->log();
    }
    allowed = messages;
    std::map<std::string, int> seen;
    const auto all_there = eventually([&] { return stored() >= messages; });
    given_up = !all_there;
    sender.get();
    for (const auto& event : daemon.events("relp")) ++seen[std::string{event.at("text").as_string()}];
    int lost = 0, doubled = 0;
    for (int i = 0; i < messages; ++i) {
        const auto found = seen.find("stream: number " + std::to_string(i));
        if (found == seen.end()) ++lost;
        else if (found->second > 1) ++doubled;
    }
    EXPECT_EQ(lost, 0) << rsyslog.log() << daemon->log();
    EXPECT_EQ(doubled, 0);
    EXPECT_EQ(seen.size(), static_cast<std::size_t>(messages));
    EXPECT_EQ(daemon->stop().exit_code, 0);
}

}  // namespace
}  // namespace incident::test
