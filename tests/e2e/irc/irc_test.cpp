#include "irc_client.hpp"
#include "support/daemon.hpp"
#include <fstream>
#include <gtest/gtest.h>

// A real IRC server between the daemon and a person.
namespace incident::test {
namespace {

void write_file(const std::filesystem::path& path, const std::string& text)
{
    std::ofstream file{path};
    file << text;
}

bool has_program(const char* name) { return std::system(("command -v " + std::string{name} + " >/dev/null 2>&1").c_str()) == 0; }

class Irc : public testing::Test {
protected:
    TempFolder folder;
    unsigned short port = free_port(), tls_port = free_port();
    std::unique_ptr<Process> server;
    std::unique_ptr<Daemon> daemon;

    void SetUp() override
    {
        if (!has_program("ngircd")) GTEST_SKIP() << "ngircd is not installed (tests/packages.txt)";
    }

    void start_server(bool tls = false)
    {
        auto text = "[Global]\nName = irc.test\nInfo = a test\nListen = 127.0.0.1\nPorts = " + std::to_string(port) +
                    "\nMotdPhrase = hello\n[Limits]\nMaxConnectionsIP = 0\nMaxNickLength = 20\n[Options]\nDNS = no\nIdent = no\nPAM = no\n";
        if (tls) text += "[SSL]\nCertFile = " + (folder.path() / "server.pem").string() + "\nKeyFile = " + (folder.path() / "server.key").string() +
                         "\nPorts = " + std::to_string(tls_port) + '\n';
        write_file(folder.path() / "ngircd.conf", text);
        server = std::make_unique<Process>(std::vector<std::string>{"ngircd", "-n", "-f", (folder.path() / "ngircd.conf").string()},
                                           std::map<std::string, std::string>{}, (folder.path() / "ngircd.log").string());
    }

    /// A person in the channel.
    LineSocket join(const std::string& nick)
    {
        auto person = connect_to(port);
        person.send("NICK " + nick);
        person.send("USER " + nick + " 0 * :" + nick);
        EXPECT_NE(person.wait_for(" 001 "), "");
        person.send("JOIN #ops");
        EXPECT_NE(person.wait_for(" 366 "), "");
        return person;
    }

