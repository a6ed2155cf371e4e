#include "net/task_set.hpp"
#include "observe/log.hpp"
#include <boost/asio.hpp>

namespace incident::net {

struct TaskSet::State {
    asio::any_io_executor executor;
    asio::steady_timer idle;  // never expires; cancelled when the last task ends
    std::list<asio::cancellation_signal> tasks;
};

TaskSet::TaskSet(asio::any_io_executor executor)
    : state_(std::make_shared<State>(State{executor, asio::steady_timer{executor}, {}}))
{}

TaskSet::~TaskSet() = default;

asio::cancellation_signal& TaskSet::spawn(asio::awaitable<void> task)
{
    const auto place = state_->tasks.emplace(state_->tasks.end());
    auto ended = [state = state_, place](std::exception_ptr error) {
        state->tasks.erase(place);
        if (state->tasks.empty()) state->idle.cancel();
        if (!error) return;
        try {
            std::rethrow_exception(error);
        } catch (const std::exception& bug) {
            observe::log_error("a task ended by an exception", {{"error", bug.what()}});
        } catch (...) {
            observe::log_error("a task ended by an exception");
        }
    };
    asio::co_spawn(state_->executor, std::move(task), asio::bind_cancellation_slot(place->slot(), std::move(ended)));
    return *place;
}

void TaskSet::cancel_all()
{
    // A task may end inside emit() and leave the list, so step first.
    for (auto at = state_->tasks.begin(); at != state_->tasks.end();) (at++)->emit(asio::cancellation_type::terminal);
}

std::size_t TaskSet::size() const noexcept { return state_->tasks.size(); }

asio::awaitable<void> TaskSet::wait_idle()
{
    const auto state = state_;
    while (!state->tasks.empty()) {
        state->idle.expires_at(asio::steady_timer::time_point::max());
        (void)co_await state->idle.async_wait(asio::as_tuple(asio::use_awaitable));
        const auto cancelled = co_await asio::this_coro::cancellation_state;
        if (cancelled.cancelled() != asio::cancellation_type::none) co_return;
    }
}

}  // namespace incident::net
