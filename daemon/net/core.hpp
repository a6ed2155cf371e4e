#pragma once
#include "net/http.hpp"
#include "net/limits.hpp"
#include <boost/asio/any_io_executor.hpp>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>
#include <unordered_set>

namespace incident {
class Clock;
}

namespace incident::net {

class Session;

/// What the sessions of a server share. Network thread only; sessions hold it, so it outlives each of them.
struct Core {
    Core(Handler& handler_, const Clock& clock_, const Limits& limits_, std::function<void(std::string_view)> refused)
        : handler(handler_), clock(clock_), limits(limits_), count_refused(std::move(refused))
    {}

    Handler& handler;
    const Clock& clock;
    Limits limits;
    std::function<void(std::string_view reason)> count_refused;  ///< closed without an answer (`limit`, `tls`, `timeout`); what is answered, the handler counts

    std::vector<std::pair<std::string, std::string>> site_headers;  ///< on every answer that does not bring its own

    bool stopping = false;
    std::chrono::steady_clock::time_point next_tls_warning{};
    std::size_t bodies_bytes = 0;                                ///< of all requests being read or handled
    std::size_t tcp_connections = 0;
    std::unordered_map<std::string, std::size_t> per_address;    ///< counted where the limit holds
    std::unordered_set<Session*> sessions;

    /// The Date field of now; made anew once a second.
    [[nodiscard]] std::string_view date();

 private:
    std::int64_t date_second_ = -1;
    std::string date_;
};

}  // namespace incident::net
