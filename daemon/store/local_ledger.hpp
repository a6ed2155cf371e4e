#pragma once
#include "store/reader.hpp"
#include "store/side_books.hpp"
#include <filesystem>

namespace incident {
class Clock;
class Entropy;
}  // namespace incident

namespace incident::store {

/// Every limit of the store, with unit and reason.
struct StoreLimits {
    std::size_t group_events = 2048;            ///< one transaction: what waits now, never waiting for more
    std::size_t group_bytes = 1024 * 1024;
    std::size_t machine_queue_submissions = 4096;
    std::size_t people_queue_submissions = 1024;  ///< reserved for people: machines cannot take these
    std::size_t machine_queue_bytes = 64 * 1024 * 1024;
    std::size_t reader_queue_jobs = 64;         ///< per worker
    std::size_t checkpoint_wal_pages = 2048;    ///< of 8 KiB: a checkpoint above this
    std::uint64_t verify_at_open = 10'000;      ///< newest entries whose chain is checked before ready
    std::chrono::seconds tally_interval{60};    ///< repeat counts are sealed at least this often
    std::chrono::milliseconds stall{4000};      ///< who waits longer is answered: Errc::unavailable from the queue, Errc::unknown_outcome from a commit
    std::chrono::milliseconds idle_checkpoint{500};  ///< nothing to do for so long: the log is copied into the file
    std::uint64_t ballast_bytes = 16 * 1024 * 1024;  ///< kept free for notes: given up when the disk is full; 0: none
    std::chrono::milliseconds space_check{1000};     ///< after a full disk: how often to look whether machines may write again
    std::chrono::seconds raw_keep{30 * 24 * 3600};   ///< kept bodies older than this are forgotten; the events stay
    std::uint64_t raw_bytes = 1024ULL * 1024 * 1024; ///< of all kept bodies, compressed: above, the oldest go first. 0: none is kept
    std::size_t raw_body_bytes = 16 * 1024 * 1024;   ///< as it arrived; a larger one is not kept, its events are
    std::chrono::milliseconds raw_check{60'000};     ///< how often to look for bodies whose time is over
    bool search = true;                              ///< keep the words of the events for full text; false: no query with words
    std::size_t search_batch_entries = 2000;         ///< one transaction of the file with the words
    std::chrono::milliseconds search_gather{100};    ///< what is committed within this goes into one transaction, unless a query waits
    std::chrono::milliseconds search_lag{5000};      ///< behind for less than this, it leaves most of the time to whoever writes
    std::chrono::milliseconds search_retry{5000};    ///< after a failure (a full disk)
    std::chrono::milliseconds search_wait{1000};     ///< a query waits so long for what was committed before it; then it says what it lacks
};

struct DiskFaults;  ///< store/disk.hpp: what a test can break

/// The ledger in one SQLite file, `incidentd.db`, in `folder`. Locks the folder (`lock`): a second daemon is refused.
class LocalLedger : public Ledger, public Readers, public TokenBook {
 public:
    /// Makes the folder, takes the lock, migrates (with a backup first), reads the settings back, runs a TRUNCATE
    /// checkpoint with checked result, verifies the newest entries, starts the store thread and two readers.
    /// @return Errc::conflict when another daemon holds the folder; Errc::unavailable naming file and reason otherwise.
    [[nodiscard]] static Result<std::unique_ptr<LocalLedger>> open(const std::filesystem::path& folder, const Clock& clock,
                                                                   Entropy& entropy, const StoreLimits& limits = {},
                                                                   std::shared_ptr<DiskFaults> faults = nullptr);
    /// Takes nothing new, commits what waits, seals tallies, checkpoints, joins the threads. After a latch: joins only.
    virtual void close() = 0;
    /// SQLite's version and the settings as read back, for the start log.
    [[nodiscard]] virtual std::string description() const = 0;
    /// What the check of the newest entries found at open. A record that was tampered with is no reason to refuse new
    /// notes during an outage, but every reason to say so loudly: log it when `!ok`.
    [[nodiscard]] virtual const ChainReport& opening_check() const noexcept = 0;
};

}  // namespace incident::store
