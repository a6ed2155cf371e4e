#pragma once
#include "store/answer.hpp"
#include "store/sqlite_reader.hpp"
#include <array>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace incident::store {

/// Two threads, each with its own read-only connection, behind one bounded queue: whoever is free takes the next job.
class ReaderPool {
 public:
    explicit ReaderPool(std::size_t queue_jobs) : queue_jobs_(queue_jobs) {}
    ~ReaderPool() { close(); }
    ReaderPool(const ReaderPool&) = delete;
    ReaderPool& operator=(const ReaderPool&) = delete;

    [[nodiscard]] Result<void> start(const std::filesystem::path& file, const char* vfs, SearchIndex* search);
    [[nodiscard]] asio::awaitable<Result<void>> run(std::function<void(Reader&)> work);
    /// Answers what waits with Errc::unavailable, lets what runs end, joins. Twice is once.
    void close();

    static constexpr std::size_t workers = 2;

 private:
    struct Job {
        std::function<void(Reader&)> work;
        std::shared_ptr<Answer<Result<void>>> answer;
    };
    void serve(SqliteReader& reader);
    [[nodiscard]] static Result<void> serve_one(SqliteReader& reader, const std::function<void(Reader&)>& work);

    const std::size_t queue_jobs_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Job> queue_;
    bool closed_ = false;
    std::array<std::unique_ptr<SqliteReader>, workers> readers_;
    std::array<std::thread, workers> threads_;
};

}  // namespace incident::store
