#pragma once
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/json.hpp>
#include <arpa/inet.h>
#include <atomic>
#include <map>
#include <optional>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <variant>

namespace incident::test {

/// What a live daemon answered. `status` 0: no answer (refused, or the connection broke).
struct Answer {
    unsigned status = 0;
    std::string body;
    std::map<std::string, std::string> headers;  ///< names in lower case
    [[nodiscard]] boost::json::value json() const { return boost::json::parse(body); }
};

/// A blocking HTTP/1.1 client on one keep-alive connection, over TCP (loopback) or a Unix socket. It connects again
/// when the connection broke, but never sends a request twice by itself.
class HttpClient {
 public:
    explicit HttpClient(unsigned short port) : port_(port) {}
    explicit HttpClient(std::string socket) : socket_(std::move(socket)) {}

    Answer get(std::string_view target) { return send("GET", target, "", {}); }
    Answer post(std::string_view target, std::string body, std::map<std::string, std::string> headers = {})
    {
        headers.try_emplace("Content-Type", "application/json");
        return send("POST", target, std::move(body), headers);
    }
    Answer send(std::string_view method, std::string_view target, std::string body,
                const std::map<std::string, std::string>& headers)
    {
        namespace http = boost::beast::http;
        http::request<http::string_body> request;
        request.version(11);
        request.method_string({method.data(), method.size()});
        request.target({target.data(), target.size()});
        request.set(http::field::host, "localhost");
        for (const auto& [name, value] : headers) request.set(name, value);
        if (!body.empty() || method == "POST" || method == "PATCH") {
            request.body() = std::move(body);
            request.prepare_payload();
        }
        if (!stream_ && !connect()) return {};
        boost::system::error_code error;
        http::response<http::string_body> response;
        http::write(*stream_, request, error);
        if (!error) {
            http::response_parser<http::string_body> parser;
            parser.body_limit(256U * 1024 * 1024);
            http::read(*stream_, buffer_, parser, error);
            if (!error) response = parser.release();
        }
        if (error) {
            stream_.reset();
            buffer_.clear();
            return {};
        }
        Answer answer{response.result_int(), std::move(response.body()), {}};
        for (const auto& field : response) {
            std::string name{field.name_string()};
            for (auto& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
            answer.headers[name] = std::string{field.value()};
        }
        if (!response.keep_alive()) stream_.reset();
        return answer;
    }

 private:
    using Stream = boost::asio::generic::stream_protocol::socket;
    bool connect()
    {
        boost::system::error_code error;
        stream_.emplace(context_);
        buffer_.clear();
        if (socket_.empty())
            stream_->connect(boost::asio::ip::tcp::endpoint{boost::asio::ip::address_v4::loopback(), port_}, error);
        else
            stream_->connect(boost::asio::local::stream_protocol::endpoint{socket_}, error);
        if (!error && socket_.empty()) stream_->set_option(boost::asio::ip::tcp::no_delay{true}, error);
        if (error) stream_.reset();
        return !error;
    }
    boost::asio::io_context context_;
    unsigned short port_ = 0;
    std::string socket_;
    std::optional<Stream> stream_;
    boost::beast::flat_buffer buffer_;
};

/// Reserves the port among all test programs until this one ends, by a name in the kernel that goes with it.
[[nodiscard]] inline bool reserve_port(unsigned short port)
{
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    const auto text = "incident-test-port-" + std::to_string(port);
    text.copy(&name.sun_path[1], text.size());  // a leading zero byte: no file
    const int held = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);  // stays open on purpose
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + text.size());
    if (held >= 0 && ::bind(held, reinterpret_cast<const sockaddr*>(&name), length) == 0) return true;
    if (held >= 0) ::close(held);
    return false;
}

/// A port nobody listens on right now: below the range of outgoing connections, and no other test program's, so that a
/// daemon that is away for a while finds its port free when it comes back.
[[nodiscard]] inline unsigned short free_port()
{
    constexpr unsigned first = 20'000, count = 12'000;
    static std::atomic<unsigned> next{static_cast<unsigned>(::getpid()) * 131U};
    for (unsigned tries = 0; tries < count; ++tries) {
        const auto port = static_cast<unsigned short>(first + next++ % count);
        // Closed on exec: a daemon that another thread starts at this moment would hold the port as long as it lives.
        const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(port);
        const bool free = probe >= 0 && ::bind(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
        if (probe >= 0) ::close(probe);
        if (free && reserve_port(port)) return port;
    }
    throw std::runtime_error{"no free port"};
}

}  // namespace incident::test
