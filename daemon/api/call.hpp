#pragma once
#include "api/decide.hpp"
#include "api/query.hpp"
#include "api/replies.hpp"
#include "api/runtime.hpp"
#include "api/source_book.hpp"

namespace incident::api {
namespace asio = boost::asio;

/// One request on its way through a handler. Moved in, so that it outlives every suspension.
struct Call {
    net::Request request;
    const wire::Route* route = nullptr;
    std::map<std::string, std::string> params;
    std::shared_ptr<const Settings> settings;  ///< taken once: a reload does not change a request under way
    std::shared_ptr<const AlertRoutes> routes;
    Instant received_at;
    Sender sender;
    bool listener_allows = true;  ///< the listener would take it without a proof of the sender's own
};

/// What handlers share. Network thread only.
struct Context {
    Runtime& runtime;
    SourceBook sources;
    std::shared_ptr<const AlertRoutes> routes{};        ///< see current_routes()
    std::shared_ptr<const Settings> routes_of{};
    std::size_t inflated_bytes = 0;                     ///< that compressed bodies now in hand may become
    bool rules_changing = false;                        ///< a request is saving the site's rules
    std::uint64_t messages_lost = 0;                    ///< by message sockets, since the start
};

using Handled = asio::awaitable<Result<net::Reply>>;

}  // namespace incident::api
