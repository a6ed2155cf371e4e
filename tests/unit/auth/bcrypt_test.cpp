#include "auth/bcrypt.hpp"
#include "auth/bcrypt_users.hpp"
#include <gtest/gtest.h>

namespace incident::auth {
namespace {

constexpr std::string_view hash_2y = "$2y$04$abcdefghijklmnopqrstuuewKDGy4JGjIE/GZYIj4Ud71sv7tr.8.";
constexpr std::string_view hash_2b = "$2b$04$abcdefghijklmnopqrstuuewKDGy4JGjIE/GZYIj4Ud71sv7tr.8.";

TEST(Bcrypt, FitsThePasswordAndNoOther)
{
    EXPECT_TRUE(bcrypt_fits("horse battery staple", hash_2y));
    EXPECT_TRUE(bcrypt_fits("horse battery staple", hash_2b));
    for (const auto* wrong : {"", "horse", "horse battery stapl", "horse battery staple ", "Horse battery staple"}) EXPECT_FALSE(bcrypt_fits(wrong, hash_2y)) << wrong;
    EXPECT_FALSE(bcrypt_fits(std::string_view{"horse battery staple\0x", 22}, hash_2y));
}

TEST(Bcrypt, AHashThatIsNoneFitsNothing)
{
    const std::string whole{hash_2y};
    for (const auto& broken : {std::string{}, std::string{"*0"}, std::string{"$2y$"}, whole.substr(0, 59), whole + "x", std::string{"horse battery staple"},
                               std::string{"$6$salt$hash"}})
        EXPECT_FALSE(bcrypt_fits("horse battery staple", broken)) << broken;
}

TEST(BcryptUsers, AreThoseOfTheFile)
{
    EXPECT_TRUE(bcrypt_users({})->empty());
    const auto users = bcrypt_users({{"sam", std::string{hash_2y}}});
    EXPECT_FALSE(users->empty());
    EXPECT_TRUE(users->check("sam", "horse battery staple"));
    EXPECT_FALSE(users->check("sam", "x"));
    EXPECT_FALSE(users->check("eve", "horse battery staple"));
    EXPECT_FALSE(users->check("", ""));
}

}  // namespace
}  // namespace incident::auth