    /// Until the daemon is in the channel, whether it came before or comes now.
    static void wait_for_daemon(LineSocket& person)
    {
        while (true) {
            person.send("NAMES #ops");
            const auto names = person.wait_for(" 353 ");
            ASSERT_NE(names, "") << "the daemon never came";
            if (names.find("incidentd") != std::string::npos) return;
            ::usleep(50'000);  // a poll
        }
    }

    void start_daemon(const std::string& config)
    {
        write_file(folder.path() / "incidentd.yml", config);
        daemon = std::make_unique<Daemon>(folder, std::vector<std::string>{"--config.file=" + (folder.path() / "incidentd.yml").string()});
        ASSERT_TRUE(daemon->start_and_wait()) << daemon->log();
    }

    boost::json::array events()
    {
        HttpClient client{daemon->socket()};
        return all_events(client);
    }

    bool log_says(const std::string& words)
    {
        const auto until = std::chrono::steady_clock::now() + LineSocket::patience;
        while (std::chrono::steady_clock::now() < until) {
            if (daemon->log().find(words) != std::string::npos) return true;
            ::usleep(20'000);  // a poll
        }
        return false;
    }

    void make_certificate(const std::string& name)
    {
        Process openssl{{"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                         "-addext", "subjectAltName=DNS:localhost", "-keyout", (folder.path() / (name + ".key")).string(), "-out", (folder.path() / (name + ".pem")).string()},
                        {}, (folder.path() / "openssl.log").string()};
        ASSERT_EQ(openssl.wait().exit_code, 0) << content_of(folder.path() / "openssl.log");
    }
};

TEST_F(Irc, ALineIsStoredAndAnsweredAndTheServerMayDie)
{
    start_server();
    start_daemon("irc:\n  - {server: \"127.0.0.1:" + std::to_string(port) + "\", tls: false, channels: [\"#ops\"]}\n");
    {
        auto sam = join("sam");
        wait_for_daemon(sam);
        sam.send("PRIVMSG #ops :good morning");
        sam.send("PRIVMSG #ops :!tl a rolled back 42");
        const auto answer = sam.wait_for("NOTICE #ops");
        EXPECT_NE(answer.find("[incidentd] inbox "), std::string::npos) << answer;
        EXPECT_NE(answer.find(" action · rolled back 42 http://127.0.0.1:"), std::string::npos) << answer;
        const auto link = answer.substr(answer.find("/api/v1/events/"));
        HttpClient client{daemon->socket()};
        const auto event = client.get(link).json();
        EXPECT_EQ(event.at("source"), "irc");
        EXPECT_EQ(event.at("text"), "rolled back 42");
        EXPECT_EQ(event.at("author").at("claimed"), "sam");
        EXPECT_EQ(event.at("author").at("verified"), false);
        EXPECT_EQ(event.at("labels").at("channel"), "#ops");
        EXPECT_EQ(events().size(), 1u) << "ordinary chatter is nobody's record";
    }
    server->signal(SIGKILL);
    (void)server->wait();
    start_server();
    auto kim = join("kim");
    wait_for_daemon(kim);
    kim.send("PRIVMSG #ops :!tl still here");
    EXPECT_NE(kim.wait_for("NOTICE #ops").find("still here"), std::string::npos);
    EXPECT_EQ(events().size(), 2u);
    EXPECT_EQ(daemon->stop().exit_code, 0);
}

TEST_F(Irc, TlsIsVerifiedAndAReloadComesWithTheRightAuthority)
{
    make_certificate("server");
    make_certificate("other");
    start_server(true);
    const auto config = [&](const std::string& authority) {
        return "irc:\n  - {server: \"localhost:" + std::to_string(tls_port) + "\", channels: [\"#ops\"], ca_file: \"" + (folder.path() / (authority + ".pem")).string() + "\"}\n";
    };
    { auto waits_until_it_listens = connect_to(port); }
    start_daemon(config("other"));
    EXPECT_TRUE(log_says("certificate is not good")) << daemon->log();
    write_file(folder.path() / "incidentd.yml", config("server"));
    daemon->process().signal(SIGHUP);
    auto sam = join("sam");
    wait_for_daemon(sam);
    sam.send("PRIVMSG #ops :!tl over tls");
    EXPECT_NE(sam.wait_for("NOTICE #ops").find("over tls"), std::string::npos);
    write_file(folder.path() / "incidentd.yml", "irc: []\n");
    daemon->process().signal(SIGHUP);
    EXPECT_NE(sam.wait_for(" QUIT "), "") << "no longer configured: it leaves";
    EXPECT_EQ(daemon->stop().exit_code, 0);
}

TEST_F(Irc, HistoryToldAgainAfterAReconnectIsStoredOnce)
{
    const Listener listener{port};
    start_daemon("irc:\n  - {server: \"127.0.0.1:" + std::to_string(port) + "\", tls: false, channels: [\"#ops\"]}\n");
    for (const int round : {1, 2}) {
        auto bot = listener.accept();
        ASSERT_NE(bot.wait_for("CAP LS 302"), "");
        bot.send(":irc.test CAP * LS :server-time message-tags batch");
        ASSERT_EQ(bot.wait_for("CAP REQ"), "CAP REQ :message-tags server-time batch");
        bot.send(":irc.test CAP * ACK :message-tags server-time batch");
        ASSERT_NE(bot.wait_for("CAP END"), "");
        bot.send(":irc.test 001 incidentd :Welcome");
        ASSERT_EQ(bot.wait_for("JOIN"), "JOIN #ops");
        bot.send(":incidentd!u@h JOIN #ops");
        if (round == 2) bot.send(":irc.test BATCH +h chathistory #ops");
        const std::string batch = round == 2 ? "batch=h;" : "";
        bot.send('@' + batch + "time=2026-01-01T00:00:05.123Z :sam!u@h PRIVMSG #ops :!tl rolled back 42");
        bot.send('@' + batch + "time=2026-01-01T00:00:06.000Z :sam!u@h PRIVMSG #ops :!tl rolled back 42");
        if (round == 1) {
            EXPECT_NE(bot.wait_for("NOTICE #ops :[incidentd]"), "");
            EXPECT_NE(bot.wait_for("NOTICE #ops :[incidentd]"), "") << "said twice is said twice";
        } else {
            bot.send("@time=2026-01-01T00:00:09.000Z :sam!u@h PRIVMSG #ops :!tl after the break");
            const auto answer = bot.wait_for("NOTICE #ops :[incidentd]");
            EXPECT_NE(answer.find("after the break"), std::string::npos) << "what was told before is answered no more: " << answer;
        }
    }
    const auto stored = events();
    ASSERT_EQ(stored.size(), 3u);
    EXPECT_EQ(stored.at(0).at("occurred_at"), "2026-01-01T00:00:05.123000Z");
}

}  // namespace
}  // namespace incident::test
