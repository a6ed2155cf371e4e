#pragma once
#include "api/runtime.hpp"
#include "net/http.hpp"

namespace incident::api {

struct Context;

/// What every way in shares: requests, message sockets, chat. A daemon makes one; `runtime` outlives it.
[[nodiscard]] std::shared_ptr<Context> make_context(Runtime& runtime);

/// Where requests meet the domain: route -> decode -> decide -> append or read -> reply. Everything the listeners
/// serve goes through here; one router for TCP and the Unix socket.
[[nodiscard]] std::unique_ptr<net::Handler> make_service(std::shared_ptr<Context> context);
/// With a context of its own.
[[nodiscard]] std::unique_ptr<net::Handler> make_service(Runtime& runtime);

}  // namespace incident::api
