#include "timeline/prose.hpp"
#include <gtest/gtest.h>

namespace incident::timeline {
namespace {

struct Split {
    const char* name;
    const char* text;
    std::vector<std::string_view> expected;
};
class Sentences : public testing::TestWithParam<Split> {};
TEST_P(Sentences, AreFound) { EXPECT_EQ(sentences(GetParam().text), GetParam().expected); }
INSTANTIATE_TEST_SUITE_P(Texts, Sentences,
    testing::Values(Split{"Empty", "", {}}, Split{"Marks", "?!", {}}, Split{"One", "db cpu high", {"db cpu high"}},
                    Split{"Two", "It broke. We fixed it.", {"It broke.", "We fixed it."}},
                    Split{"LowerCase", "it broke. we fixed it", {"it broke.", "we fixed it"}},
                    Split{"Versions", "nginx 1.14.10 on web.example", {"nginx 1.14.10 on web.example"}},
                    Split{"Abbreviation", "Caches, e.g. the page cache.", {"Caches, e.g. the page cache."}},
                    Split{"Ellipsis", "hm... still down", {"hm...", "still down"}},
                    Split{"Lines", "first line\nsecond line", {"first line", "second line"}}),
    [](const auto& split) { return std::string{split.param.name}; });

struct Share {
    const char* name;
    const char* text;
    std::optional<double> expected;
};
class ShareOfUsers : public testing::TestWithParam<Share> {};
TEST_P(ShareOfUsers, IsRead) { EXPECT_EQ(share_of_users(GetParam().text), GetParam().expected); }
INSTANTIATE_TEST_SUITE_P(Texts, ShareOfUsers,
    testing::Values(Share{"Bare", "85%", 85.0}, Share{"Spaced", "about 85 % of users", 85.0},
                    Share{"Word", "12.5 percent of all requests", 12.5}, Share{"None", "503 on every page", std::nullopt},
                    Share{"Cpu", "db cpu 98%", std::nullopt}, Share{"CpuAfter", "98% CPU", std::nullopt},
                    Share{"UsersFirst", "error rate 100%, 40% of customers", 40.0},
                    Share{"Largest", "first 20%, then 60%", 60.0}, Share{"TooMuch", "250% more orders", std::nullopt},
                    Share{"Version", "v1.85% odd", std::nullopt}, Share{"Huge", "99999999999999999999999%", std::nullopt}),
    [](const auto& share) { return std::string{share.param.name}; });

TEST(OneLine, CollapsesEveryKindOfSpace) { EXPECT_EQ(one_line(" a\r\n\tb  c \n"), "a b c"); }
TEST(CountWords, LeavesLonePunctuationOut) { EXPECT_EQ(count_words("- it – broke: 503 !"), 3u); }

}  // namespace
}  // namespace incident::timeline
