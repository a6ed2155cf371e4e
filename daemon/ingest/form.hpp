#pragma once
#include "ingest/dialect.hpp"

/// Bodies of application/x-www-form-urlencoded, as older senders post them.
namespace incident::ingest {

inline constexpr std::size_t max_form_fields = 1000;

/// Decoded: `+` is a space, a bad escape stays as it was sent, ill-formed UTF-8 and NUL become U+FFFD. The first of a name wins;
/// fields beyond max_form_fields are passed over.
[[nodiscard]] std::map<std::string, std::string> read_form(std::string_view bytes);

/// Text of a sender that can be kept: ill-formed UTF-8 and NUL become U+FFFD.
[[nodiscard]] std::string clean_field(std::string text);

/// Whether the content type says so; without one, whether the bytes look like it.
[[nodiscard]] bool is_form(const Body& body);

/// The field, or empty.
[[nodiscard]] std::string field(const std::map<std::string, std::string>& form, const std::string& name);

}  // namespace incident::ingest
