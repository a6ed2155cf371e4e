#pragma once
#include "model/entry.hpp"
#include <boost/json.hpp>
#include <span>

/// JSON forms of the values. Names and shapes are DESIGN.md §4's; openapi.yaml describes the same and tests hold both
/// against live answers. Writing never fails; reading is strict for our own API and says where with JSON Pointers.
namespace incident::wire {
namespace json = boost::json;

/// What a document may cost (RELIABILITY D-2).
struct JsonLimits {
    std::size_t depth = 32;
    std::size_t values = 10'000;        ///< 500'000 where a body may have 16 MiB
    std::size_t keys_per_object = 256;
    std::size_t string_bytes = 64 * 1024;
};

/// Parses one document. Refuses what parsers disagree on: duplicate keys, numbers beyond double (1e400), bad UTF-8,
/// anything after the document. The result uses `storage` when given, which must outlive it.
/// @return Errc::malformed with line, column and reason; Errc::limit_exceeded naming the limit.
[[nodiscard]] Result<json::value> parse_json(std::string_view text, const JsonLimits& limits = {},
                                             json::storage_ptr storage = {});
/// NDJSON: one document a line, blank lines skipped. Errors carry `/<index>` as pointer.
[[nodiscard]] Result<json::array> parse_ndjson(std::string_view text, const JsonLimits& limits = {});

[[nodiscard]] json::object to_json(const Event& event);
[[nodiscard]] json::object to_json(const Tag& tag);
[[nodiscard]] json::object to_json(const Author& author);
[[nodiscard]] json::object to_json(const Incident& incident);
/// `{seq, id, entry: "event"|"amendment"|"incident"|"tally", received_at, author, source, principal, …}`; the form of
/// history, the stream and the store's own rows.
[[nodiscard]] json::object to_json(const Entry& entry);
/// The short answer to a posted event: id seq number incident kind occurred_at received_at text tags[{name,by,match}].
[[nodiscard]] json::object acknowledgement(const Event& event);

/// The inverses, for the command line and the store: what to_json() wrote reads back equal. Unknown members are
/// ignored (an older client reads a newer server). @return Errc::invalid_input with pointers.
[[nodiscard]] Result<Event> read_event(const json::value& value);
[[nodiscard]] Result<Incident> read_incident(const json::value& value);
[[nodiscard]] Result<Entry> read_entry(const json::value& value);

/// What a request may say. Strict: unknown members, wrong types and limits are refused, every bad field with a pointer
/// that begins with `at` (so `/17` for the 18th of a batch).
struct EventRequest {
    Event event;                       ///< id, seq, number, received_at not set
    bool occurred_given = false;       ///< else occurred_at is the receipt
    bool incident_given = false;       ///< `"incident": null` asks for the inbox
    std::string author;                ///< claimed name, may be empty
};
[[nodiscard]] Result<EventRequest> read_event_request(const json::value& value, std::string_view at = "");
[[nodiscard]] Result<Amendment> read_amendment_request(const json::value& value);

struct OpenRequest {
    IncidentFields fields;
    std::optional<std::chrono::microseconds> adopt;  ///< "30m": pull inbox events of that long before now
    std::string author;
};
[[nodiscard]] Result<OpenRequest> read_open_request(const json::value& value);

/// PATCH of an incident: fields, and at most one of status (`open`, `closed`) and merged_into.
struct PatchRequest {
    IncidentFields fields;
    std::optional<IncidentStatus> status;
    std::optional<IncidentKey> merge_into;
    std::optional<std::chrono::microseconds> adopt;
    std::string reason, author;
};
[[nodiscard]] Result<PatchRequest> read_patch_request(const json::value& value);

struct TokenRequest {
    std::string name;
    std::vector<std::string> roles;                    ///< words, not yet looked at; their pointers are `/roles/0`, …
    std::optional<std::chrono::microseconds> expires;  ///< "90d": from now on; empty: never
};
[[nodiscard]] Result<TokenRequest> read_token_request(const json::value& value);

/// A JSON Pointer token: `~` and `/` escaped (RFC 6901 §3).
[[nodiscard]] std::string pointer_token(std::string_view name);

}  // namespace incident::wire
