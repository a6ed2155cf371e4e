#include "auth/verify.hpp"
#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace incident::auth {

namespace {

constexpr std::size_t sha256_bytes = 32;
constexpr std::string_view signature_prefix = "v0=";
using Digest = std::array<unsigned char, sha256_bytes>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

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

int nibble(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// Exactly 64 hex digits, either case.
bool read_digest(std::string_view text, Digest& digest)
{
    if (text.size() != 2 * digest.size()) return false;
    for (std::size_t i = 0; i < digest.size(); ++i) {
        const auto high = nibble(text[2 * i]), low = nibble(text[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        digest[i] = static_cast<unsigned char>(high * 16 + low);
    }
    return true;
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

Failure refused(std::string reason) { return {Errc::unauthenticated, std::move(reason)}; }

}  // namespace

Result<void> verify_slack(std::string_view timestamp, std::string_view signature, std::string_view body,
                          std::span<const std::string> secrets, Instant now)
{
    if (std::ranges::all_of(secrets, &std::string::empty)) return refused("no signing secret is configured");
    if (timestamp.empty()) return refused("X-Slack-Request-Timestamp is missing");
    if (signature.empty()) return refused("X-Slack-Signature is missing");
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(timestamp.data(), timestamp.data() + timestamp.size(), seconds);
    if (error != std::errc{} || end != timestamp.data() + timestamp.size() || seconds < 0)
        return refused("X-Slack-Request-Timestamp is not a number of seconds");
    const auto now_seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    const auto window = signature_window.count();
    if (seconds < now_seconds - window || seconds > now_seconds + window)
        return refused("the request was signed more than " + std::to_string(window) + " s from our time; a replay, or one of the clocks is wrong");
    Digest given{};
    if (!signature.starts_with(signature_prefix) || !read_digest(signature.substr(signature_prefix.size()), given))
        return refused("X-Slack-Signature is not v0= and 64 hex digits");
    std::string signed_bytes{"v0:"};
    signed_bytes.reserve(signed_bytes.size() + timestamp.size() + 1 + body.size());
    signed_bytes.append(timestamp).append(1, ':').append(body);
    bool fits = false;
    for (const auto& secret : secrets) {  // every secret is tried, so the time taken does not tell which one fits
        Digest expected{};
        if (secret.empty() || !hmac_sha256(secret, signed_bytes, expected)) continue;
        fits |= CRYPTO_memcmp(expected.data(), given.data(), expected.size()) == 0;
    }
    if (!fits) return refused("no configured signing secret fits the signature");
    return {};
}

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
