#include "net/framing.hpp"
#include "support/temp_folder.hpp"
#include <gtest/gtest.h>

namespace incident::net {
namespace {

/// Everything a framing makes of `bytes`, and why it stopped, if it did.
template <class Framing>
std::vector<Message> all_of(Framing framing, std::string_view bytes, std::string* broken = nullptr)
{
    std::vector<Message> messages;
    while (!bytes.empty()) {
        auto step = framing.next(bytes);
        bytes.remove_prefix(step.used);
        if (step.found) messages.push_back(std::move(*step.found));
        if (step.broken.empty()) continue;
        if (broken) *broken = step.broken;
        return messages;
    }
    if (auto last = framing.end()) messages.push_back(std::move(*last));
    return messages;
}

std::vector<std::string> texts(const std::vector<Message>& messages)
{
    std::vector<std::string> all;
    for (const auto& message : messages) all.push_back(message.bytes + (message.cut ? " (cut)" : ""));
    return all;
}

using Texts = std::vector<std::string>;

TEST(LineFraming, EndsAtLineFeedsAndKeepsALastLineWithoutOne)
{
    EXPECT_EQ(texts(all_of(LineFraming{}, "one\ntwo\r\n\n\r\nthree")), (Texts{"one", "two", "three"}));
}

TEST(LineFraming, HoldsOnlyTheBeginningOfALineThatIsTooLong)
{
    FramingLimits limits;
    limits.kept_bytes = 4;
    EXPECT_EQ(texts(all_of(LineFraming{limits}, "123456789\nab\n1234\n")), (Texts{"1234 (cut)", "ab", "1234"}));
}

TEST(SyslogFraming, TellsCountedFromLineForEachFrame)
{
    EXPECT_EQ(texts(all_of(SyslogFraming{}, "5 <1>ab<2>line\n7 <3>x\ny\n<4>last")), (Texts{"<1>ab", "<2>line", "<3>x\ny\n", "<4>last"}));
}

TEST(SyslogFraming, TakesTheLineFeedThatSomePutBehindACountedMessage)
{
    EXPECT_EQ(texts(all_of(SyslogFraming{}, "3 abc\n3 def\n")), (Texts{"abc", "def"}));
}

TEST(SyslogFraming, KeepsALineThatBeginsWithANumber)
{
    EXPECT_EQ(texts(all_of(SyslogFraming{}, "2026-10-11 no priority\n42\n7x\n")), (Texts{"2026-10-11 no priority", "42", "7x"}));
}

TEST(SyslogFraming, KeepsWhatArrivedOfALastCountedMessage)
{
    EXPECT_EQ(texts(all_of(SyslogFraming{}, "10 <1>abc")), (Texts{"<1>abc (cut)"}));
    EXPECT_EQ(texts(all_of(SyslogFraming{}, "10 ")), Texts{});
    EXPECT_EQ(texts(all_of(SyslogFraming{}, "10")), (Texts{"10"}));
}

TEST(SyslogFraming, CountsBytesAndNotCharacters) { EXPECT_EQ(texts(all_of(SyslogFraming{}, "4 \xF0\x9F\x94\xA5<1>x\n")), (Texts{"\xF0\x9F\x94\xA5", "<1>x"})); }

TEST(SyslogFraming, ReadsTheCountedSample)
{
    const auto bytes = test::content_of(INCIDENT_SHARED_DIR "/payloads/syslog/rfc6587-octet-counted.txt");
    if (bytes.empty()) GTEST_SKIP() << "the collection of payloads is not beside this project";
    EXPECT_EQ(texts(all_of(SyslogFraming{}, bytes)), (Texts{"<34>1 2026-10-11T22:14:15.003Z web1 su - ID47 - hello", "<34>1 2026-10-11T22:14:16.003Z web1 app - - - two\nlines \xF0\x9F\x94\xA5"}));
}

TEST(SyslogFraming, PassesOverWhatIsTooLongAndStaysInStep)
{
    FramingLimits limits;
    limits.kept_bytes = 3;
    EXPECT_EQ(texts(all_of(SyslogFraming{limits}, "5 abcde2 xy")), (Texts{"abc (cut)", "xy"}));
}

struct BadCount {
    const char* name;
    const char* bytes;
    const char* why;
};
class SyslogCounts : public testing::TestWithParam<BadCount> {};
TEST_P(SyslogCounts, BreakTheStream)
{
    std::string broken;
    EXPECT_TRUE(all_of(SyslogFraming{}, GetParam().bytes, &broken).empty());
    EXPECT_NE(broken.find(GetParam().why), std::string::npos) << broken;
}
INSTANTIATE_TEST_SUITE_P(Bad, SyslogCounts,
                         testing::Values(BadCount{"EightDigits", "12345678 x", "7 digits"}, BadCount{"ManyDigits", "99999999999999999999 x", "7 digits"},
                                         BadCount{"LeadingZero", "05 hello", "zero"}, BadCount{"Zero", "0 x", "zero"},
                                         BadCount{"OverOneMebibyte", "1048577 x", "1048576"}, BadCount{"LargestSevenDigits", "9999999 x", "1048576"}),
                         [](const auto& bad) { return std::string{bad.param.name}; });

TEST(SyslogFraming, TakesTheLargestLength)
{
    const std::string body(1024 * 1024, 'x');
    const auto messages = all_of(SyslogFraming{}, "1048576 " + body + "2 ab");
    ASSERT_EQ(messages.size(), 2u);
    EXPECT_TRUE(messages[0].cut);
    EXPECT_EQ(messages[1].bytes, "ab");
}

struct Frames {
    std::vector<RelpFrame> frames;
    std::string broken;
};
Frames frames_of(std::string_view bytes, RelpFraming framing = RelpFraming{})
{
    Frames all;
    while (!bytes.empty() && all.broken.empty()) {
        auto step = framing.next(bytes);
        bytes.remove_prefix(step.used);
        if (step.found) all.frames.push_back(std::move(*step.found));
        all.broken = std::move(step.broken);
    }
    return all;
}

TEST(RelpFraming, ReadsAConversation)
{
    const auto all = frames_of("1 open 56 relp_version=0\nrelp_software=x,1\ncommands=syslog,eventlo\n2 syslog 5 a\nb c\n3 syslog 1 x\n4 close 0\n");
    EXPECT_EQ(all.broken, "");
    ASSERT_EQ(all.frames.size(), 4u);
    EXPECT_EQ(all.frames[0].command, "open");
    EXPECT_TRUE(read_relp_offers(all.frames[0].data.bytes));
    EXPECT_EQ(all.frames[1].transaction, 2u);
    EXPECT_EQ(all.frames[1].data.bytes, "a\nb c");
    EXPECT_EQ(all.frames[3].command, "close");
    EXPECT_EQ(all.frames[3].data.bytes, "");
}

TEST(RelpFraming, TakesNoDataWithAndWithoutItsSpace) { EXPECT_EQ(frames_of("1 close 0 \n2 close 0\n").frames.size(), 2u); }

class RelpBreaks : public testing::TestWithParam<BadCount> {};
TEST_P(RelpBreaks, EndsTheConversation)
{
    const auto all = frames_of(GetParam().bytes);
    EXPECT_NE(all.broken.find(GetParam().why), std::string::npos) << all.broken;
    EXPECT_TRUE(all.frames.empty());
}
INSTANTIATE_TEST_SUITE_P(Bad, RelpBreaks,
                         testing::Values(BadCount{"NoNumber", "open 0\n", "transaction"}, BadCount{"TenDigits", "1234567890 open 0\n", "9 digits"},
                                         BadCount{"NoCommand", "1  0\n", "command"}, BadCount{"CommandOfDigits", "1 2 0\n", "command"},
                                         BadCount{"LongCommand", "1 abcdefghijklmnopqrstuvwxyzabcdefg 0\n", "32 letters"},
                                         BadCount{"EightDigitsOfLength", "1 syslog 12345678 x\n", "7 digits"}, BadCount{"TooLarge", "1 syslog 1048577 x\n", "1048576"},
                                         BadCount{"LeadingZero", "1 syslog 01 x\n", "zero"}, BadCount{"LengthWithoutData", "1 syslog 1\n", "missing"},
                                         BadCount{"NoTrailer", "1 syslog 1 xy\n", "line feed"}, BadCount{"NegativeLength", "1 syslog -1 x\n", "digits"}),
                         [](const auto& bad) { return std::string{bad.param.name}; });

TEST(RelpOffers, AreRefusedWithoutVersionOrSyslog)
{
    EXPECT_EQ(read_relp_offers("relp_version=0\ncommands=syslog").value().version, 0u);
    EXPECT_EQ(read_relp_offers("\nrelp_version=1\nrelp_software=librelp,1.11.0\ncommands=starttls,syslog\n").value().software, "librelp,1.11.0");
    for (const auto* bad : {"", "commands=syslog", "relp_version=2\ncommands=syslog", "relp_version=x\ncommands=syslog", "relp_version=0", "relp_version=0\ncommands=eventlog"})
        EXPECT_EQ(read_relp_offers(bad).error().code, Errc::unsupported) << bad;
}

TEST(RelpAnswers, SayTheirOwnLength)
{
    EXPECT_EQ(relp_response(7, "200 OK"), "7 rsp 6 200 OK\n");
    EXPECT_EQ(relp_response(8, ""), "8 rsp 0\n");
    const auto welcome = frames_of(relp_welcome(1));
    ASSERT_EQ(welcome.frames.size(), 1u);
    EXPECT_TRUE(welcome.frames[0].data.bytes.starts_with("200 OK\n"));
    EXPECT_TRUE(read_relp_offers(welcome.frames[0].data.bytes));
}

TEST(EqualMessages, AreCountedFromOne)
{
    EqualMessages equals;
    EXPECT_EQ(equals.ordinal("a"), 1u);
    EXPECT_EQ(equals.ordinal("b"), 1u);
    EXPECT_EQ(equals.ordinal("a"), 2u);
    EXPECT_EQ(equals.ordinal("a"), 3u);
}

TEST(EqualMessages, AreRememberedAcrossTheOlderHalf)
{
    EqualMessages equals;
    EXPECT_EQ(equals.ordinal("first"), 1u);
    for (std::size_t i = 0; i < EqualMessages::remembered; ++i) (void)equals.ordinal("n" + std::to_string(i));
    EXPECT_EQ(equals.ordinal("first"), 2u);
}

}  // namespace
}  // namespace incident::net
