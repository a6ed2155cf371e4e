#pragma once
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace incident {
class Entropy;
}

/// A line protocol that we speak as a client and want to go on speaking: IRC. Moves lines and comes again; what they mean is
/// decided above.
namespace incident::net {
namespace asio = boost::asio;

/// Every limit of a client's connection, with unit and reason.
struct ClientLimits {
    std::chrono::milliseconds connect_time{20'000};   ///< look-up, TCP and TLS together
    std::chrono::milliseconds settle_time{60'000};    ///< from then until the server has taken us in; servers look us up first
    std::chrono::milliseconds quiet_time{60'000};     ///< so often we ask whether it is still there
    std::chrono::milliseconds silence_time{150'000};  ///< nothing heard for so long: it is gone
    std::chrono::milliseconds first_pause{1'000};     ///< before the second attempt; doubled with each that fails
    std::chrono::milliseconds longest_pause{300'000}; ///< servers ban who knocks too often
    std::chrono::milliseconds write_time{30'000};     ///< a server that takes nothing for so long is gone
    std::chrono::milliseconds line_pause{700};        ///< between lines after a burst: servers drop who floods
    std::size_t burst_lines = 5;
    std::size_t queue_lines = 64;                     ///< waiting to be sent; more are dropped, and the log says so
    std::size_t line_bytes = 8191 + 1024;             ///< a received line with its tags
};

struct ClientTarget {
    std::string host;      ///< a name or an address
    std::uint16_t port = 0;
    bool tls = false;      ///< the certificate must be valid for `host`
    std::string ca_file;   ///< PEM; empty: the system's authorities
};

/// What speaks the protocol. Network thread only.
class LineTalk {
 public:
    struct Words {
        std::vector<std::string> send;  ///< whole lines with their ends
        std::string end;                ///< not empty: hang up, for this reason
    };
    virtual ~LineTalk() = default;
    [[nodiscard]] virtual Words connected() = 0;
    /// A line without CR LF. Nothing more is read until this returns, so that a slow disk slows the sender. Never throws.
    [[nodiscard]] virtual asio::awaitable<Words> heard(std::string line) = 0;
    /// Every quiet_time.
    [[nodiscard]] virtual Words quiet() = 0;
    /// The server has taken us in: a success that makes the next pause short again.
    [[nodiscard]] virtual bool settled() const = 0;
    virtual void lost(const std::string& why, std::chrono::milliseconds again_in) = 0;
};

/// Connects, talks, and after a loss comes again, until cancelled. What it holds lives as long as it runs. `entropy`
/// outlives it.
[[nodiscard]] asio::awaitable<void> keep_connected(ClientTarget target, ClientLimits limits, std::shared_ptr<LineTalk> talk, Entropy& entropy);

/// Between half of `pause` and all of it, so that many clients of a restarted server do not knock together.
[[nodiscard]] std::chrono::milliseconds jittered(std::chrono::milliseconds pause, std::uint32_t random) noexcept;
[[nodiscard]] std::chrono::milliseconds next_pause(std::chrono::milliseconds pause, const ClientLimits& limits) noexcept;

}  // namespace incident::net
