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

/// `line`, `syslog`, `relp`: the name in the configuration, and the events' source.
[[nodiscard]] constexpr std::string_view to_string(Protocol protocol) noexcept
{
    switch (protocol) {
    case Protocol::line: return "line";
    case Protocol::syslog: return "syslog";
    case Protocol::relp: return "relp";
    }
    return "line";
}

/// One message as framed, without its framing.
struct Message {
    std::string bytes;
    bool cut = false;           ///< it was longer than the limit, or its sender left in the middle; this is what was kept
    std::uint64_t ordinal = 1;  ///< RELP: it is the n-th of equal messages of its connection, so that both of two are kept
    bool operator==(const Message&) const = default;
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
    /// Never throws. For `syslog` nobody reads the answers, and nobody sends again: it waits for room as long as there is hope.
    /// Without messages it only writes down what was lost() before.
    [[nodiscard]] virtual asio::awaitable<std::vector<Taken>> take(Protocol protocol, Peer peer, std::vector<Message> messages) = 0;
    /// Ask before reading on: while there is no room, a stream's bytes wait in the kernel.
    [[nodiscard]] virtual bool has_room(Protocol protocol) const = 0;
    /// Something was refused below the messages (a frame's bad length, a stranger's address): counted and logged.
    virtual void refused(Protocol protocol, const Peer& peer, std::string why) = 0;
    /// So many messages were lost before they could be read: counted, logged, and told in the record itself as a gap.
    virtual void lost(Protocol protocol, std::uint64_t messages, std::string why) = 0;
};

}  // namespace incident::net
