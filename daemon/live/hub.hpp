#pragma once
#include "auth/access.hpp"
#include "model/entry.hpp"
#include "net/http.hpp"
#include "store/reader.hpp"
#include <memory>

/// Committed entries -> SSE subscribers, each behind its own bounded buffer. Network thread only.
namespace incident::live {

struct HubLimits {
    std::size_t clients = 256;          ///< 503 above
    std::size_t buffer_entries = 1000;  ///< a reader further behind is dropped, counted, and resumes from the store
    std::size_t resume_entries = 10'000;///< further behind than this: one `resync` event instead (RELIABILITY D-6)
    std::chrono::seconds heartbeat{15}; ///< comment line, so that proxies and clients notice a dead peer
};

/// Who follows a stream. By default nobody in particular, who sees nothing private.
struct Watcher {
    auth::Principal who{};
    std::function<bool()> welcome{};  ///< asked before every piece and heartbeat; false ends the stream (a token was revoked). Empty: always
};

class Hub {
 public:
    virtual ~Hub() = default;
    /// Which incidents are private before anything is published; the steps that are published tell the rest.
    virtual void begin(std::set<IncidentKey> private_incidents) = 0;
    /// From the store's on_commit, posted to the network thread.
    virtual void publish(std::shared_ptr<const std::vector<Entry>> entries) = 0;
    /// A body for GET /api/v1/stream: entries after `after_seq` from the store first, then live, without gap or duplicate.
    /// What stands in an incident that the watcher may not see is passed over in silence. Without `after_seq` it starts at now. @return Errc::unavailable when there are too many clients.
    [[nodiscard]] virtual Result<std::unique_ptr<net::BodyStream>> subscribe(std::optional<std::uint64_t> after_seq,
                                                                            std::optional<IncidentKey> incident, Watcher watcher) = 0;
    /// Words about an open incident that are no entry of the ledger: `text` goes, as it is, to every reader who follows the
    /// incident and may see it, now. It has no id; who is away misses it, and of several that wait for one reader the last
    /// few are kept.
    virtual void say(const Incident& incident, std::string text) = 0;
    /// Ends every stream: we drain.
    virtual void close() = 0;
    [[nodiscard]] virtual std::size_t clients() const noexcept = 0;
    [[nodiscard]] virtual std::uint64_t dropped() const noexcept = 0;
};

/// @param last_seq the ledger's newest entry now; what is published from here on comes after it.
[[nodiscard]] std::shared_ptr<Hub> make_hub(boost::asio::any_io_executor executor, store::Readers& readers,
                                            std::uint64_t last_seq, const HubLimits& limits);

}  // namespace incident::live
