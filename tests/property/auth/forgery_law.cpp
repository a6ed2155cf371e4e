#include "auth/verifier.hpp"
#include "support/signing.hpp"
#include <cstdlib>
#include <gtest/gtest.h>
#include <random>

/// Whatever one bit of a signed request is changed, it is refused; and nobody guesses a signature.
namespace incident::auth {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t now_seconds = 1'760'000'000;
const Instant now{std::chrono::seconds{now_seconds}};
const std::map<std::string, std::string> no_query;

/// A request with everything that an attacker may change.
struct Request {
    Verifier verifier;
    std::map<std::string, std::string> headers;
    std::string body;
    bool hex_secret = false, hex_digest = false;  ///< either letter case means the same
    std::string digest_header;
    std::size_t digest_from = 0;                  ///< where the digest begins in its header
};

bool accepted(const Request& request) { return verify(request.verifier, {request.body, request.headers, no_query, {}, "application/json"}, now).has_value(); }

Request signed_by_hmac(const char* dialect, const std::string& secret)
{
    Request request;
    request.verifier = {rules_of(dialect), {secret}};
    request.body = R"({"alert":"replicas lag","severity":"critical"})";
    const auto& rule = std::get<HmacRule>(request.verifier.any_of.front());
    request.headers = test::signed_headers(rule, secret, request.body, now_seconds - 5);
    request.hex_digest = rule.digest == Encoding::hex;
    request.digest_header = rule.header;
    request.digest_from = (rule.scheme.empty() ? 0 : rule.scheme.size() + 1) + rule.prefix.size();
    return request;
}

Request signed_by_key_pair()
{
    static const test::KeyPair pair;
    Request request;
    request.verifier = {rules_of("discord"), {test::to_hex(pair.public_key())}};
    request.body = R"({"type":1})";
    const auto timestamp = std::to_string(now_seconds + 5);
    request.headers = {{"x-signature-timestamp", timestamp}, {"x-signature-ed25519", test::to_hex(pair.signature(timestamp + request.body))}};
    request.hex_secret = request.hex_digest = true;
    request.digest_header = "x-signature-ed25519";
    return request;
}

Request with_secret(const char* dialect, std::map<std::string, std::string> headers, std::string body)
{
    Request request;
    request.verifier = {rules_of(dialect), {"an-invented_Secret.1"}};
    request.headers = std::move(headers);
    request.body = std::move(body);
    return request;
}

std::map<std::string, Request> requests()
{
    const std::string key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    std::map<std::string, Request> all;
    for (const auto* const dialect : {"slack", "github", "pagerduty", "grafana", "sentry", "flux", "splunk-observability", "checkly"})
        all[dialect] = signed_by_hmac(dialect, "an-invented-secret");
    all["msteams"] = signed_by_hmac("msteams", key);
    all["standard-webhooks"] = signed_by_hmac("standard-webhooks", "whsec_" + key);
    all["gitlab"] = signed_by_hmac("gitlab", "whsec_" + key);
    all["discord"] = signed_by_key_pair();
    all["telegram"] = with_secret("telegram", {{"x-telegram-bot-api-secret-token", "an-invented_Secret.1"}}, "{}");
    all["honeycomb"] = with_secret("honeycomb", {{"x-honeycomb-webhook-token", "an-invented_Secret.1"}}, "{}");
    return all;
}

char flipped(char c, unsigned bit) { return static_cast<char>(static_cast<unsigned char>(c) ^ (1U << bit)); }

bool is_letter_case(char c, unsigned bit) { return bit == 5 && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')); }

TEST(OneBit, ChangedAnywhereIsRefused)
{
    constexpr int changes = 1000;
    std::mt19937 random{20'240'622};
    for (const auto& [name, good] : requests()) {
        ASSERT_TRUE(accepted(good)) << name;
        const bool is_signed = !good.digest_header.empty();
        int refused = 0;
        for (int done = 0; done < changes;) {
            auto changed = good;
            std::string* victim = nullptr;
            std::size_t from = 0;
            bool free_case = false;
            switch (random() % 4) {
            case 0:
                if (!is_signed) continue;  // a secret that travels binds no body
                victim = &changed.body;
                break;
            case 1:
                victim = &changed.verifier.secrets.front();
                free_case = good.hex_secret;
                break;
            default: {
                auto header = changed.headers.begin();
                std::advance(header, static_cast<std::ptrdiff_t>(random() % changed.headers.size()));
                victim = &header->second;
                if (header->first == good.digest_header) {
                    from = good.digest_from;
                    free_case = good.hex_digest;
                }
                break;
            }
            }
            const auto place = from + random() % (victim->size() - from);
            const unsigned bit = random() % 8;
            if (free_case && is_letter_case((*victim)[place], bit)) continue;
            (*victim)[place] = flipped((*victim)[place], bit);
            ++done;
            const bool in = accepted(changed);
            refused += in ? 0 : 1;
            EXPECT_FALSE(in) << name << ": bit " << bit << " of byte " << place << " of " << *victim;
        }
        EXPECT_EQ(refused, changes) << name;
    }
}

TEST(OneBit, ChangedInAMessageOfSnsIsRefused)
{
    const test::SnsSigner signer{now - 24h, now + 24h};
    std::mt19937 random{7};
    for (const auto* const version : {"1", "2"}) {
        Request good;
        good.verifier = {rules_of("aws-sns"), {signer.certificate()}};
        good.body = signer.signed_message({{"Type", "Notification"}, {"MessageId", "5d0c"}, {"TopicArn", "arn:aws:sns:eu-central-1:123456789012:alarms"},
                                           {"Subject", "ALARM"}, {"Message", "disk full on db-1"}, {"Timestamp", "2025-10-09T08:53:19.000Z"}}, version);
        ASSERT_TRUE(accepted(good));
        int refused = 0, changes = 0;
        // The address of the certificate is not signed: what is asked of it is the host.
        const auto unsigned_from = good.body.find("\"SigningCertURL\""), unsigned_to = good.body.find("\"Signature\"");
        ASSERT_LT(unsigned_from, unsigned_to);
        while (changes < 1000) {
            auto changed = good;
            const auto place = random() % changed.body.size();
            if (place >= unsigned_from && place < unsigned_to) continue;
            changed.body[place] = flipped(changed.body[place], random() % 8);
            ++changes;
            const bool in = accepted(changed);
            refused += in ? 0 : 1;
            EXPECT_FALSE(in) << changed.body;
        }
        EXPECT_EQ(refused, 1000);
    }
}

TEST(Guesses, AreRefused)
{
    // INCIDENT_FORGERIES=1000000 for the long run.
    const auto* const wanted = std::getenv("INCIDENT_FORGERIES");
    const auto guesses = wanted == nullptr ? 100'000 : std::atoi(wanted);
    std::mt19937_64 random{42};
    const auto all = requests();
    std::vector<Request> signed_ones;
    for (const auto& [name, request] : all)
        if (!request.digest_header.empty()) signed_ones.push_back(request);
    int accepted_guesses = 0;
    for (int i = 0; i < guesses; ++i) {
        auto& request = signed_ones[static_cast<std::size_t>(i) % signed_ones.size()];
        auto& header = request.headers[request.digest_header];
        const auto size = header.size() - request.digest_from;
        const bool ed25519 = request.digest_header == "x-signature-ed25519";
        std::string bytes;
        const std::size_t digest_bytes = ed25519 ? 64 : 32;
        while (bytes.size() < digest_bytes) {
            const auto word = random();
            bytes.append(reinterpret_cast<const char*>(&word), sizeof word);
        }
        const auto digest = request.hex_digest ? test::to_hex(bytes) : to_base64(bytes);
        ASSERT_EQ(digest.size(), size) << request.digest_header << ": a guess must be well formed, or it proves nothing";
        header.replace(request.digest_from, size, digest);
        accepted_guesses += accepted(request) ? 1 : 0;
    }
    EXPECT_EQ(accepted_guesses, 0);
}

}  // namespace
}  // namespace incident::auth
