#include "api/inflate.hpp"
#include "support/gzip.hpp"
#include <gtest/gtest.h>
#include <random>

namespace incident::api {
namespace {

constexpr std::size_t plenty = 16 * 1024 * 1024;

std::string noise(std::size_t bytes)
{
    std::mt19937 random{1};
    std::string text(bytes, '\0');
    for (auto& c : text) c = static_cast<char>('a' + random() % 26);
    return text;
}

TEST(Gunzip, UndoesOneMemberOrSeveral)
{
    const auto text = noise(100'000);
    EXPECT_EQ(gunzip(test::gzip(text), plenty).value(), text);
    EXPECT_EQ(gunzip(test::gzip("first,") + test::gzip("second"), plenty).value(), "first,second");
    EXPECT_EQ(gunzip(test::gzip(""), plenty).value(), "");
    EXPECT_EQ(gunzip(test::gzip(std::string(4000, ' ')), plenty).value().size(), 4000u) << "small is no bomb";
}

TEST(Gunzip, StopsAtTheLimitAndAtTheRatio)
{
    const auto text = noise(100'000);
    EXPECT_TRUE(gunzip(test::gzip(text), text.size()).has_value());
    EXPECT_EQ(gunzip(test::gzip(text), text.size() - 1).error().code, Errc::limit_exceeded);
    EXPECT_EQ(gunzip(test::gzip(std::string(plenty - 1, 'x')), plenty).error().code, Errc::limit_exceeded) << "a thousand to one";
    std::string members;
    for (int i = 0; i < 100; ++i) members += test::gzip(std::string(100'000, 'x'));
    EXPECT_EQ(gunzip(members, plenty).error().code, Errc::limit_exceeded) << "in many small ones too";
}

TEST(Gunzip, RefusesWhatIsNoGzip)
{
    const auto whole = test::gzip(noise(1000));
    for (const auto& bad : {std::string{}, std::string{"{}"}, whole.substr(0, whole.size() - 1), whole.substr(0, 20), whole.substr(1), whole + "x", whole + "garbage behind"})
        EXPECT_EQ(gunzip(bad, plenty).error().code, Errc::unsupported) << bad.size();
    auto flipped = whole;
    flipped[whole.size() / 2] = static_cast<char>(flipped[whole.size() / 2] ^ 1);
    EXPECT_EQ(gunzip(flipped, plenty).error().code, Errc::unsupported);
}

}  // namespace
}  // namespace incident::api
