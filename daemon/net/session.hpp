#pragma once
#include "net/core.hpp"
#include "net/stream.hpp"
#include <boost/asio/cancellation_signal.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <vector>

namespace incident::net {

/// One HTTP/1.1 connection, TCP, TLS or Unix alike: requests in order, one at a time, so pipelining needs no more care.
/// It has no timer of its own: it notes when it must have gone on, and the server's sweep looks at all of them.
class Session {
 public:
    using Time = std::chrono::steady_clock::time_point;

    Session(std::shared_ptr<Core> core, Stream stream, Peer peer);
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    ~Session();

    /// Serves until the peer leaves, a limit is passed, or ask_to_stop(). The coroutine owns the session.
    [[nodiscard]] static asio::awaitable<void> serve(std::unique_ptr<Session> session);

    /// From the sweep: ends a wait that took too long.
    void check_deadline(Time now);
    /// Ends the wait for another request; a request under way is still answered. Streams end.
    void ask_to_stop();
    /// Closes at once.
    void kill();
    /// Set by the owner once the task runs.
    void set_signal(asio::cancellation_signal& signal) { signal_ = &signal; }

 private:
    enum class Phase { handshake, idle, header, body, handling, writing, streaming, lingering };
    using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

    asio::awaitable<void> run();
    /// False: there is nobody to talk to.
    asio::awaitable<bool> shake_hands();
    asio::awaitable<void> tell_plain_peer();
    /// One request and its answer. True: another may follow.
    asio::awaitable<bool> answer_one();
    asio::awaitable<void> say_farewell();
    void note_failed_handshake(const boost::system::error_code& failed);
    /// A whole header into facts_ and parser_. False: the connection is done with.
    asio::awaitable<bool> read_head();
    /// Answers the request whose header was read. True: another may follow.
    asio::awaitable<bool> answer_request();
    /// The body into parser_. @return what to refuse with; status 0: the peer is gone.
    asio::awaitable<std::optional<Refusal>> read_body(std::size_t limit_bytes);
    /// Reads what is there behind pending(). False: peer gone, deadline, or the buffer is full.
    asio::awaitable<bool> fill();
    asio::awaitable<bool> write(std::string_view head, std::string_view body);
    asio::awaitable<bool> send(Reply reply, bool keep_alive);
    asio::awaitable<void> send_stream(Reply reply);
    asio::awaitable<void> refuse(Refusal refusal);
    /// Takes the peer's last words away, so that closing does not reset the connection under our answer.
    asio::awaitable<void> linger();
    asio::awaitable<void> read_away();
    asio::awaitable<void> watch_peer();
    void add_site_headers(Reply& reply) const;

    [[nodiscard]] std::optional<Refusal> parse_head(std::size_t size);
    [[nodiscard]] Result<Request> make_request();
    [[nodiscard]] bool charge_body(std::size_t bytes);
    void release_body();
    void enter(Phase phase, std::chrono::milliseconds allowed);
    void enter_without_deadline(Phase phase);
    [[nodiscard]] std::string_view pending() const { return {input_.data() + begin_, end_ - begin_}; }
    void consume(std::size_t bytes);
    [[nodiscard]] bool has_body() const { return facts_.chunked || facts_.content_length.value_or(0) > 0; }

    std::shared_ptr<Core> core_;
    Stream stream_;
    Peer peer_;
    asio::cancellation_signal* signal_ = nullptr;
    Phase phase_ = Phase::idle;
    Time entered_, deadline_ = Time::max();
    bool expired_ = false;
    std::vector<char> input_;
    std::size_t begin_ = 0, end_ = 0;
    HeadFacts facts_;              // without its views: method and target are in parser_
    bool head_only_ = false;       // a HEAD request
    std::optional<Parser> parser_;
    std::size_t body_charged_ = 0, body_received_ = 0;
    std::string out_, joined_;     // the head of an answer; with its body; they keep their room
};

}  // namespace incident::net
