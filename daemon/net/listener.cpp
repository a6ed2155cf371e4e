#include "net/listener.hpp"
#include "net/listen_address.hpp"
#include <array>
#include <boost/asio.hpp>
#include <cstring>
#include <filesystem>
#include <netinet/tcp.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace incident::net {
namespace {

constexpr int backlog = 1024;  // connections that wait while we are busy or restart behind socket activation
constexpr mode_t socket_mode = 0660;
constexpr mode_t folder_mode = 0750;

/// Closes what was not handed on.
struct Descriptor {
    int number = -1;
    ~Descriptor()
    {
        if (number >= 0) ::close(number);
    }
    int release() { return std::exchange(number, -1); }
};

Failure failed(Errc code, std::string_view what, std::string_view why)
{
    return {code, "cannot listen on " + std::string{what} + ": " + std::string{why}};
}

Result<Listener> wrap(const asio::any_io_executor& executor, Descriptor& socket, int family)
{
    Listener listener{Listener::Acceptor{executor}, family == AF_UNIX, false, {}, false, 0};
    boost::system::error_code error;
    const asio::generic::stream_protocol protocol{family, family == AF_UNIX ? 0 : IPPROTO_TCP};
    listener.acceptor.assign(protocol, socket.number, error);
    if (error) return Failure{Errc::unavailable, "cannot use a listening socket: " + error.message()};
    socket.release();
    return listener;
}

std::string to_text(const asio::ip::tcp::endpoint& endpoint)
{
    const auto host = endpoint.address().to_string();
    return (endpoint.address().is_v6() ? "[" + host + "]" : host) + ":" + std::to_string(endpoint.port());
}

bool is_loopback(asio::ip::address address)
{
    if (address.is_v6() && address.to_v6().is_v4_mapped()) return make_address_v4(asio::ip::v4_mapped, address.to_v6()).is_loopback();
    return address.is_loopback();
}

void note_tcp(Listener& listener)
{
    asio::ip::tcp::endpoint local;
    socklen_t size = static_cast<socklen_t>(local.capacity());
    if (::getsockname(listener.acceptor.native_handle(), local.data(), &size) != 0) return;
    local.resize(size);
    listener.address = to_text(local);
    listener.loopback = is_loopback(local.address());
    listener.port = local.port();
}

Result<sockaddr_un> unix_address(const std::string& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path)
        return failed(Errc::invalid_input, path, "a socket's path has 1 to " + std::to_string(sizeof address.sun_path - 1) + " bytes");
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    return address;
}

const sockaddr* generic(const sockaddr_un& address) { return static_cast<const sockaddr*>(static_cast<const void*>(&address)); }

/// Removes what a dead daemon left. @pre the storage lock is ours.
Result<void> clear_stale(const std::string& path, const sockaddr_un& address)
{
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) return {};
    if (!S_ISSOCK(status.st_mode)) return failed(Errc::conflict, path, "the file is no socket; remove it or choose another path");
    Descriptor probe{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    const bool answered = ::connect(probe.number, generic(address), sizeof address) == 0 || errno == EAGAIN;
    if (answered) return failed(Errc::conflict, path, "another process answers there; stop it or choose another --web.socket");
    if (::unlink(path.c_str()) != 0) return failed(Errc::unavailable, path, std::strerror(errno));
    return {};
}

/// From /etc/passwd alone: a directory service may be what the incident is about, and must not stall the network thread.
std::string account_of(std::uint32_t uid)
{
    std::FILE* const file = std::fopen("/etc/passwd", "re");
    if (file == nullptr) return {};
    std::string name;
    std::array<char, 4096> room{};
    passwd entry{};
    passwd* found = nullptr;
    while (::fgetpwent_r(file, &entry, room.data(), room.size(), &found) == 0 && found != nullptr)
        if (found->pw_uid == uid) {
            name = found->pw_name;
            break;
        }
    std::fclose(file);
    return name;
}

}  // namespace

