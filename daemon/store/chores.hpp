#pragma once
#include "model/result.hpp"
#include <chrono>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>

namespace incident::store {

/// What the store thread does besides submissions: rare and small. Bounded; any thread may offer, one runs.
class Chores {
 public:
    using Time = std::chrono::steady_clock::time_point;
    struct Chore {
        std::function<void()> work;            ///< answers by itself
        std::function<void(Failure)> refuse;   ///< instead, or when `work` takes too long
        Time since{};
    };
    static constexpr std::size_t max_waiting = 64;

    /// @return false when there is no room, or after close().
    [[nodiscard]] bool offer(Chore chore);
    /// Runs what waits, on the caller's thread.
    void run();
    /// Answers whoever has waited since before `before`, in the queue or for the one that runs.
    void refuse_waiting(Time before, const Failure& waiting, const Failure& running);
    /// Takes nothing new and refuses what waits.
    void close(const Failure& why);

 private:
    std::mutex mutex_;
    std::deque<Chore> queue_;
    std::optional<Chore> running_;  // without its work
    bool closed_ = false;
};

}  // namespace incident::store
