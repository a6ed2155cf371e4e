#include "api/guard.hpp"
#include "api/hooks.hpp"
#include "model/text.hpp"

namespace incident::api {

std::optional<Hook> find_hook(std::string_view source, const config::Config& config)
{
    const auto* const found = config::find_source(config, source);
    if (found == nullptr) return std::nullopt;
    const auto* const dialect = ingest::find_dialect(found->reads.dialect);
    if (dialect == nullptr) return std::nullopt;
    return Hook{found, dialect};
}

std::size_t body_limit(const Hook& hook, const config::HttpLimits& limits)
{
    if (hook.source->body_bytes != 0) return hook.source->body_bytes;
    return hook.dialect->bulk ? limits.bulk_body_bytes : limits.body_bytes;
}

bool reads(ingest::Takes takes, std::string_view content_type)
{
    const auto type = media_type(content_type);
    if (type.empty() || type == "application/json" || type.ends_with("+json") || type == "text/json") return true;
    if (type == "application/x-www-form-urlencoded") return takes != ingest::Takes::json;
    // Scripts post JSON with whatever type their tool puts there.
    if (type == "multipart/form-data") return takes == ingest::Takes::any_form;
    return (takes == ingest::Takes::any_text || takes == ingest::Takes::any_form) && (type.starts_with("text/") || type == "application/octet-stream" || type.ends_with("ndjson"));
}

std::string_view type_words(ingest::Takes takes)
{
    switch (takes) {
    case ingest::Takes::json: return "application/json";
    case ingest::Takes::json_or_form: return "application/json and forms";
    case ingest::Takes::any_form:
    case ingest::Takes::any_text: return "JSON, forms and text";
    }
    return {};
}

Failure unknown_hook(std::string_view source, const config::Config& config)
{
    auto known = config::built_in_names();
    for (const auto& [name, configured] : config.sources) known.emplace_back(name);
    auto detail = "no hook is called " + visible(shortened(source, 80));
    if (const auto near = nearest(source, known); !near.empty()) detail += ", did you mean " + std::string{near} + '?';
    return {Errc::not_found, detail + "; every dialect and preset answers under its own name, others stand under sources: in the config"};
}

}  // namespace incident::api
