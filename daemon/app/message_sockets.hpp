#pragma once
#include "app/service_manager.hpp"
#include "config/config.hpp"
#include "net/message_server.hpp"

/// The message sockets' part of the daemon's life: configuration and the service manager's sockets -> what listens.
namespace incident::app {

/// What the configuration says, as the server takes it. @param clock outlives the server.
/// @return Errc::invalid_input naming the certificate file that is wrong.
[[nodiscard]] Result<std::vector<net::MessageListening>> to_listening(const config::Listeners& listeners, const Clock& clock);

/// Opens what the service manager handed over and what the configuration names.
/// @return Errc::invalid_input as to_listening(), or when an activated socket can be reached by machines that the configuration does not name;
/// Errc::unavailable when an address cannot be had.
[[nodiscard]] Result<void> open_message_sockets(net::MessageServer& server, const std::vector<MessageSocket>& activated,
                                                const config::Listeners& listeners, const Clock& clock);
/// The same on a reload: what cannot be opened is left out and logged, and what stays is not touched.
void reload_message_sockets(net::MessageServer& server, const config::Listeners& listeners, const Clock& clock);

}  // namespace incident::app
