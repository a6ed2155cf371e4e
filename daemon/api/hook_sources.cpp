#include "api/guard.hpp"
#include "api/hooks.hpp"

namespace incident::api {

std::optional<Hook> find_hook(std::string_view source, const config::Config& config)
{
    if (source == "alertmanager") return Hook{Dialect::alertmanager, nullptr};
    if (source == "grafana") return Hook{Dialect::grafana, nullptr};
    if (source == "slack") return Hook{Dialect::slack, nullptr};
    for (const auto& generic : config.generic)
        if (generic.name == source) return Hook{Dialect::generic, &generic};
    if (source == "generic") return Hook{Dialect::generic, nullptr};
    return std::nullopt;
}

std::size_t body_limit(Dialect dialect, const config::HttpLimits& limits)
{
    switch (dialect) {
    case Dialect::alertmanager:
    case Dialect::grafana: return limits.bulk_body_bytes;
    case Dialect::slack:
    case Dialect::generic: return limits.body_bytes;
    }
    return limits.body_bytes;
}

bool reads(Dialect dialect, std::string_view content_type)
{
    const auto type = media_type(content_type);
    if (type.empty() || type == "application/json" || type.ends_with("+json") || type == "text/json") return true;
    // Scripts post JSON with whatever type their tool puts there; curl -d says it is a form.
    return dialect == Dialect::generic &&
           (type.starts_with("text/") || type == "application/x-www-form-urlencoded" || type == "application/octet-stream");
}

}  // namespace incident::api
