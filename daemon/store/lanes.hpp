#pragma once
#include "store/answer.hpp"
#include "store/local_ledger.hpp"
#include <array>
#include <condition_variable>
#include <deque>
#include <mutex>

namespace incident::store {

struct Waiting {
    Submission submission;
    std::shared_ptr<Answer<Result<Receipt>>> answer;
    std::chrono::steady_clock::time_point since;
};

/// The two bounded queues before the store thread. Any thread may offer; one takes.
class Lanes {
 public:
    explicit Lanes(const StoreLimits& limits) : limits_(limits) {}

    /// @return false when the lane is full or closed; then `waiting` is untouched.
    [[nodiscard]] bool offer(Waiting& waiting);
    [[nodiscard]] bool has_room(Lane lane) const noexcept;

    enum class Woken { work, time, closed };
    /// Waits for work, until `deadline` at most, and takes one group: people first, then machines, up to the limits of
    /// a group, at least one. What is waiting after close() is still taken; then `closed`.
    Woken take(std::vector<Waiting>& group, std::chrono::steady_clock::time_point deadline);
    /// Ends a wait in take(): there is something else to do. Any thread.
    void nudge();
    /// Takes what has waited since before `before` out again.
    [[nodiscard]] std::vector<Waiting> withdraw(std::chrono::steady_clock::time_point before);
    /// Refuses all machines until opened again: room is short.
    void hold_machines(bool hold) noexcept { machines_held_.store(hold); }
    void close();
    [[nodiscard]] std::size_t waiting(Lane lane) const noexcept { return counts_[index(lane)].load(std::memory_order_relaxed); }

 private:
    static std::size_t index(Lane lane) noexcept { return lane == Lane::people ? 0 : 1; }
    [[nodiscard]] bool room(Lane lane, std::size_t bytes) const noexcept;
    void took(Lane lane, const Waiting& waiting);

    const StoreLimits limits_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::array<std::deque<Waiting>, 2> queues_;  // people, machines
    std::array<std::atomic<std::size_t>, 2> counts_{}, bytes_{};
    std::atomic<bool> closed_{false}, machines_held_{false};
    bool taker_waits_ = false, nudged_ = false;
};

}  // namespace incident::store
