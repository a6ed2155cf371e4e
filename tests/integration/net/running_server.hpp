#pragma once
#include "app/clock.hpp"
#include "net/server.hpp"
#include <array>
#include <atomic>
#include <boost/asio.hpp>
#include <future>
#include <gtest/gtest.h>
#include <mutex>
#include <poll.h>
#include <thread>

/// A server with a handler of the test's on a thread of its own, and a plain blocking client.
namespace incident::net::testing_support {
using namespace std::chrono_literals;

constexpr auto patience = 20s;  // how long a test waits for what must come; never how long it takes

/// Pieces as a test hands them out; an empty one ends the stream.
class EndlessStream final : public BodyStream {
 public:
    explicit EndlessStream(std::atomic<int>& alive, std::size_t piece_bytes) : alive_(alive), bytes_(piece_bytes) { ++alive_; }
    ~EndlessStream() override { --alive_; }
    asio::awaitable<std::string> next() override
    {
        if (!first_ && bytes_ == 0) {  // quiet: waits until cancelled
            asio::steady_timer never{co_await asio::this_coro::executor, asio::steady_timer::time_point::max()};
            co_await never.async_wait(asio::use_awaitable);
        }
        first_ = false;
        co_return bytes_ == 0 ? std::string{"hello"} : std::string(bytes_, 'x');
    }

 private:
    std::atomic<int>& alive_;
    std::size_t bytes_;
    bool first_ = true;
};

class EchoHandler final : public Handler {
 public:
    std::size_t body_limit = 1024 * 1024;
    std::atomic<int> streams{0}, admitted{0}, handled{0}, refusals{0};

    Admission admit(const Request& head) override
    {
        ++admitted;
        Admission admission;
        admission.body_limit_bytes = body_limit;
        if (head.path == "/refused") admission.refuse = answer(404, "no such path");
        return admission;
    }
    asio::awaitable<Reply> handle(Request request) override
    {
        ++handled;
        Reply reply;
        reply.content_type = "text/plain";
        if (request.path == "/stream") {
            reply.body = std::make_unique<EndlessStream>(streams, 0);
        } else if (request.path == "/flood") {
            reply.body = std::make_unique<EndlessStream>(streams, 64 * 1024);
        } else if (request.path == "/large") {
            reply.body = std::string(16 * 1024 * 1024, 'x');
        } else if (request.path == "/throw") {
            throw std::runtime_error{"a bug"};
        } else if (request.path == "/wait") {
            entered.set_value();
            // The state, not the wait's result: a cancellation that meets a tick already on its way cancels no wait.
            const auto stop = co_await asio::this_coro::cancellation_state;
            asio::steady_timer poll{co_await asio::this_coro::executor};
            while (!released && stop.cancelled() == asio::cancellation_type::none) {
                poll.expires_after(5ms);
                co_await poll.async_wait(asio::use_awaitable);
            }
            reply.body = std::string{"released"};
        } else if (request.path == "/who") {
            reply.body = request.peer.principal();
        } else if (request.path == "/transport") {
            reply.body = (request.peer.tls ? "tls " : "plain ") + request.peer.certificate;
        } else {
            reply.body = request.method + " " + request.path + " " + request.body;
        }
        co_return reply;
    }
    Reply refuse(unsigned status, std::string detail) override
    {
        ++refusals;
        return answer(status, detail);
    }
    static Reply answer(unsigned status, const std::string& detail)
    {
        Reply reply;
        reply.status = status;
        reply.content_type = "application/problem+json";
        reply.body = "{\"detail\":\"" + detail + "\"}";
        return reply;
    }
    std::promise<void> entered;
    std::atomic<bool> released{false};
};

class RunningServer {
 public:
    explicit RunningServer(const Limits& limits = {}, const std::string& socket_path = {}, std::shared_ptr<TlsIdentity> tls = nullptr)
        : server_(context_, handler, clock_, limits, [this](std::string_view reason) { count(reason); })
    {
        auto tcp = open_tcp(context_.get_executor(), "127.0.0.1:0");
        EXPECT_TRUE(tcp) << tcp.error().detail;
        port = tcp->port;
        tcp->tls = std::move(tls);
        server_.add(std::move(*tcp));
        if (!socket_path.empty()) {
            auto local = open_unix(context_.get_executor(), socket_path);
            EXPECT_TRUE(local) << local.error().detail;
            server_.add(std::move(*local));
        }
        server_.start();
        thread_ = std::thread{[this] { context_.run(); }};
    }
    ~RunningServer()
    {
        if (!drained_) drain(0ms);
        thread_.join();
    }
    /// Drains on the network thread and waits for its end.
    void drain(std::chrono::milliseconds grace)
    {
        drained_ = true;
        asio::co_spawn(context_, server_.drain(grace), asio::use_future).get();
    }
    std::future<void> begin_drain(std::chrono::milliseconds grace)
    {
        drained_ = true;
        return asio::co_spawn(context_, server_.drain(grace), asio::use_future);
    }
    /// Runs `question` on the network thread.
    template <class Question>
    auto ask(Question question)
    {
        return asio::post(context_, asio::use_future([&] { return question(server_); })).get();
    }
    std::size_t refused(const std::string& reason)
    {
        const std::scoped_lock lock{mutex_};
        return counts_[reason];
    }

