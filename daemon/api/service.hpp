#pragma once
#include "api/runtime.hpp"
#include "net/http.hpp"

namespace incident::api {

/// Where requests meet the domain: route -> decode -> decide -> append or read -> reply. Everything the listeners
/// serve goes through here; one router for TCP and the Unix socket.
[[nodiscard]] std::unique_ptr<net::Handler> make_service(Runtime& runtime);

}  // namespace incident::api
