#pragma once
#include "net/message_address.hpp"
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <memory>
#include <string_view>

/// The bytes of one connection, whatever carries them: so that sessions need not know of TLS. Network thread only.
namespace incident::net {

class MessageStream {
 public:
    using Socket = asio::generic::stream_protocol::socket;

    virtual ~MessageStream() = default;
    /// What must happen before the first byte of a message (a TLS handshake). @return why it failed; empty: it did not.
    [[nodiscard]] virtual asio::awaitable<std::string> begin() = 0;
    /// At least one byte; 0: the peer has left, or cancel().
    [[nodiscard]] virtual asio::awaitable<std::size_t> read_some(asio::mutable_buffer room) = 0;
    /// False: the peer has left, or cancel().
    [[nodiscard]] virtual asio::awaitable<bool> write(std::string_view bytes) = 0;
    /// Bytes that read_some() would give without waiting; 0: not known.
    [[nodiscard]] virtual std::size_t available() = 0;
    /// Ends a wait that is under way.
    virtual void cancel() = 0;
    virtual void close() = 0;
};

[[nodiscard]] std::unique_ptr<MessageStream> plain_stream(MessageStream::Socket socket);

/// Makes the stream of a connection; the TLS listener's makes a TLS one.
using MakeStream = std::function<std::unique_ptr<MessageStream>(MessageStream::Socket)>;

}  // namespace incident::net