    EchoHandler handler;
    std::uint16_t port = 0;

 private:
    void count(std::string_view reason)
    {
        const std::scoped_lock lock{mutex_};
        ++counts_[std::string{reason}];
    }
    std::mutex mutex_;
    std::map<std::string, std::size_t> counts_;
    SystemClock clock_;
    asio::io_context context_{1};
    Server server_;
    bool drained_ = false;
    std::thread thread_;
};

/// Sends bytes as given and collects what comes back.
class RawClient {
 public:
    explicit RawClient(std::uint16_t port) : socket_(context_, asio::generic::stream_protocol{asio::ip::tcp::v4()})
    {
        socket_.connect(asio::ip::tcp::endpoint{asio::ip::address_v4::loopback(), port});
    }
    explicit RawClient(const std::string& path) : socket_(context_, asio::generic::stream_protocol{AF_UNIX, 0})
    {
        socket_.connect(asio::local::stream_protocol::endpoint{path});
    }
    void send(std::string_view bytes)
    {
        boost::system::error_code ignored;  // a server that refuses may be gone before the last byte
        asio::write(socket_, asio::buffer(bytes), ignored);
    }
    /// Reads until `enough(received)` or the end.
    template <class Enough>
    std::string read_until(Enough enough)
    {
        while (!enough(received_) && read_some()) {}
        return received_;
    }
    /// Everything up to the server's close.
    std::string read_all()
    {
        while (read_some()) {}
        return received_;
    }
    /// One answer with Content-Length, taken from what was received.
    std::string read_answer()
    {
        std::size_t head = std::string::npos;
        while ((head = received_.find("\r\n\r\n")) == std::string::npos)
            if (!read_some()) return std::exchange(received_, {});
        std::size_t length = 0;
        if (const auto at = received_.find("Content-Length: "); at != std::string::npos && at < head)
            length = std::stoul(received_.substr(at + 16));
        while (received_.size() < head + 4 + length)
            if (!read_some()) break;
        auto answer = received_.substr(0, head + 4 + length);
        received_.erase(0, answer.size());
        return answer;
    }
    bool closed()
    {
        while (read_some()) {}
        return closed_;
    }
    asio::generic::stream_protocol::socket& socket() { return socket_; }

 private:
    bool read_some()
    {
        pollfd ready{socket_.native_handle(), POLLIN, 0};
        if (::poll(&ready, 1, static_cast<int>(std::chrono::milliseconds{patience}.count())) <= 0) {
            ADD_FAILURE() << "nothing came";
            return false;
        }
        std::array<char, 64 * 1024> room{};
        boost::system::error_code gone;
        const auto size = socket_.read_some(asio::buffer(room), gone);
        received_.append(room.data(), size);
        if (gone) closed_ = true;
        return !gone;
    }
    asio::io_context context_;
    asio::generic::stream_protocol::socket socket_;
    std::string received_;
    bool closed_ = false;
};

inline std::string get(std::string_view path, std::string_view more = {})
{
    return "GET " + std::string{path} + " HTTP/1.1\r\nHost: a\r\n" + std::string{more} + "\r\n";
}
inline std::string post(std::string_view path, std::string_view body)
{
    return "POST " + std::string{path} + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           std::string{body};
}
/// Waits for `what` to hold, which another thread brings about.
template <class What>
bool eventually(What what)
{
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!what()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::yield();
    }
    return true;
}

}  // namespace incident::net::testing_support
