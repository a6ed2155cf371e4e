#include "config/config.hpp"
#include <gtest/gtest.h>

namespace incident::config {
namespace {

Result<Config> read(std::string_view yaml)
{
    const ReadFile none = [](const std::string&) -> Result<std::string> { return Failure{Errc::not_found, "no file"}; };
    return parse(yaml, "incidentd.yml", none);
}

std::string problem(std::string_view yaml)
{
    const auto config = read(yaml);
    return config ? "" : config.error().detail;
}

TEST(Listeners, AreClosedUnlessConfigured)
{
    const auto config = read("").value();
    for (const auto protocol : {net::Protocol::line, net::Protocol::syslog, net::Protocol::relp}) EXPECT_TRUE(config.listeners.of(protocol).listen.empty());
}

TEST(Listeners, AreReadWithTheirNetworks)
{
    const auto config = read(R"(
listeners:
  line: {listen: ["127.0.0.1:9781", "unix:/run/incidentd/line.sock"]}
  syslog:
    listen: ["udp://0.0.0.0:514", "tcp://[::1]:514", "tls://0.0.0.0:6514"]
    from: ["10.0.0.0/8", "2001:db8::/32"]
    zone: Africa/Nairobi
    cert_file: /etc/incidentd/tls.pem
    key_file: /etc/incidentd/tls.key
  relp: {listen: 127.0.0.1:2514}
)").value();
    ASSERT_EQ(config.listeners.line.listen.size(), 2u);
    EXPECT_EQ(config.listeners.line.listen[1].transport, net::Transport::unix_socket);
    ASSERT_EQ(config.listeners.syslog.listen.size(), 3u);
    EXPECT_EQ(config.listeners.syslog.from.size(), 2u);
    EXPECT_EQ(config.listeners.syslog.zone, "Africa/Nairobi");
    EXPECT_EQ(config.listeners.syslog.key_file, "/etc/incidentd/tls.key");
    EXPECT_EQ(config.listeners.relp.listen.at(0).address, "127.0.0.1:2514");
}

TEST(Listeners, ThatAskForCertificatesMayListenToAnybody)
{
    EXPECT_EQ(problem(R"(listeners: {syslog: {listen: "tls://0.0.0.0:6514", cert_file: /c, key_file: /k, client_ca_file: /ca}})"), "");
}

struct Bad {
    const char* name;
    const char* yaml;
    const char* why;
};
class BadListeners : public testing::TestWithParam<Bad> {};
TEST_P(BadListeners, AreRefusedWithTheirPlaceAndFix)
{
    const auto detail = problem(GetParam().yaml);
    EXPECT_NE(detail.find(GetParam().why), std::string::npos) << detail;
    EXPECT_TRUE(detail.starts_with("incidentd.yml:")) << detail;
}
INSTANTIATE_TEST_SUITE_P(
    Bad, BadListeners,
    testing::Values(Bad{"OpenTcp", "listeners: {line: {listen: \"0.0.0.0:9781\"}}", "add from: [\"10.0.0.0/8\"]"},
                    Bad{"OpenUdp", "listeners: {syslog: {listen: \"udp://10.1.2.3:514\"}}", "udp://10.1.2.3:514 can be reached by other machines"},
                    Bad{"OpenEverywhere", "listeners: {relp: {listen: \":2514\"}}", "can be reached"},
                    Bad{"TlsWithoutCertificatesOfPeers", "listeners: {syslog: {listen: \"tls://0.0.0.0:1\", cert_file: /c, key_file: /k}}", "client_ca_file"},
                    Bad{"TlsWithoutKey", "listeners: {syslog: {listen: \"tls://127.0.0.1:1\", cert_file: /c}}", "key_file"},
                    Bad{"KeyWithoutTls", "listeners: {syslog: {listen: \"tcp://127.0.0.1:1\", cert_file: /c, key_file: /k}}", "tls://"},
                    Bad{"RelativeKey", "listeners: {syslog: {listen: \"tls://127.0.0.1:1\", cert_file: c, key_file: /k}}", "absolute"},
                    Bad{"UdpLine", "listeners: {line: {listen: \"udp://127.0.0.1:1\"}}", "only syslog"},
                    Bad{"Twice", "listeners: {line: {listen: [\"127.0.0.1:1\", \"tcp://127.0.0.1:1\"]}}", "stands twice"},
                    Bad{"NoListen", "listeners: {line: {from: 10.0.0.0/8}}", "needs listen"},
                    Bad{"BadNetwork", "listeners: {line: {listen: \"0.0.0.0:1\", from: [\"10.0.0.1/8\"]}}", "10.0.0.0/8"},
                    Bad{"BadZone", "listeners: {syslog: {listen: \"127.0.0.1:1\", zone: Nowhere/City}}", "time zone"},
                    Bad{"LineHasNoZone", "listeners: {line: {listen: \"127.0.0.1:1\", zone: UTC}}", "zone"},
                    Bad{"UnknownProtocol", "listeners: {sylog: {listen: \"127.0.0.1:1\"}}", "did you mean \"syslog\""},
                    Bad{"NoPort", "listeners: {line: {listen: \"127.0.0.1\"}}", "port"}),
    [](const auto& bad) { return std::string{bad.param.name}; });

}  // namespace
}  // namespace incident::config
