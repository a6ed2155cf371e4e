#pragma once
#include "net/peer.hpp"
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

/// Sockets that carry messages instead of requests: the line protocol, syslog, RELP, IRC. net frames the bytes and decides
/// nothing; `api` implements what a message means.
namespace incident::net {
namespace asio = boost::asio;

enum class Protocol { line, syslog, relp };

/// One message as framed, without its framing.
struct Message {
    std::string bytes;
    bool cut = false;  ///< it was longer than the limit; the rest was passed over
};

/// What became of one message.
struct Taken {
    bool stored = false;
    std::string answer;  ///< the id, or why not; one line
};

class MessageHandler {
 public:
    virtual ~MessageHandler() = default;
    /// Messages that arrived together, in order; returns when they are durable (or cannot be stored). One answer for each.
    /// Never throws. For `syslog` nobody reads the answers.
    [[nodiscard]] virtual asio::awaitable<std::vector<Taken>> take(Protocol protocol, Peer peer, std::vector<Message> messages) = 0;
    /// Ask before reading on: while there is no room, a stream's bytes wait in the kernel.
    [[nodiscard]] virtual bool has_room(Protocol protocol) const = 0;
    /// Something was lost or refused below the messages (a frame's bad length, a datagram dropped): counted and logged.
    virtual void refused(Protocol protocol, const Peer& peer, std::string why) = 0;
};

}  // namespace incident::net
