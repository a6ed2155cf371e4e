#pragma once
#include <arpa/inet.h>
#include <chrono>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

namespace incident::test {

/// Lines over a TCP socket, with a limit on every wait. Either end.
class LineSocket {
public:
    static constexpr std::chrono::seconds patience{60};

    explicit LineSocket(int descriptor) : descriptor_(descriptor) {}
    LineSocket(LineSocket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)), pending_(std::move(other.pending_)) {}
    LineSocket(const LineSocket&) = delete;
    LineSocket& operator=(const LineSocket&) = delete;
    ~LineSocket()
    {
        if (descriptor_ >= 0) ::close(descriptor_);
    }

    void send(const std::string& line) const
    {
        const auto bytes = line + "\r\n";
        if (::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size())) throw std::runtime_error{"the line was not sent"};
    }

    /// The next line; empty when the other end is gone or nothing came in time.
    std::string next()
    {
        const auto until = std::chrono::steady_clock::now() + patience;
        while (true) {
            if (const auto end = pending_.find('\n'); end != std::string::npos) {
                auto line = pending_.substr(0, end);
                pending_.erase(0, end + 1);
                if (line.ends_with('\r')) line.pop_back();
                return line;
            }
            const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
            ::pollfd readable{descriptor_, POLLIN, 0};
            if (left <= 0 || ::poll(&readable, 1, static_cast<int>(left)) <= 0) return {};
            char bytes[4096];
            const auto got = ::recv(descriptor_, bytes, sizeof bytes, 0);
            if (got <= 0) return {};
            pending_.append(bytes, static_cast<std::size_t>(got));
        }
    }

    /// The next line that has these words; pings on the way are answered. Empty: it never came.
    std::string wait_for(const std::string& words)
    {
        while (true) {
            auto line = next();
            if (line.empty()) return {};
            if (line.starts_with("PING ")) send("PONG " + line.substr(5));
            if (line.find(words) != std::string::npos) return line;
        }
    }

private:
    int descriptor_;
    std::string pending_;
};

inline ::sockaddr_in loopback_address(unsigned short port)
{
    ::sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

/// Connects as soon as somebody listens there.
inline LineSocket connect_to(unsigned short port)
{
    const auto until = std::chrono::steady_clock::now() + LineSocket::patience;
    const auto address = loopback_address(port);
    while (std::chrono::steady_clock::now() < until) {
        const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (::connect(descriptor, reinterpret_cast<const ::sockaddr*>(&address), sizeof address) == 0) return LineSocket{descriptor};
        ::close(descriptor);
        ::usleep(20'000);  // a poll: the server is starting
    }
    throw std::runtime_error{"nobody listens on port " + std::to_string(port)};
}

/// A server whose every line the test writes.
class Listener {
public:
    explicit Listener(unsigned short port) : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        const int on = 1;
        ::setsockopt(descriptor_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        const auto address = loopback_address(port);
        if (::bind(descriptor_, reinterpret_cast<const ::sockaddr*>(&address), sizeof address) != 0 || ::listen(descriptor_, 8) != 0)
            throw std::runtime_error{"cannot listen"};
    }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    ~Listener() { ::close(descriptor_); }
    [[nodiscard]] LineSocket accept() const
    {
        ::pollfd readable{descriptor_, POLLIN, 0};
        if (::poll(&readable, 1, static_cast<int>(std::chrono::milliseconds{LineSocket::patience}.count())) <= 0) throw std::runtime_error{"nobody came"};
        return LineSocket{::accept4(descriptor_, nullptr, nullptr, SOCK_CLOEXEC)};
    }

private:
    int descriptor_;
};

}  // namespace incident::test
