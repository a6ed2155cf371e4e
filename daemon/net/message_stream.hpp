#pragma once
#include "net/stream.hpp"
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <functional>
#include <memory>
#include <string_view>

/// The bytes of one connection as a session of messages wants them. Network thread only.
namespace incident::net {

class MessageStream {
 public:
    using Socket = Stream::Socket;

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

[[nodiscard]] std::unique_ptr<MessageStream> message_stream(Stream stream);

}  // namespace incident::net
