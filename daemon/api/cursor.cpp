#include "api/cursor.hpp"
#include "auth/verify.hpp"
#include <array>
#include <charconv>

namespace incident::api {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view version = "1";
constexpr std::size_t max_cursor_bytes = 128;  // ours have under 60
constexpr std::size_t digest_digits = 8;       // tells queries apart; nothing secret hangs on it

std::string digest_of(std::string_view query) { return auth::sha256_hex(query).substr(0, digest_digits); }

Failure bad() { return Failure{Errc::malformed, "the cursor is none of ours; start again without one"}; }

}  // namespace

std::string to_base64url(std::string_view bytes)
{
    std::string text;
    std::uint32_t bits = 0;
    int held = 0;
    for (const char c : bytes) {
        bits = (bits << 8) | static_cast<unsigned char>(c);
        for (held += 8; held >= 6; held -= 6) text += alphabet[(bits >> (held - 6)) & 63U];
    }
    if (held > 0) text += alphabet[(bits << (6 - held)) & 63U];
    return text;
}

Result<std::string> from_base64url(std::string_view text)
{
    std::string bytes;
    std::uint32_t bits = 0;
    int held = 0;
    for (const char c : text) {
        const auto digit = alphabet.find(c);
        if (digit == std::string_view::npos) return Failure{Errc::malformed, "not base64url"};
        bits = (bits << 6) | static_cast<std::uint32_t>(digit);
        held += 6;
        if (held >= 8) {
            held -= 8;
            bytes += static_cast<char>((bits >> held) & 255U);
        }
    }
    if (held >= 6 || (bits & ((1U << held) - 1U)) != 0) return Failure{Errc::malformed, "not base64url"};
    return bytes;
}

std::string make_cursor(std::uint64_t after, std::string_view query)
{
    return to_base64url(std::string{version} + ':' + std::to_string(after) + ':' + digest_of(query));
}

Result<std::uint64_t> read_cursor(std::string_view cursor, std::string_view query)
{
    if (cursor.size() > max_cursor_bytes) return bad();
    const auto bytes = from_base64url(cursor);
    if (!bytes) return bad();
    const std::string_view text = *bytes;
    const auto first = text.find(':');
    if (first == std::string_view::npos || text.substr(0, first) != version) return bad();
    const auto second = text.find(':', first + 1);
    if (second == std::string_view::npos) return bad();
    std::uint64_t after = 0;
    const auto digits = text.substr(first + 1, second - first - 1);
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), after);
    if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size()) return bad();
    if (text.substr(second + 1) != digest_of(query))
        return Failure{Errc::malformed, "the cursor belongs to another query; keep the filters while you page, or start again without it"};
    return after;
}

}  // namespace incident::api
