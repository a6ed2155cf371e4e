#pragma once
#include "client/config.hpp"

namespace incident::ctl {

/// Where the server is.
struct Endpoint {
    std::string url;          ///< as named; what messages show and what the memory is kept under
    std::string unix_socket;  ///< path; empty: TCP
    std::string base;         ///< scheme, host, base path; no slash at the end
    bool operator==(const Endpoint&) const = default;
};

/// `http://…`, `https://…` with or without a base path, `unix:///path`. The scheme is never rewritten, the base path
/// stands in front of every route. @return Exit::usage naming what is wrong.
[[nodiscard]] Try<Endpoint> parse_endpoint(std::string_view url);

/// Without a URL: the sockets of `incidentd --dev`, then the service's, then the default port. First that answers wins.
[[nodiscard]] std::vector<Endpoint> default_endpoints(const Environment& environment);

}  // namespace incident::ctl
