#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace incident::store {

/// What a test can break, over all files of one Disk. Each counts down; 0: never, 1: the next one.
struct DiskFaults {
    std::atomic<std::int64_t> fail_sync_in{0};   ///< that sync gives EIO, once: what it should have written may be lost
    std::atomic<std::int64_t> fail_write_in{0};  ///< that write gives EIO, once
    std::atomic<std::int64_t> full_in{0};        ///< that write and all after it give ENOSPC, until set to 0
    std::function<bool()> full;                  ///< while true every write gives ENOSPC. Set before the ledger opens
    /// Runs before each sync, on the thread that syncs: holds it to play a stalled disk. Set before the ledger opens.
    std::function<void()> before_sync;
};

/// The way to the disk for one ledger: a thin layer over SQLite's own. It counts and times syncs, and *latches* at the
/// first failed sync or EIO write: from then on no write or sync of these files reports success, because Linux drops the
/// dirty pages of a failed sync and the next one would wrongly succeed. ENOSPC on a write is no latch: nothing was
/// promised yet. Counters may be read on any thread.
class Disk {
 public:
    explicit Disk(std::shared_ptr<DiskFaults> faults = nullptr);
    ~Disk();
    Disk(const Disk&) = delete;
    Disk& operator=(const Disk&) = delete;

    [[nodiscard]] const char* vfs_name() const noexcept { return name_.c_str(); }
    [[nodiscard]] bool latched() const noexcept { return latched_.load(std::memory_order_acquire); }
    [[nodiscard]] std::string latch_reason() const;  ///< empty while not latched
    [[nodiscard]] std::uint64_t syncs() const noexcept { return syncs_.load(std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t sync_failures() const noexcept { return sync_failures_.load(std::memory_order_relaxed); }
    [[nodiscard]] std::chrono::nanoseconds last_sync() const noexcept
    {
        return std::chrono::nanoseconds{last_sync_ns_.load(std::memory_order_relaxed)};
    }

    struct Hooks;  ///< SQLite's side of it

 private:
    friend struct Hooks;
    void latch(std::string reason);

    std::string name_;
    std::shared_ptr<DiskFaults> faults_;
    std::unique_ptr<Hooks> hooks_;
    std::atomic<bool> latching_{false}, latched_{false};
    std::string reason_;  // written once, before latched_
    std::atomic<std::uint64_t> syncs_{0}, sync_failures_{0};
    std::atomic<std::int64_t> last_sync_ns_{0};
};

}  // namespace incident::store
