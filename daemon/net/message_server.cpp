#include "net/message_server.hpp"
#include "net/as_result.hpp"
#include "net/limits.hpp"
#include "net/listen_address.hpp"
#include "observe/log.hpp"
#include <array>
#include <boost/asio.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <cstring>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace incident::net {
namespace {

constexpr int keep_alive_idle_seconds = 60, keep_alive_interval_seconds = 15, keep_alive_probes = 4;
constexpr std::size_t max_datagram_bytes = 64 * 1024;

/// A sender that lost its power says nothing, and its session would wait for a day.
void keep_alive(int descriptor)
{
    const int on = 1;
    ::setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, &keep_alive_idle_seconds, sizeof keep_alive_idle_seconds);
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, &keep_alive_interval_seconds, sizeof keep_alive_interval_seconds);
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPCNT, &keep_alive_probes, sizeof keep_alive_probes);
}

/// How many datagrams the kernel had no room for since the socket was made.
std::uint32_t dropped_by_kernel(int descriptor)
{
    std::array<std::uint32_t, SK_MEMINFO_VARS> values{};
    socklen_t size = sizeof values;
    if (::getsockopt(descriptor, SOL_SOCKET, SO_MEMINFO, values.data(), &size) != 0 || size < sizeof values) return 0;
    return values[SK_MEMINFO_DROPS];
}

Failure failed(const MessageAddress& address, std::string_view why)
{
    return {Errc::unavailable, "cannot listen on " + to_string(address) + ": " + std::string{why}};
}

Peer peer_of(const asio::ip::udp::endpoint& from)
{
    Peer peer;
    auto address = from.address();
    if (address.is_v6() && address.to_v6().is_v4_mapped()) address = make_address_v4(asio::ip::v4_mapped, address.to_v6());
    peer.address = address.to_string();
    peer.loopback = address.is_loopback();
    peer.datagram = true;
    return peer;
}

}  // namespace

struct MessageServer::Open {
    Open(Protocol protocol_, MessageAddress address_) : protocol(protocol_), address(std::move(address_)) {}
    Protocol protocol;
    MessageAddress address;
    std::optional<Listener> listener{};                 // stream
    std::optional<asio::ip::udp::socket> datagrams{};   // or datagrams
    std::uint16_t port = 0;
    bool adopted = false, closed = false;
    std::uint32_t dropped = 0;
};

MessageServer::MessageServer(asio::io_context& context, MessageHandler& handler, const MessageLimits& limits)
    : context_(context), core_(std::make_shared<MessageCore>(MessageCore{handler, limits})), service_(context.get_executor()),
      datagrams_(context.get_executor()), sessions_(context.get_executor())
{
    for (const auto protocol : {Protocol::line, Protocol::syslog, Protocol::relp}) rules_[static_cast<std::size_t>(protocol)].protocol = protocol;
}

MessageServer::~MessageServer()
{
    for (const auto& open : open_) close(*open, false);
}

Result<void> MessageServer::listen(const std::vector<MessageListening>& wanted)
{
    for (auto& rule : rules_) {
        const auto now = std::ranges::find(wanted, rule.protocol, &MessageListening::protocol);
        const auto protocol = rule.protocol;
        rule = now == wanted.end() ? MessageListening{} : *now;
        rule.protocol = protocol;
    }
    for (auto at = open_.begin(); at != open_.end();) {
        const auto here = at++;
        const auto& open = **here;
        const auto& rule = rules(open.protocol);
        if (open.adopted || std::ranges::find(rule.listen, open.address) != rule.listen.end()) continue;
        observe::log_info("no longer listening", {{"protocol", to_string(open.protocol)}, {"address", to_string(open.address)}});
        close(**here, true);
        for (auto* const session : core_->sessions)
            if (session->origin() == here->get()) session->ask_to_stop();
        open_.erase(here);
    }
    Result<void> result;
    for (const auto& rule : rules_) {
        const bool adopted = std::ranges::any_of(open_, [&](const auto& open) { return open->adopted && open->protocol == rule.protocol; });
        if (adopted) continue;
        for (const auto& address : rule.listen) {
            const bool known = std::ranges::any_of(open_, [&](const auto& open) { return open->protocol == rule.protocol && open->address == address; });
            if (known) continue;
            auto opened = open(rule.protocol, address);
            if (opened) begin(*opened);
            else if (result) result = opened.error();
        }
    }
    return result;
}

