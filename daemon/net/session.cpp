#include "net/session.hpp"
#include "net/as_result.hpp"
#include "app/clock.hpp"
#include "net/reply_text.hpp"
#include "observe/log.hpp"
#include <boost/asio.hpp>

// A connection's life: handshake, one request after the other, the end. Reading is in session_read.cpp, writing in
// session_write.cpp.
namespace incident::net {
using boost::system::error_code;

namespace {

constexpr std::chrono::seconds between_warnings{1};  // strangers must not fill the log
constexpr std::chrono::milliseconds farewell_time{250};  // for the peer's last word; ours is on its way by then
constexpr std::string_view wants_tls = "This port speaks TLS; begin the address with https://\n";

}  // namespace

std::string_view Core::date()
{
    const auto now = clock.now();
    const auto second = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    if (second != date_second_) {
        date_second_ = second;
        date_ = http_date(now);
    }
    return date_;
}

Session::Session(std::shared_ptr<Core> core, Stream stream, Peer peer)
    : core_(std::move(core)), stream_(std::move(stream)), peer_(std::move(peer))
{
    core_->sessions.insert(this);
    if (peer_.unix_socket) return;
    ++core_->tcp_connections;
    if (!peer_.loopback) ++core_->per_address[peer_.address];
}

Session::~Session()
{
    release_body();
    core_->sessions.erase(this);
    if (peer_.unix_socket) return;
    --core_->tcp_connections;
    if (peer_.loopback) return;
    const auto counted = core_->per_address.find(peer_.address);
    if (counted != core_->per_address.end() && --counted->second == 0) core_->per_address.erase(counted);
}

asio::awaitable<void> Session::serve(std::unique_ptr<Session> session) { co_await session->run(); }

asio::awaitable<void> Session::run()
{
    co_await asio::this_coro::throw_if_cancelled(false);
    bool more = co_await shake_hands();
    while (more) more = co_await answer_one();
    co_await say_farewell();
    stream_.close();
}

asio::awaitable<bool> Session::answer_one()
{
    const bool asked = co_await read_head();
    if (!asked) co_return false;
    const bool more = co_await answer_request();
    parser_.reset();
    release_body();
    co_return more && !core_->stopping;
}

/// On its own: GCC 12 destroys what it never made when run() waits behind its loop only sometimes.
asio::awaitable<void> Session::say_farewell()
{
    if (!stream_.is_tls()) co_return;
    enter(Phase::lingering, std::min(farewell_time, core_->limits.linger_time));
    co_await stream_.end_writing();
}

asio::awaitable<bool> Session::shake_hands()
{
    if (!stream_.is_tls()) co_return true;
    enter(Phase::handshake, core_->limits.header_time);
    const auto failed = co_await stream_.accept_handshake();
    if (!failed) {
        peer_.tls = true;
        peer_.certificate = stream_.peer_certificate_name();
        co_return true;
    }
    note_failed_handshake(failed);
    if (Stream::was_plain_http(failed)) co_await tell_plain_peer();
    co_return false;
}

void Session::note_failed_handshake(const error_code& failed)
{
    if (core_->stopping && failed == asio::error::operation_aborted) return;
    core_->count_refused(expired_ ? "timeout" : "tls");
    const auto now = std::chrono::steady_clock::now();
    if (now < core_->next_tls_warning) return;
    core_->next_tls_warning = now + between_warnings;
    observe::log_warn("a TLS handshake failed", {{"peer", peer_.principal()}, {"error", expired_ ? "it took too long" : failed.message()}});
}

/// Browsers and people leave the s out; they are told, in the only way they can read.
asio::awaitable<void> Session::tell_plain_peer()
{
    enter(Phase::lingering, core_->limits.linger_time);
    out_ = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\nContent-Length: ";
    out_.append(std::to_string(wants_tls.size())).append("\r\n\r\n").append(wants_tls);
    const auto text = asio::buffer(out_);
    (void)co_await asio::async_write(stream_.socket(), text, as_result);
    error_code ignored;
    stream_.socket().shutdown(Stream::Socket::shutdown_send, ignored);
    co_await read_away();
}

void Session::enter(Phase phase, std::chrono::milliseconds allowed)
{
    phase_ = phase;
    entered_ = std::chrono::steady_clock::now();
    deadline_ = entered_ + allowed;
}

void Session::enter_without_deadline(Phase phase)
{
    phase_ = phase;
    deadline_ = Time::max();
}

void Session::check_deadline(Time now)
{
    bool late = now >= deadline_;
    if (phase_ == Phase::body && now - entered_ > core_->limits.body_grace) {
        const auto seconds = std::chrono::duration<double>(now - entered_).count();
        late |= static_cast<double>(body_received_) < seconds * static_cast<double>(core_->limits.body_bytes_per_second);
    }
    if (!late) return;
    expired_ = true;
    deadline_ = Time::max();
    // A reader can still be told; a peer that takes nothing cannot.
    if (phase_ == Phase::idle || phase_ == Phase::header || phase_ == Phase::body)
        stream_.cancel();
    else
        kill();
}

void Session::ask_to_stop()
{
    if (phase_ == Phase::idle || phase_ == Phase::handshake) stream_.cancel();
    if (phase_ == Phase::streaming && signal_) signal_->emit(asio::cancellation_type::terminal);
}

void Session::kill()
{
    stream_.close();
    if (signal_) signal_->emit(asio::cancellation_type::terminal);
}

asio::awaitable<bool> Session::answer_request()
{
    auto request = make_request();
    if (!request) {
        Refusal refusal{400, request.error().detail};
        co_await refuse(std::move(refusal));
        co_return false;
    }
    auto admission = core_->handler.admit(*request);
    if (admission.refuse) {
        const bool more = co_await send(std::move(*admission.refuse), facts_.keep_alive && !has_body());
        if (has_body()) co_await linger();  // the body is not worth reading
        co_return more;
    }
    if (has_body()) {
        auto refusal = co_await read_body(admission.body_limit_bytes);
        if (refusal) {
            if (refusal->status != 0) co_await refuse(std::move(*refusal));
            co_return false;
        }
        request->body = std::move(parser_->get().body());
    }
    enter_without_deadline(Phase::handling);
    std::optional<Reply> reply;
    try {
        reply = co_await core_->handler.handle(std::move(*request));
    } catch (const std::exception& bug) {
        observe::log_error("a handler threw", {{"error", bug.what()}});
    }
    if (!reply) reply = core_->handler.refuse(500, "the server failed; its log has the reason");
    if (std::holds_alternative<std::string>(reply->body)) co_return co_await send(std::move(*reply), facts_.keep_alive);
    co_await send_stream(std::move(*reply));
    co_return false;
}

}  // namespace incident::net
