#pragma once
#include "net/message_address.hpp"
#include <array>
#include <string>
#include <vector>

namespace incident::config {

/// One message socket's part of `listeners:`.
struct MessageListener {
    std::vector<net::MessageAddress> listen;  ///< empty: not configured
    std::vector<net::Network> from;           ///< whose messages are taken, besides this machine's
    std::string zone = "UTC";                 ///< syslog and relp: of times that name none
    std::string cert_file, key_file;          ///< for `tls://`, PEM
    std::string client_ca_file;               ///< not empty: a peer must show a certificate that one of these signed
};

/// Sockets that carry messages. None is open unless it is configured.
struct Listeners {
    MessageListener line, syslog, relp;
    [[nodiscard]] const MessageListener& of(net::Protocol protocol) const noexcept
    {
        switch (protocol) {
        case net::Protocol::line: return line;
        case net::Protocol::syslog: return syslog;
        case net::Protocol::relp: return relp;
        }
        return line;
    }
};

inline constexpr std::size_t max_listen_addresses = 16, max_from_networks = 256;  ///< per protocol; `from` is gone through for each datagram

}  // namespace incident::config
