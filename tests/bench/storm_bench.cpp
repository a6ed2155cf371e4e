// How long a person's note takes while alerts arrive at ten times what the store can keep (DESIGN §5): alerts are
// offered at a fixed rate on many connections, one a request, and notes one at a time beside them.
#include "support/http_client.hpp"
#include <algorithm>
#include <arpa/inet.h>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {
using SteadyClock = std::chrono::steady_clock;

struct Flood {
    std::atomic<bool> over = false;
    std::atomic<std::uint64_t> offered = 0, stored = 0, refused = 0;
};

/// Offers `rate` alerts a second, evenly, on `connections` keep-alive connections.
void flood(int port, std::size_t connections, double rate, Flood& result)
{
    const std::string body = R"({"kind":"alert","text":")" + std::string(150, 'x') + R"("})";
    const std::string request = "POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: " +
                                std::to_string(body.size()) + "\r\n\r\n" + body;
    std::vector<pollfd> polled;
    std::vector<std::size_t> idle;
    for (std::size_t i = 0; i < connections; ++i) {
        const int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) continue;
        const int one = 1;
        ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        polled.push_back({descriptor, POLLIN, 0});
        idle.push_back(polled.size() - 1);
    }
    std::vector<std::string> answers(polled.size());
    const auto began = SteadyClock::now();
    while (!result.over) {
        const auto due = static_cast<std::uint64_t>(std::chrono::duration<double>(SteadyClock::now() - began).count() * rate);
        while (!idle.empty() && result.offered < due) {
            const auto i = idle.back();
            idle.pop_back();
            if (::send(polled[i].fd, request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size())) ++result.offered;
        }
        if (::poll(polled.data(), polled.size(), 1) <= 0) continue;
        for (std::size_t i = 0; i < polled.size(); ++i) {
            if (!polled[i].revents) continue;
            char piece[8192];
            const auto n = ::recv(polled[i].fd, piece, sizeof piece, 0);
            if (n <= 0) {
                ::close(polled[i].fd);
                polled[i].fd = -1;
                continue;
            }
            auto& answer = answers[i];
            answer.append(piece, static_cast<std::size_t>(n));
            const auto end = answer.find("\r\n\r\n");
            if (end == std::string::npos) continue;
            const auto length = answer.find("Content-Length: ");
            if (length == std::string::npos || answer.size() < end + 4 + std::strtoul(answer.c_str() + length + 16, nullptr, 10)) continue;
            ++(answer.compare(9, 1, "2") == 0 ? result.stored : result.refused);
            answer.clear();
            idle.push_back(i);
        }
    }
    for (const auto& one : polled)
        if (one.fd >= 0) ::close(one.fd);
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc < 5) {
        std::fprintf(stderr, "storm_bench PORT SOCKET ALERTS_PER_SECOND SECONDS\n");
        return 2;
    }
    const int port = std::stoi(argv[1]);
    const std::string socket = argv[2];
    const double rate = std::stod(argv[3]), seconds = std::stod(argv[4]);
    Flood alerts;
    std::thread storm{[&] { flood(port, 256, rate, alerts); }};
    std::vector<double> took_ms;
    std::size_t refused = 0;
    incident::test::HttpClient people{socket};
    const auto began = SteadyClock::now();
    const auto until = began + std::chrono::duration<double>(seconds);
    for (int i = 0; SteadyClock::now() < until; ++i) {
        const auto start = SteadyClock::now();
        const auto answer = people.post("/api/v1/events", R"({"kind":"note","text":"note )" + std::to_string(i) + R"("})");
        took_ms.push_back(std::chrono::duration<double, std::milli>(SteadyClock::now() - start).count());
        refused += answer.status != 201;
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
    const auto took = std::chrono::duration<double>(SteadyClock::now() - began).count();
    alerts.over = true;
    storm.join();
    std::sort(took_ms.begin(), took_ms.end());
    std::printf("alerts: offered %.0f/s, stored %.0f/s, refused with 503 %.0f/s\n", static_cast<double>(alerts.offered) / took,
                static_cast<double>(alerts.stored) / took, static_cast<double>(alerts.refused) / took);
    std::printf("notes:  %zu, refused %zu, p50 %.1f ms, p99 %.1f ms, worst %.1f ms (p99 is %.2f x the 50 ms of the design)\n", took_ms.size(),
                refused, took_ms[took_ms.size() / 2], took_ms[took_ms.size() * 99 / 100], took_ms.back(), took_ms[took_ms.size() * 99 / 100] / 50);
    return 0;
}