Result<std::shared_ptr<MessageServer::Open>> MessageServer::open(Protocol protocol, const MessageAddress& address)
{
    auto made = std::make_shared<Open>(protocol, address);
    if (address.transport != Transport::udp) {
        auto listener = address.transport == Transport::unix_socket ? open_unix(context_.get_executor(), address.address)
                                                                    : open_tcp(context_.get_executor(), address.address);
        if (!listener) return listener.error();
        made->port = listener->port;
        made->listener.emplace(std::move(*listener));
        return made;
    }
    const auto tcp = parse_listen_address(address.address);
    if (!tcp) return tcp.error();
    const asio::ip::udp::endpoint endpoint{tcp->address(), tcp->port()};
    auto& socket = made->datagrams.emplace(context_);
    boost::system::error_code error;
    socket.open(endpoint.protocol(), error);
    if (!error) socket.bind(endpoint, error);
    if (error) return failed(address, error.message());
    socket.non_blocking(true, error);
    ::setsockopt(socket.native_handle(), SOL_SOCKET, SO_RCVBUF, &core_->limits.datagram_buffer_bytes, sizeof core_->limits.datagram_buffer_bytes);
    made->port = socket.local_endpoint(error).port();
    return made;
}

Result<void> MessageServer::adopt(Protocol protocol, int descriptor)
{
    int type = 0;
    socklen_t size = sizeof type;
    if (::getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) != 0)
        return Failure{Errc::unavailable, "cannot use a socket of the service manager: " + std::string{std::strerror(errno)}};
    auto made = std::make_shared<Open>(protocol, MessageAddress{});
    made->adopted = true;
    if (type != SOCK_DGRAM) {
        auto listener = net::adopt(context_.get_executor(), descriptor);
        if (!listener) return listener.error();
        made->address = {listener->unix_socket ? Transport::unix_socket : Transport::tcp, listener->address, listener->unix_socket || listener->loopback};
        made->port = listener->port;
        made->listener.emplace(std::move(*listener));
    } else {
        if (protocol != Protocol::syslog)
            return Failure{Errc::invalid_input, "the socket named " + std::string{to_string(protocol)} + " is a datagram socket; only syslog takes datagrams"};
        asio::ip::udp::endpoint local;
        auto length = static_cast<socklen_t>(local.capacity());
        boost::system::error_code error;
        if (::getsockname(descriptor, local.data(), &length) != 0 || (local.data()->sa_family != AF_INET && local.data()->sa_family != AF_INET6))
            return Failure{Errc::invalid_input, "the datagram socket named syslog must be a UDP one"};
        local.resize(length);
        auto& socket = made->datagrams.emplace(context_);
        socket.assign(local.protocol(), descriptor, error);
        if (!error) socket.non_blocking(true, error);
        if (error) return Failure{Errc::unavailable, "cannot use a socket of the service manager: " + error.message()};
        const auto host = local.address().to_string();
        made->port = local.port();
        made->address = {Transport::udp, (local.address().is_v6() ? '[' + host + ']' : host) + ':' + std::to_string(local.port()), local.address().is_loopback()};
    }
    begin(made);
    return {};
}

void MessageServer::begin(const std::shared_ptr<Open>& open)
{
    open_.push_back(open);
    open->dropped = open->datagrams ? dropped_by_kernel(open->datagrams->native_handle()) : 0;
    service_.spawn(open->listener ? accept_from(open) : receive_from(open));
    if (!std::exchange(sweeping_, true)) {
        service_.spawn(sweep());
        service_.spawn(tell_gaps());
    }
    observe::log_info("listening", {{"protocol", to_string(open->protocol)}, {"address", to_string(open->address)}});
}

void MessageServer::close(Open& open, bool take_rest)
{
    if (std::exchange(open.closed, true)) return;
    boost::system::error_code ignored;
    if (open.listener) {
        open.listener->acceptor.close(ignored);
        if (open.listener->ours && open.listener->unix_socket) ::unlink(open.listener->address.c_str());
    } else if (open.datagrams) {
        for (std::size_t taken = 0, more = 1; take_rest && more > 0 && taken < core_->limits.last_read_bytes; taken += more) more = receive(open);
        note_dropped(open);
        open.datagrams->close(ignored);
    }
}

