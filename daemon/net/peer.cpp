#include "net/peer.hpp"

namespace incident::net {

std::string Peer::principal() const
{
    if (!unix_socket) return (datagram ? "udp:" : "tcp:") + address;
    auto text = "unix:uid=" + std::to_string(uid);
    if (!account.empty()) text += "(" + account + ")";
    return text;
}

}  // namespace incident::net
