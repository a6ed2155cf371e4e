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
};

/// What handlers share. Network thread only.
struct Context {
    Runtime& runtime;
    SourceBook sources;
};

using Handled = asio::awaitable<Result<net::Reply>>;

}  // namespace incident::api