std::vector<MessageServer::Place> MessageServer::places() const
{
    std::vector<Place> all;
    for (const auto& open : open_) all.push_back({open->protocol, open->address, open->port});
    return all;
}

asio::awaitable<void> MessageServer::accept_from(std::shared_ptr<Open> open)
{
    co_await asio::this_coro::throw_if_cancelled(false);
    asio::steady_timer pause{context_};
    while (!core_->stopping && !open->closed) {
        auto [error, socket] = co_await open->listener->acceptor.async_accept(as_result);
        if (!error) {
            welcome(std::move(socket), *open);
            continue;
        }
        if (core_->stopping || open->closed || error == asio::error::operation_aborted || error == asio::error::bad_descriptor) co_return;
        if (error == asio::error::connection_aborted) continue;
        observe::log_warn("cannot accept a connection", {{"address", to_string(open->address)}, {"error", error.message()}});
        pause.expires_after(core_->limits.accept_pause);
        (void)co_await pause.async_wait(as_result);
    }
}

void MessageServer::welcome(MessageStream::Socket socket, const Open& open)
{
    const auto& rule = rules(open.protocol);
    const bool tls = open.address.transport == Transport::tls;
    auto peer = net::peer_of(socket.native_handle(), open.listener->unix_socket, accounts_);
    if (!peer.unix_socket && !is_allowed(peer.address, rule.from, tls && rule.certificates)) {
        core_->handler.refused(open.protocol, peer, "its address is in none of the networks of `from`");
        return;
    }
    const auto counted = core_->per_address.find(peer.address);
    const bool crowd = !peer.unix_socket && !peer.loopback && counted != core_->per_address.end() &&
                       counted->second >= core_->limits.connections_per_address;
    if (crowd || core_->sessions.size() >= core_->limits.connections) {
        core_->handler.refused(open.protocol, peer, crowd ? "too many connections of this address" : "too many connections");
        return;
    }
    if (!peer.unix_socket) keep_alive(socket.native_handle());
    if (tls && !rule.tls) return;  // never plain where TLS was promised
    auto stream = message_stream(Stream{std::move(socket), tls ? rule.tls->context() : nullptr});
    auto session = std::make_unique<MessageSession>(core_, std::move(stream), open.protocol, std::move(peer), &open);
    sessions_.spawn(MessageSession::serve(std::move(session)));
}

asio::awaitable<void> MessageServer::receive_from(std::shared_ptr<Open> open)
{
    co_await asio::this_coro::throw_if_cancelled(false);
    asio::steady_timer pause{context_};
    while (!core_->stopping && !open->closed) {
        // While there is no room the kernel's buffer fills; what does not fit there is counted.
        if (!core_->handler.has_room(open->protocol) || datagrams_.size() >= core_->limits.datagram_batches) {
            pause.expires_after(core_->limits.room_pause);
            (void)co_await pause.async_wait(as_result);
            continue;
        }
        auto [error] = co_await open->datagrams->async_wait(asio::ip::udp::socket::wait_read, as_result);
        if (core_->stopping || open->closed || error == asio::error::operation_aborted || error == asio::error::bad_descriptor) co_return;
        (void)receive(*open);
    }
}

std::size_t MessageServer::receive(Open& open)
{
    const auto& limits = core_->limits;
    const auto& from = rules(open.protocol).from;
    static thread_local std::vector<char> room(max_datagram_bytes);
    std::map<asio::ip::address, std::vector<Message>> by_sender;  // each sender's in order
    std::map<asio::ip::address, Peer> peers;
    std::size_t bytes = 0;
    for (std::size_t count = 0; count < limits.batch_messages && bytes < limits.batch_bytes; ++count) {
        asio::ip::udp::endpoint sender;
        boost::system::error_code error;
        const auto size = open.datagrams->receive_from(asio::buffer(room), sender, 0, error);
        if (error == asio::error::would_block || error == asio::error::try_again) break;
        if (error) continue;  // an ICMP answer to something; the next datagram may be well
        bytes += std::max<std::size_t>(size, 1);
        const auto peer = peers.try_emplace(sender.address(), peer_of(sender)).first;
        if (!is_allowed(peer->second.address, from, false)) {
            core_->handler.refused(open.protocol, peer->second, "its address is in none of the networks of `from`");
            continue;
        }
        Message message;
        const auto kept = std::min(size, limits.framing.kept_bytes);
        message.bytes.assign(room.data(), kept);
        message.cut = kept < size;
        while (!message.bytes.empty() && (message.bytes.back() == '\n' || message.bytes.back() == '\r' || message.bytes.back() == '\0')) message.bytes.pop_back();
        if (!message.bytes.empty()) by_sender[sender.address()].push_back(std::move(message));
    }
    for (auto& [address, messages] : by_sender) datagrams_.spawn(hand_on(open.protocol, peers.at(address), std::move(messages)));
    return bytes;
}

