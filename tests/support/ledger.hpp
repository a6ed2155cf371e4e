#pragma once
#include "app/clock.hpp"
#include "store/disk.hpp"
#include "store/local_ledger.hpp"
#include "support/temp_folder.hpp"
#include <boost/asio.hpp>
#include <future>
#include <mutex>
#include <thread>

/// Builders and helpers around a real ledger in a folder of its own.
namespace incident::test {

using namespace std::chrono_literals;

/// Half past nine on a Monday, somewhere after 2020.
inline constexpr Instant monday{std::chrono::sys_days{std::chrono::year{2024} / 7 / 1} + 9h + 30min};

/// Time as the test says.
class SetClock final : public Clock {
 public:
    explicit SetClock(Instant now = monday) : now_(now) {}
    [[nodiscard]] Instant now() const override
    {
        const std::lock_guard lock{mutex_};
        return now_;
    }
    void set(Instant now)
    {
        const std::lock_guard lock{mutex_};
        now_ = now;
    }
    void advance(std::chrono::microseconds by) { set(now() + by); }

 private:
    mutable std::mutex mutex_;
    Instant now_;
};

/// A loop on a thread of its own, for calling coroutines from a test.
class Loop {
 public:
    Loop() : work_(boost::asio::make_work_guard(context_)), thread_([this] { context_.run(); }) {}
    ~Loop()
    {
        work_.reset();
        thread_.join();
    }
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    /// Starts it; the future has what it returns.
    template <class T>
    [[nodiscard]] std::future<T> start(boost::asio::awaitable<T> task)
    {
        return boost::asio::co_spawn(context_, std::move(task), boost::asio::use_future);
    }
    template <class T>
    T run(boost::asio::awaitable<T> task)
    {
        return start(std::move(task)).get();
    }
    [[nodiscard]] boost::asio::io_context& context() { return context_; }

 private:
    boost::asio::io_context context_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
    std::thread thread_;
};

[[nodiscard]] inline Event note(std::string text)
{
    Event event;
    event.kind = Kind::note;
    event.source = "api";
    event.author.name = "sam";
    event.author.verified = true;
    event.occurred_at = monday;
    event.text = std::move(text);
    return event;
}

[[nodiscard]] inline Event alert(std::string text, std::string fingerprint, std::string key, std::string status = "firing")
{
    auto event = note(std::move(text));
    event.kind = Kind::alert;
    event.source = "alertmanager";
    event.author.name = "alertmanager";
    event.status = std::move(status);
    event.key = std::move(key);
    event.labels.emplace(std::string{fingerprint_label}, std::move(fingerprint));
    return event;
}

[[nodiscard]] inline store::NewEntry new_entry(std::variant<Event, Amendment, IncidentStep, Tally> what,
                                               OnDuplicate on_duplicate = OnDuplicate::answer_first)
{
    store::NewEntry one;
    if (const auto* event = std::get_if<Event>(&what)) {
        one.entry.source = event->source;
        one.entry.author = event->author;
    } else {
        one.entry.source = "api";
        one.entry.author.name = "sam";
    }
    one.entry.principal = "unix:uid=1000(sam)";
    one.entry.what = std::move(what);
    one.on_duplicate = on_duplicate;
    return one;
}

[[nodiscard]] inline store::Submission submission(std::vector<store::NewEntry> entries, store::Lane lane = store::Lane::people)
{
    store::Submission one;
    one.lane = lane;
    one.events = entries.size();
    one.bytes = entries.size() * 300;
    one.decide = [entries = std::move(entries)](store::View&) -> Result<std::vector<store::NewEntry>> { return entries; };
    return one;
}

[[nodiscard]] inline IncidentStep opened(IncidentKey key, std::string title)
{
    IncidentStep step;
    step.change = IncidentStep::Change::opened;
    step.incident = key;
    step.fields.title = std::move(title);
    return step;
}

/// The defaults, but a slow machine or a sanitizer is no stalled disk.
[[nodiscard]] inline store::StoreLimits patient_limits()
{
    store::StoreLimits limits;
    limits.stall = std::chrono::minutes{1};
    return limits;
}

/// A ledger in a folder that can be closed and opened again.
class LedgerInFolder {
 public:
    explicit LedgerInFolder(store::StoreLimits limits_ = patient_limits(), std::shared_ptr<store::DiskFaults> faults_ = std::make_shared<store::DiskFaults>())
        : limits(limits_), faults(std::move(faults_))
    {
        open();
    }
    ~LedgerInFolder() { close(); }
    void open()
    {
        auto opened = store::LocalLedger::open(path(), clock, entropy, limits, faults);
        if (!opened) throw std::runtime_error{opened.error().detail};
        ledger = std::move(*opened);
    }
    void close()
    {
        if (ledger) ledger->close();
        ledger.reset();
    }
    void reopen()
    {
        close();
        open();
    }
    [[nodiscard]] std::filesystem::path path() const { return folder.path() / "state"; }
    [[nodiscard]] std::filesystem::path file() const { return path() / "incidentd.db"; }

    Result<store::Receipt> append(store::Submission one) { return loop.run(ledger->append(std::move(one))); }
    Result<store::Receipt> append(store::NewEntry one) { return append(submission({std::move(one)})); }
    Result<store::Receipt> append(std::variant<Event, Amendment, IncidentStep, Tally> what) { return append(new_entry(std::move(what))); }
    /// The stored event. Throws when it was refused.
    Event stored(Event event)
    {
        auto receipt = append(new_entry(std::move(event)));
        if (!receipt) throw std::runtime_error{receipt.error().detail};
        return std::get<Event>(receipt->items.at(0).entry.what);
    }
    template <class T>
    Result<T> read(std::function<Result<T>(store::Reader&)> job)
    {
        return loop.run(store::read<T>(*ledger, std::move(job)));
    }
    std::vector<Entry> entries(std::uint64_t after = 0)
    {
        return read<std::vector<Entry>>([after](store::Reader& reader) { return reader.entries_after(after, 1'000'000); }).value();
    }
    store::ChainReport verify(std::uint64_t from = 1, std::uint64_t to = 0)
    {
        return read<store::ChainReport>([from, to](store::Reader& reader) { return reader.verify(from, to); }).value();
    }
    store::EventPage events(store::EventQuery query)
    {
        return read<store::EventPage>([query](store::Reader& reader) { return reader.events(query); }).value();
    }

    TempFolder folder;
    SetClock clock;
    SystemEntropy entropy;
    store::StoreLimits limits;
    std::shared_ptr<store::DiskFaults> faults;
    Loop loop;
    std::unique_ptr<store::LocalLedger> ledger;
};

}  // namespace incident::test
