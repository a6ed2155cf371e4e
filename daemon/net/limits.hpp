#pragma once
#include "net/http_gate.hpp"
#include <chrono>

namespace incident::net {

/// Every limit of the listeners (RELIABILITY D-1), with unit and reason.
struct Limits {
    GateLimits gate;
    std::chrono::milliseconds header_time{10'000};  ///< from the first byte of a request to its empty line; 408. For a TLS handshake too
    std::chrono::milliseconds body_time{30'000};    ///< for the whole body; 408
    std::chrono::milliseconds body_grace{5'000};    ///< after this a body must come at body_bytes_per_second
    std::size_t body_bytes_per_second = 1024;
    std::chrono::milliseconds idle_time{60'000};    ///< between two requests of a connection
    std::chrono::milliseconds write_time{30'000};   ///< a reader that takes nothing for so long is dropped
    std::chrono::milliseconds linger_time{2'000};   ///< after a refusal: read away what was under way, so that the answer arrives
    std::size_t linger_bytes = 32 * 1024 * 1024;
    std::size_t input_bytes = 32 * 1024;            ///< buffered of what a connection sent; bodies are counted apart
    std::size_t bodies_in_flight_bytes = 64 * 1024 * 1024;  ///< of all connections together; 503 above, before reading
    std::size_t connections = 0;                    ///< TCP; 0: 80 % of RLIMIT_NOFILE, less what is open and reserved
    std::size_t connections_per_address = 64;       ///< not for loopback and the Unix socket
    std::size_t reserved_descriptors = 16;          ///< for the store and the Unix socket
    std::chrono::milliseconds certificate_check{5'000};  ///< how often to look whether the certificate's files changed
    std::chrono::milliseconds accept_pause{100};    ///< when even the reserve is gone: no spinning
};

/// How often deadlines are looked at, where `tightest` is the shortest of them.
[[nodiscard]] inline std::chrono::milliseconds sweep_pause(std::chrono::milliseconds tightest)
{
    constexpr std::chrono::milliseconds longest{500}, shortest{10};
    return std::clamp(tightest / 4, shortest, longest);
}

}  // namespace incident::net
