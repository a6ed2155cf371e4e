#pragma once
#include <atomic>
#include <boost/asio.hpp>
#include <functional>
#include <memory>
#include <optional>

namespace incident::store {
namespace asio = boost::asio;

/// One answer from any thread to one waiting coroutine. The first give() counts; whoever comes later (the store thread
/// after the stall watch) is told so.
template <class T>
class Answer {
 public:
    /// @return false when the answer was given already.
    bool give(T value)
    {
        if (given_.exchange(true)) return false;
        value_.emplace(std::move(value));
        auto resume = std::move(resume_);
        resume();
        return true;
    }
    [[nodiscard]] bool given() const noexcept { return given_.load(); }

 private:
    template <class U>
    friend asio::awaitable<U> ask(std::function<void(std::shared_ptr<Answer<U>>)> start);
    std::atomic<bool> given_{false};
    std::optional<T> value_;
    std::function<void()> resume_;  // posts to the executor of the coroutine, and keeps its context running
};

/// Calls `start` with an answer to be given, and waits for it on the caller's own executor. Cancelling does not end the
/// wait: what was handed over is being done.
template <class T>
[[nodiscard]] asio::awaitable<T> ask(std::function<void(std::shared_ptr<Answer<T>>)> start)
{
    const auto answer = std::make_shared<Answer<T>>();
    auto initiate = [answer, start = std::move(start)](auto handler) mutable {
        // Shared, because std::function wants to copy what it holds, and the handler cannot be.
        auto waiting = std::make_shared<decltype(handler)>(std::move(handler));
        auto work = asio::make_work_guard(asio::get_associated_executor(*waiting));
        answer->resume_ = [waiting, work] {
            const auto executor = work.get_executor();
            asio::post(executor, [waiting] { std::move (*waiting)(); });
        };
        start(answer);
    };
    auto token = asio::use_awaitable;
    co_await asio::async_initiate<asio::use_awaitable_t<>, void()>(std::move(initiate), token);
    co_return std::move(*answer->value_);
}

}  // namespace incident::store
