#pragma once
#include "model/result.hpp"
#include "net/peer.hpp"
#include "net/tls.hpp"
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <map>
#include <string>

namespace incident::net {
namespace asio = boost::asio;

/// A listening socket, TCP or Unix.
struct Listener {
    using Acceptor = asio::basic_socket_acceptor<asio::generic::stream_protocol>;
    Acceptor acceptor;
    bool unix_socket = false;
    bool ours = false;      ///< we made it, so we remove its file at the end
    std::string address;    ///< `127.0.0.1:9780` or the socket's path
    bool loopback = false;  ///< TCP: only this machine can reach it
    std::uint16_t port = 0;
    std::shared_ptr<TlsIdentity> tls{};  ///< null: plain
};

/// @return Errc::unavailable naming address and reason.
[[nodiscard]] Result<Listener> open_tcp(const asio::any_io_executor& executor, std::string_view address);
/// Makes the socket with mode 0660 and its folder (0750) if missing. A socket file that nobody answers is replaced, so call
/// this only after the storage lock is ours. @return Errc::conflict when somebody answers there, or when it is no socket.
[[nodiscard]] Result<Listener> open_unix(const asio::any_io_executor& executor, const std::string& path);
/// Takes a listening descriptor that the service manager opened.
[[nodiscard]] Result<Listener> adopt(const asio::any_io_executor& executor, int descriptor);

/// Who connected. `accounts` remembers names, so /etc/passwd is read once for each user.
[[nodiscard]] Peer peer_of(int descriptor, bool unix_socket, std::map<std::uint32_t, std::string>& accounts);

}  // namespace incident::net
