#pragma once
#include <string>
#include <string_view>

/// Digests that more than the verifiers need, and comparing without telling by the time it takes where two texts part.
namespace incident::auth {

[[nodiscard]] std::string sha256_hex(std::string_view bytes);
[[nodiscard]] std::string hmac_sha256_hex(std::string_view key, std::string_view bytes);
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept;

}  // namespace incident::auth
