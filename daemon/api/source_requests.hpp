#pragma once
#include "config/config.hpp"
#include "ingest/dialect.hpp"
#include "wire/json.hpp"

/// What is asked about sources: requests -> values, and the source that is meant. Pure.
namespace incident::api {

/// A body as it would be posted to a source's hook; a try stores nothing.
struct TryRequest {
    std::string body, content_type = "application/json", tail, mapping;
    std::map<std::string, std::string> headers, query;  ///< header names in lower case
};

struct ReplayRequest {
    Instant since{};
    std::string mapping;  ///< YAML; empty: the source as it is configured
    bool dry_run = false;
    std::string author;
};

/// @return Errc::invalid_input with a pointer to each bad member.
[[nodiscard]] Result<TryRequest> read_try_request(const wire::json::value& body);
[[nodiscard]] Result<ReplayRequest> read_replay_request(const wire::json::value& body);

/// The source of this name, or one that is read by `mapping`.
/// @return Errc::not_found for a name nobody has, Errc::invalid_input at /mapping for a mapping that cannot be used.
[[nodiscard]] Result<config::Source> source_meant(std::string_view name, const std::string& mapping, const config::Config& config);

/// What a source's own reader makes of a body. @pre the dialect exists.
[[nodiscard]] ingest::Understood made_of(const config::Source& source, const ingest::Body& body);

}  // namespace incident::api
