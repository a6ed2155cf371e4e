#pragma once
#include "client/endpoint.hpp"
#include <chrono>
#include <memory>

/// Bytes to the server and back: over TCP by libcurl, which knows proxies and TLS, over the Unix socket by LocalHttp.
/// Decides nothing about their meaning.
namespace incident::ctl {

struct Request {
    std::string method = "GET";
    std::string path;  ///< from `/`, with the query, percent-encoded
    std::string body;
    std::string content_type = "application/json";
    std::vector<std::pair<std::string, std::string>> headers;
    bool repeatable = true;  ///< a read, or a write with an Idempotency-Key: may be sent again when no answer came
};

struct Reply {
    unsigned status = 0;
    std::string content_type, body;
    std::map<std::string, std::string, std::less<>> headers;  ///< names in lower case
    [[nodiscard]] bool ok() const noexcept { return status >= 200 && status < 300; }
};

struct TransportOptions {
    std::chrono::milliseconds timeout{5000};  ///< for one request, its repetitions included
    std::string token;                        ///< bearer; empty: none
    bool verbose = false;                     ///< a line on stderr for every request
    std::string ca_file;                      ///< PEM; empty: the system's authorities
};

inline constexpr std::size_t max_reply_bytes = 256 * 1024 * 1024;
inline constexpr int max_attempts = 3;

/// How one attempt ended.
enum class Delivery {
    answered,
    no_connection,
    broken,
    timed_out,
    not_trusted  ///< a connection, but no TLS that can be relied on: nothing was sent
};

class Transport {
 public:
    /// @param endpoints tried in order until one accepts a connection; then it stays that one. @pre not empty.
    Transport(std::vector<Endpoint> endpoints, TransportOptions options);
    ~Transport();
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;

    /// Any HTTP status is a Reply. A repeatable request is sent again, at most max_attempts times and within the
    /// timeout, when the connection broke or the server said 502, 503 or 504.
    /// @return Exit::unreachable: no connection, none that can be trusted, or no answer to a write; Exit::timed_out: no answer to a read in time.
    [[nodiscard]] Try<Reply> send(const Request& request);

    /// Reads a body that does not end. `on_bytes` returns false to stop. Returns when the stream ends, whatever the reason.
    /// @return Exit::unreachable when it did not even begin; a Reply that is no 2xx comes with its body.
    using OnBytes = std::function<bool(std::string_view)>;
    [[nodiscard]] Try<Reply> stream(const Request& request, const OnBytes& on_bytes);

    /// The one that answered, or the first while none has.
    [[nodiscard]] const Endpoint& endpoint() const noexcept;
    /// Somebody accepted a connection: what was sent may have arrived.
    [[nodiscard]] bool connected() const noexcept { return settled_; }

 private:
    struct Curl;
    struct Wires;
    [[nodiscard]] Try<Delivery> deliver(const Request& request, std::chrono::steady_clock::time_point deadline, Reply& reply,
                                        std::string& reason);
    std::unique_ptr<Wires> wires_;
    std::vector<Endpoint> endpoints_;
    std::size_t current_ = 0;
    bool settled_ = false;
    TransportOptions options_;
};

/// The same request as a line for the shell.
[[nodiscard]] std::string curl_command(const Endpoint& endpoint, const Request& request, bool with_token, const std::string& ca_file = {});
/// In single quotes where the shell would touch it.
[[nodiscard]] std::string shell_quoted(std::string_view text);

/// How long before attempt `attempt` (from 1): doubling from 100 ms, capped, the upper half random.
[[nodiscard]] std::chrono::milliseconds backoff(int attempt, std::uint32_t random, std::chrono::milliseconds cap);

/// 128 random bits, hex.
[[nodiscard]] std::string random_key();
[[nodiscard]] std::uint32_t random_number();

}  // namespace incident::ctl
