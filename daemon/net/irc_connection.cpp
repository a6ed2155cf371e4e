#include "net/irc_connection.hpp"
#include "net/as_result.hpp"
#include "app/clock.hpp"
#include "observe/log.hpp"
#include <boost/asio.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ssl.hpp>
#include <cstring>
#include <deque>

namespace incident::net {
namespace {

using tcp = asio::ip::tcp;
using Time = std::chrono::steady_clock::time_point;

/// One connection from its first byte to its last. Its three loops run beside each other on the network thread; the first
/// that ends says why, and ends the others.
template <class Stream>
class Conversation {
 public:
    Conversation(Stream& stream, LineTalk& talk, const ClientLimits& limits)
        : stream_(stream), talk_(talk), limits_(limits), wake_(stream.get_executor()), allowance_(limits.burst_lines), refilled_(now())
    {}

    asio::awaitable<std::string> run()
    {
        using namespace asio::experimental::awaitable_operators;
        began_ = heard_ = now();
        queue(talk_.connected());
        auto reading = read_lines();
        auto writing = write_lines();
        auto watching = watch();
        auto ended = co_await (std::move(reading) || std::move(writing) || std::move(watching));
        std::string why = std::visit([](std::string& reason) { return std::move(reason); }, ended);
        co_return end_.empty() ? why : end_;
    }

 private:
    static Time now() { return std::chrono::steady_clock::now(); }

    void queue(LineTalk::Words words)
    {
        for (auto& line : words.send) {
            if (waiting_.size() >= limits_.queue_lines) {
                observe::log_warn("irc: a line was not sent, too many wait", {{"waiting", waiting_.size()}});
                break;
            }
            waiting_.push_back(std::move(line));
        }
        if (end_.empty()) end_ = std::move(words.end);
        wake_.cancel();
    }

    asio::awaitable<std::string> read_lines()
    {
        co_await asio::this_coro::throw_if_cancelled(false);
        const auto stop = co_await asio::this_coro::cancellation_state;
        std::string pending;
        // The state too: a cancellation that meets a line being taken in cancels no wait.
        while (end_.empty() && stop.cancelled() == asio::cancellation_type::none) {
            auto buffer = asio::dynamic_buffer(pending, limits_.line_bytes);
            auto [gone, size] = co_await asio::async_read_until(stream_, buffer, '\n', as_result);
            if (gone == asio::error::not_found) co_return "the server sent a line of more than " + std::to_string(limits_.line_bytes) + " bytes";
            if (gone == asio::error::eof) co_return std::string{"the server closed the connection"};
            if (gone) co_return gone.message();
            heard_ = now();
            auto line = pending.substr(0, size - 1);
            if (line.ends_with('\r')) line.pop_back();
            pending.erase(0, size);
            auto words = co_await talk_.heard(std::move(line));
            queue(std::move(words));
        }
        co_return end_;
    }

    /// How long the next line must wait: a few may go at once, then one each line_pause.
    std::chrono::milliseconds hold_back()
    {
        const auto gained = static_cast<std::size_t>((now() - refilled_) / limits_.line_pause);
        if (gained > 0) {
            allowance_ = std::min(limits_.burst_lines, allowance_ + gained);
            refilled_ = now();
        }
        if (allowance_ > 0) {
            --allowance_;
            return {};
        }
        return limits_.line_pause;
    }

    asio::awaitable<std::string> write_lines()
    {
        co_await asio::this_coro::throw_if_cancelled(false);
        const auto stop = co_await asio::this_coro::cancellation_state;
        while (stop.cancelled() == asio::cancellation_type::none) {
            if (waiting_.empty()) {
                wake_.expires_at(Time::max());
                (void)co_await wake_.async_wait(as_result);
                continue;
            }
            if (const auto pause = hold_back(); pause.count() > 0) {
                asio::steady_timer rest{stream_.get_executor(), pause};
                (void)co_await rest.async_wait(as_result);
                continue;
            }
            const auto line = std::move(waiting_.front());
            waiting_.pop_front();
            writing_since_ = now();
            auto [gone, sent] = co_await asio::async_write(stream_, asio::buffer(line), as_result);
            writing_since_ = Time::max();
            if (gone) co_return gone.message();
        }
        co_return std::string{"stopped"};
    }

