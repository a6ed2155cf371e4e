#include "net/listen_address.hpp"
#include "net/peer.hpp"
#include "net/target.hpp"
#include <gtest/gtest.h>

namespace incident::net {
namespace {

TEST(TargetOf, DecodesSegmentsApart)
{
    const auto target = read_target("/api/v1/incidents/INC-7%2F..%2fx?tz=Europe%2FBerlin&q=a+b%20c&flag");
    ASSERT_TRUE(target) << target.error().detail;
    EXPECT_EQ(target->segments, (std::vector<std::string>{"api", "v1", "incidents", "INC-7/../x"}));
    EXPECT_EQ(target->query.at("tz"), "Europe/Berlin");
    EXPECT_EQ(target->query.at("q"), "a b c");
    EXPECT_EQ(target->query.at("flag"), "");
}

TEST(TargetOf, KeepsAPlusThatWasEscaped)
{
    const auto target = read_target("/x?since=2024-06-22T15:15:00%2B02:00");
    ASSERT_TRUE(target) << target.error().detail;
    EXPECT_EQ(target->query.at("since"), "2024-06-22T15:15:00+02:00");
}

TEST(TargetOf, KnowsTheRootAndSlashesAtTheEnd)
{
    EXPECT_EQ(read_target("/").value().path, "/");
    EXPECT_TRUE(read_target("/").value().segments.empty());
    EXPECT_EQ(read_target("/metrics/").value().path, "/metrics");
    EXPECT_EQ(read_target("/-/ready").value().segments, (std::vector<std::string>{"-", "ready"}));
}

TEST(TargetOf, ReadsAbsoluteFormWithItsHost)
{
    const auto target = read_target("http://evil.example:80/x?y=1");
    ASSERT_TRUE(target) << target.error().detail;
    EXPECT_EQ(target->authority, "evil.example:80");
    EXPECT_EQ(target->path, "/x");
    EXPECT_EQ(read_target("*").value().path, "*");
}

struct BadTarget {
    const char* name;
    std::string text;
};
void PrintTo(const BadTarget& bad, std::ostream* out) { *out << bad.name; }
class BadTargetOf : public testing::TestWithParam<BadTarget> {};
TEST_P(BadTargetOf, IsRefused)
{
    const auto target = read_target(GetParam().text);
    ASSERT_FALSE(target);
    EXPECT_EQ(target.error().code, Errc::malformed);
    EXPECT_FALSE(target.error().detail.empty());
}
INSTANTIATE_TEST_SUITE_P(Bad, BadTargetOf,
                         testing::Values(BadTarget{"Twice", "/x?a=1&a=2"}, BadTarget{"TwiceEscaped", "/x?a=1&%61=2"},
                                         BadTarget{"HalfEscape", "/x%4"}, BadTarget{"WrongEscape", "/x%zz"},
                                         BadTarget{"NulInPath", "/x%00y"}, BadTarget{"LineFeedInPath", "/x%0ay"},
                                         BadTarget{"BadUtf8InPath", "/%ff"}, BadTarget{"BadUtf8InQuery", "/x?a=%c3%28"},
                                         BadTarget{"NulInQuery", "/x?a=%00"}, BadTarget{"ControlInName", "/x?%01=1"},
                                         BadTarget{"OtherScheme", "ftp://a/b"}, BadTarget{"NoSlash", "x"},
                                         BadTarget{"Fragment", "/x#y"}, BadTarget{"Authority", "a:443"},
                                         BadTarget{"RawBracket", "/x?a=<b>"}),
                         [](const auto& bad) { return std::string{bad.param.name}; });

TEST(ListenAddress, ReadsWhatAnOperatorTypes)
{
    EXPECT_EQ(parse_listen_address("127.0.0.1:9780").value().port(), 9780);
    EXPECT_TRUE(parse_listen_address("[::1]:0").value().address().is_loopback());
    EXPECT_TRUE(parse_listen_address("localhost:1").value().address().is_loopback());
    EXPECT_TRUE(parse_listen_address(":9780").value().address().is_unspecified());
    for (const auto* const bad : {"", "9780", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "::1:80", "example.org:80", "[::1:80"}) {
        const auto refused = parse_listen_address(bad);
        ASSERT_FALSE(refused) << bad;
        EXPECT_NE(refused.error().detail.find("127.0.0.1:9780"), std::string::npos);
    }
}

TEST(PeerPrincipal, SaysHowTheEntryReachedUs)
{
    Peer sam;
    sam.unix_socket = true;
    sam.uid = 1000;
    sam.account = "sam";
    EXPECT_EQ(sam.principal(), "unix:uid=1000(sam)");
    sam.account.clear();
    EXPECT_EQ(sam.principal(), "unix:uid=1000");
    Peer remote;
    remote.address = "127.0.0.1";
    EXPECT_EQ(remote.principal(), "tcp:127.0.0.1");
}

}  // namespace
}  // namespace incident::net
