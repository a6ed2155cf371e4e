#pragma once
#include "auth/verifier.hpp"

/// Bytes behind the texts of headers and secrets, and keyed hashes over them. Private to auth/.
namespace incident::auth {

/// Lower- or upper-case digits, two a byte. Empty optional: it is something else.
[[nodiscard]] std::optional<std::string> from_hex(std::string_view text);

/// RFC 4648 §4, or §5 with `url`. Strict about the unused bits of the last digit, so that one text alone has these bytes.
/// @param padded whether `=` must fill the last group; otherwise it may.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text, bool url = false, bool padded = true);
/// As OpenSSL takes them.
[[nodiscard]] inline const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
[[nodiscard]] std::string to_base64(std::string_view bytes);

/// The bytes of a configured secret. @param word before a whsec one: `whsec_` or `whpk_`.
[[nodiscard]] std::optional<std::string> key_bytes(Encoding encoding, std::string_view secret, std::string_view word);
/// The bytes of a digest in a header.
[[nodiscard]] std::optional<std::string> digest_bytes(Encoding encoding, std::string_view text);

[[nodiscard]] std::size_t digest_size(Hash hash) noexcept;
/// HMAC over the pieces as if they were one text. Empty: OpenSSL would not (a policy may forbid md5).
[[nodiscard]] std::string hmac(Hash hash, std::string_view key, std::span<const std::string_view> pieces);

/// One form field; names and values decoded. Empty optional: none of that name, several, or a bad escape in it.
[[nodiscard]] std::optional<std::string> form_field(std::string_view form, std::string_view name);

}  // namespace incident::auth
