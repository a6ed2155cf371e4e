#pragma once
#include "api/runtime.hpp"

namespace incident::api {
namespace asio = boost::asio;

/// Says on the live stream, where the site wants it (config `nudges:`), which fact an open incident lacks most. What to say
/// and when is draft::nudge_of()'s word. Network thread; the incidents are read and judged on a worker.
class Nudger {
 public:
    /// @param runtime outlives us.
    explicit Nudger(Runtime& runtime) : runtime_(runtime) {}

    /// Looks once at the newest open incidents whose turn it is, at most max_incidents. Nothing is read when the site does not
    /// want it or nobody follows the stream.
    [[nodiscard]] asio::awaitable<void> look();

    static constexpr std::size_t max_incidents = 20;
    /// An incident that lacks nothing is not judged anew at every look.
    static constexpr std::chrono::minutes look_again{5};

 private:
    struct Known {
        std::optional<Instant> nudged_at, looked_at;
    };
    [[nodiscard]] asio::awaitable<void> look_at(Incident incident, std::chrono::minutes pause);

    Runtime& runtime_;
    std::map<IncidentKey, Known> known_;  ///< of open incidents only
};

}  // namespace incident::api
