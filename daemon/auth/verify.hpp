#pragma once
#include "auth/verifier.hpp"
#include "model/instant.hpp"
#include <span>
#include <string>

/// Raw bytes, headers, secrets -> accepted or refused. Pure; comparisons take constant time.
namespace incident::auth {

/// Slack's v0 signature: HMAC-SHA256 over `v0:<timestamp>:<body>`, hex, prefix `v0=`.
/// @return Errc::unauthenticated with the reason for our log (never for the sender): no secret configured, header
/// missing or malformed, outside the window, no secret fits.
[[nodiscard]] Result<void> verify_slack(std::string_view timestamp, std::string_view signature, std::string_view body,
                                        std::span<const std::string> secrets, Instant now);

[[nodiscard]] std::string sha256_hex(std::string_view bytes);
[[nodiscard]] std::string hmac_sha256_hex(std::string_view key, std::string_view bytes);
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept;

}  // namespace incident::auth
