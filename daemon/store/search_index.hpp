#pragma once
#include "store/local_ledger.hpp"
#include "store/search_file.hpp"
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace incident::store {

class SqliteReader;

/// Full text behind the ledger: a thread of its own reads what was committed and writes the words to a file of their own,
/// `search.db` in the ledger's folder. Nobody who writes ever waits for it, and nothing that goes wrong with it is a
/// reason to refuse anything but a search: a file that is missing, damaged or of another ledger is begun anew. So it is
/// after a redaction, since FTS5 cannot forget a word otherwise; the old file is gone before the new one is begun.
class SearchIndex {
 public:
    SearchIndex(const std::filesystem::path& ledger, const StoreLimits& limits);
    ~SearchIndex() { close(); }
    SearchIndex(const SearchIndex&) = delete;
    SearchIndex& operator=(const SearchIndex&) = delete;

    /// @return a Failure when the ledger cannot be read or no thread can be made.
    [[nodiscard]] Result<void> start(const char* ledger_vfs, std::uint64_t last_seq);
    /// Ends the filling where it stands; twice is once.
    void close();

    // Store thread.
    void committed(std::uint64_t last_seq, bool redacted);
    /// While the disk is short of room nothing is written: what is left belongs to the notes.
    void hold(bool held);

    // Any thread.
    [[nodiscard]] std::uint64_t reached() const noexcept { return reached_.load(std::memory_order_acquire); }
    /// Somebody waits for what was committed: no gathering now.
    void hurry();
    /// Which file it is, since one may be begun anew; 0: none at the moment.
    [[nodiscard]] std::uint64_t generation() const noexcept { return generation_.load(std::memory_order_acquire); }
    [[nodiscard]] const std::filesystem::path& file() const noexcept { return file_; }
    /// A reader found that file damaged.
    void damaged(std::uint64_t generation);

    struct Stats {
        std::uint64_t behind, rebuilds;  ///< entries not in it yet; times that it was begun anew
        double lag_seconds;              ///< how long it has been behind without a break
    };
    [[nodiscard]] Stats stats() const noexcept;

 private:
    using Steady = std::chrono::steady_clock;
    void serve();
    [[nodiscard]] bool wait();
    void open_or_begin();
    void begin_anew(const std::string& why);
    [[nodiscard]] Result<void> step();
    [[nodiscard]] Result<bool> take(const Entry& entry, std::uint64_t last);
    void reach(std::uint64_t seq);
    [[nodiscard]] bool stopping() const noexcept { return stop_.load(std::memory_order_relaxed); }

    const std::filesystem::path ledger_, file_;
    const std::size_t batch_entries_;
    const std::chrono::milliseconds gather_, lag_, retry_;
    std::unique_ptr<SqliteReader> reader_;  // index thread, as the next two
    std::optional<SearchFiller> filler_;
    bool told_trouble_ = false, far_behind_ = true;
    Steady::duration step_took_{};

    std::mutex mutex_;
    std::condition_variable wake_;
    bool held_ = false, hurried_ = false;
    std::uint64_t damaged_generation_ = 0;
    std::uint64_t redacted_to_ = 0;  // the newest redaction is no later entry than this

    std::atomic<bool> stop_{false};
    std::atomic<std::uint64_t> target_{0}, reached_{0}, generation_{0}, rebuilds_{0};
    std::uint64_t generations_ = 0;  // index thread
    std::atomic<std::int64_t> behind_since_{0};  // steady clock, nanoseconds; 0: not behind
    std::thread thread_;
};

}  // namespace incident::store
