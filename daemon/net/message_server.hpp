#pragma once
#include "net/listener.hpp"
#include "net/message_session.hpp"
#include "net/task_set.hpp"
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <list>

namespace incident::net {

/// What the configuration says of one protocol.
struct MessageListening {
    Protocol protocol = Protocol::line;
    std::vector<MessageAddress> listen;
    std::vector<Network> from;    ///< whose messages are taken, besides this machine's
    std::shared_ptr<TlsIdentity> tls{};  ///< for `tls://`; connections keep what they began with
    bool certificates = false;    ///< TLS peers must prove themselves, so they may come from anywhere
};

/// The message sockets and every connection they took. Network thread only.
class MessageServer {
 public:
    /// `handler` outlives the server and its io_context's run().
    MessageServer(asio::io_context& context, MessageHandler& handler, const MessageLimits& limits = {});
    MessageServer(const MessageServer&) = delete;
    MessageServer& operator=(const MessageServer&) = delete;
    ~MessageServer();

    /// Opens what is new, closes what is no longer wanted (its sessions end when they have answered what they read), and leaves
    /// all else alone; what the service manager opened stays. One element per protocol.
    /// @return the first that could not be opened, Errc::unavailable; the others are open.
    Result<void> listen(const std::vector<MessageListening>& wanted);
    /// Takes a socket that the service manager opened, stream or datagram. It stands in for our own of that protocol.
    Result<void> adopt(Protocol protocol, int descriptor);
    /// Takes nobody new, lets the sessions store and answer what they have read; after `grace` closes the rest.
    [[nodiscard]] asio::awaitable<void> drain(std::chrono::milliseconds grace);

    struct Place {
        Protocol protocol;
        MessageAddress address;
        std::uint16_t port = 0;
    };
    /// What is open, for the start log and tests.
    [[nodiscard]] std::vector<Place> places() const;
    [[nodiscard]] std::size_t connections() const noexcept { return core_->sessions.size(); }

 private:
    struct Open;

    Result<std::shared_ptr<Open>> open(Protocol protocol, const MessageAddress& address);
    /// @param take_rest hands on the datagrams that arrived before.
    void close(Open& open, bool take_rest);
    void begin(const std::shared_ptr<Open>& open);
    asio::awaitable<void> accept_from(std::shared_ptr<Open> open);
    void welcome(MessageStream::Socket socket, const Open& open);
    asio::awaitable<void> receive_from(std::shared_ptr<Open> open);
    /// Hands on what the socket holds now. @return the bytes taken.
    std::size_t receive(Open& open);
    void note_dropped(Open& open);
    asio::awaitable<void> hand_on(Protocol protocol, Peer peer, std::vector<Message> messages);
    asio::awaitable<void> sweep();
    asio::awaitable<void> tell_gaps();
    [[nodiscard]] const MessageListening& rules(Protocol protocol) const { return rules_[static_cast<std::size_t>(protocol)]; }

    asio::io_context& context_;
    std::shared_ptr<MessageCore> core_;
    std::array<MessageListening, 3> rules_;
    std::list<std::shared_ptr<Open>> open_;
    std::map<std::uint32_t, std::string> accounts_;
    bool sweeping_ = false;
    TaskSet service_;    // accept loops and the sweep
    TaskSet datagrams_;  // batches being stored
    TaskSet sessions_;   // last: they end before anything else of ours
};

}  // namespace incident::net