Result<Listener> open_tcp(const asio::any_io_executor& executor, std::string_view address)
{
    auto endpoint = parse_listen_address(address);
    if (!endpoint) return endpoint.error();
    const int family = endpoint->protocol().family();
    Descriptor socket{::socket(family, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP)};
    const int on = 1;
    if (socket.number < 0) return failed(Errc::unavailable, address, std::strerror(errno));
    ::setsockopt(socket.number, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    ::setsockopt(socket.number, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);  // what we accept inherits it
    if (::bind(socket.number, endpoint->data(), static_cast<socklen_t>(endpoint->size())) != 0 ||
        ::listen(socket.number, backlog) != 0)
        return failed(Errc::unavailable, address, std::strerror(errno));
    auto listener = wrap(executor, socket, family);
    if (listener) note_tcp(*listener);
    return listener;
}

Result<Listener> open_unix(const asio::any_io_executor& executor, const std::string& path)
{
    auto address = unix_address(path);
    if (!address) return address.error();
    const auto folder = std::filesystem::path{path}.parent_path();
    std::error_code ignored;
    if (!folder.empty() && !std::filesystem::exists(folder, ignored) &&
        (::mkdir(folder.c_str(), folder_mode) != 0 || ::chmod(folder.c_str(), folder_mode) != 0))
        return failed(Errc::unavailable, path, "its folder cannot be made: " + std::string{std::strerror(errno)});
    if (auto cleared = clear_stale(path, *address); !cleared) return cleared.error();
    Descriptor socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    // Nobody can connect before listen(), so the mode is right from the first moment on.
    if (socket.number < 0 || ::bind(socket.number, generic(*address), sizeof *address) != 0 ||
        ::chmod(path.c_str(), socket_mode) != 0 || ::listen(socket.number, backlog) != 0)
        return failed(Errc::unavailable, path, std::strerror(errno));
    auto listener = wrap(executor, socket, AF_UNIX);
    if (listener) {
        listener->address = path;
        listener->ours = true;
    }
    return listener;
}

Result<Listener> adopt(const asio::any_io_executor& executor, int descriptor)
{
    sockaddr_storage local{};
    socklen_t size = sizeof local;
    Descriptor socket{descriptor};
    if (::getsockname(descriptor, static_cast<sockaddr*>(static_cast<void*>(&local)), &size) != 0)
        return failed(Errc::unavailable, "a socket of the service manager", std::strerror(errno));
    const int on = 1;
    if (local.ss_family != AF_UNIX) ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    auto listener = wrap(executor, socket, local.ss_family);
    if (!listener) return listener;
    if (local.ss_family == AF_UNIX) {
        sockaddr_un address{};
        std::memcpy(&address, &local, sizeof address);
        listener->address = address.sun_path;
    } else {
        note_tcp(*listener);
    }
    return listener;
}

Peer peer_of(int descriptor, bool unix_socket, std::map<std::uint32_t, std::string>& accounts)
{
    Peer peer;
    peer.unix_socket = unix_socket;
    if (unix_socket) {
        ucred who{};
        socklen_t size = sizeof who;
        peer.uid = ::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &who, &size) == 0 ? who.uid : static_cast<std::uint32_t>(-1);
        const auto [place, unknown] = accounts.try_emplace(peer.uid);
        if (unknown) place->second = account_of(peer.uid);
        peer.account = place->second;
        return peer;
    }
    asio::ip::tcp::endpoint remote;
    socklen_t size = static_cast<socklen_t>(remote.capacity());
    if (::getpeername(descriptor, remote.data(), &size) != 0) return peer;
    remote.resize(size);
    auto address = remote.address();
    if (address.is_v6() && address.to_v6().is_v4_mapped()) address = make_address_v4(asio::ip::v4_mapped, address.to_v6());
    peer.address = address.to_string();
    peer.loopback = address.is_loopback();
    return peer;
}

}  // namespace incident::net
