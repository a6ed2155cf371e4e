#include "auth/encoding.hpp"
#include <algorithm>
#include <array>
#include <memory>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>

namespace incident::auth {
namespace {

int nibble(char c) noexcept
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

int sextet(char c, bool url) noexcept
{
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == (url ? '-' : '+')) return 62;
    if (c == (url ? '_' : '/')) return 63;
    return -1;
}

const char* name_of(Hash hash) noexcept
{
    switch (hash) {
    case Hash::md5: return "MD5";
    case Hash::sha1: return "SHA1";
    case Hash::sha256: return "SHA256";
    case Hash::sha384: return "SHA384";
    case Hash::sha512: return "SHA512";
    }
    return "";
}

/// Percent-decoded, `+` is a space. Empty optional: a bad escape.
std::optional<std::string> from_form(std::string_view text)
{
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+') {
            decoded += ' ';
        } else if (text[i] != '%') {
            decoded += text[i];
        } else {
            if (text.size() - i < 3) return std::nullopt;
            const auto high = nibble(text[i + 1]), low = nibble(text[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            decoded += static_cast<char>(high * 16 + low);
            i += 2;
        }
    }
    return decoded;
}

struct FreeMac {
    void operator()(EVP_MAC* mac) const noexcept { EVP_MAC_free(mac); }
    void operator()(EVP_MAC_CTX* context) const noexcept { EVP_MAC_CTX_free(context); }
};

}  // namespace

std::optional<std::string> from_hex(std::string_view text)
{
    if (text.size() % 2 != 0) return std::nullopt;
    std::string bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const auto high = nibble(text[i]), low = nibble(text[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        bytes += static_cast<char>(high * 16 + low);
    }
    return bytes;
}

std::optional<std::string> from_base64(std::string_view text, bool url, bool padded)
{
    auto digits = text;
    while (digits.ends_with('=') && text.size() - digits.size() < 2) digits.remove_suffix(1);
    const auto fill = text.size() - digits.size(), rest = digits.size() % 4;
    const auto wanted = rest == 0 ? 0 : 4 - rest;
    if (rest == 1 || (fill != wanted && (padded || fill != 0))) return std::nullopt;
    std::string bytes;
    bytes.reserve(digits.size() * 3 / 4);
    unsigned held = 0, bits = 0;
    for (const char c : digits) {
        const auto value = sextet(c, url);
        if (value < 0) return std::nullopt;
        held = (held << 6U) | static_cast<unsigned>(value);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes += static_cast<char>((held >> bits) & 0xffU);
        }
    }
    if ((held & ((1U << bits) - 1U)) != 0) return std::nullopt;
    return bytes;
}

std::string to_base64(std::string_view bytes)
{
    static constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        unsigned group = 0;
        for (std::size_t j = 0; j < 3; ++j) group = (group << 8U) | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
        for (std::size_t j = 0; j < 4; ++j) text += i + j <= bytes.size() ? digits[(group >> (18 - 6 * j)) & 63U] : '=';
    }
    return text;
}

std::optional<std::string> key_bytes(Encoding encoding, std::string_view secret, std::string_view word)
{
    switch (encoding) {
    case Encoding::text: return std::string{secret};
    case Encoding::hex: return from_hex(secret);
    case Encoding::base64: return from_base64(secret, false, false);
    case Encoding::base64url: return from_base64(secret, true, false);
    case Encoding::whsec:
        // The word is no ornament: without it a public key could be taken for a shared one, and everybody knows the public one.
        if (!secret.starts_with(word)) return std::nullopt;
        return from_base64(secret.substr(word.size()), false, false);
    }
    return std::nullopt;
}

std::optional<std::string> digest_bytes(Encoding encoding, std::string_view text)
{
    switch (encoding) {
    case Encoding::text: return std::nullopt;  // a digest is bytes: only its digits can stand in a header
    case Encoding::hex: return from_hex(text);
    case Encoding::base64:
    case Encoding::whsec: return from_base64(text);
    case Encoding::base64url: return from_base64(text, true, false);
    }
    return std::nullopt;
}

std::size_t digest_size(Hash hash) noexcept
{
    switch (hash) {
    case Hash::md5: return 16;
    case Hash::sha1: return 20;
    case Hash::sha256: return 32;
    case Hash::sha384: return 48;
    case Hash::sha512: return 64;
    }
    return 0;
}

std::string hmac(Hash hash, std::string_view key, std::span<const std::string_view> pieces)
{
    // Looked up once: it costs more than the hash of a small body. Never freed, like OpenSSL's own tables.
    static EVP_MAC* const algorithm = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    const std::unique_ptr<EVP_MAC_CTX, FreeMac> context{algorithm == nullptr ? nullptr : EVP_MAC_CTX_new(algorithm)};
    std::string name = name_of(hash);
    const std::array<OSSL_PARAM, 2> parameters{OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.data(), 0), OSSL_PARAM_construct_end()};
    // A null key means "the key of last time"; an empty view may hold one.
    static constexpr unsigned char no_key = 0;
    const auto* const key_start = key.empty() ? &no_key : reinterpret_cast<const unsigned char*>(key.data());
    bool done = context != nullptr && EVP_MAC_init(context.get(), key_start, key.size(), parameters.data()) == 1;
    for (const auto piece : pieces)
        done = done && (piece.empty() || EVP_MAC_update(context.get(), reinterpret_cast<const unsigned char*>(piece.data()), piece.size()) == 1);
    std::string digest(EVP_MAX_MD_SIZE, '\0');
    std::size_t size = 0;
    done = done && EVP_MAC_final(context.get(), reinterpret_cast<unsigned char*>(digest.data()), &size, digest.size()) == 1;
    if (!done) ERR_clear_error();
    digest.resize(done ? size : 0);
    return digest;
}

std::optional<std::string> form_field(std::string_view form, std::string_view name)
{
    std::optional<std::string> found;
    while (!form.empty()) {
        const auto end = form.find('&');
        const auto pair = form.substr(0, end);
        form = end == std::string_view::npos ? std::string_view{} : form.substr(end + 1);
        const auto equals = pair.find('=');
        const auto field = from_form(pair.substr(0, equals));
        if (!field || *field != name) continue;
        if (found) return std::nullopt;  // which of them the reader would take is anybody's guess
        found = from_form(equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1));
        if (!found) return std::nullopt;
    }
    return found;
}

}  // namespace incident::auth
