#include "store/lanes.hpp"
#include <algorithm>

namespace incident::store {

bool Lanes::room(Lane lane, std::size_t bytes) const noexcept
{
    if (closed_.load()) return false;
    const auto at = index(lane);
    if (lane == Lane::people) return counts_[at].load() < limits_.people_queue_submissions;
    return !machines_held_.load() && counts_[at].load() < limits_.machine_queue_submissions &&
           (counts_[at].load() == 0 || bytes_[at].load() + bytes <= limits_.machine_queue_bytes);
}

bool Lanes::has_room(Lane lane) const noexcept { return room(lane, 0); }

bool Lanes::offer(Waiting& waiting)
{
    const auto lane = waiting.submission.lane;
    bool wake = false;
    {
        const std::lock_guard lock{mutex_};
        if (!room(lane, waiting.submission.bytes)) return false;
        const auto at = index(lane);
        ++counts_[at];
        bytes_[at] += waiting.submission.bytes;
        queues_[at].push_back(std::move(waiting));
        wake = taker_waits_;
    }
    if (wake) wake_.notify_one();  // only then: a system call each time would cost more than the queue
    return true;
}

void Lanes::took(Lane lane, const Waiting& waiting)
{
    --counts_[index(lane)];
    bytes_[index(lane)] -= waiting.submission.bytes;
}

Lanes::Woken Lanes::take(std::vector<Waiting>& group, std::chrono::steady_clock::time_point deadline)
{
    std::unique_lock lock{mutex_};
    const auto something = [&] { return !queues_[0].empty() || !queues_[1].empty(); };
    taker_waits_ = true;
    wake_.wait_until(lock, deadline, [&] { return something() || nudged_ || closed_.load(); });
    taker_waits_ = nudged_ = false;
    if (!something()) return closed_.load() ? Woken::closed : Woken::time;
    std::size_t events = 0, bytes = 0;
    for (const auto lane : {Lane::people, Lane::machines}) {
        auto& queue = queues_[index(lane)];
        while (!queue.empty()) {
            const auto& next = queue.front().submission;
            if (!group.empty() && (events + next.events > limits_.group_events || bytes + next.bytes > limits_.group_bytes)) return Woken::work;
            events += next.events;
            bytes += next.bytes;
            took(lane, queue.front());
            group.push_back(std::move(queue.front()));
            queue.pop_front();
        }
    }
    return Woken::work;
}

void Lanes::nudge()
{
    {
        const std::lock_guard lock{mutex_};
        nudged_ = true;
    }
    wake_.notify_one();
}

std::vector<Waiting> Lanes::withdraw(std::chrono::steady_clock::time_point before)
{
    std::vector<Waiting> withdrawn;
    const std::lock_guard lock{mutex_};
    for (const auto lane : {Lane::people, Lane::machines}) {
        auto& queue = queues_[index(lane)];
        while (!queue.empty() && queue.front().since < before) {
            took(lane, queue.front());
            withdrawn.push_back(std::move(queue.front()));
            queue.pop_front();
        }
    }
    return withdrawn;
}

void Lanes::close()
{
    {
        const std::lock_guard lock{mutex_};
        closed_ = true;
    }
    wake_.notify_all();
}

}  // namespace incident::store
