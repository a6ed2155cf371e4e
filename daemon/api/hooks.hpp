#pragma once
#include "config/config.hpp"
#include "net/http.hpp"

namespace incident::api {

/// Who posts under a name, and what reads it. Lives as long as the config.
struct Hook {
    const config::Source* source = nullptr;
    const ingest::Dialect* dialect = nullptr;
};

/// @return empty for a name that is neither configured nor built in.
[[nodiscard]] std::optional<Hook> find_hook(std::string_view source, const config::Config& config);

/// What a hook takes at most: as its source says; else senders of whole groups, which a 4xx would lose, may send more.
[[nodiscard]] std::size_t body_limit(const Hook& hook, const config::HttpLimits& limits);

/// Whether bodies of this content type are read.
[[nodiscard]] bool reads(ingest::Takes takes, std::string_view content_type);
/// The same for people: `application/json or a form`.
[[nodiscard]] std::string_view type_words(ingest::Takes takes);

/// The refusal of a hook that nobody knows, naming the nearest that is.
[[nodiscard]] Failure unknown_hook(std::string_view source, const config::Config& config);

}  // namespace incident::api
