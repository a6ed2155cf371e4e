#include "net/http_gate.hpp"
#include <gtest/gtest.h>

namespace incident::net {
namespace {

/// What the session does with a whole header: scan, then judge.
std::optional<Refusal> refusal_of(std::string_view head)
{
    const GateLimits limits;
    const auto scan = scan_head(head, 0, limits);
    if (scan.refusal) return scan.refusal;
    if (scan.size == 0) return Refusal{0, "incomplete"};
    return judge_head(head.substr(0, scan.size), limits).refusal;
}

std::string with_field(std::string_view line) { return "POST /x HTTP/1.1\r\nHost: a\r\n" + std::string{line} + "\r\n\r\n"; }

struct BadHead {
    const char* name;
    std::string head;
    unsigned status = 400;
};
void PrintTo(const BadHead& bad, std::ostream* out) { *out << bad.name; }

class Gate : public testing::TestWithParam<BadHead> {};

TEST_P(Gate, Refuses)
{
    const auto refusal = refusal_of(GetParam().head);
    ASSERT_TRUE(refusal) << GetParam().head;
    EXPECT_EQ(refusal->status, GetParam().status) << refusal->detail;
    EXPECT_FALSE(refusal->detail.empty());
}

using namespace std::string_literals;
INSTANTIATE_TEST_SUITE_P(
    Bad, Gate,
    testing::Values(
        // transfer coding
        BadHead{"CodingX", with_field("Transfer-Encoding: xchunked")},
        BadHead{"CodingIdentity", with_field("Transfer-Encoding: identity")},
        BadHead{"CodingChunkedIdentity", with_field("Transfer-Encoding: chunked, identity")},
        BadHead{"CodingIdentityChunked", with_field("Transfer-Encoding: identity, chunked")},
        BadHead{"CodingGzipChunked", with_field("Transfer-Encoding: gzip, chunked")},
        BadHead{"CodingTwiceInOne", with_field("Transfer-Encoding: chunked, chunked")},
        BadHead{"CodingTwoFields", with_field("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked")},
        BadHead{"CodingEmpty", with_field("Transfer-Encoding:")},
        BadHead{"CodingQuoted", with_field("Transfer-Encoding: \"chunked\"")},
        BadHead{"CodingTrailingComma", with_field("Transfer-Encoding: chunked,")},
        BadHead{"CodingLeadingComma", with_field("Transfer-Encoding: ,chunked")},
        BadHead{"CodingParameter", with_field("Transfer-Encoding: chunked;q=1")},
        BadHead{"CodingVerticalTab", with_field("Transfer-Encoding: \x0b" "chunked")},
        BadHead{"CodingAndLength", with_field("Transfer-Encoding: chunked\r\nContent-Length: 5")},
        BadHead{"LengthAndCoding", with_field("Content-Length: 5\r\nTransfer-Encoding: chunked")},
        BadHead{"CodingOn10", "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"},
        // length
        BadHead{"LengthTwice", with_field("Content-Length: 5\r\nContent-Length: 5")},
        BadHead{"LengthTwiceDiffers", with_field("Content-Length: 5\r\ncontent-length: 6")},
        BadHead{"LengthList", with_field("Content-Length: 5, 5")},
        BadHead{"LengthSign", with_field("Content-Length: +5")},
        BadHead{"LengthMinus", with_field("Content-Length: -1")},
        BadHead{"LengthHex", with_field("Content-Length: 0x10")},
        BadHead{"LengthFraction", with_field("Content-Length: 5.0")},
        BadHead{"LengthExponent", with_field("Content-Length: 1e3")},
        BadHead{"LengthEmpty", with_field("Content-Length:")},
        BadHead{"LengthSpaceInside", with_field("Content-Length: 1 0")},
        BadHead{"LengthUnderscore", with_field("Content-Length: 1_000")},
        BadHead{"LengthTooManyDigits", with_field("Content-Length: 18446744073709551616")},
        BadHead{"LengthLetters", with_field("Content-Length: five")},
        // colon and names
        BadHead{"SpaceBeforeColon", with_field("Content-Length : 5")},
        BadHead{"TabBeforeColon", with_field("Transfer-Encoding\t: chunked")},
        BadHead{"NoColon", with_field("Content-Length 5")},
        BadHead{"EmptyName", with_field(": value")},
        BadHead{"NameWithSpace", with_field("Content Length: 5")},
        BadHead{"NameWithControl", with_field("X-\x01: 5")},
        BadHead{"NameWithHighByte", with_field("X-\xe9: 5")},
        BadHead{"NameWithBracket", with_field("X(1): 5")},
        BadHead{"NameWithNul", with_field("X\0Y: 5"s)},
        // folding
        BadHead{"FoldSpace", with_field("X-A: 1\r\n 2")},
        BadHead{"FoldTab", with_field("X-A: 1\r\n\t2")},
        BadHead{"FoldFirst", "GET / HTTP/1.1\r\n Host: a\r\n\r\n"},
        // line ends
        BadHead{"BareLineFeeds", "GET / HTTP/1.1\nHost: a\n\n"},
        BadHead{"BareLineFeedInHeader", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n"},
        BadHead{"BareReturnInValue", with_field("X-A: 1\r2")},
        BadHead{"BareReturnInName", with_field("X\rA: 1")},
        BadHead{"DoubleReturn", with_field("X-A: 1\r\r\nX-B: 2")},
        BadHead{"BareReturnInRequestLine", "GET /\rHTTP/1.1\r\nHost: a\r\n\r\n"},
        BadHead{"ReturnsOnly", "GET / HTTP/1.1\rHost: a\r\r\n\r\n"},
        // host
        BadHead{"NoHost", "GET / HTTP/1.1\r\nAccept: */*\r\n\r\n"},
        BadHead{"NoFields", "GET / HTTP/1.1\r\n\r\n"},
        BadHead{"NoHost10", "GET / HTTP/1.0\r\nAccept: */*\r\n\r\n"},
        BadHead{"TwoHosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"},
        BadHead{"TwoEqualHosts", "GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n"},
        BadHead{"HostList", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"},
        BadHead{"HostWithPath", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"},
        BadHead{"HostWithUser", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"},
        BadHead{"HostWithSpace", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"},
        // control bytes in values
        BadHead{"NulInValue", with_field("X-A: a\0b"s)},
        BadHead{"EscapeInValue", with_field("X-A: \x1b[31m")},
        BadHead{"DeleteInValue", with_field("X-A: \x7f")},
        BadHead{"FormFeedInValue", with_field("X-A: a\x0c" "b")},
        // request line
        BadHead{"NoVersion", "GET /\r\nHost: a\r\n\r\n"},
        BadHead{"NoTarget", "GET  HTTP/1.1\r\nHost: a\r\n\r\n"},
        BadHead{"TwoSpaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"},
        BadHead{"SpaceBehind", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"},
        BadHead{"TabBetween", "GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n"},
        BadHead{"SpaceInTarget", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"},
        BadHead{"HighByteInTarget", "GET /\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n"},
        BadHead{"NulInTarget", "GET /a\0 HTTP/1.1\r\nHost: a\r\n\r\n"s},
        BadHead{"BadMethod", "G(T / HTTP/1.1\r\nHost: a\r\n\r\n"},
        BadHead{"SpaceFirst", " GET / HTTP/1.1\r\nHost: a\r\n\r\n"},
        BadHead{"LowerCaseVersion", "GET / http/1.1\r\nHost: a\r\n\r\n"},
        BadHead{"VersionLetters", "GET / HTTP/a.b\r\nHost: a\r\n\r\n"},
        BadHead{"VersionShort", "GET / HTTP/1\r\nHost: a\r\n\r\n"},
        BadHead{"VersionLong", "GET / HTTP/1.10\r\nHost: a\r\n\r\n"},
        BadHead{"TlsHello", "\x16\x03\x01\x02"s},
        BadHead{"ControlFirst", "\x01"s},
        // other statuses
        BadHead{"Version2", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
        BadHead{"Preface2", "PRI * HTTP/2.0\r\n\r\n", 505},
        BadHead{"Version12", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505},
        BadHead{"Version09", "GET / HTTP/0.9\r\nHost: a\r\n\r\n", 505},
        BadHead{"Version30", "GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505},
        BadHead{"ExpectOther", with_field("Expect: 200-ok"), 417},
        BadHead{"ExpectTwo", with_field("Expect: 100-continue, x"), 417},
        BadHead{"ExpectTwice", with_field("Expect: 100-continue\r\nExpect: 100-continue"), 417},
        BadHead{"TargetTooLong", "GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414},
        BadHead{"TargetFarTooLong", "GET /" + std::string(20'000, 'a'), 414},
        BadHead{"HeaderTooLong", with_field("X-A: " + std::string(17'000, 'a')), 431},
        BadHead{"HeaderTooLongUnfinished", "GET / HTTP/1.1\r\nX-A: " + std::string(17'000, 'a'), 431},
        BadHead{"TooManyFields", with_field([] {
                    std::string fields = "X: 0";
                    for (int i = 0; i < 100; ++i) fields += "\r\nX: 1";
                    return fields;
                }()), 431}),
    [](const auto& bad) { return std::string{bad.param.name}; });

HeadFacts facts_of(std::string_view head)
{
    const GateLimits limits;
    const auto scan = scan_head(head, 0, limits);
    EXPECT_FALSE(scan.refusal) << scan.refusal->detail;
    EXPECT_EQ(scan.size, head.size());
    const auto verdict = judge_head(head, limits);
    EXPECT_FALSE(verdict.refusal) << verdict.refusal->detail;
    return verdict.facts;
}

TEST(GateAccepts, APlainGet)
{
    const auto facts = facts_of("GET /api/v1/events?limit=5 HTTP/1.1\r\nHost: 127.0.0.1:9780\r\nAccept: */*\r\n\r\n");
    EXPECT_EQ(facts.method, "GET");
    EXPECT_EQ(facts.target, "/api/v1/events?limit=5");
    EXPECT_TRUE(facts.keep_alive);
    EXPECT_FALSE(facts.content_length);
    EXPECT_FALSE(facts.chunked);
}

TEST(GateAccepts, ABodyWithLength)
{
    EXPECT_EQ(facts_of(with_field("Content-Length:   42\t")).content_length, 42U);
    EXPECT_EQ(facts_of(with_field("content-length: 0")).content_length, 0U);
    EXPECT_EQ(facts_of(with_field("Content-Length: 9999999999999999999")).content_length, 9'999'999'999'999'999'999U);
}

TEST(GateAccepts, OneChunkedInAnyCase)
{
    EXPECT_TRUE(facts_of(with_field("Transfer-Encoding: chunked")).chunked);
    EXPECT_TRUE(facts_of(with_field("TRANSFER-ENCODING:\tChunked ")).chunked);
}

TEST(GateAccepts, WhatConnectionsSay)
{
    EXPECT_FALSE(facts_of(with_field("Connection: close")).keep_alive);
    EXPECT_FALSE(facts_of(with_field("Connection: keep-alive, Close")).keep_alive);
    EXPECT_TRUE(facts_of(with_field("Connection: upgrade")).keep_alive);
    EXPECT_FALSE(facts_of("GET / HTTP/1.0\r\nHost: a\r\n\r\n").keep_alive);
    EXPECT_TRUE(facts_of("GET / HTTP/1.0\r\nHost: a\r\nConnection: Keep-Alive\r\n\r\n").keep_alive);
}

TEST(GateAccepts, AnExpectationToGoOn)
{
    EXPECT_TRUE(facts_of(with_field("Expect: 100-Continue")).expect_continue);
    EXPECT_FALSE(facts_of("GET / HTTP/1.0\r\nHost: a\r\nExpect: 100-continue\r\n\r\n").expect_continue);
}

TEST(GateAccepts, OldTextAndTabsInValues)
{
    (void)facts_of(with_field("X-A: caf\xe9\tau lait"));
    (void)facts_of(with_field("X-Empty:"));
    (void)facts_of("GET / HTTP/1.1\r\nHost:\r\n\r\n");
    (void)facts_of("OPTIONS * HTTP/1.1\r\nHost: [::1]:80\r\n\r\n");
    (void)facts_of("M-SEARCH http://a/b HTTP/1.1\r\nHost: a\r\n\r\n");
}

TEST(GateScan, FindsTheEndWhereverTheBytesWereCut)
{
    const std::string whole = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    const GateLimits limits;
    for (std::size_t cut = 0; cut < whole.size(); ++cut) {
        const auto before = scan_head(std::string_view{whole}.substr(0, cut), 0, limits);
        EXPECT_EQ(before.size, 0U);
        EXPECT_FALSE(before.refusal);
        EXPECT_EQ(scan_head(whole, cut, limits).size, whole.size()) << cut;
    }
    const auto pipelined = whole + whole;
    EXPECT_EQ(scan_head(pipelined, 0, limits).size, whole.size());
}

TEST(GateScan, CountsOnlyTheHeaderNotWhatFollows)
{
    const auto two = with_field("Content-Length: 30000") + std::string(30'000, 'x');
    EXPECT_FALSE(scan_head(two, 0, GateLimits{}).refusal);
}

}  // namespace
}  // namespace incident::net
