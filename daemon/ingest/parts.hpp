#pragma once
#include "ingest/lenient.hpp"
#include <initializer_list>

/// What the dialects of monitoring systems build their events from.
namespace incident::ingest {

/// Sets occurred_at from an instant that was read already, with the text it was read from; without one the arrival, flagged.
void set_read_time(Event& event, std::optional<Instant> at, std::string_view raw, const Body& body);

/// The parts joined by `|`; where that is longer than a key may be, its hash. The time first, so that the index of keys
/// grows in order.
[[nodiscard]] std::string key_of(std::initializer_list<std::string_view> parts);

/// Compact JSON as people write it: a number is `0.75`, not `7.5E-1`.
[[nodiscard]] std::string json_text(const json::value& value);
/// A scalar as text, anything else as JSON, null as nothing.
[[nodiscard]] std::string spoken(const json::value& value);
/// Lists of scalars joined by `, `; else as spoken().
[[nodiscard]] std::string listed(const json::value& value);
[[nodiscard]] std::string listed_at(const json::object& object, std::string_view name);

/// Names the alert, whatever crowd of labels there is; a long name by its hash.
void set_fingerprint(Event& event, std::string_view name);

/// Every member of the object that says something as a label; null pointer and other types: none.
void add_labels(Event& event, const json::value* labels);

/// The first member that says something.
[[nodiscard]] std::string first_words(const json::object& object, std::initializer_list<std::string_view> names);

/// Sets `details` to these paragraphs, without the empty ones.
void set_details(Event& event, std::initializer_list<std::string_view> paragraphs);

/// RFC 4648 §4, with or without padding; empty when it is none.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

/// 0 to 15; -1 for what is no hexadecimal digit.
[[nodiscard]] int hex_digit(char c);
/// Percent-encodes all but letters, digits and `-._~`.
[[nodiscard]] std::string percent_encoded(std::string_view text);
/// Decodes `%20`; what is no escape stays.
[[nodiscard]] std::string percent_decoded(std::string_view text);

}  // namespace incident::ingest
