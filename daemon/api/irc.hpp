#pragma once
#include "config/config.hpp"
#include "net/irc_connection.hpp"

namespace incident::api {

struct Context;

/// Speaks IRC on one network: `!tl text` in a channel becomes an event and is answered by a NOTICE with its number,
/// incident, time as understood and address. Received, not acknowledged: what is said while we are away is not heard, unless
/// the network tells it again. Network thread only; `context` is shared with the other ways in.
[[nodiscard]] std::shared_ptr<net::LineTalk> make_irc_talk(std::shared_ptr<Context> context, config::IrcServer server);

}  // namespace incident::api
