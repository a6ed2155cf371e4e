#pragma once
#include "ingest/lenient.hpp"

/// Alertmanager's event recorder (0.33 and later): beside the alerts it tells who silenced what, and what was muted. Its
/// alerts have the keys of the webhook's, so that both together, and several peers of a cluster, give one event for each state.
namespace incident::ingest {

/// One recorded event, or a list of them: told by `@timestamp` beside `data`.
[[nodiscard]] bool is_recorded(const json::value& document);
[[nodiscard]] Understood read_recorded(const json::value& document, const Body& body, std::string_view source);

}  // namespace incident::ingest