asio::awaitable<void> MessageServer::hand_on(Protocol protocol, Peer peer, std::vector<Message> messages)
{
    (void)co_await core_->handler.take(protocol, std::move(peer), std::move(messages));
}

void MessageServer::note_dropped(Open& open)
{
    const auto now = dropped_by_kernel(open.datagrams->native_handle());
    const auto more = now - open.dropped;  // the counter may wrap around
    open.dropped = now;
    if (more > 0) core_->handler.lost(open.protocol, more, "datagrams came faster than they could be stored, and the kernel's buffer was full");
}

asio::awaitable<void> MessageServer::sweep()
{
    co_await asio::this_coro::throw_if_cancelled(false);
    asio::steady_timer tick{context_};
    const auto stop = co_await asio::this_coro::cancellation_state;
    while (stop.cancelled() == asio::cancellation_type::none) {
        const auto& limits = core_->limits;
        const auto tightest = std::min({limits.begin_time, limits.line_idle_time, limits.idle_time, limits.frame_time, limits.write_time});
        tick.expires_after(sweep_pause(tightest));
        (void)co_await tick.async_wait(as_result);
        const auto now = std::chrono::steady_clock::now();
        for (auto* const session : core_->sessions) session->check_deadline(now);
        for (const auto& rule : rules_)
            if (rule.tls) rule.tls->follow_files();
        for (const auto& open : open_)
            if (open->datagrams && !open->closed) note_dropped(*open);
    }
}

asio::awaitable<void> MessageServer::tell_gaps()
{
    co_await asio::this_coro::throw_if_cancelled(false);
    asio::steady_timer tick{context_};
    const auto stop = co_await asio::this_coro::cancellation_state;
    while (stop.cancelled() == asio::cancellation_type::none) {
        tick.expires_after(core_->limits.gap_interval);
        (void)co_await tick.async_wait(as_result);
        // The last round, when we are stopped, tells what was lost since.
        for (const auto& rule : rules_) {
            Peer nobody;
            std::vector<Message> nothing;
            (void)co_await core_->handler.take(rule.protocol, std::move(nobody), std::move(nothing));
        }
    }
}

asio::awaitable<void> MessageServer::drain(std::chrono::milliseconds grace)
{
    using namespace asio::experimental::awaitable_operators;
    core_->stopping = true;
    for (const auto& open : open_) close(*open, true);
    for (auto* const session : core_->sessions) session->ask_to_stop();
    asio::steady_timer patience{context_, grace};
    auto sessions_ended = sessions_.wait_idle();
    auto datagrams_stored = datagrams_.wait_idle();
    auto too_long = patience.async_wait(asio::use_awaitable);
    (void)co_await ((std::move(sessions_ended) && std::move(datagrams_stored)) || std::move(too_long));
    if (sessions_.size() > 0) {
        observe::log_warn("closing message connections that did not end", {{"connections", sessions_.size()}});
        const std::vector<MessageSession*> left(core_->sessions.begin(), core_->sessions.end());
        for (auto* const session : left)
            if (core_->sessions.contains(session)) session->kill();
    }
    service_.cancel_all();
    patience.expires_after(std::chrono::seconds{1});
    auto ended = sessions_.wait_idle();
    auto told = service_.wait_idle();
    auto enough = patience.async_wait(asio::use_awaitable);
    (void)co_await ((std::move(ended) && std::move(told)) || std::move(enough));
    open_.clear();
}

}  // namespace incident::net
