#include "net/message_address.hpp"
#include "model/text.hpp"
#include "net/listen_address.hpp"
#include <algorithm>
#include <array>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <charconv>

namespace incident::net {
namespace {

struct Scheme {
    std::string_view prefix;
    Transport transport;
};
constexpr std::array schemes{Scheme{"tcp://", Transport::tcp}, Scheme{"udp://", Transport::udp}, Scheme{"tls://", Transport::tls}};
constexpr std::string_view unix_prefix = "unix:";

asio::ip::address unmapped(const asio::ip::address& address)
{
    if (address.is_v6() && address.to_v6().is_v4_mapped()) return make_address_v4(asio::ip::v4_mapped, address.to_v6());
    return address;
}

template <class Bytes>
bool same_bits(const Bytes& a, const Bytes& b, unsigned bits)
{
    const auto whole = bits / 8;
    if (!std::equal(a.begin(), a.begin() + whole, b.begin())) return false;
    const auto left = bits % 8;
    if (left == 0) return true;
    const auto mask = static_cast<unsigned char>(0xFFU << (8 - left));
    return (a[whole] & mask) == (b[whole] & mask);
}

}  // namespace

std::string to_string(const MessageAddress& address)
{
    if (address.transport == Transport::unix_socket) return std::string{unix_prefix} + address.address;
    const auto scheme = std::ranges::find(schemes, address.transport, &Scheme::transport);
    return std::string{scheme->prefix} + address.address;
}

Result<MessageAddress> parse_message_address(std::string_view text)
{
    MessageAddress parsed;
    if (text.starts_with(unix_prefix)) {
        auto path = text.substr(unix_prefix.size());
        if (path.starts_with("//")) path.remove_prefix(2);
        if (!path.starts_with('/'))
            return Failure{Errc::invalid_input, "\"" + visible(shortened(text, 100)) + "\": a socket's path is absolute, like unix:/run/incidentd/line.sock"};
        parsed.transport = Transport::unix_socket;
        parsed.address = path;
        parsed.loopback = true;
        return parsed;
    }
    auto rest = text;
    for (const auto& scheme : schemes)
        if (rest.starts_with(scheme.prefix)) {
            parsed.transport = scheme.transport;
            rest.remove_prefix(scheme.prefix.size());
            break;
        }
    if (rest.find("//") != rest.npos)
        return Failure{Errc::invalid_input, "\"" + visible(shortened(text, 100)) + "\": the transport is tcp://, udp://, tls:// or unix:"};
    const auto endpoint = parse_listen_address(rest);
    if (!endpoint) return endpoint.error();
    parsed.address = rest;
    parsed.loopback = unmapped(endpoint->address()).is_loopback();
    return parsed;
}

bool Network::contains(const asio::ip::address& given) const noexcept
{
    const auto address = unmapped(given);
    if (address.is_v4() != base.is_v4()) return false;
    if (base.is_v4()) return same_bits(base.to_v4().to_bytes(), address.to_v4().to_bytes(), bits);
    return same_bits(base.to_v6().to_bytes(), address.to_v6().to_bytes(), bits);
}

Result<Network> parse_network(std::string_view text)
{
    const auto refused = [&](std::string_view why) {
        return Failure{Errc::invalid_input, "\"" + visible(shortened(text, 60)) + "\" is no network: " + std::string{why} +
                                                "; write it like 10.0.0.0/8, 2001:db8::/32 or 192.0.2.7"};
    };
    const auto slash = text.find('/');
    boost::system::error_code bad;
    Network network;
    network.base = asio::ip::make_address(std::string{text.substr(0, slash)}, bad);
    if (bad) return refused("it does not begin with an IP address");
    const unsigned all = network.base.is_v4() ? 32 : 128;
    network.bits = all;
    if (slash != text.npos) {
        const auto digits = text.substr(slash + 1);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), network.bits);
        if (error != std::errc{} || end != digits.data() + digits.size() || network.bits > all)
            return refused("behind the / stands a number from 0 to " + std::to_string(all));
    }
    if (network.base.is_v4()) {
        const asio::ip::network_v4 whole{network.base.to_v4(), static_cast<unsigned short>(network.bits)};
        if (whole.network() != network.base.to_v4()) return refused("its address has bits behind the prefix; the network is " + whole.canonical().to_string());
    } else {
        const asio::ip::network_v6 whole{network.base.to_v6(), static_cast<unsigned short>(network.bits)};
        if (whole.network() != network.base.to_v6()) return refused("its address has bits behind the prefix; the network is " + whole.canonical().to_string());
    }
    return network;
}

bool is_allowed(std::string_view text, std::span<const Network> from, bool anybody)
{
    if (anybody) return true;
    boost::system::error_code bad;
    const auto address = asio::ip::make_address(std::string{text}, bad);
    if (bad) return false;
    if (unmapped(address).is_loopback()) return true;
    return std::ranges::any_of(from, [&](const auto& network) { return network.contains(address); });
}

}  // namespace incident::net
