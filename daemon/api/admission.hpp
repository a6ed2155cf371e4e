#pragma once
#include "api/hooks.hpp"
#include "api/router.hpp"

/// What is decided from the header alone, before a body is read. Pure.
namespace incident::api {

struct Refusal {
    unsigned status = 0;
    Failure failure;                                             ///< its detail; its code where status is 0
    std::vector<std::pair<std::string, std::string>> headers;   ///< Allow, …
};

struct AdmissionRules {
    std::span<const std::string> allowed_hosts;  ///< the config's, and that of the external URL
    const config::Config& config;
    bool proved = false;  ///< the request shows who it is from, or its listener asks for that
};

/// The gates that keep pages in somebody's browser out: Host, Origin, Sec-Fetch-Site.
[[nodiscard]] std::optional<Refusal> refuse_stranger(const net::Request& head, wire::Operation operation, const AdmissionRules& rules);

/// Content type, content encoding, Accept and query names of an operation. @param source of a hook.
[[nodiscard]] std::optional<Refusal> refuse_form(const net::Request& head, wire::Operation operation, std::string_view source,
                                                 const AdmissionRules& rules);

/// How much of a body this operation takes.
[[nodiscard]] std::size_t body_limit(const net::Request& head, wire::Operation operation, std::string_view source, const config::Config& config);

}  // namespace incident::api
