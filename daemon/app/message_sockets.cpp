#include "app/message_sockets.hpp"

namespace incident::app {

std::vector<net::MessageListening> to_listening(const config::Listeners& listeners)
{
    std::vector<net::MessageListening> all;
    for (const auto protocol : {net::Protocol::line, net::Protocol::syslog, net::Protocol::relp}) {
        const auto& configured = listeners.of(protocol);
        net::MessageListening one;
        one.protocol = protocol;
        one.listen = configured.listen;
        one.from = configured.from;
        one.certificates = !configured.client_ca_file.empty();
        all.push_back(std::move(one));
    }
    return all;
}

Result<void> open_message_sockets(net::MessageServer& server, const std::vector<MessageSocket>& activated, const config::Listeners& listeners)
{
    for (const auto& socket : activated)
        if (auto adopted = server.adopt(socket.protocol, socket.descriptor); !adopted) return adopted.error();
    for (const auto& place : server.places())
        if (!place.address.loopback && listeners.of(place.protocol).from.empty())
            return Failure{Errc::invalid_input, "the socket " + net::to_string(place.address) + " named \"" + std::string{net::to_string(place.protocol)} +
                                                    "\" can be reached by other machines; write listeners: {" + std::string{net::to_string(place.protocol)} +
                                                    ": {listen: \"127.0.0.1:0\", from: [\"10.0.0.0/8\"]}} with the networks of your senders"};
    return server.listen(to_listening(listeners));
}

}  // namespace incident::app
