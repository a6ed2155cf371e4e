#pragma once
#include "ingest/dialect.hpp"
#include "wire/json.hpp"

/// Reading foreign JSON without trusting its types ("types wobble": a number or its text, an object or a string, null or
/// absent), and putting what was read into an event within its limits. Shared by the dialects.
namespace incident::ingest {
namespace json = boost::json;

/// What a hook's body may cost; its size was bounded before. Wider than our own API's: a refused body is lost.
inline constexpr wire::JsonLimits hook_limits{32, 500'000, 10'000, 16 * 1024 * 1024};
inline constexpr std::size_t max_items_per_body = 20'000;

/// Parses a body after replacing ill-formed UTF-8. @return as wire::parse_json().
[[nodiscard]] Result<json::value> parse_body(std::string_view bytes);

/// The member, or nullptr when there is none or it is null.
[[nodiscard]] const json::value* member(const json::object& object, std::string_view name);
[[nodiscard]] const json::object* object_at(const json::object& object, std::string_view name);
[[nodiscard]] const json::array* array_at(const json::object& object, std::string_view name);
/// A scalar as text: strings as they are, numbers and booleans printed; empty for all else.
[[nodiscard]] std::string text_of(const json::value& value);
[[nodiscard]] std::string text_at(const json::object& object, std::string_view name);
[[nodiscard]] bool true_at(const json::object& object, std::string_view name);

/// A template nobody filled in (`<no value>`, `{{ x }}`, `$X`, `*UNKNOWN*`): counts as empty.
[[nodiscard]] bool is_placeholder(std::string_view text);
/// text_at(), empty for a placeholder, without white space at the ends.
[[nodiscard]] std::string words_at(const json::object& object, std::string_view name);

void add_flag(Event& event, std::string_view flag);
/// Valid UTF-8 without NUL, at most `bytes`; sets the flag `truncated` when it had to cut.
[[nodiscard]] std::string fitting(Event& event, std::string_view text, std::size_t bytes);
void add_label(Event& event, std::string_view name, std::string_view value);
/// http and https only; relative ones are resolved against `base`, or dropped. Twice the same address is one link.
void add_link(Event& event, std::string_view url, std::string_view title, std::string_view base = {});

/// Sets occurred_at from the text as sent; without a readable time the arrival with the flag `time_from_arrival`.
/// The zero time and an empty text are "no time".
void set_time(Event& event, std::string_view raw, const Body& body);
void set_arrival_time(Event& event, const Body& body);
/// An instant that can be printed and stored: `raw` as RFC 3339, not the zero time.
[[nodiscard]] std::optional<Instant> read_time(std::string_view raw);
/// Digits as an epoch whose unit is told by the magnitude (s, ms, us, ns), with an optional fraction; no double is used.
[[nodiscard]] std::optional<Instant> read_epoch(std::string_view digits);

/// FNV-1a of 64 bits, as 16 hex digits: a name for things, not a protection.
class Fnv {
 public:
    void add(std::string_view bytes) noexcept;
    [[nodiscard]] std::string hex() const;

 private:
    std::uint64_t sum_ = 14695981039346656037ULL;
};

/// An event of this dialect with source, author and receipt filled in.
[[nodiscard]] Event event_of(std::string_view source, Kind kind, const Body& body);
/// Says in the record that the body held more than max_items_per_body events and the rest was not taken.
void add_overflow(Understood& understood, std::string_view source, const Body& body);
/// One unparsed item, counted.
void add_unparsed(Understood& understood, std::string_view source, Kind kind, const Body& body, std::string_view reason);

}  // namespace incident::ingest