    asio::awaitable<std::string> watch()
    {
        co_await asio::this_coro::throw_if_cancelled(false);
        const auto stop = co_await asio::this_coro::cancellation_state;
        auto asked = now();
        asio::steady_timer pause{stream_.get_executor()};
        while (stop.cancelled() == asio::cancellation_type::none) {
            const auto step = std::min({limits_.quiet_time, limits_.settle_time, limits_.write_time, limits_.silence_time}) / 2;
            pause.expires_after(std::max(step, std::chrono::milliseconds{10}));
            (void)co_await pause.async_wait(as_result);
            const auto at = now();
            if (at - heard_ > limits_.silence_time) co_return std::string{"nothing was heard from the server for too long"};
            if (writing_since_ != Time::max() && at - writing_since_ > limits_.write_time) co_return std::string{"the server takes nothing"};
            if (!talk_.settled() && at - began_ > limits_.settle_time) co_return std::string{"the server did not take us in"};
            if (talk_.settled() && at - asked > limits_.quiet_time) {
                asked = at;
                queue(talk_.quiet());
            }
        }
        co_return std::string{"stopped"};
    }

    Stream& stream_;
    LineTalk& talk_;
    const ClientLimits& limits_;
    asio::steady_timer wake_;
    std::deque<std::string> waiting_;
    std::string end_;
    std::size_t allowance_;
    Time refilled_, began_{}, heard_{}, writing_since_ = Time::max();
};

asio::awaitable<std::string> open_socket(tcp::socket& socket, const ClientTarget& target)
{
    co_await asio::this_coro::throw_if_cancelled(false);
    boost::system::error_code no_address;
    const auto address = asio::ip::make_address(target.host, no_address);
    if (!no_address) {
        const tcp::endpoint endpoint{address, target.port};
        auto [failed] = co_await socket.async_connect(endpoint, as_result);
        co_return failed ? failed.message() : std::string{};
    }
    tcp::resolver resolver{socket.get_executor()};
    const auto port = std::to_string(target.port);
    auto [unknown, found] = co_await resolver.async_resolve(target.host, port, as_result);
    if (unknown) co_return "looking up the name: " + unknown.message();
    auto [failed, endpoint] = co_await asio::async_connect(socket, found, as_result);
    co_return failed ? failed.message() : std::string{};
}

asio::awaitable<std::string> shake_hands(tcp::socket& socket, asio::ssl::stream<tcp::socket&>& stream, const ClientTarget& target)
{
    co_await asio::this_coro::throw_if_cancelled(false);
    auto why = co_await open_socket(socket, target);
    if (!why.empty()) co_return why;
    const auto stop = co_await asio::this_coro::cancellation_state;
    if (stop.cancelled() != asio::cancellation_type::none) co_return std::string{"stopped"};
    auto [failed] = co_await stream.async_handshake(asio::ssl::stream_base::client, as_result);
    if (!failed) co_return std::string{};
    const auto verdict = ::SSL_get_verify_result(stream.native_handle());
    if (verdict != X509_V_OK) co_return "TLS: the server's certificate is not good: " + std::string{::X509_verify_cert_error_string(verdict)};
    co_return "TLS: " + failed.message();
}

/// Whatever an attempt says, or that it took too long.
asio::awaitable<std::string> within(asio::awaitable<std::string> attempt, std::chrono::milliseconds time)
{
    using namespace asio::experimental::awaitable_operators;
    co_await asio::this_coro::throw_if_cancelled(false);
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer{executor, time};
    auto too_long = timer.async_wait(as_result);
    auto done = co_await (std::move(attempt) || std::move(too_long));
    if (auto* const why = std::get_if<0>(&done)) co_return std::move(*why);
    co_return std::string{"no connection within "} + std::to_string(time.count() / 1000) + " s";
}

/// Trusts the site's authorities alone where it names any, else the system's.
std::string prepare(asio::ssl::context& context, const ClientTarget& target)
{
    boost::system::error_code failed;
    context.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1, failed);
    if (target.ca_file.empty()) context.set_default_verify_paths(failed);
    else context.load_verify_file(target.ca_file, failed);
    if (failed) return "TLS: " + (target.ca_file.empty() ? std::string{"the system's authorities"} : target.ca_file) + ": " + failed.message();
    context.set_verify_mode(asio::ssl::verify_peer, failed);
    return failed ? "TLS: " + failed.message() : std::string{};
}

asio::awaitable<std::string> talk_once(const ClientTarget& target, const ClientLimits& limits, LineTalk& talk)
{
    co_await asio::this_coro::throw_if_cancelled(false);
    const auto stop = co_await asio::this_coro::cancellation_state;
    const auto executor = co_await asio::this_coro::executor;
    tcp::socket socket{executor};
    if (!target.tls) {
        auto attempt = open_socket(socket, target);
        auto why = co_await within(std::move(attempt), limits.connect_time);
        if (!why.empty()) co_return why;
        if (stop.cancelled() != asio::cancellation_type::none) co_return std::string{"stopped"};
        Conversation<tcp::socket> conversation{socket, talk, limits};
        co_return co_await conversation.run();
    }
    asio::ssl::context context{asio::ssl::context::tls_client};
    if (auto why = prepare(context, target); !why.empty()) co_return why;
    asio::ssl::stream<tcp::socket&> stream{socket, context};
    boost::system::error_code failed;
    stream.set_verify_callback(asio::ssl::host_name_verification{target.host}, failed);
    boost::system::error_code no_address;
    (void)asio::ip::make_address(target.host, no_address);
    if (no_address) {  // SSL_set_tlsext_host_name() without its macro's cast; an address is never asked for by name
        auto name = target.host;
        (void)::SSL_ctrl(stream.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
    }
    auto attempt = shake_hands(socket, stream, target);
    auto why = co_await within(std::move(attempt), limits.connect_time);
    if (!why.empty()) co_return why;
    if (stop.cancelled() != asio::cancellation_type::none) co_return std::string{"stopped"};
    Conversation<asio::ssl::stream<tcp::socket&>> conversation{stream, talk, limits};
    co_return co_await conversation.run();
}

std::uint32_t random_of(Entropy& entropy)
{
    std::uint8_t bytes[4]{};
    if (!entropy.fill(bytes)) return 0;
    std::uint32_t number = 0;
    std::memcpy(&number, bytes, sizeof number);
    return number;
}

}  // namespace

asio::awaitable<void> keep_connected(ClientTarget target, ClientLimits limits, std::shared_ptr<LineTalk> talk, Entropy& entropy)
{
    co_await asio::this_coro::throw_if_cancelled(false);
    const auto stop = co_await asio::this_coro::cancellation_state;
    const auto executor = co_await asio::this_coro::executor;
    auto pause = limits.first_pause;
    while (stop.cancelled() == asio::cancellation_type::none) {
        std::string why;
        try {
            why = co_await talk_once(target, limits, *talk);
        } catch (const std::exception& error) {  // TLS without memory, a library's own surprise: another attempt, not the end
            why = error.what();
        }
        if (stop.cancelled() != asio::cancellation_type::none) co_return;
        if (talk->settled()) pause = limits.first_pause;
        const auto wait = jittered(pause, random_of(entropy));
        pause = next_pause(pause, limits);
        talk->lost(why, wait);
        asio::steady_timer rest{executor, wait};
        (void)co_await rest.async_wait(as_result);
    }
}

std::chrono::milliseconds jittered(std::chrono::milliseconds pause, std::uint32_t random) noexcept
{
    const auto half = pause / 2;
    return pause - std::chrono::milliseconds{static_cast<std::int64_t>(static_cast<double>(half.count()) * (static_cast<double>(random) / 4294967296.0))};
}

std::chrono::milliseconds next_pause(std::chrono::milliseconds pause, const ClientLimits& limits) noexcept
{
    return std::min(pause * 2, limits.longest_pause);
}

}  // namespace incident::net
