#include "app/service_manager.hpp"
#include <boost/asio.hpp>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <systemd/sd-daemon.h>

namespace incident::app {
namespace {

void notify(const std::string& state) { (void)::sd_notify(0, state.c_str()); }

/// One line: a line feed would begin another assignment.
std::string status_line(std::string_view status)
{
    std::string line{"STATUS="};
    for (const char c : status) line += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    return line;
}

std::optional<net::Protocol> message_protocol(std::string_view name)
{
    for (const auto protocol : {net::Protocol::line, net::Protocol::syslog, net::Protocol::relp})
        if (net::to_string(protocol) == name) return protocol;
    return std::nullopt;
}

}  // namespace

void notify_ready(std::string_view status) { notify("READY=1\n" + status_line(status)); }
void notify_status(std::string_view status) { notify(status_line(status)); }
void notify_stopping() { notify("STOPPING=1\nSTATUS=stopping"); }
void notify_alive() { notify("WATCHDOG=1"); }

void notify_reloading()
{
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    const auto microseconds = static_cast<long long>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1000;
    notify("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(microseconds));
}

std::optional<std::chrono::microseconds> watchdog_interval()
{
    std::uint64_t microseconds = 0;
    if (::sd_watchdog_enabled(0, &microseconds) <= 0 || microseconds == 0) return {};
    return std::chrono::microseconds{microseconds / 2};  // sd_watchdog_enabled(3) asks for half the time
}

Result<Activated> activated_listeners(const boost::asio::any_io_executor& executor)
{
    char** raw_names = nullptr;
    const int count = ::sd_listen_fds_with_names(1, &raw_names);
    std::vector<std::string> names;
    for (int i = 0; i < count && raw_names != nullptr; ++i) {
        names.emplace_back(raw_names[i]);
        std::free(raw_names[i]);
    }
    std::free(raw_names);
    if (count < 0) return Failure{Errc::unavailable, std::string{"cannot take the service manager's sockets: "} + std::strerror(-count)};
    Activated activated;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const int descriptor = SD_LISTEN_FDS_START + static_cast<int>(i);
        if (const auto protocol = message_protocol(names[i])) {
            activated.messages.push_back({*protocol, descriptor});
            continue;
        }
        auto listener = net::adopt(executor, descriptor);
        if (!listener) return listener.error();
        if (names[i] != (listener->unix_socket ? "unix" : "http"))
            return Failure{Errc::invalid_input, "socket " + listener->address + " is named \"" + names[i] + "\"; set FileDescriptorName=" +
                                                    (listener->unix_socket ? "unix" : "http") + " in its socket unit"};
        activated.listeners.push_back(std::move(*listener));
    }
    return activated;
}

}  // namespace incident::app
