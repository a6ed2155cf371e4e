#include "auth/checks.hpp"
#include <memory>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

namespace incident::auth {
namespace {

constexpr std::size_t ed25519_key_bytes = 32, ed25519_signature_bytes = 64;

/// What both kinds of signature share: the header, and the bytes of each signature it lists.
struct Given {
    std::vector<std::string> signatures;
    SignedText text;
    std::optional<Verdict> refused;
};

template <class Rule>
Given read_given(const Rule& rule, std::string_view scheme, std::size_t size, const Signed& request, Instant now)
{
    Given given;
    const auto refuse = [&](Verdict verdict) {
        given.refused = std::move(verdict);
        return std::move(given);
    };
    const auto header = header_of(request, rule.header);
    if (header.empty()) return refuse(absent(rule.header + " is missing"));
    if (header.size() > max_proof_bytes) return refuse(malformed(rule.header + " is longer than " + std::to_string(max_proof_bytes) + " bytes"));
    const auto behind = behind_scheme(header, scheme);
    if (!behind) return refuse(absent(rule.header + " does not begin with the word " + std::string{scheme}));
    given.text = signed_text(rule.signed_text, rule.timestamp_header, rule.id_header, rule.window, request, now);
    if (!given.text.why.empty()) return refuse(given.text.header_missing ? absent(given.text.why) : malformed(given.text.why));
    const auto list = listed(*behind, rule.prefix, rule.separator);
    if (list.too_many) return refuse(malformed(rule.header + " lists more than " + std::to_string(max_signatures) + " signatures"));
    for (const auto text : list.signatures)
        if (auto bytes = digest_bytes(rule.digest, text); bytes && bytes->size() == size) given.signatures.push_back(std::move(*bytes));
    if (given.signatures.empty()) {
        auto why = rule.header + " holds no signature";
        if (!rule.prefix.empty()) why += " behind " + rule.prefix;
        return refuse(malformed(why + " of " + std::to_string(size) + " bytes in " + (rule.digest == Encoding::hex ? "hex" : "base64")));
    }
    return given;
}

struct FreeKey {
    void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

bool ed25519_fits(std::string_view key, std::string_view signature, std::string_view text)
{
    const std::unique_ptr<EVP_PKEY, FreeKey> public_key{EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(key), key.size())};
    const std::unique_ptr<EVP_MD_CTX, FreeKey> context{EVP_MD_CTX_new()};
    const bool fits = public_key && context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, public_key.get()) == 1 &&
                      EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(text), text.size()) == 1;
    if (!fits) ERR_clear_error();
    return fits;
}

}  // namespace

Verdict check(const HmacRule& rule, std::span<const std::string> secrets, const Signed& request, Instant now)
{
    auto given = read_given(rule, rule.scheme, digest_size(rule.hash), request, now);
    if (given.refused) return std::move(*given.refused);
    unsigned fits = 0, usable = 0;
    for (const auto& secret : secrets) {  // each is tried, so the time taken does not tell which one fits
        const auto key = key_bytes(rule.key, secret, "whsec_");
        if (secret.empty() || !key || key->empty()) continue;
        const auto expected = hmac(rule.hash, *key, given.text.pieces);
        if (expected.size() != digest_size(rule.hash)) continue;
        ++usable;
        for (const auto& signature : given.signatures)
            fits |= static_cast<unsigned>(CRYPTO_memcmp(expected.data(), signature.data(), expected.size()) == 0);
    }
    if (usable == 0) return wrong("no configured secret can be read as a key for " + rule.header);
    if (fits == 0) return wrong("no configured secret fits the signature in " + rule.header);
    return accepted(std::move(given.text.says));
}

Verdict check(const Ed25519Rule& rule, std::span<const std::string> secrets, const Signed& request, Instant now)
{
    auto given = read_given(rule, {}, ed25519_signature_bytes, request, now);
    if (given.refused) return std::move(*given.refused);
    std::string text;  // this algorithm wants it whole
    for (const auto piece : given.text.pieces) text += piece;
    unsigned fits = 0, usable = 0;
    for (const auto& secret : secrets) {
        const auto key = key_bytes(rule.key, secret, "whpk_");
        if (!key || key->size() != ed25519_key_bytes) continue;
        ++usable;
        for (const auto& signature : given.signatures) fits |= static_cast<unsigned>(ed25519_fits(*key, signature, text));
    }
    if (usable == 0) return wrong("no configured secret is a public key of 32 bytes for " + rule.header);
    if (fits == 0) return wrong("no configured public key fits the signature in " + rule.header);
    return accepted(std::move(given.text.says));
}

}  // namespace incident::auth
