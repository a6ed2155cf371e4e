#include "auth/checks.hpp"
#include "auth/verify.hpp"
#include "model/text.hpp"
#include <algorithm>
#include <charconv>
#include <openssl/crypto.h>

namespace incident::auth {
namespace {

constexpr std::size_t max_timestamp_bytes = 40, max_id_bytes = 256;

/// An epoch whose unit is told by its magnitude (s, ms, us, ns), or RFC 3339.
std::optional<Instant> read_timestamp(std::string_view text)
{
    if (text.empty() || text.size() > max_timestamp_bytes) return std::nullopt;
    if (!std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) {
        const auto at = parse_rfc3339(text);
        return at ? std::optional{*at} : std::nullopt;
    }
    std::uint64_t number = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc{}) return std::nullopt;
    constexpr std::uint64_t least_ms = 100'000'000'000, least_us = 100'000'000'000'000, least_ns = 100'000'000'000'000'000;
    const auto micros = number < least_ms ? number * 1'000'000 : number < least_us ? number * 1000 : number < least_ns ? number : number / 1000;
    constexpr std::uint64_t last_micros = 253'402'300'799'999'999;  // the end of year 9999
    if (micros > last_micros) return std::nullopt;
    return Instant{std::chrono::microseconds{static_cast<std::int64_t>(micros)}};
}

/// By whole seconds, as senders count, the boundary included.
bool within(Instant at, Instant now, std::chrono::seconds window)
{
    const auto whole = [](Instant instant) { return std::chrono::floor<std::chrono::seconds>(instant); };
    const auto apart = whole(at) - whole(now);
    return apart <= window && -apart <= window;
}

}  // namespace

std::string_view header_of(const Signed& request, const std::string& name)
{
    const auto found = request.headers.find(name);
    return found == request.headers.end() ? std::string_view{} : trimmed(found->second);
}

std::optional<std::string_view> behind_scheme(std::string_view header, std::string_view scheme)
{
    if (scheme.empty()) return header;
    if (header.size() <= scheme.size() || header[scheme.size()] != ' ' || lowered(header.substr(0, scheme.size())) != lowered(scheme))
        return std::nullopt;
    return trimmed(header.substr(scheme.size()));
}

Listed listed(std::string_view header, std::string_view prefix, std::string_view separator)
{
    Listed found;
    std::size_t seen = 0;
    const auto take = [&](std::string_view one) {
        // A header given twice arrives joined by ", ", whatever separates the signatures within one.
        while (one.ends_with(',')) one.remove_suffix(1);
        one = trimmed(one);
        if (one.empty()) return;
        if (++seen > max_signatures) found.too_many = true;
        else if (one.starts_with(prefix)) found.signatures.push_back(one.substr(prefix.size()));
    };
    if (separator.empty()) {
        if (header.starts_with(prefix)) found.signatures.push_back(header.substr(prefix.size()));
        return found;
    }
    while (!header.empty() && !found.too_many) {
        const auto end = std::min(header.find(separator), header.size());
        take(header.substr(0, end));
        header.remove_prefix(std::min(end + separator.size(), header.size()));
    }
    return found;
}

SignedText signed_text(std::string_view pattern, const std::string& timestamp_header, const std::string& id_header,
                       std::chrono::seconds window, const Signed& request, Instant now)
{
    constexpr std::string_view body = "{body}", timestamp = "{timestamp}", id = "{id}";
    SignedText text;
    const auto refuse = [&](std::string why, bool missing = false) {
        text.why = std::move(why);
        text.header_missing = missing;
        return text;
    };
    if (pattern.find(body) == pattern.npos) return refuse("the rule's signed text does not hold {body}, so nothing would bind the body");
    const auto given_timestamp = timestamp_header.empty() ? std::string_view{} : header_of(request, timestamp_header);
    const auto given_id = id_header.empty() ? std::string_view{} : header_of(request, id_header);
    if (pattern.find(timestamp) != pattern.npos) {
        if (given_timestamp.empty()) return refuse(timestamp_header + " is missing", true);
        text.says.signed_at = read_timestamp(given_timestamp);
        if (!text.says.signed_at) return refuse(timestamp_header + " is no time");
        if (window.count() > 0 && !within(*text.says.signed_at, now, window))
            return refuse("the request was signed more than " + std::to_string(window.count()) + " s from our time; a replay, or one of the clocks is wrong");
    }
    if (pattern.find(id) != pattern.npos) {
        if (given_id.empty()) return refuse(id_header + " is missing", true);
        if (given_id.size() > max_id_bytes) return refuse(id_header + " is longer than " + std::to_string(max_id_bytes) + " bytes");
        text.says.delivery_id = given_id;
    }
    while (!pattern.empty()) {
        if (pattern.starts_with(body)) {
            text.pieces.push_back(request.body);
            pattern.remove_prefix(body.size());
        } else if (pattern.starts_with(timestamp)) {
            text.pieces.push_back(given_timestamp);
            pattern.remove_prefix(timestamp.size());
        } else if (pattern.starts_with(id)) {
            text.pieces.push_back(given_id);
            pattern.remove_prefix(id.size());
        } else {
            const auto end = std::min(pattern.find('{', 1), pattern.size());
            text.pieces.push_back(pattern.substr(0, end));
            pattern.remove_prefix(end);
        }
    }
    return text;
}

bool is_one_of(std::string_view given, std::span<const std::string> secrets)
{
    // Compared by digest: equal lengths, and where two texts part cannot be found by timing.
    const auto digest = sha256_hex(given);
    unsigned fits = 0;
    for (const auto& secret : secrets) {
        const auto expected = sha256_hex(secret);
        fits |= static_cast<unsigned>(!secret.empty() && digest.size() == expected.size() && !digest.empty() &&
                                      CRYPTO_memcmp(digest.data(), expected.data(), digest.size()) == 0);
    }
    return fits != 0;
}

}  // namespace incident::auth
