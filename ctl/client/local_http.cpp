// The parser alone is needed, header only: the daemon's separately compiled Beast is not ours to link.
#undef BOOST_BEAST_SEPARATE_COMPILATION
#undef BOOST_ASIO_SEPARATE_COMPILATION
#include "client/local_http.hpp"
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace incident::ctl {
namespace {

namespace http = boost::beast::http;
using std::chrono::steady_clock;

constexpr std::uint32_t max_header_bytes = 64 * 1024;

std::string written(const Request& request, const std::string& token)
{
    std::string text = request.method + ' ' + request.path +
                       " HTTP/1.1\r\nHost: localhost\r\nUser-Agent: incidentctl/" INCIDENT_VERSION
                       "\r\nAccept: */*\r\n";
    for (const auto& [name, value] : request.headers) text += name + ": " + value + "\r\n";
    if (!token.empty()) text += "Authorization: Bearer " + token + "\r\n";
    if (!request.body.empty() || (request.method != "GET" && request.method != "HEAD"))
        text += "Content-Type: " + request.content_type + "\r\nContent-Length: " + std::to_string(request.body.size()) +
                "\r\n";
    return text + "\r\n" + request.body;
}

/// Waits until the socket is ready. False: the time is over.
bool wait_for(int fd, short events, steady_clock::time_point deadline)
{
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now()).count();
        if (left <= 0) return false;
        pollfd waiting{fd, events, 0};
        const int ready = ::poll(&waiting, 1, static_cast<int>(std::min<std::int64_t>(left, 60'000)));
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) return true;  // the next call says what is wrong
    }
}

Delivery send_all(int fd, std::string_view text, steady_clock::time_point deadline, std::string& reason)
{
    while (!text.empty()) {
        const auto sent = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0) {
            text.remove_prefix(static_cast<std::size_t>(sent));
        } else if (errno == EAGAIN || errno == EINTR) {
            if (!wait_for(fd, POLLOUT, deadline)) return Delivery::timed_out;
        } else {
            reason = std::strerror(errno);
            return Delivery::broken;
        }
    }
    return Delivery::answered;
}

}  // namespace

LocalHttp::~LocalHttp() { close(); }

void LocalHttp::close()
{
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
}

Delivery LocalHttp::connect(const std::string& path, std::string& reason)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        reason = "the socket's path is too long";
        return Delivery::no_connection;
    }
    std::memcpy(address.sun_path, path.data(), path.size());
    fd_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    // The address has a C type of its own; there is no other way to hand it over.
    if (fd_ < 0 || ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        reason = std::strerror(errno);
        close();
        return Delivery::no_connection;
    }
    return Delivery::answered;
}

Delivery LocalHttp::exchange(const std::string& socket_path, const Request& request, const std::string& token,
                             steady_clock::time_point deadline, Reply& reply, std::string& reason)
{
    if (fd_ < 0)
        if (const auto connected = connect(socket_path, reason); connected != Delivery::answered) return connected;
    const auto lost = [&](Delivery how) {
        close();
        return how;
    };
    if (const auto sent = send_all(fd_, written(request, token), deadline, reason); sent != Delivery::answered)
        return lost(sent);

    http::response_parser<http::string_body> parser;
    parser.header_limit(max_header_bytes);
    parser.body_limit(max_reply_bytes);
    parser.eager(true);
    if (request.method == "HEAD") parser.skip(true);
    std::string pending;
    char buffer[65536];
    boost::system::error_code failed;
    while (!parser.is_done()) {
        if (!wait_for(fd_, POLLIN, deadline)) return lost(Delivery::timed_out);
        const auto got = ::recv(fd_, buffer, sizeof buffer, MSG_DONTWAIT);
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (got < 0) {
            reason = std::strerror(errno);
            return lost(Delivery::broken);
        }
        failed = {};
        if (got == 0) {
            if (parser.got_some()) parser.put_eof(failed);
            if (!failed && parser.is_done()) break;
            reason = "the server closed the connection";
            return lost(Delivery::broken);
        }
        pending.append(buffer, static_cast<std::size_t>(got));
        while (!pending.empty() && !parser.is_done()) {
            const auto used = parser.put(boost::asio::buffer(pending), failed);
            pending.erase(0, used);
            if (failed == http::error::need_more) break;
            if (failed) {
                reason = "the answer is no HTTP: " + failed.message();
                return lost(Delivery::broken);
            }
            if (used == 0) break;
        }
    }
    auto message = parser.release();
    reply = {};
    reply.status = message.result_int();
    for (const auto& field : message) {
        std::string name{field.name_string().data(), field.name_string().size()};
        for (auto& c : name)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        reply.headers[std::move(name)] = std::string{field.value().data(), field.value().size()};
    }
    if (const auto type = reply.headers.find("content-type"); type != reply.headers.end())
        reply.content_type = type->second;
    reply.body = std::move(message.body());
    if (!message.keep_alive()) close();
    return Delivery::answered;
}

}  // namespace incident::ctl
