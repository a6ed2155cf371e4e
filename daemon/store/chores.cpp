#include "store/chores.hpp"
#include <vector>

namespace incident::store {

bool Chores::offer(Chore chore)
{
    const std::lock_guard lock{mutex_};
    if (closed_ || queue_.size() >= max_waiting) return false;
    queue_.push_back(std::move(chore));
    return true;
}

void Chores::run()
{
    for (;;) {
        std::function<void()> work;
        {
            const std::lock_guard lock{mutex_};
            running_.reset();
            if (queue_.empty()) return;
            work = std::move(queue_.front().work);
            running_ = std::move(queue_.front());
            queue_.pop_front();
        }
        work();
    }
}

void Chores::refuse_waiting(Time before, const Failure& waiting, const Failure& running)
{
    std::vector<Chore> late;
    std::function<void(Failure)> stuck;
    {
        const std::lock_guard lock{mutex_};
        while (!queue_.empty() && queue_.front().since < before) {
            late.push_back(std::move(queue_.front()));
            queue_.pop_front();
        }
        if (running_ && running_->since < before) stuck = running_->refuse;
    }
    for (auto& chore : late) chore.refuse(waiting);
    if (stuck) stuck(running);
}

void Chores::close(const Failure& why)
{
    {
        const std::lock_guard lock{mutex_};
        closed_ = true;
    }
    refuse_waiting(Time::max(), why, why);
}

}  // namespace incident::store
