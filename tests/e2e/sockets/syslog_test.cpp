#include "sockets.hpp"
#include "support/certificates.hpp"
#include <algorithm>

namespace incident::test {
namespace {

std::string syslog_config(unsigned short port)
{
    const auto at = std::to_string(port);
    return "listeners:\n  syslog: {listen: [\"udp://127.0.0.1:" + at + "\", \"tcp://127.0.0.1:" + at + "\"]}\n";
}

const boost::json::value* find(const boost::json::array& events, std::string_view text)
{
    const auto found = std::ranges::find_if(events, [&](const auto& event) { return std::string_view{event.at("text").as_string()}.find(text) != std::string_view::npos; });
    return found == events.end() ? nullptr : &*found;
}

TEST(Syslog, ComesFromLoggerInEveryForm)
{
    if (!installed("logger")) GTEST_SKIP() << "logger (bsdutils) is not installed";
    const TempFolder folder;
    const auto port = free_port();
    ConfiguredDaemon daemon{folder, syslog_config(port)};
    ASSERT_TRUE(daemon->start_and_wait()) << daemon->log();
    const auto logger = "logger -n 127.0.0.1 -P " + std::to_string(port) + " -t deploy -p daemon.crit ";
    struct Form {
        const char* flags;
        const char* text;
    };
    const std::vector<Form> forms{{"-d --rfc5424", "new over datagram"},  {"-d --rfc3164", "old over datagram"},
                                  {"-T --rfc5424", "new over stream"},    {"-T --rfc3164", "old over stream"},
                                  {"-T --rfc5424 --octet-count", "new counted"}, {"-T --rfc3164 --octet-count", "old counted"},
                                  {"-T -i --rfc5424=nohost", "without a host"}};
    for (const auto& form : forms) EXPECT_EQ(output_of(logger + form.flags + " " + form.text), "") << form.flags;
    ASSERT_EQ(daemon.texts("syslog", forms.size()).size(), forms.size());
    const auto events = daemon.events("syslog");
    for (const auto& form : forms) {
        const auto* const event = find(events, form.text);
        ASSERT_NE(event, nullptr) << form.flags;
        EXPECT_EQ(event->at("text").as_string(), std::string{"deploy: "} + form.text) << form.flags;
        EXPECT_EQ(event->at("kind").as_string(), "alert") << form.flags;
        EXPECT_EQ(event->at("severity").as_string(), "crit") << form.flags;
        EXPECT_EQ(event->at("labels").at("facility").as_string(), "daemon") << form.flags;
        EXPECT_FALSE(event->at("author").at("verified").as_bool()) << form.flags;
        for (const auto& flag : event->at("flags").as_array())
            EXPECT_TRUE(flag.as_string() != "time_from_arrival" && flag.as_string() != "no_pri" && flag.as_string() != "bad_header") << form.flags << ' ' << flag;
    }
    EXPECT_EQ(daemon->stop().exit_code, 0);
}

TEST(Syslog, ComesFromRsyslogOverStreamAndDatagram)
{
    if (!installed("rsyslogd")) GTEST_SKIP() << "rsyslogd is not installed";
    const TempFolder folder;
    const auto port = free_port();
    ConfiguredDaemon daemon{folder, syslog_config(port)};
    ASSERT_TRUE(daemon->start_and_wait()) << daemon->log();
    const auto at = "target=\"127.0.0.1\" port=\"" + std::to_string(port) + "\"";
    Rsyslog rsyslog{folder, "", "action(type=\"omfwd\" " + at + " protocol=\"udp\")\n"
                                "action(type=\"omfwd\" " + at + " protocol=\"tcp\" TCP_Framing=\"octet-counted\" template=\"RSYSLOG_SyslogProtocol23Format\")\n"
                                "action(type=\"omfwd\" " + at + " protocol=\"tcp\")\n"};
    ASSERT_TRUE(rsyslog.wait_ready()) << rsyslog.log();
    rsyslog.say("<11>Oct 11 22:14:15 checkout[7]: cart 502");
    ASSERT_EQ(daemon.texts("syslog", 3).size(), 3u) << rsyslog.log();
    for (const auto& event : daemon.events("syslog")) {
        EXPECT_EQ(event.at("text").as_string(), "checkout: cart 502");
        EXPECT_EQ(event.at("severity").as_string(), "err");
        EXPECT_EQ(event.at("labels").at("procid").as_string(), "7");
    }
    EXPECT_EQ(daemon->stop().exit_code, 0);
}

/// Certificates of a test's own authority, in files: server.pem/.key, client.pem/.key, ca.pem.
void write_certificates(const TempFolder& folder)
{
    Authority authority;
    write_file(folder / "ca.pem", authority.pem());
    for (const std::string name : {"server", "client"}) {
        const auto identity = authority.issue(name);
        write_file(folder / (name + ".pem"), identity.cert);
        write_file(folder / (name + ".key"), identity.key);
        std::filesystem::permissions(folder / (name + ".key"), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    }
}

std::string tls_config(const TempFolder& folder, unsigned short port)
{
    const auto file = [&](const char* name) { return (folder / name).string(); };
    return "listeners:\n  syslog:\n    listen: \"tls://127.0.0.1:" + std::to_string(port) + "\"\n    cert_file: " + file("server.pem") +
           "\n    key_file: " + file("server.key") + "\n    client_ca_file: " + file("ca.pem") + "\n";
}

TEST(Syslog, ComesFromRsyslogOverTlsWithACertificate)
{
    if (!installed("rsyslogd") || std::system("test -e /usr/lib/*/rsyslog/lmnsd_ossl.so") != 0) GTEST_SKIP() << "rsyslogd with rsyslog-openssl is not installed";
    const TempFolder folder;
    write_certificates(folder);
    const auto port = free_port();
    ConfiguredDaemon daemon{folder, tls_config(folder, port)};
    ASSERT_TRUE(daemon->start_and_wait()) << daemon->log();
    const auto file = [&](const char* name) { return (folder / name).string(); };
    Rsyslog rsyslog{folder,
                    "global(DefaultNetstreamDriver=\"ossl\" DefaultNetstreamDriverCAFile=\"" + file("ca.pem") + "\" DefaultNetstreamDriverCertFile=\"" +
                        file("client.pem") + "\" DefaultNetstreamDriverKeyFile=\"" + file("client.key") + "\")\n",
                    "action(type=\"omfwd\" target=\"127.0.0.1\" port=\"" + std::to_string(port) +
                        "\" protocol=\"tcp\" StreamDriver=\"ossl\" StreamDriverMode=\"1\" StreamDriverAuthMode=\"x509/certvalid\" TCP_Framing=\"octet-counted\")\n"};
    ASSERT_TRUE(rsyslog.wait_ready()) << rsyslog.log();
    rsyslog.say("<11>Oct 11 22:14:15 checkout[7]: over TLS");
    EXPECT_EQ(daemon.texts("syslog", 1), (std::vector<std::string>{"checkout: over TLS"})) << rsyslog.log() << daemon->log();
}

TEST(Syslog, OverTlsIsRefusedWithoutACertificate)
{
    if (!installed("openssl")) GTEST_SKIP() << "openssl is not installed";
    const TempFolder folder;
    write_certificates(folder);
    const auto port = free_port();
    ConfiguredDaemon daemon{folder, tls_config(folder, port)};
    ASSERT_TRUE(daemon->start_and_wait()) << daemon->log();
    const auto client = "openssl s_client -quiet -no_ign_eof -connect 127.0.0.1:" + std::to_string(port) + " -CAfile " + (folder / "ca.pem").string();
    (void)output_of("echo \"<11>Oct 11 22:14:15 web1 app: from a stranger\" | " + client);
    (void)output_of("(echo \"<11>Oct 11 22:14:15 web1 app: in the clear\") > /dev/tcp/127.0.0.1/" + std::to_string(port));
    (void)output_of("echo \"<11>Oct 11 22:14:15 web1 app: known\" | " + client + " -cert " + (folder / "client.pem").string() + " -key " + (folder / "client.key").string());
    EXPECT_EQ(daemon.texts("syslog", 1), (std::vector<std::string>{"app: known"})) << daemon->log();
    EXPECT_NE(daemon->log().find("TLS handshake"), std::string::npos) << daemon->log();
}

TEST(Syslog, SentBeforeAStopIsKept)
{
    const TempFolder folder;
    const auto port = free_port();
    ConfiguredDaemon daemon{folder, syslog_config(port)};
    ASSERT_TRUE(daemon->start_and_wait()) << daemon->log();
    constexpr int count = 2000;
    boost::asio::ip::tcp::iostream stream{"127.0.0.1", std::to_string(port)};
    for (int i = 0; i < count; ++i) stream << "<13>Oct 11 22:14:15 web1 app: number " << i << '\n';
    stream << std::flush;
    // the connection was accepted, so what was sent over it is in our kernel at the latest
    ASSERT_FALSE(daemon.texts("syslog", 1).empty());
    EXPECT_EQ(daemon->stop().exit_code, 0);
    ASSERT_TRUE(daemon->start_and_wait()) << daemon->log();
    EXPECT_EQ(daemon.texts("syslog", count).size(), static_cast<std::size_t>(count));
}

}  // namespace
}  // namespace incident::test
