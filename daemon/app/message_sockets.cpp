#include "app/message_sockets.hpp"
#include "app/clock.hpp"
#include "observe/log.hpp"

namespace incident::app {

Result<std::vector<net::MessageListening>> to_listening(const config::Listeners& listeners, const Clock& clock)
{
    std::vector<net::MessageListening> all;
    for (const auto protocol : {net::Protocol::line, net::Protocol::syslog, net::Protocol::relp}) {
        const auto& configured = listeners.of(protocol);
        net::MessageListening one;
        one.protocol = protocol;
        one.listen = configured.listen;
        one.from = configured.from;
        one.certificates = !configured.client_ca_file.empty();
        if (!configured.cert_file.empty()) {
            net::TlsSettings settings;
            settings.cert_file = configured.cert_file;
            settings.key_file = configured.key_file;
            settings.client_ca_file = configured.client_ca_file;
            if (one.certificates) settings.client_auth = net::TlsSettings::ClientAuth::require_and_verify;
            auto identity = net::TlsIdentity::open(std::move(settings), clock);
            if (!identity) return Failure{Errc::invalid_input, "listeners: " + std::string{net::to_string(protocol)} + ": " + identity.error().detail};
            one.tls = std::move(*identity);
        }
        all.push_back(std::move(one));
    }
    return all;
}

Result<void> open_message_sockets(net::MessageServer& server, const std::vector<MessageSocket>& activated, const config::Listeners& listeners, const Clock& clock)
{
    for (const auto& socket : activated)
        if (auto adopted = server.adopt(socket.protocol, socket.descriptor); !adopted) return adopted.error();
    for (const auto& place : server.places())
        if (!place.address.loopback && listeners.of(place.protocol).from.empty())
            return Failure{Errc::invalid_input, "the socket " + net::to_string(place.address) + " named \"" + std::string{net::to_string(place.protocol)} +
                                                    "\" can be reached by other machines; write listeners: {" + std::string{net::to_string(place.protocol)} +
                                                    ": {listen: \"127.0.0.1:0\", from: [\"10.0.0.0/8\"]}} with the networks of your senders"};
    const auto wanted = to_listening(listeners, clock);
    if (!wanted) return wanted.error();
    return server.listen(*wanted);
}

void reload_message_sockets(net::MessageServer& server, const config::Listeners& listeners, const Clock& clock)
{
    const auto wanted = to_listening(listeners, clock);
    if (!wanted) {
        observe::log_error("message sockets stay as they were", {{"error", wanted.error().detail}});
        return;
    }
    if (auto opened = server.listen(*wanted); !opened)
        observe::log_error("a listener of the new configuration could not be opened; the others are", {{"error", opened.error().detail}});
}

}  // namespace incident::app
