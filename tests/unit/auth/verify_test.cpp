#include "auth/verify.hpp"
#include "auth/verifier.hpp"
#include <gtest/gtest.h>
#include <random>

namespace incident::auth {
namespace {

using namespace std::chrono_literals;

const std::string secret = "our-own-invented-secret";
constexpr std::int64_t signed_at = 1'750'000'000;
const std::string body = R"({"type":"event_callback","event":{"type":"message","text":"disk full"}})";

Instant at(std::int64_t seconds) { return Instant{std::chrono::seconds{seconds}}; }

std::string signature_of(std::string_view text, std::string_view with = secret, std::int64_t time = signed_at)
{
    return "v0=" + hmac_sha256_hex(with, "v0:" + std::to_string(time) + ':' + std::string{text});
}

bool accepted(std::string_view timestamp, std::string_view signature, std::string_view text, std::vector<std::string> secrets, Instant now)
{
    std::map<std::string, std::string> headers;
    const std::map<std::string, std::string> no_query;
    if (!timestamp.empty()) headers["x-slack-request-timestamp"] = timestamp;
    if (!signature.empty()) headers["x-slack-signature"] = signature;
    const auto result = verify({rules_of("slack"), secrets}, {text, headers, no_query, {}, "application/json"}, now);
    if (result.has_error()) {
        EXPECT_EQ(result.error().code, Errc::unauthenticated);
        for (const auto& one : secrets)
            if (!one.empty()) {
                EXPECT_EQ(result.error().detail.find(one), std::string::npos) << "a reason must not tell the secret";
            }
    }
    return result.has_value();
}

bool accepted_at(std::int64_t now) { return accepted(std::to_string(signed_at), signature_of(body), body, {secret}, at(now)); }

TEST(Hmac, FitsTheVectorsOfRfc4231)
{
    EXPECT_EQ(hmac_sha256_hex(std::string(20, '\x0b'), "Hi There"), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    EXPECT_EQ(hmac_sha256_hex("Jefe", "what do ya want for nothing?"), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(hmac_sha256_hex("", ""), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(Sha256, FitsKnownDigests)
{
    EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(ConstantTimeCompare, WantsEqualLengthAndBytes)
{
    EXPECT_TRUE(equal_in_constant_time("", ""));
    EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
    EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
    EXPECT_FALSE(equal_in_constant_time("abc", "abcd"));
}

TEST(SlackSignature, IsAcceptedInsideTheWindowOnly)
{
    EXPECT_TRUE(accepted_at(signed_at));
    EXPECT_TRUE(accepted_at(signed_at + 1));
    EXPECT_TRUE(accepted_at(signed_at + 299));
    EXPECT_TRUE(accepted_at(signed_at - 299));
    EXPECT_TRUE(accepted_at(signed_at + 300)) << "the boundary belongs to it";
    EXPECT_TRUE(accepted_at(signed_at - 300));
    EXPECT_FALSE(accepted_at(signed_at + 301));
    EXPECT_FALSE(accepted_at(signed_at - 301));
    EXPECT_FALSE(accepted_at(signed_at + 86'400));
}

TEST(SlackSignature, TakesEitherSecretWhileRotating)
{
    EXPECT_TRUE(accepted(std::to_string(signed_at), signature_of(body, "old"), body, {"new", "old"}, at(signed_at)));
    EXPECT_TRUE(accepted(std::to_string(signed_at), signature_of(body, "new"), body, {"new", "old"}, at(signed_at)));
    EXPECT_FALSE(accepted(std::to_string(signed_at), signature_of(body, "older"), body, {"new", "old"}, at(signed_at)));
}

TEST(SlackSignature, MayBeUpperCase)
{
    auto loud = signature_of(body);
    for (auto& c : loud)
        if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
    EXPECT_TRUE(accepted(std::to_string(signed_at), loud, body, {secret}, at(signed_at)));
}

TEST(SlackSignature, IsNeverOff)
{
    EXPECT_FALSE(accepted(std::to_string(signed_at), signature_of(body, ""), body, {}, at(signed_at)));
    EXPECT_FALSE(accepted(std::to_string(signed_at), signature_of(body, ""), body, {""}, at(signed_at))) << "an empty secret is none";
}

struct BadHeaders {
    const char* name;
    std::string timestamp, signature;
};
class SlackHeaders : public testing::TestWithParam<BadHeaders> {};
TEST_P(SlackHeaders, AreRefused)
{
    EXPECT_FALSE(accepted(GetParam().timestamp, GetParam().signature, body, {secret}, at(signed_at)));
}
INSTANTIATE_TEST_SUITE_P(Bad, SlackHeaders, testing::Values(
    BadHeaders{"NoTimestamp", "", signature_of(body)}, BadHeaders{"NoSignature", std::to_string(signed_at), ""},
    BadHeaders{"WordTimestamp", "now", signature_of(body)},
    BadHeaders{"FractionTimestamp", "1750000000.0", signature_of(body)}, BadHeaders{"SignedTimestamp", "+1750000000", signature_of(body)},
    BadHeaders{"NegativeTimestamp", "-1750000000", signature_of(body)},
    BadHeaders{"HugeTimestamp", "99999999999999999999", signature_of(body)},
    BadHeaders{"MinimumTimestamp", "-9223372036854775808", signature_of(body)},
    BadHeaders{"MaximumTimestamp", "9223372036854775807", signature_of(body)},
    BadHeaders{"OtherVersion", std::to_string(signed_at), "v1=" + signature_of(body).substr(3)},
    BadHeaders{"NoPrefix", std::to_string(signed_at), signature_of(body).substr(3)},
    BadHeaders{"CutDigest", std::to_string(signed_at), signature_of(body).substr(0, 40)},
    BadHeaders{"PrefixOnly", std::to_string(signed_at), "v0="},
    BadHeaders{"LongDigest", std::to_string(signed_at), signature_of(body) + "00"},
    BadHeaders{"NotHex", std::to_string(signed_at), "v0=" + std::string(64, 'g')},
    BadHeaders{"OtherTime", std::to_string(signed_at + 1), signature_of(body)}),
    [](const auto& bad) { return std::string{bad.param.name}; });

TEST(SlackSignature, RefusesEveryOneBitChange)
{
    std::mt19937 random{20'240'622};
    const auto timestamp = std::to_string(signed_at);
    const auto signature = signature_of(body);
    int refused = 0;
    for (int i = 0; i < 1000; ++i) {
        auto changed_body = body, changed_signature = signature;
        auto& victim = i % 2 == 0 ? changed_body : changed_signature;
        // Of the signature only digits: a flipped bit 5 of a letter is its other case, which is the same digest.
        const auto place = i % 2 == 0 ? random() % victim.size() : 3 + random() % (victim.size() - 3);
        auto bit = random() % 8;
        if (i % 2 != 0 && bit == 5) bit = 0;
        victim[place] = static_cast<char>(static_cast<unsigned char>(victim[place]) ^ (1U << bit));
        refused += accepted(timestamp, changed_signature, changed_body, {secret}, at(signed_at)) ? 0 : 1;
    }
    EXPECT_EQ(refused, 1000);
}

TEST(SlackSignature, RefusesRandomDigests)
{
    std::mt19937_64 random{42};
    for (int i = 0; i < 10'000; ++i) {
        std::string signature = "v0=";
        for (int word = 0; word < 64; ++word) signature += "0123456789abcdef"[random() % 16];
        ASSERT_FALSE(accepted(std::to_string(signed_at), signature, body, {secret}, at(signed_at)));
    }
}

}  // namespace
}  // namespace incident::auth
