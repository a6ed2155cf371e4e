#pragma once
#include <cstdint>
#include <string>

namespace incident::net {

/// Who is at the other end, as far as the transport proves it.
struct Peer {
    bool unix_socket = false;
    std::uint32_t uid = 0;     ///< SO_PEERCRED; Unix socket only
    std::string account;       ///< the uid's account name, or empty
    std::string address;       ///< TCP: the IP address as text
    bool loopback = false;
    bool tls = false;          ///< TCP: nobody between could read along
    std::string certificate;   ///< TLS: the name in the certificate that it showed, verified; else empty
    bool datagram = false;     ///< the address is only what the datagram says
    /// `unix:uid=1000(sam)`, `tcp:127.0.0.1` or `udp:127.0.0.1`: the entry's principal.
    [[nodiscard]] std::string principal() const;
};

}  // namespace incident::net
