#include "net/listen_address.hpp"
#include <boost/asio.hpp>
#include <charconv>

namespace incident::net {
namespace asio = boost::asio;

Result<asio::ip::tcp::endpoint> parse_listen_address(std::string_view text)
{
    const auto refused = [&](std::string_view why) {
        return Failure{Errc::invalid_input, "listen address \"" + std::string{text} + "\": " + std::string{why} +
                                                "; write it like 127.0.0.1:9780 or [::1]:9780"};
    };
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return refused("no port");
    auto host = text.substr(0, colon);
    const auto digits = text.substr(colon + 1);
    unsigned port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc{} || end != digits.data() + digits.size() || port > 65535)
        return refused("the port is no number from 0 to 65535");
    const auto number = static_cast<std::uint16_t>(port);
    if (host.empty()) return asio::ip::tcp::endpoint{asio::ip::address_v6::any(), number};
    if (host == "localhost") return asio::ip::tcp::endpoint{asio::ip::address_v4::loopback(), number};
    const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (bracketed) host = host.substr(1, host.size() - 2);
    boost::system::error_code bad;
    const auto address = asio::ip::make_address(std::string{host}, bad);
    if (bad || address.is_v6() != bracketed) return refused("the host is no IP address (names are not looked up)");
    return asio::ip::tcp::endpoint{address, number};
}

}  // namespace incident::net
