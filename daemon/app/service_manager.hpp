#pragma once
#include "net/listener.hpp"
#include "net/message.hpp"
#include <chrono>
#include <optional>
#include <vector>

/// What we say to systemd, and what it hands us. Without it every call does nothing.
namespace incident::app {

void notify_ready(std::string_view status);
void notify_status(std::string_view status);
/// A reload begins; notify_ready() ends it.
void notify_reloading();
void notify_stopping();
void notify_alive();
/// How often notify_alive() is wanted at the least; empty: there is no watchdog.
[[nodiscard]] std::optional<std::chrono::microseconds> watchdog_interval();

/// One that carries messages; stream or datagram.
struct MessageSocket {
    net::Protocol protocol;
    int descriptor;
};

struct Activated {
    std::vector<net::Listener> listeners;
    std::vector<MessageSocket> messages;
};

/// Sockets opened for us, by the names of their units: `http` (TCP), `unix`, and `line`, `syslog`, `relp`. Others are an error,
/// since a socket that nobody serves looks like a daemon that hangs.
[[nodiscard]] Result<Activated> activated_listeners(const boost::asio::any_io_executor& executor);

}  // namespace incident::app
