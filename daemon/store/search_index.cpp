#include "store/search_index.hpp"
#include "observe/log.hpp"
#include "store/sqlite_reader.hpp"
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace incident::store {
namespace {

/// Read from the ledger at once: an event may hold 64 KiB.
constexpr std::size_t read_entries = 200;
/// Whoever commits, answers or renders goes first. Where it is not allowed, it is not.
constexpr int low_priority = 10;
constexpr std::chrono::milliseconds longest_pause{250};
/// Entries; to read them again takes a second.
constexpr std::uint64_t worth_a_sync = 10'000;

std::filesystem::path beside(const std::filesystem::path& file, const char* ending)
{
    auto path = file;
    path += ending;
    return path;
}

std::int64_t nanoseconds_now() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

}  // namespace

SearchIndex::SearchIndex(const std::filesystem::path& ledger, const StoreLimits& limits)
    : ledger_(ledger), file_(ledger.parent_path() / "search.db"), batch_entries_(limits.search_batch_entries), gather_(limits.search_gather), lag_(limits.search_lag), retry_(limits.search_retry)
{}

Result<void> SearchIndex::start(const char* ledger_vfs, std::uint64_t last_seq)
{
    target_ = last_seq;
    auto reader = SqliteReader::open(ledger_, ledger_vfs, nullptr);
    if (!reader) return reader.error();
    reader_ = std::move(*reader);
    thread_ = std::thread{[this] { serve(); }};
    return {};
}

void SearchIndex::close()
{
    {
        const std::lock_guard lock{mutex_};
        stop_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void SearchIndex::committed(std::uint64_t last_seq, bool redacted)
{
    {
        const std::lock_guard lock{mutex_};
        target_.store(last_seq, std::memory_order_relaxed);
        if (redacted) redacted_to_ = last_seq;
        std::int64_t none = 0;
        if (last_seq > reached()) behind_since_.compare_exchange_strong(none, nanoseconds_now());
    }
    wake_.notify_one();
}

void SearchIndex::hold(bool held)
{
    {
        const std::lock_guard lock{mutex_};
        held_ = held;
    }
    wake_.notify_one();
}

void SearchIndex::hurry()
{
    {
        const std::lock_guard lock{mutex_};
        hurried_ = true;
    }
    wake_.notify_one();
}

void SearchIndex::damaged(std::uint64_t generation)
{
    {
        const std::lock_guard lock{mutex_};
        damaged_generation_ = generation;
    }
    wake_.notify_one();
}

SearchIndex::Stats SearchIndex::stats() const noexcept
{
    const auto target = target_.load(std::memory_order_relaxed), reached = this->reached();
    const auto since = behind_since_.load(std::memory_order_relaxed);
    const bool behind = target > reached;
    return {behind ? target - reached : 0, rebuilds_.load(std::memory_order_relaxed),
            behind && since != 0 ? std::chrono::duration<double>(std::chrono::nanoseconds{nanoseconds_now() - since}).count() : 0.0};
}

/// Until there is something to do. @return false: the end.
bool SearchIndex::wait()
{
    std::unique_lock lock{mutex_};
    const auto due = [&] {
        const bool spoilt = damaged_generation_ != 0 && damaged_generation_ == generation();
        // A removed text goes even from a full disk.
        return stopping() || redacted_to_ != 0 || (!held_ && (spoilt || target_.load(std::memory_order_relaxed) > reached()));
    };
    wake_.wait(lock, due);
    // What comes within a moment goes into one transaction. In a storm three quarters of the time are left to whoever
    // writes, until the lag is long; then nothing is spared.
    const auto since = behind_since_.load();
    const bool late = since != 0 && std::chrono::nanoseconds{nanoseconds_now() - since} > lag_;
    const auto pause = far_behind_ ? (late ? Steady::duration{} : std::min<Steady::duration>(3 * step_took_, longest_pause)) : Steady::duration{gather_};
    wake_.wait_for(lock, pause, [&] { return stopping() || hurried_ || redacted_to_ != 0; });
    hurried_ = hurried_ && far_behind_;  // a query waits for all of it
    return !stopping();
}

void SearchIndex::serve()
{
    (void)::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), low_priority);
    try {
        open_or_begin();
        while (wait()) {
            auto done = step();
            if (done) {
                told_trouble_ = false;
                continue;
            }
            const bool spoilt = filler_ && filler_->damaged();
            if (filler_) filler_->roll_back();
            reader_->end();
            if (!told_trouble_) observe::log_warn("full-text search falls behind", {{"file", file_.string()}, {"why", done.error().detail}});
            told_trouble_ = true;
            std::unique_lock lock{mutex_};
            wake_.wait_for(lock, retry_, [this] { return stopping(); });
            if (stopping()) break;
            lock.unlock();
            if (spoilt || !filler_) begin_anew(done.error().detail);
        }
        // A file that is whole on the disk need not be made again after the machine's next start. Of a few entries it is made
        // sooner than synced.
        if (filler_ && filler_->mark().reached >= worth_a_sync) (void)filler_->close_whole();
    } catch (const std::exception& error) {
        generation_ = 0;  // searches say so; everything else goes on
        observe::log_error("full-text search stopped", {{"why", error.what()}});
    }
}

void SearchIndex::open_or_begin()
{
    std::error_code ignored;
    const bool there = std::filesystem::exists(file_, ignored);
    auto opened = SearchFiller::open(file_);
    if (!opened) return begin_anew(opened.error().detail);
    filler_.emplace(std::move(*opened));
    const auto& mark = filler_->mark();
    auto same = [&]() -> Result<bool> {
        if (mark.reached == 0) return true;
        if (auto begun = reader_->begin(); !begun) return begun.error();
        auto entry = reader_->entries_after(mark.reached - 1, 1);
        reader_->end();
        if (!entry) return entry.error();
        return !entry->empty() && entry->front().id == mark.reached_id;
    }();
    if (!same || !*same) return begin_anew(same ? "it belongs to another ledger" : same.error().detail);
    if (!there) observe::log_info("full-text search begins", {{"file", file_.string()}});
    reach(mark.reached);
    generation_ = ++generations_;
}

void SearchIndex::begin_anew(const std::string& why)
{
    generation_ = 0;
    filler_.reset();
    reach(0);
    std::error_code ignored;
    // The log first: it holds words too, and alone it is nothing.
    for (const auto* ending : {"-wal", "-shm", ""}) std::filesystem::remove(beside(file_, ending), ignored);
    ++rebuilds_;
    observe::log_info("full-text search begins anew", {{"file", file_.string()}, {"why", why}});
    auto opened = SearchFiller::open(file_);
    if (!opened) {
        observe::log_warn("full-text search has no file", {{"file", file_.string()}, {"why", opened.error().detail}});
        return;  // step() tries again
    }
    filler_.emplace(std::move(*opened));
    generation_ = ++generations_;
}

/// One transaction: what was committed up to now, or as much as a batch takes.
Result<void> SearchIndex::step()
{
    std::uint64_t redacted_to = 0;
    bool spoilt = false, held = false;
    {
        const std::lock_guard lock{mutex_};
        held = held_;
        redacted_to = std::exchange(redacted_to_, 0);
        spoilt = damaged_generation_ != 0 && damaged_generation_ == generation();
        damaged_generation_ = 0;
    }
    const bool redacted = filler_ && filler_->mark().reached != 0 && redacted_to > filler_->mark().begun_at;
    if (redacted || spoilt) begin_anew(redacted ? "a text was removed for good" : "a reader found it damaged");
    if (held) return {};
    if (!filler_) return Failure{Errc::unavailable, "there is no file for the words"};
    const auto began = Steady::now();
    if (auto begun = reader_->begin(); !begun) return begun;
    const auto last = reader_->last_seq();
    auto mark = filler_->mark();
    if (mark.reached == 0) mark.begun_at = last;
    if (auto begun = filler_->begin(); !begun) return begun;
    for (std::size_t taken = 0; mark.reached < last && taken < batch_entries_ && !stopping();) {
        const auto entries = reader_->entries_after(mark.reached, read_entries);
        if (!entries) return entries.error();
        if (entries->empty()) break;
        for (const auto& entry : *entries) {
            const auto* amendment = std::get_if<Amendment>(&entry.what);
            if (amendment && amendment->redact && entry.seq > mark.begun_at) {
                filler_->roll_back();
                reader_->end();
                begin_anew("a text was removed for good");
                return {};
            }
            if (auto done = take(entry, last); !done) return done.error();
        }
        taken += entries->size();
        mark.reached = entries->back().seq;
        mark.reached_id = entries->back().id;
    }
    if (auto done = filler_->commit(mark); !done) return done;
    reader_->end();
    filler_->release_memory();
    reach(mark.reached);
    far_behind_ = last - mark.reached > read_entries;
    step_took_ = Steady::now() - began;
    return {};
}

Result<bool> SearchIndex::take(const Entry& entry, std::uint64_t last)
{
    if (const auto* event = std::get_if<Event>(&entry.what)) {
        if (auto added = filler_->add(*event); !added) return added.error();
        return true;
    }
    const auto* amendment = std::get_if<Amendment>(&entry.what);
    if (amendment == nullptr || (!amendment->text && !amendment->undo && !amendment->redact)) return false;
    const auto event = reader_->event(amendment->event);
    if (!event) return event.error();
    if (!*event) return false;
    if (auto replaced = filler_->replace(**event, entry.seq, last); !replaced) return replaced.error();
    return true;
}

void SearchIndex::reach(std::uint64_t seq)
{
    const std::lock_guard lock{mutex_};
    reached_.store(seq, std::memory_order_release);
    const bool behind = target_.load(std::memory_order_relaxed) > seq;
    if (!behind) behind_since_ = 0;
    else if (behind_since_ == 0) behind_since_ = nanoseconds_now();
}

}  // namespace incident::store
