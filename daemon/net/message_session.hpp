#pragma once
#include "net/framing.hpp"
#include "net/message_address.hpp"
#include "net/message_stream.hpp"
#include <chrono>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace incident::net {

/// Every limit of the message sockets (RELIABILITY D-1, E-9), with unit and reason.
struct MessageLimits {
    FramingLimits framing;
    std::size_t input_bytes = 32 * 1024;        ///< read at once from one connection
    std::size_t line_batch_messages = 10;       ///< of one submission: more would leave the people's lane
    std::size_t batch_messages = 256;           ///< of one submission of syslog and RELP
    std::size_t batch_bytes = 256 * 1024;
    std::chrono::milliseconds begin_time{10'000};     ///< for a TLS handshake
    std::chrono::milliseconds line_idle_time{3'600'000};  ///< a person's `nc`
    std::chrono::milliseconds idle_time{86'400'000};  ///< senders keep quiet for hours, and plain syslog loses a line when we close; TCP's own keep-alive finds the dead
    std::chrono::milliseconds frame_time{30'000};     ///< from the first byte of a message to its last
    std::chrono::milliseconds write_time{30'000};     ///< a peer that takes no answer for so long is dropped
    std::chrono::milliseconds room_pause{20};         ///< how often to look whether the store has room again
    std::chrono::milliseconds accept_pause{100};      ///< when descriptors are gone: no spinning
    std::chrono::milliseconds gap_interval{10'000};   ///< losses are told in the record so often
    std::size_t connections = 1000;
    std::size_t connections_per_address = 64;   ///< not for loopback and Unix sockets
    std::size_t datagram_batches = 64;          ///< being stored at once; then the kernel's buffer fills
    int datagram_buffer_bytes = 8 * 1024 * 1024;  ///< asked of the kernel, which gives at most net.core.rmem_max
    std::size_t last_read_bytes = 1024 * 1024;  ///< of what had arrived when we stop, per syslog socket
};

class MessageSession;

/// What the sessions of a message server share. Network thread only; sessions hold it, so it outlives each of them.
struct MessageCore {
    MessageHandler& handler;
    MessageLimits limits;
    bool stopping = false;
    std::unordered_map<std::string, std::size_t> per_address{};  ///< counted where the limit holds
    std::unordered_set<MessageSession*> sessions{};
};

/// One connection of a message socket. It has no timer of its own: it notes when it must have gone on, and the server's
/// sweep looks at all of them.
class MessageSession {
 public:
    using Time = std::chrono::steady_clock::time_point;

    /// @param origin names the listener, so that its sessions can be told to stop with it.
    MessageSession(std::shared_ptr<MessageCore> core, std::unique_ptr<MessageStream> stream, Protocol protocol, Peer peer, const void* origin);
    MessageSession(const MessageSession&) = delete;
    MessageSession& operator=(const MessageSession&) = delete;
    ~MessageSession();

    /// Serves until the peer leaves, a limit is passed, or ask_to_stop(). The coroutine owns the session.
    [[nodiscard]] static asio::awaitable<void> serve(std::unique_ptr<MessageSession> session);

    /// From the sweep: ends a wait that took too long.
    void check_deadline(Time now);
    /// Ends the wait for more; what was read is still stored and answered.
    void ask_to_stop();
    /// Closes at once.
    void kill();
    [[nodiscard]] const void* origin() const noexcept { return origin_; }

 private:
    enum class End { no, left, stopped, late };

    template <class Framing>
    asio::awaitable<void> run(Framing framing);
    asio::awaitable<void> run_relp();
    /// Reads what is there. Empty: end_ says why. @param midway a message has begun.
    asio::awaitable<std::string_view> fill(bool midway);
    asio::awaitable<void> wait_for_room();
    /// Stores the batch and answers it. False: the peer is gone, or must come again.
    asio::awaitable<bool> deliver(std::vector<Message>& batch);
    asio::awaitable<bool> answer_relp(std::vector<Message>& batch, std::vector<std::uint32_t>& transactions);
    /// A frame that is no message. False: the conversation is over.
    asio::awaitable<bool> obey(RelpFrame frame);
    asio::awaitable<bool> write(std::string bytes);
    void allow(std::chrono::milliseconds time) { deadline_ = std::chrono::steady_clock::now() + time; }
    void refuse(std::string why) { core_->handler.refused(protocol_, peer_, std::move(why)); }

    std::shared_ptr<MessageCore> core_;
    std::unique_ptr<MessageStream> stream_;
    Protocol protocol_;
    Peer peer_;
    const void* origin_;
    std::vector<char> input_;
    Time deadline_ = Time::max(), message_since_ = Time::max();
    bool reading_ = false, expired_ = false, stop_ = false, relp_open_ = false;
    std::size_t last_read_bytes_ = 0;
    End end_ = End::no;
};

}  // namespace incident::net
