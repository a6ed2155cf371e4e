#include "store/reader_pool.hpp"

namespace incident::store {

Result<void> ReaderPool::start(const std::filesystem::path& file, const char* vfs, SearchIndex* search)
{
    for (auto& reader : readers_) {
        auto opened = SqliteReader::open(file, vfs, search);
        if (!opened) return opened.error();
        reader = std::move(*opened);
    }
    for (std::size_t i = 0; i < workers; ++i) threads_[i] = std::thread{[this, i] { serve(*readers_[i]); }};
    return {};
}

asio::awaitable<Result<void>> ReaderPool::run(std::function<void(Reader&)> work)
{
    const auto boxed = std::make_shared<std::function<void(Reader&)>>(std::move(work));
    std::function<void(std::shared_ptr<Answer<Result<void>>>)> start = [this, boxed](std::shared_ptr<Answer<Result<void>>> answer) {
        {
            const std::lock_guard lock{mutex_};
            if (!closed_ && queue_.size() < queue_jobs_ * workers) {
                queue_.push_back({std::move(*boxed), std::move(answer)});
                wake_.notify_one();
                return;
            }
        }
        answer->give(Failure{Errc::unavailable, "too many readers at once, try again"});
    };
    co_return co_await ask<Result<void>>(std::move(start));
}

void ReaderPool::serve(SqliteReader& reader)
{
    for (;;) {
        Job job;
        {
            std::unique_lock lock{mutex_};
            wake_.wait(lock, [this] { return closed_ || !queue_.empty(); });
            if (closed_) return;
            job = std::move(queue_.front());
            queue_.pop_front();
        }
        auto done = serve_one(reader, job.work);
        job.work = nullptr;  // what it captured is let go before the caller goes on
        job.answer->give(std::move(done));
    }
}

Result<void> ReaderPool::serve_one(SqliteReader& reader, const std::function<void(Reader&)>& work)
{
    if (auto begun = reader.begin(); !begun) return begun;
    Result<void> done;
    try {
        work(reader);
    } catch (const std::exception& error) {
        done = Failure{Errc::unavailable, std::string{"reading failed: "} + error.what()};
    }
    reader.end();
    return done;
}

void ReaderPool::close()
{
    std::deque<Job> left;
    {
        const std::lock_guard lock{mutex_};
        closed_ = true;
        left.swap(queue_);
    }
    wake_.notify_all();
    for (auto& job : left) job.answer->give(Failure{Errc::unavailable, "the ledger is closing"});
    for (auto& thread : threads_)
        if (thread.joinable()) thread.join();
}

}  // namespace incident::store
