#include "api/cursor.hpp"
#include <gtest/gtest.h>

namespace incident::api {
namespace {

TEST(Cursor, LeadsBackToWhereItWasMade)
{
    for (const std::uint64_t after : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{4711}, ~std::uint64_t{0}}) {
        const auto cursor = make_cursor(after, "tag=action&");
        EXPECT_EQ(cursor.find_first_of("+/=%"), std::string::npos) << "it goes into a URL as it is";
        EXPECT_EQ(read_cursor(cursor, "tag=action&").value(), after);
    }
}

TEST(Cursor, IsBoundToItsQuery)
{
    EXPECT_EQ(read_cursor(make_cursor(7, "tag=action&"), "tag=impact&").error().code, Errc::malformed);
}

TEST(Cursor, EveryChangedCharacterIsNoticedOrHarmless)
{
    const auto cursor = make_cursor(1234, "q");
    for (std::size_t i = 0; i < cursor.size(); ++i) {
        auto broken = cursor;
        broken[i] = '!';
        EXPECT_EQ(read_cursor(broken, "q").error().code, Errc::malformed);
        EXPECT_FALSE(read_cursor(cursor.substr(0, i), "q").has_value());
    }
}

TEST(Cursor, RefusesWhatIsNoneOfOurs)
{
    for (const auto* bad : {"", "abc", "MQ", "42", "....", "====", "MjoxOjAwMDAwMDAw"})
        EXPECT_FALSE(read_cursor(bad, "").has_value()) << bad;
    EXPECT_FALSE(read_cursor(to_base64url("1:-5:e3b0c442"), "").has_value());
    EXPECT_FALSE(read_cursor(to_base64url("1:99999999999999999999:e3b0c442"), "").has_value());
    EXPECT_FALSE(read_cursor(std::string(4096, 'A'), "").has_value());
}

TEST(Base64Url, RoundTripsEveryByte)
{
    std::string all;
    for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
    for (std::size_t size = 0; size <= all.size(); ++size)
        ASSERT_EQ(from_base64url(to_base64url(all.substr(0, size))).value(), all.substr(0, size));
    EXPECT_FALSE(from_base64url("A").has_value());
    EXPECT_FALSE(from_base64url("AB").has_value()) << "left-over bits must be zero, so that each text has one form";
}

}  // namespace
}  // namespace incident::api
