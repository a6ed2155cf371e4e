#pragma once
#include "net/message.hpp"
#include "model/result.hpp"
#include <boost/asio/ip/address.hpp>
#include <compare>
#include <span>
#include <string_view>

/// Where message sockets listen, and whom they listen to, as the configuration writes it. Pure.
namespace incident::net {

enum class Transport { tcp, tls, udp, unix_socket };

/// `127.0.0.1:9781`, `tcp://…`, `udp://…`, `tls://…`, or `unix:/run/incidentd/line.sock`.
struct MessageAddress {
    Transport transport = Transport::tcp;
    std::string address;  ///< `127.0.0.1:9781`, or the path
    bool loopback = false;  ///< only this machine can reach it; a Unix socket too
    auto operator<=>(const MessageAddress&) const = default;
};

/// As written in the configuration.
[[nodiscard]] std::string to_string(const MessageAddress& address);
/// @return Errc::invalid_input with the value and a spelling that works.
[[nodiscard]] Result<MessageAddress> parse_message_address(std::string_view text);

/// A network of senders: `10.0.0.0/8`, `2001:db8::/32`, or one address.
struct Network {
    asio::ip::address base;
    unsigned bits = 0;
    [[nodiscard]] bool contains(const asio::ip::address& address) const noexcept;
};
/// @return Errc::invalid_input; also when bits stand behind the prefix (`10.0.0.1/8`), since one of the two is a slip.
[[nodiscard]] Result<Network> parse_network(std::string_view text);

/// Whether messages from there are taken: this machine's always, else those of `from`; of anybody when `anybody` (a
/// certificate proves them). @param address as text.
[[nodiscard]] bool is_allowed(std::string_view address, std::span<const Network> from, bool anybody);

}  // namespace incident::net
