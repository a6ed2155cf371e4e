#include "store/chain.hpp"
#include <algorithm>
#include <gtest/gtest.h>

namespace incident::store {
namespace {

/// Computed with another implementation (Python's hashlib) from the five lines in store/chain.hpp.
TEST(Chain, MatchesTheVectorsOfAnotherImplementation)
{
    Salt salt;
    for (std::size_t i = 0; i < salt.size(); ++i) salt[i] = static_cast<std::uint8_t>(i);
    const auto commitment = commitment_of(salt, R"({"text":"payments fail in Kenya …"})");
    EXPECT_EQ(to_hex(commitment), "8ed1c167b13d8f00a1b9c927d11001d4e2d8f25722539f6cb7c18eaabffc0299");
    const auto leaf = leaf_of(1, R"({"entry":"event","kind":"note"})", commitment);
    EXPECT_EQ(to_hex(leaf), "607a0f6f02a5d8447f4f17c5445326f8b8f9132a10f77bda4a6b0590f38183aa");
    const auto first = link_of(first_link, leaf);
    EXPECT_EQ(to_hex(first), "33195f3827724dff6c81bf56fe75abc59296d88046ff076e7caff646c04a9d17");
    const auto second = leaf_of((std::uint64_t{1} << 40) + 7, "{}", no_commitment);
    EXPECT_EQ(to_hex(second), "bf482edc016c075690ec31347d2caa2096530d3c92b1d71d9e6a8e139b3301de");
    EXPECT_EQ(to_hex(link_of(first, second)), "8a1f7cb943e9fab63e905e457dddea85fe39b889d52a94d6661b0424a0012a30");
    EXPECT_EQ(to_hex(commitment_of({}, "")), "af5570f5a1810b7af78caf4bc70a660f0df51e42baf91d4de5b2328de0e83dfc");
}

TEST(Chain, LengthsKeepFieldsApart)
{
    const std::array<std::uint8_t, 2> ab{'a', 'b'};
    EXPECT_NE(commitment_of(ab, "c"), commitment_of(std::span{ab}.first(1), "bc"));
}

}  // namespace
}  // namespace incident::store
