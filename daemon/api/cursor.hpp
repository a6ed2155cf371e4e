#pragma once
#include "model/result.hpp"
#include <cstdint>
#include <string>
#include <string_view>

/// Where a list goes on. Opaque to clients (base64url), versioned, and bound to the query it came from: a cursor of
/// another query is refused instead of silently skipping.
namespace incident::api {

[[nodiscard]] std::string make_cursor(std::uint64_t after, std::string_view query);
/// @return Errc::malformed when it is none of ours, was cut, or belongs to another query.
[[nodiscard]] Result<std::uint64_t> read_cursor(std::string_view cursor, std::string_view query);

/// RFC 4648 §5, without padding.
[[nodiscard]] std::string to_base64url(std::string_view bytes);
[[nodiscard]] Result<std::string> from_base64url(std::string_view text);

}  // namespace incident::api
