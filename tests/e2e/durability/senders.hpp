#pragma once
#include "support/daemon.hpp"
#include <gtest/gtest.h>
#include <atomic>
#include <mutex>
#include <set>
#include <thread>

namespace incident::test {

[[nodiscard]] inline std::int64_t monotonic_nanoseconds()
{
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Senders that post one keyed event at a time, over TCP or the Unix socket in turn, and send each again with the same
/// key until it is acknowledged: what a well-behaved client does.
class Senders {
 public:
    Senders(const Daemon& daemon, int how_many) : port_(daemon.port()), socket_(daemon.socket())
    {
        for (int i = 0; i < how_many; ++i) threads_.emplace_back([this, i] { run(i); });
    }
    ~Senders() { stop(); }
    void stop()
    {
        stopping_ = true;
        for (auto& thread : threads_)
            if (thread.joinable()) thread.join();
    }
    /// A sender gave up: the daemon called its request wrong. The test has failed then and must not wait for more.
    [[nodiscard]] bool refused() const { return refused_; }
    /// Keys whose request was answered 2xx.
    [[nodiscard]] std::set<std::string> acked()
    {
        const std::lock_guard lock{mutex_};
        return acked_;
    }
    /// When the newest request that was answered 2xx had been sent.
    [[nodiscard]] std::int64_t last_acked_sent_at()
    {
        const std::lock_guard lock{mutex_};
        return last_acked_sent_at_;
    }
    [[nodiscard]] std::size_t acked_count()
    {
        const std::lock_guard lock{mutex_};
        return acked_.size();
    }

 private:
    void run(int sender)
    {
        auto client = sender % 2 ? HttpClient{port_} : HttpClient{socket_};
        for (int i = 0; !stopping_; ++i) {
            const auto key = "s" + std::to_string(sender) + "-" + std::to_string(i);
            const auto body = R"({"kind":"alert","text":"load )" + key + R"(","key":")" + key + R"("})";
            while (!stopping_) {
                const auto sent_at = monotonic_nanoseconds();
                const auto status = client.post("/api/v1/events", body).status;
                if (status / 100 == 2) {
                    const std::lock_guard lock{mutex_};
                    acked_.insert(key);
                    last_acked_sent_at_ = std::max(last_acked_sent_at_, sent_at);
                    break;
                }
                if (status / 100 == 4) {
                    const std::lock_guard lock{mutex_};
                    ADD_FAILURE() << "a sender was refused with " << status;
                    refused_ = true;
                    return;
                }
                ::usleep(1000);  // a refused connection answers at once; do not spin on it
            }
        }
    }
    unsigned short port_;
    std::string socket_;
    std::atomic<bool> stopping_ = false;
    std::mutex mutex_;
    std::set<std::string> acked_;
    std::int64_t last_acked_sent_at_ = 0;
    std::atomic<bool> refused_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace incident::test
