#pragma once
#include "app/service_manager.hpp"
#include "config/config.hpp"
#include "net/message_server.hpp"

/// The message sockets' part of the daemon's life: configuration and the service manager's sockets -> what listens.
namespace incident::app {

/// What the configuration says, as the server takes it.
[[nodiscard]] std::vector<net::MessageListening> to_listening(const config::Listeners& listeners);

/// Opens what the service manager handed over and what the configuration names.
/// @return Errc::invalid_input when an activated socket can be reached by machines that the configuration does not name;
/// Errc::unavailable when an address cannot be had.
[[nodiscard]] Result<void> open_message_sockets(net::MessageServer& server, const std::vector<MessageSocket>& activated,
                                                const config::Listeners& listeners);

}  // namespace incident::app
