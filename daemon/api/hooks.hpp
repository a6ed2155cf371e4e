#pragma once
#include "config/config.hpp"
#include "net/http.hpp"

namespace incident::api {

/// Which dialect a hook's `{source}` speaks.
enum class Dialect { alertmanager, grafana, slack, generic };

struct Hook {
    Dialect dialect = Dialect::generic;
    const ingest::GenericSource* generic = nullptr;  ///< lives as long as the config; null: the built-in synonyms
};

/// @return empty for a source that nobody configured.
[[nodiscard]] std::optional<Hook> find_hook(std::string_view source, const config::Config& config);

/// Alertmanager and Grafana send whole groups, which a 4xx would lose.
[[nodiscard]] std::size_t body_limit(Dialect dialect, const config::HttpLimits& limits);

/// Whether a dialect reads this content type: JSON for those who always say so, any text for hand-written senders.
[[nodiscard]] bool reads(Dialect dialect, std::string_view content_type);

}  // namespace incident::api
