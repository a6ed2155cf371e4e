#pragma once
#include "wire/routes.hpp"
#include <map>
#include <span>
#include <variant>
#include <vector>

/// Which operation a request asks for: pure, from wire::routes alone.
namespace incident::api {

struct Match {
    const wire::Route* route = nullptr;         ///< its path is the template that metrics are labelled with
    std::map<std::string, std::string> params;  ///< `id`, `key`, `source` (a door's own too), `tail` joined by /
};

struct NoRoute {
    std::string nearest;  ///< a path of ours that was perhaps meant; may be empty
};

struct WrongMethod {
    std::string allow;  ///< for the Allow header: `GET, HEAD, OPTIONS, POST`
};

/// OPTIONS on a path that exists.
struct Asked {
    std::string allow;
};

using Routed = std::variant<Match, NoRoute, WrongMethod, Asked>;

/// @param segments decoded path segments; empty for `/`. HEAD is served wherever GET is.
[[nodiscard]] Routed route(std::string_view method, std::span<const std::string> segments);

}  // namespace incident::api
