#include "config/config.hpp"
#include <gtest/gtest.h>

namespace incident::config {
namespace {

Result<Config> read(std::string_view yaml)
{
    return parse(yaml, "incidentd.yml", [](const std::string& path) -> Result<std::string> {
        if (path == "/run/pw") return std::string{"s3cret\n"};
        if (path == "/run/two") return std::string{"a\nb"};
        return Failure{Errc::not_found, "no such file"};
    });
}

TEST(IrcConfig, IsReadWithItsDefaults)
{
    const auto config = read(R"(
irc:
  - {server: "irc.example.org", channels: ["#ops", "#sec KEY"], sasl_user: rec, sasl_password_file: /run/pw, ca_file: /etc/ca.pem}
  - {server: "[::1]:6668", tls: false, channels: "#a", nick: rec2, trigger: "!log", record: all}
)");
    ASSERT_TRUE(config.has_value()) << config.error().detail;
    ASSERT_EQ(config->irc.size(), 2u);
    const auto& first = config->irc[0];
    EXPECT_EQ(first.host, "irc.example.org");
    EXPECT_EQ(first.port, 6697);
    EXPECT_TRUE(first.tls);
    EXPECT_EQ(first.network.nick, "incidentd");
    EXPECT_EQ(first.network.trigger, "!tl");
    EXPECT_EQ(first.network.sasl_password, "s3cret");
    EXPECT_FALSE(first.network.record_all);
    const auto& second = config->irc[1];
    EXPECT_EQ(second.host, "::1");
    EXPECT_EQ(second.port, 6668);
    EXPECT_FALSE(second.tls);
    EXPECT_TRUE(second.network.record_all);
    EXPECT_EQ(second.network.name, "::1");
    EXPECT_TRUE(read("irc:\n").has_value());
}

struct Bad {
    const char* name;
    const char* yaml;
    const char* says;
};
class IrcConfigRefuses : public testing::TestWithParam<Bad> {};
TEST_P(IrcConfigRefuses, WithTheReason)
{
    const auto config = read(GetParam().yaml);
    ASSERT_FALSE(config.has_value());
    EXPECT_NE(config.error().detail.find(GetParam().says), std::string::npos) << config.error().detail;
    EXPECT_EQ(config.error().detail.find("s3cret"), std::string::npos);
}
INSTANTIATE_TEST_SUITE_P(Bad, IrcConfigRefuses,
    testing::Values(Bad{"NoList", "irc: {server: x}", "expected a list"}, Bad{"NoServer", "irc: [{channels: ['#a']}]", "needs server"},
                    Bad{"NoChannels", "irc: [{server: x}]", "needs channels"}, Bad{"BadChannel", "irc: [{server: x, channels: [ops]}]", "is no channel"},
                    Bad{"TwoInOne", "irc: [{server: x, channels: ['#a,#b']}]", "is no channel"}, Bad{"BadPort", "irc: [{server: 'x:0', channels: ['#a']}]", "port"},
                    Bad{"BadPort2", "irc: [{server: 'x:70000', channels: ['#a']}]", "port"}, Bad{"BareSix", "irc: [{server: '::1', channels: ['#a']}]", "brackets"},
                    Bad{"BadNick", "irc: [{server: x, channels: ['#a'], nick: '1x'}]", "a nick is"}, Bad{"LineInNick", "irc: [{server: x, channels: ['#a'], nick: \"a\\r\\nQUIT\"}]", "a nick is"},
                    Bad{"HalfSasl", "irc: [{server: x, channels: ['#a'], sasl_user: u}]", "go together"},
                    Bad{"SaslInTheClear", "irc: [{server: x, channels: ['#a'], tls: false, sasl_user: u, sasl_password_file: /run/pw}]", "over TLS only"},
                    Bad{"PastedPassword", "irc: [{server: x, channels: ['#a'], sasl_user: u, sasl_password_file: 'a/b'}]", "absolute path"},
                    Bad{"TwoLines", "irc: [{server: x, channels: ['#a'], sasl_user: u, sasl_password_file: /run/two}]", "more than one line"},
                    Bad{"BadRecord", "irc: [{server: x, channels: ['#a'], record: some}]", "triggered"}, Bad{"Unknown", "irc: [{server: x, chanels: ['#a']}]", "did you mean \"channels\""}),
    [](const auto& bad) { return std::string{bad.param.name}; });

}  // namespace
}  // namespace incident::config
