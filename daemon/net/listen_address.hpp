#pragma once
#include "model/result.hpp"
#include <boost/asio/ip/tcp.hpp>
#include <string_view>

namespace incident::net {

/// `HOST:PORT` with an IP address, `[IPV6]:PORT`, `localhost:PORT`, or `:PORT` for every address (as Prometheus has it).
/// Names are not looked up: what a listener binds to should not depend on a name server.
/// @return Errc::invalid_input with the value and an example.
[[nodiscard]] Result<boost::asio::ip::tcp::endpoint> parse_listen_address(std::string_view text);

}  // namespace incident::net
