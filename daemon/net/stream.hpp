#pragma once
#include "net/tls.hpp"
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <memory>
#include <span>
#include <string>
#include <tuple>

namespace incident::net {
namespace asio = boost::asio;

/// A connection, TCP or Unix, plain or TLS: whoever reads and writes need not know which. One thread; one read and one
/// write at a time. A cancelled wait takes nothing away: what came is there for the next read.
class Stream {
 public:
    using Socket = asio::generic::stream_protocol::socket;
    using Code = boost::system::error_code;
    using Moved = asio::awaitable<std::tuple<Code, std::size_t>>;

    /// Plain without `tls`. With it, handshake comes first.
    explicit Stream(Socket socket, std::shared_ptr<const TlsContext> tls = nullptr);
    Stream(Stream&&) noexcept;
    ~Stream();

    [[nodiscard]] bool is_tls() const noexcept { return tls_ != nullptr; }
    /// As server. Nothing to do where it is plain.
    [[nodiscard]] asio::awaitable<Code> accept_handshake();
    /// As client of `host`, whose certificate must be for that name.
    [[nodiscard]] asio::awaitable<Code> connect_handshake(const std::string& host);
    /// The other side spoke HTTP where a handshake was due.
    [[nodiscard]] static bool was_plain_http(const Code& failed);
    /// Of the certificate that the other side showed and we verified: its common name, else its first other name; else empty.
    [[nodiscard]] std::string peer_certificate_name() const;

    [[nodiscard]] Moved read_some(asio::mutable_buffer into);
    /// Writes what goes without a wait: would_block when that is nothing. TLS always says so.
    std::size_t write_now(std::span<const asio::const_buffer> parts, Code& failed);
    [[nodiscard]] Moved write_some(std::span<const asio::const_buffer> parts);

    /// Tells a TLS peer that nothing more comes, so that it can tell an end from a cut, and waits for its word or any
    /// other sign; then closes our side. The owner bounds the wait by cancel() or close().
    [[nodiscard]] asio::awaitable<void> end_writing();
    /// What the peer still sends, as it comes over the wire: only for throwing it away, after end_writing().
    [[nodiscard]] Moved read_raw(asio::mutable_buffer into);

    void cancel() noexcept;  ///< waits end with operation_aborted
    void close() noexcept;   ///< at once
    [[nodiscard]] Socket& socket() noexcept { return *socket_; }

 private:
    struct Tls;
    std::unique_ptr<Socket> socket_;  // in one place for good: the TLS side refers to it
    std::unique_ptr<Tls> tls_;
};

}  // namespace incident::net
