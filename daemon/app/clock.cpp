#include "app/clock.hpp"
#include <cerrno>
#include <cstring>
#include <sys/random.h>

namespace incident {

Instant SystemClock::now() const
{
    return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

Result<void> SystemEntropy::fill(std::span<std::uint8_t> bytes)
{
    while (!bytes.empty()) {
        const auto got = ::getrandom(bytes.data(), bytes.size(), 0);
        if (got < 0) {
            if (errno == EINTR) continue;
            return Failure{Errc::unavailable, std::string{"the system gives no randomness: "} + std::strerror(errno)};
        }
        bytes = bytes.subspan(static_cast<std::size_t>(got));
    }
    return {};
}

}  // namespace incident
