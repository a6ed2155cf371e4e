#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <list>

namespace incident::net {
namespace asio = boost::asio;

/// Owns running coroutines: each can be cancelled, and their end waited for; nothing is detached. One thread.
class TaskSet {
 public:
    explicit TaskSet(asio::any_io_executor executor);
    TaskSet(const TaskSet&) = delete;
    TaskSet& operator=(const TaskSet&) = delete;
    /// @pre no task runs any more, or their executor does not.
    ~TaskSet();

    /// Starts `task`. An exception that leaves it is a bug of ours: it ends that task alone and is logged.
    /// @return the signal that cancels this task; valid while the task runs.
    asio::cancellation_signal& spawn(asio::awaitable<void> task);
    void cancel_all();
    [[nodiscard]] std::size_t size() const noexcept;
    /// Returns when no task runs.
    [[nodiscard]] asio::awaitable<void> wait_idle();

 private:
    struct State;
    std::shared_ptr<State> state_;  // the last completion may come after us
};

}  // namespace incident::net
