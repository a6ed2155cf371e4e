#include "auth/verify.hpp"
#include "auth/encoding.hpp"
#include <array>
#include <limits>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace incident::auth {

namespace {

constexpr std::size_t sha256_bytes = 32;
using Digest = std::array<unsigned char, sha256_bytes>;

std::string hex(const Digest& digest)
{
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(2 * digest.size());
    for (const auto byte : digest) {
        text += digits[byte >> 4U];
        text += digits[byte & 15U];
    }
    return text;
}

bool hmac_sha256(std::string_view key, std::string_view bytes, Digest& digest)
{
    unsigned length = 0;
    // OpenSSL takes a null key for "the key of last time"; an empty view may have one.
    static constexpr unsigned char no_key = 0;
    const void* const key_bytes = key.empty() ? static_cast<const void*>(&no_key) : key.data();
    return key.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max()) &&
           HMAC(EVP_sha256(), key_bytes, static_cast<int>(key.size()), bytes_of(bytes), bytes.size(), digest.data(), &length) != nullptr &&
           length == digest.size();
}

}  // namespace

std::string sha256_hex(std::string_view bytes)
{
    Digest digest{};
    unsigned length = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1) return {};
    return hex(digest);
}

std::string hmac_sha256_hex(std::string_view key, std::string_view bytes)
{
    Digest digest{};
    return hmac_sha256(key, bytes, digest) ? hex(digest) : std::string{};
}

bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept
{
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace incident::auth
