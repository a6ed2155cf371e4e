#include "net/server.hpp"
#include "net/as_result.hpp"
#include "net/session.hpp"
#include "observe/log.hpp"
#include <boost/asio.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <sys/socket.h>
#include <unistd.h>

namespace incident::net {
namespace {

constexpr std::size_t reserved_for_accept = 8;  // descriptors of the reserve; RELIABILITY F15

std::chrono::milliseconds tightest_of(const Limits& limits)
{
    return std::min({limits.idle_time, limits.header_time, limits.body_time, limits.write_time, limits.linger_time});
}

bool out_of_descriptors(const boost::system::error_code& error)
{
    return error == asio::error::no_descriptors || error.value() == ENFILE;
}

}  // namespace

Server::Server(asio::io_context& context, Handler& handler, const Clock& clock, const Limits& limits,
               std::function<void(std::string_view)> refused)
    : context_(context), core_(std::make_shared<Core>(handler, clock, limits, std::move(refused))),
      reserve_(reserved_for_accept), service_(context.get_executor()), sessions_(context.get_executor())
{}

Server::~Server() { close_listeners(); }

void Server::add(Listener listener) { listeners_.push_back(std::move(listener)); }

void Server::derive_connection_limit()
{
    connection_limit_ = core_->limits.connections;
    if (connection_limit_ != 0) return;
    const auto limit = raise_descriptor_limit();
    const auto taken = open_descriptors() + core_->limits.reserved_descriptors;
    connection_limit_ = std::min(limit / 5 * 4, limit > taken ? limit - taken : 1);
}

void Server::set_limits(const Limits& limits)
{
    core_->limits = limits;
    derive_connection_limit();
}

void Server::set_site_headers(std::vector<std::pair<std::string, std::string>> headers) { core_->site_headers = std::move(headers); }

void Server::start()
{
    derive_connection_limit();
    for (auto& listener : listeners_) service_.spawn(accept_from(listener));
    service_.spawn(sweep());
}

asio::awaitable<void> Server::accept_from(Listener& listener)
{
    co_await asio::this_coro::throw_if_cancelled(false);
    asio::steady_timer pause{context_};
    while (!core_->stopping) {
        auto [failed, socket] = co_await listener.acceptor.async_accept(as_result);
        if (!failed) {
            welcome(std::move(socket), listener);
            continue;
        }
        if (core_->stopping || failed == asio::error::operation_aborted || failed == asio::error::bad_descriptor) co_return;
        if (failed == asio::error::connection_aborted) continue;
        if (out_of_descriptors(failed) && make_room(listener)) continue;
        observe::log_warn("cannot accept a connection", {{"address", listener.address}, {"error", failed.message()}});
        pause.expires_after(core_->limits.accept_pause);
        (void)co_await pause.async_wait(as_result);
    }
}

bool Server::make_room(Listener& listener)
{
    if (!reserve_.give()) return false;
    if (listener.unix_socket) return true;  // the next accept takes the place; the sweep fills the reserve again
    core_->count_refused("limit");
    const int peer = ::accept4(listener.acceptor.native_handle(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (peer >= 0) ::close(peer);
    reserve_.refill();
    return peer >= 0;
}

void Server::welcome(asio::generic::stream_protocol::socket socket, const Listener& listener)
{
    auto peer = peer_of(socket.native_handle(), listener.unix_socket, accounts_);
    const auto& limits = core_->limits;
    const auto counted = core_->per_address.find(peer.address);
    const bool too_many = listener.unix_socket
                              ? core_->sessions.size() >= connection_limit_ + limits.reserved_descriptors
                              : core_->tcp_connections >= connection_limit_ ||
                                    (!peer.loopback && counted != core_->per_address.end() &&
                                     counted->second >= limits.connections_per_address);
    if (too_many) {
        core_->count_refused("limit");
        return;  // closing is the answer: reading a request of theirs would cost what we do not have
    }
    auto session = std::make_unique<Session>(core_, Stream{std::move(socket), listener.tls ? listener.tls->context() : nullptr}, std::move(peer));
    auto* const known = session.get();
    known->set_signal(sessions_.spawn(Session::serve(std::move(session))));
}

asio::awaitable<void> Server::sweep()
{
    co_await asio::this_coro::throw_if_cancelled(false);
    asio::steady_timer tick{context_};
    const auto stop = co_await asio::this_coro::cancellation_state;
    // The state, not the wait's result: a cancellation that meets a tick already on its way cancels no wait.
    auto look_again = std::chrono::steady_clock::now() + core_->limits.certificate_check;
    while (stop.cancelled() == asio::cancellation_type::none) {
        tick.expires_after(sweep_pause(tightest_of(core_->limits)));
        (void)co_await tick.async_wait(as_result);
        const auto now = std::chrono::steady_clock::now();
        for (auto* const session : core_->sessions) session->check_deadline(now);
        reserve_.refill();
        if (now < look_again) continue;
        look_again = now + core_->limits.certificate_check;
        for (const auto& listener : listeners_)
            if (listener.tls) listener.tls->follow_files();
    }
}

void Server::close_listeners()
{
    for (auto& listener : listeners_) {
        boost::system::error_code ignored;
        if (!listener.acceptor.is_open()) continue;
        listener.acceptor.close(ignored);
        if (listener.ours && listener.unix_socket) ::unlink(listener.address.c_str());
    }
}

asio::awaitable<void> Server::drain(std::chrono::milliseconds grace)
{
    using namespace asio::experimental::awaitable_operators;
    core_->stopping = true;
    close_listeners();
    for (auto* const session : core_->sessions) session->ask_to_stop();
    asio::steady_timer patience{context_, grace};
    auto all_ended = sessions_.wait_idle();
    auto too_long = patience.async_wait(asio::use_awaitable);
    (void)co_await (std::move(all_ended) || std::move(too_long));
    if (sessions_.size() > 0) {
        observe::log_warn("closing connections that did not end", {{"connections", sessions_.size()}});
        const std::vector<Session*> left(core_->sessions.begin(), core_->sessions.end());
        for (auto* const session : left)
            if (core_->sessions.contains(session)) session->kill();
        patience.expires_after(std::chrono::seconds{1});
        auto ended = sessions_.wait_idle();
        auto enough = patience.async_wait(asio::use_awaitable);
        (void)co_await (std::move(ended) || std::move(enough));
    }
    service_.cancel_all();
    co_await service_.wait_idle();
}

std::size_t Server::connections() const noexcept { return core_->sessions.size(); }

}  // namespace incident::net
