#include "store/local_ledger.hpp"
#include "app/clock.hpp"
#include "observe/log.hpp"
#include "store/ballast.hpp"
#include "store/chores.hpp"
#include "store/folder_lock.hpp"
#include "store/lanes.hpp"
#include "store/reader_pool.hpp"
#include "store/search_index.hpp"
#include "store/writer.hpp"
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <thread>
#include <unistd.h>

namespace incident::store {
namespace {

using Steady = std::chrono::steady_clock;
using namespace std::chrono_literals;

/// How long the store thread sleeps when nothing at all is due.
constexpr auto nothing_due = 1h;
/// An idle checkpoint that a reader kept from finishing is tried again after this.
constexpr auto checkpoint_again = 250ms;
/// Between two steps of forgetting kept bodies, so that whoever writes hardly notices.
constexpr auto forget_again = 50ms;

class Local final : public LocalLedger {
 public:
    Local(const std::filesystem::path& folder, const Clock& clock, Entropy& entropy, const StoreLimits& limits, std::shared_ptr<DiskFaults> faults)
        : file_(folder / "incidentd.db"), clock_(clock), entropy_(entropy), limits_(limits), disk_(std::move(faults)), lanes_(limits), readers_(limits.reader_queue_jobs),
          search_(limits.search ? std::make_unique<SearchIndex>(file_, limits) : nullptr), ballast_(folder / "ballast", limits.ballast_bytes)
    {}
    ~Local() override { close(); }

    [[nodiscard]] Result<void> start();

    [[nodiscard]] asio::awaitable<Result<Receipt>> append(Submission submission) override;
    [[nodiscard]] bool has_room(Lane lane) const noexcept override { return !disk_.latched() && lanes_.has_room(lane); }
    void on_commit(OnCommit callback) override;
    void on_latch(std::function<void(std::string)> callback) override;
    [[nodiscard]] bool latched() const noexcept override { return disk_.latched(); }
    [[nodiscard]] std::uint64_t last_seq() const noexcept override { return last_seq_.load(std::memory_order_relaxed); }
    [[nodiscard]] Stats stats() const noexcept override;
    [[nodiscard]] asio::awaitable<Result<void>> run(std::function<void(Reader&)> job) override { return readers_.run(std::move(job)); }
    [[nodiscard]] asio::awaitable<void> let_search_catch_up() override;
    [[nodiscard]] std::shared_ptr<const std::vector<auth::Token>> tokens() const override;
    [[nodiscard]] asio::awaitable<Result<void>> add(auth::Token token) override;
    [[nodiscard]] asio::awaitable<Result<auth::Token>> revoke(std::string id, Instant at) override;
    void close() override;
    [[nodiscard]] std::string description() const override;
    [[nodiscard]] const ChainReport& opening_check() const noexcept override { return opening_check_; }

 private:
    struct InFlight {
        std::shared_ptr<Answer<Result<Receipt>>> answer;
        Steady::time_point since;
    };

    template <class T>
    [[nodiscard]] asio::awaitable<T> on_store_thread(std::function<T()> work);
    [[nodiscard]] Result<void> read_tokens();
    void forget_if_due(Steady::time_point now, bool idle, bool& log_dirty);
    void show_raw_use();
    [[nodiscard]] Result<void> check_newest();
    void serve();
    void commit(std::vector<Waiting>& group);
    void commit_people(std::vector<Submission>& submissions, Writer::Committed& done);
    void seal_if_due(Steady::time_point now);
    void published(Writer::Committed& done);
    void disk_is_full(Steady::time_point now);
    void look_for_room(Steady::time_point now);
    void tell_latch();
    void watch_stalls();
    [[nodiscard]] bool wants_entries();
    [[nodiscard]] Failure refusal() const;

    const std::filesystem::path file_;
    const Clock& clock_;
    Entropy& entropy_;
    const StoreLimits limits_;
    FolderLock lock_;
    Disk disk_;
    std::unique_ptr<Writer> writer_;
    Lanes lanes_;
    ReaderPool readers_;
    std::unique_ptr<SearchIndex> search_;  // null: none is kept
    std::uint64_t redactions_ = 0;  // store thread: told to search_
    ChainReport opening_check_;

