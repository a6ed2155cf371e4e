#pragma once
#include "net/listener.hpp"
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

/// Sockets opened for us, by the names of their units: `http` (TCP) and `unix`. Others are an error, since a socket that
/// nobody serves looks like a daemon that hangs.
[[nodiscard]] Result<std::vector<net::Listener>> activated_listeners(const boost::asio::any_io_executor& executor);

}  // namespace incident::app