    Chores chores_;

    mutable std::mutex tokens_mutex_;
    std::shared_ptr<const std::vector<auth::Token>> tokens_ = std::make_shared<std::vector<auth::Token>>();

    std::mutex callbacks_mutex_;
    OnCommit on_commit_;
    std::function<void(std::string)> on_latch_;
    bool told_latch_ = false;  // store thread

    std::mutex in_flight_mutex_;
    std::vector<InFlight> in_flight_;

    std::mutex stop_mutex_;
    std::condition_variable stop_;
    bool stopping_ = false;

    std::atomic<std::uint64_t> last_seq_{0}, events_{0}, repeats_{0}, groups_{0}, checkpoints_{0}, raw_bodies_{0}, raw_bytes_{0}, raw_kept_{0},
        raw_forgotten_{0};
    Steady::time_point tally_due_{}, checkpoint_due_{}, space_due_{}, forget_due_{};  // store thread
    Ballast ballast_;            // store thread
    bool space_is_short_ = false;  // store thread
    std::thread store_thread_, watch_thread_;

    friend class LocalLedger;
    void take(FolderLock lock) { lock_ = std::move(lock); }
};

Result<void> Local::start()
{
    // Made here, so that it and the log beside it are no one else's to read.
    const int fd = ::open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (fd < 0) return Failure{Errc::unavailable, "cannot open " + file_.string() + ": " + std::strerror(errno)};
    ::close(fd);
    auto writer = Writer::open(file_, disk_, clock_, entropy_, limits_);
    if (!writer) return writer.error();
    writer_ = std::move(*writer);
    last_seq_ = writer_->last_seq();
    if (auto read = read_tokens(); !read) return read;
    show_raw_use();
    if (auto checked = check_newest(); !checked) return checked;
    if (auto started = readers_.start(file_, disk_.vfs_name(), search_.get()); !started) return started;
    if (search_)
        if (auto started = search_->start(disk_.vfs_name(), last_seq_); !started) return started;
    (void)ballast_.keep();  // without room for it we start all the same
    store_thread_ = std::thread{[this] { serve(); }};
    watch_thread_ = std::thread{[this] { watch_stalls(); }};
    return {};
}

Result<void> Local::check_newest()
{
    auto reader = SqliteReader::open(file_, disk_.vfs_name(), nullptr);
    if (!reader) return reader.error();
    if (auto begun = (*reader)->begin(); !begun) return begun;
    const auto last = (*reader)->last_seq();
    auto report = (*reader)->verify_entries(last > limits_.verify_at_open ? last - limits_.verify_at_open + 1 : 1);
    if (!report) return report.error();
    opening_check_ = std::move(*report);
    return {};
}

asio::awaitable<Result<Receipt>> Local::append(Submission submission)
{
    const auto boxed = std::make_shared<Submission>(std::move(submission));
    std::function<void(std::shared_ptr<Answer<Result<Receipt>>>)> start = [this, boxed](std::shared_ptr<Answer<Result<Receipt>>> answer) {
        Waiting waiting{std::move(*boxed), answer, Steady::now()};
        if (waiting.submission.raw) waiting.submission.bytes += waiting.submission.raw->compressed.size();
        if (disk_.latched() || !lanes_.offer(waiting)) answer->give(refusal());
    };
    co_return co_await ask<Result<Receipt>>(std::move(start));
}

Failure Local::refusal() const
{
    if (disk_.latched()) return {Errc::unavailable, "the disk failed and nothing more is accepted until a restart: " + disk_.latch_reason()};
    return {Errc::unavailable, "the store is busy, try again"};
}

void Local::on_commit(OnCommit callback)
{
    const std::lock_guard lock{callbacks_mutex_};
    on_commit_ = std::move(callback);
}

void Local::on_latch(std::function<void(std::string)> callback)
{
    const std::lock_guard lock{callbacks_mutex_};
    on_latch_ = std::move(callback);
}

bool Local::wants_entries()
{
    const std::lock_guard lock{callbacks_mutex_};
    return static_cast<bool>(on_commit_);
}

void Local::serve()
{
    std::vector<Waiting> group;
    tally_due_ = Steady::now() + limits_.tally_interval;
    checkpoint_due_ = Steady::now() + limits_.idle_checkpoint;
    bool log_dirty = false;
    for (;;) {
        auto deadline = std::min(Steady::now() + nothing_due, forget_due_);
        if (writer_->has_unsealed()) deadline = std::min(deadline, tally_due_);
        if (log_dirty) deadline = std::min(deadline, checkpoint_due_);
        if (space_is_short_) deadline = std::min(deadline, space_due_);
        group.clear();
        const auto woken = lanes_.take(group, deadline);
        if (woken == Lanes::Woken::closed) break;
        chores_.run();
        if (woken == Lanes::Woken::work) {
            commit(group);
            (void)writer_->checkpoint(Writer::Pace::busy);
            log_dirty = true;
            checkpoint_due_ = Steady::now() + limits_.idle_checkpoint;
        }
        const auto now = Steady::now();
        seal_if_due(now);
        if (log_dirty && now >= checkpoint_due_) {
            log_dirty = !writer_->checkpoint(Writer::Pace::idle);
            checkpoint_due_ = now + checkpoint_again;
        }
        forget_if_due(now, woken == Lanes::Woken::time, log_dirty);
        checkpoints_ = writer_->checkpoints();
        if (space_is_short_ && now >= space_due_) look_for_room(now);
        tell_latch();
    }
    chores_.close(Failure{Errc::unavailable, "the ledger is closing"});
    if (disk_.latched()) return;
    tally_due_ = {};
    seal_if_due(Steady::now());
    if (search_) search_->close();  // its look at the ledger would keep what was removed in the log
    (void)writer_->checkpoint(Writer::Pace::closing);
    tell_latch();
}

void Local::commit(std::vector<Waiting>& group)
{
    std::vector<Submission> submissions;
    submissions.reserve(group.size());
    {
        const std::lock_guard lock{in_flight_mutex_};
        in_flight_.reserve(group.size());
        for (auto& waiting : group) in_flight_.push_back({waiting.answer, waiting.since});
    }
    for (auto& waiting : group) submissions.push_back(std::move(waiting.submission));
    auto done = writer_->commit(submissions, wants_entries());
    if (done.no_space) {
        disk_is_full(Steady::now());
        (void)writer_->checkpoint(Writer::Pace::idle);  // the log holds a page many times, the file once
        commit_people(submissions, done);
    }
    {
        const std::lock_guard lock{in_flight_mutex_};
        in_flight_.clear();
    }
    published(done);
    for (std::size_t i = 0; i < group.size(); ++i) group[i].answer->give(std::move(done.results[i]));
}

/// Once more without the machines, now that the ballast and the log have given room: a note is not refused while there
/// is any.
void Local::commit_people(std::vector<Submission>& submissions, Writer::Committed& done)
{
    std::vector<Submission> people;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < submissions.size(); ++i)
        if (submissions[i].lane == Lane::people) {
            people.push_back(std::move(submissions[i]));
            places.push_back(i);
        }
    if (people.empty()) return;
    auto again = writer_->commit(people, wants_entries());
    for (std::size_t i = 0; i < places.size(); ++i) done.results[places[i]] = std::move(again.results[i]);
    done.entries = std::move(again.entries);
    done.events = again.events;
    done.repeats = again.repeats;
}

void Local::published(Writer::Committed& done)
{
    if (disk_.latched() && done.events + done.repeats == 0) return;
    last_seq_.store(writer_->last_seq(), std::memory_order_relaxed);
    events_ += done.events;
    repeats_ += done.repeats;
    show_raw_use();
    ++groups_;
    if (search_) search_->committed(writer_->last_seq(), std::exchange(redactions_, writer_->redactions()) != writer_->redactions());
    if (done.entries.empty()) return;
    const std::lock_guard lock{callbacks_mutex_};
    if (on_commit_) on_commit_(std::make_shared<const std::vector<Entry>>(std::move(done.entries)));
}

void Local::seal_if_due(Steady::time_point now)
{
    if (now < tally_due_) return;
    tally_due_ = now + limits_.tally_interval;
    if (!writer_->has_unsealed() || disk_.latched()) return;
    auto done = writer_->seal_repeats(wants_entries());
    published(done);
}

/// While it is quiet; when it never is, a step now and then all the same, or the limit would mean nothing.
void Local::forget_if_due(Steady::time_point now, bool idle, bool& log_dirty)
{
    constexpr auto at_the_latest = 10 * forget_again;
    if (now < forget_due_ || (!idle && now < forget_due_ + at_the_latest) || space_is_short_) return;
    const auto before = writer_->raw_use().forgotten;
    const bool more = writer_->forget_old_raw();
    forget_due_ = now + (more ? std::chrono::milliseconds{forget_again} : limits_.raw_check);
    if (writer_->raw_use().forgotten == before) return;
    show_raw_use();
    log_dirty = true;  // the forgotten bytes are in the log's old pages until it is copied
    checkpoint_due_ = now + limits_.idle_checkpoint;
}

void Local::show_raw_use()
{
    const auto use = writer_->raw_use();
    raw_bodies_ = use.bodies;
    raw_bytes_ = use.bytes;
    raw_kept_ = use.kept;
    raw_forgotten_ = use.forgotten;
}

template <class T>
asio::awaitable<T> Local::on_store_thread(std::function<T()> work)
{
    std::function<void(std::shared_ptr<Answer<T>>)> start = [this, work = std::move(work)](std::shared_ptr<Answer<T>> answer) {
        Chores::Chore chore;
        chore.work = [work, answer] { answer->give(work()); };
        chore.refuse = [answer](Failure why) { answer->give(std::move(why)); };
        chore.since = Steady::now();
        if (disk_.latched() || !chores_.offer(std::move(chore))) answer->give(refusal());
        else lanes_.nudge();
    };
    co_return co_await ask<T>(std::move(start));
}

Result<void> Local::read_tokens()
{
    auto tokens = writer_->tokens();
    if (!tokens) return tokens.error();
    const std::lock_guard lock{tokens_mutex_};
    tokens_ = std::make_shared<const std::vector<auth::Token>>(std::move(*tokens));
    return {};
}

std::shared_ptr<const std::vector<auth::Token>> Local::tokens() const
{
    const std::lock_guard lock{tokens_mutex_};
    return tokens_;
}

asio::awaitable<Result<void>> Local::add(auth::Token token)
{
    std::function<Result<void>()> work = [this, token = std::move(token)]() -> Result<void> {
        if (auto added = writer_->add_token(token); !added) return added;
        return read_tokens();
    };
    co_return co_await on_store_thread<Result<void>>(std::move(work));
}

asio::awaitable<Result<auth::Token>> Local::revoke(std::string id, Instant at)
{
    std::function<Result<auth::Token>()> work = [this, id = std::move(id), at]() -> Result<auth::Token> {
        auto revoked = writer_->revoke_token(id, at);
        if (!revoked) return revoked;
        if (auto read = read_tokens(); !read) return read.error();
        return revoked;
    };
    co_return co_await on_store_thread<Result<auth::Token>>(std::move(work));
}

/// Room is for people now. Nothing of the group's machines was stored; they send again until there is room.
void Local::disk_is_full(Steady::time_point now)
{
    if (!space_is_short_)
        observe::log_error("the disk is full: alerts are refused until there is room, notes take the reserve; make room",
                           {{"folder", file_.parent_path().string()}});
    ballast_.give_up();
    lanes_.hold_machines(true);
    if (search_) search_->hold(true);
    space_is_short_ = true;
    space_due_ = now + limits_.space_check;
}

void Local::look_for_room(Steady::time_point now)
{
    space_due_ = now + limits_.space_check;
    if (!ballast_.keep()) return;
    space_is_short_ = false;
    observe::log_info("the disk has room again: alerts are taken", {{"folder", file_.parent_path().string()}});
    lanes_.hold_machines(false);
    if (search_) search_->hold(false);
}

void Local::tell_latch()
{
    if (!disk_.latched() || told_latch_) return;
    told_latch_ = true;
    for (auto& waiting : lanes_.withdraw(Steady::time_point::max())) waiting.answer->give(refusal());
    chores_.close(refusal());
    const std::lock_guard lock{callbacks_mutex_};
    if (on_latch_) on_latch_(disk_.latch_reason());
}

/// A disk that hangs holds the store thread, so another one tells the waiting.
void Local::watch_stalls()
{
    const auto look_every = std::clamp(limits_.stall / 8, 5ms, 250ms);
    std::unique_lock lock{stop_mutex_};
    while (!stop_.wait_for(lock, look_every, [this] { return stopping_; })) {
        const auto before = Steady::now() - limits_.stall;
        for (auto& waiting : lanes_.withdraw(before))
            waiting.answer->give(Failure{Errc::unavailable, "the disk is stalled; nothing was stored, try again"});
        chores_.refuse_waiting(before, {Errc::unavailable, "the disk is stalled; nothing was changed, try again"},
                               {Errc::unknown_outcome, "the disk is stalled; this may or may not be done, look before you try again"});
        const std::lock_guard in_flight_lock{in_flight_mutex_};
        for (auto& waiting : in_flight_)
            if (waiting.since < before)
                waiting.answer->give(Failure{Errc::unknown_outcome, "the disk is stalled; this may or may not be stored, send it again with the same key"});
    }
}

void Local::close()
{
    lanes_.close();
    chores_.close(Failure{Errc::unavailable, "the ledger is closing"});
    if (store_thread_.joinable()) store_thread_.join();
    {
        const std::lock_guard lock{stop_mutex_};
        stopping_ = true;
    }
    stop_.notify_all();
    if (watch_thread_.joinable()) watch_thread_.join();
    if (search_) search_->close();
    readers_.close();
}

asio::awaitable<void> Local::let_search_catch_up()
{
    const auto wanted = last_seq();
    if (!search_ || search_->reached() >= wanted) co_return;
    search_->hurry();
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer{executor};
    const auto until = Steady::now() + limits_.search_wait;
    constexpr auto longest_pause = 50ms;
    for (auto pause = 1ms; search_->reached() < wanted && Steady::now() < until; pause = std::min(2 * pause, longest_pause)) {
        timer.expires_after(pause);
        const auto token = asio::as_tuple(asio::use_awaitable);
        const auto [stopped] = co_await timer.async_wait(token);
        if (stopped) co_return;
    }
}

Ledger::Stats Local::stats() const noexcept
{
    std::error_code ignored;
    const auto size = [&](const std::filesystem::path& path) {
        const auto bytes = std::filesystem::file_size(path, ignored);
        return ignored ? std::uint64_t{0} : static_cast<std::uint64_t>(bytes);
    };
    auto log = file_;
    log += "-wal";
    const auto search = search_ ? search_->stats() : SearchIndex::Stats{};
    return {lanes_.waiting(Lane::people), lanes_.waiting(Lane::machines), events_.load(), repeats_.load(), groups_.load(), disk_.syncs(),
            disk_.sync_failures(), checkpoints_.load(), size(file_), size(log), std::chrono::duration<double>(disk_.last_sync()).count(),
            raw_bodies_.load(), raw_bytes_.load(), raw_kept_.load(), raw_forgotten_.load(), search.behind, search.rebuilds, search_ ? size(search_->file()) : 0, search.lag_seconds};
}

std::string Local::description() const
{
    // 3.51.3 fixes a corruption that needs two writing or checkpointing connections; we have one, by construction.
    const bool old = sqlite_version_number() < 3051003;
    return "SQLite " + sqlite_version() + (old ? " (older than 3.51.3: open the file read-only from elsewhere) " : " ") + writer_->settings();
}

}  // namespace

Result<std::unique_ptr<LocalLedger>> LocalLedger::open(const std::filesystem::path& folder, const Clock& clock, Entropy& entropy,
                                                       const StoreLimits& limits, std::shared_ptr<DiskFaults> faults)
{
    std::error_code error;
    if (std::filesystem::create_directories(folder, error); error)
        return Failure{Errc::unavailable, "cannot make the storage folder " + folder.string() + ": " + error.message()};
    auto lock = FolderLock::take(folder);
    if (!lock) return lock.error();
    auto ledger = std::make_unique<Local>(folder, clock, entropy, limits, std::move(faults));
    ledger->take(std::move(*lock));
    if (auto started = ledger->start(); !started) return started.error();
    return std::unique_ptr<LocalLedger>{std::move(ledger)};
}

}  // namespace incident::store
