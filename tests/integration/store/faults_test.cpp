#include "support/ledger.hpp"
#include <gtest/gtest.h>
#include <condition_variable>
#include <set>

namespace incident::store {
namespace {

using namespace test;

std::set<std::uint64_t> places(const std::vector<Entry>& entries)
{
    std::set<std::uint64_t> all;
    for (const auto& entry : entries) all.insert(entry.seq);
    return all;
}

/// Holds every sync while closed: a stalled disk.
class Gate {
 public:
    void pass()
    {
        std::unique_lock lock{mutex_};
        if (!closed_) return;
        ++held_;
        changed_.notify_all();
        changed_.wait(lock, [this] { return !closed_; });
    }
    void close()
    {
        const std::lock_guard lock{mutex_};
        closed_ = true;
        held_ = 0;
    }
    void open()
    {
        const std::lock_guard lock{mutex_};
        closed_ = false;
        changed_.notify_all();
    }
    void wait_until_held()
    {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [this] { return held_ > 0; });
    }

 private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool closed_ = false;
    int held_ = 0;
};

class FailedSync : public testing::TestWithParam<int> {};

TEST_P(FailedSync, LatchesAndNothingAcknowledgedIsLost)
{
    StoreLimits limits;
    limits.checkpoint_wal_pages = 8;  // so that checkpoint syncs are among those that fail
    limits.idle_checkpoint = 1h;
    auto faults = std::make_shared<DiskFaults>();
    LedgerInFolder box{limits, faults};
    std::promise<std::string> latched;
    box.ledger->on_latch([&](std::string reason) { latched.set_value(std::move(reason)); });
    faults->fail_sync_in = GetParam();

    std::set<std::uint64_t> acknowledged;
    std::vector<Errc> failures;
    for (int i = 0; i < 60; ++i) {
        auto receipt = box.append(note("note " + std::to_string(i)));
        if (receipt) {
            EXPECT_TRUE(failures.empty()) << "acknowledged after the failed sync";
            acknowledged.insert(receipt->items.at(0).entry.seq);
        } else failures.push_back(receipt.error().code);
    }
    ASSERT_FALSE(failures.empty());
    EXPECT_TRUE(box.ledger->latched());
    EXPECT_FALSE(box.ledger->has_room(Lane::people));
    EXPECT_NE(latched.get_future().get().find("sync of"), std::string::npos);
    EXPECT_EQ(box.ledger->stats().sync_failures, 1u);  // never tried again
    for (std::size_t i = 1; i < failures.size(); ++i) EXPECT_EQ(failures[i], Errc::unavailable);
    const auto visible = places(box.entries());  // reads go on
    for (const auto seq : acknowledged) EXPECT_TRUE(visible.contains(seq));

    box.close();
    faults->fail_sync_in = 0;
    box.open();
    const auto found = places(box.entries());
    for (const auto seq : acknowledged) EXPECT_TRUE(found.contains(seq)) << seq;
    EXPECT_TRUE(box.verify().ok);
    EXPECT_TRUE(box.append(note("a new start takes notes again")));
}

INSTANTIATE_TEST_SUITE_P(Nth, FailedSync, testing::Range(1, 51));

TEST(FailedWrite, WithAnInputOutputErrorLatches)
{
    for (const int nth : {1, 2, 3, 7, 20}) {
        auto faults = std::make_shared<DiskFaults>();
        LedgerInFolder box{{}, faults};
        (void)box.stored(note("kept"));
        faults->fail_write_in = nth;
        for (int i = 0; i < nth && !box.ledger->latched(); ++i) (void)box.append(note("x"));
        ASSERT_TRUE(box.ledger->latched());
        EXPECT_EQ(box.append(note("y")).error().code, Errc::unavailable);
        box.close();
        box.open();
        EXPECT_TRUE(box.verify().ok);
        EXPECT_EQ(box.entries().at(0).seq, 1u);
    }
}

/// Log header, then a header and a page for each page that the note changes; more would only hit the next note.
constexpr int writes_of_a_note = 4;

TEST(FullDisk, IsNoLatchAndRecoversWithoutRestart)
{
    for (int later = 1; later <= writes_of_a_note; ++later) {
        StoreLimits limits;
        limits.checkpoint_wal_pages = 4;
        limits.idle_checkpoint = 1h;
        auto faults = std::make_shared<DiskFaults>();
        LedgerInFolder box{limits, faults};
        (void)box.stored(note("before"));
        faults->full_in = later;
        const auto refused = box.append(note("no room"));
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, Errc::unavailable);
        EXPECT_FALSE(box.ledger->latched());
        EXPECT_EQ(box.ledger->last_seq(), 1u);
        faults->full_in = 0;
        const auto after = box.stored(note("after"));
        EXPECT_EQ(after.seq, 2u);
        EXPECT_TRUE(box.verify().ok);
        box.reopen();
        EXPECT_EQ(box.entries().size(), 2u);
    }
}

TEST(FullDisk, InTheMiddleOfABatchKeepsNothingOfIt)
{
    auto faults = std::make_shared<DiskFaults>();
    LedgerInFolder box{{}, faults};
    ASSERT_TRUE(box.append(opened(IncidentKey{1}, "t")));
    std::vector<NewEntry> batch;
    for (int i = 0; i < 500; ++i) {
        auto event = note(std::string(3000, 'x'));
        event.incident = IncidentKey{1};
        event.key = std::to_string(i);
        batch.push_back(new_entry(event));
    }
    faults->full_in = 20;
    EXPECT_FALSE(box.append(submission(batch)));
    faults->full_in = 0;
    EXPECT_EQ(box.entries().size(), 1u);
    const auto receipt = box.append(submission(batch)).value();
    EXPECT_EQ(std::get<Event>(receipt.items.at(0).entry.what).number, 1u);  // the catalogue went back too
    EXPECT_TRUE(box.verify().ok);
}

TEST(FullDisk, GivesItsBallastToPeopleAndHoldsMachinesUntilThereIsRoom)
{
    StoreLimits limits;
    limits.ballast_bytes = 1024 * 1024;
    limits.space_check = 1h;
    auto faults = std::make_shared<DiskFaults>();
    LedgerInFolder box{limits, faults};
    const auto ballast = box.path() / "ballast";
    EXPECT_EQ(std::filesystem::file_size(ballast), limits.ballast_bytes);
    faults->full_in = 1;
    EXPECT_FALSE(box.append(note("no room")));
    faults->full_in = 0;  // as if the ballast had been the room that was missing
    EXPECT_FALSE(std::filesystem::exists(ballast));
    EXPECT_FALSE(box.ledger->has_room(Lane::machines));
    EXPECT_EQ(box.append(submission({new_entry(note("machine"))}, Lane::machines)).error().code, Errc::unavailable);
    EXPECT_TRUE(box.append(note("person")));
    box.close();
    box.limits.space_check = 0ms;
    box.open();
    EXPECT_EQ(std::filesystem::file_size(ballast), limits.ballast_bytes);
    faults->full_in = 1;
    EXPECT_FALSE(box.append(note("no room")));
    faults->full_in = 0;
    EXPECT_TRUE(box.append(note("person")));  // by then the store thread has looked, and there is room
    EXPECT_TRUE(box.append(submission({new_entry(note("machine"))}, Lane::machines)));
    EXPECT_TRUE(std::filesystem::exists(ballast));
}

TEST(FullDisk, TheVeryNoteThatMeetsItIsStoredInTheRoomOfTheBallast)
{
    StoreLimits limits;
    limits.ballast_bytes = 1024 * 1024;
    limits.space_check = 1h;
    auto faults = std::make_shared<DiskFaults>();
    const auto ballast = std::make_shared<std::filesystem::path>();
    const auto filled = std::make_shared<std::atomic<bool>>(false);
    faults->full = [ballast, filled] { return *filled && std::filesystem::exists(*ballast); };
    LedgerInFolder box{limits, faults};
    *ballast = box.path() / "ballast";
    *filled = true;
    const auto stored = box.append(note("the disk is full"));
    ASSERT_TRUE(stored) << stored.error().detail;
    EXPECT_FALSE(std::filesystem::exists(*ballast));
    EXPECT_FALSE(box.ledger->has_room(Lane::machines));
    box.close();
    box.open();
    *filled = true;
    EXPECT_EQ(box.append(submission({new_entry(note("machine"))}, Lane::machines)).error().code, Errc::unavailable);
    EXPECT_TRUE(box.verify().ok);
    EXPECT_EQ(box.entries().size(), 1u);
}

TEST(StalledDisk, AnswersWhoWaitsTooLongAndGoesOnAfterwards)
{
    Gate gate;
    auto faults = std::make_shared<DiskFaults>();
    faults->before_sync = [&] { gate.pass(); };
    StoreLimits limits;
    limits.stall = 50ms;
    limits.idle_checkpoint = 1h;
    LedgerInFolder box{limits, faults};
    gate.close();
    auto in_commit = box.loop.start(box.ledger->append(submission({new_entry(note("in the commit"))})));
    gate.wait_until_held();
    auto queued = box.loop.start(box.ledger->append(submission({new_entry(note("in the queue"))})));
    EXPECT_EQ(in_commit.get().error().code, Errc::unknown_outcome);
    EXPECT_EQ(queued.get().error().code, Errc::unavailable);
    gate.open();
    (void)box.stored(note("after"));
    const auto entries = box.entries();
    ASSERT_EQ(entries.size(), 2u);  // the unknown one was stored after all, the queued one was not
    EXPECT_EQ(std::get<Event>(entries[0].what).text, "in the commit");
    EXPECT_EQ(std::get<Event>(entries[1].what).text, "after");
}

TEST(Lanes, PeopleAreTakenWhileMachinesAreFull)
{
    Gate gate;
    auto faults = std::make_shared<DiskFaults>();
    faults->before_sync = [&] { gate.pass(); };
    StoreLimits limits;
    limits.machine_queue_submissions = 4;
    limits.idle_checkpoint = 1h;
    LedgerInFolder box{limits, faults};
    gate.close();
    auto held = box.loop.start(box.ledger->append(submission({new_entry(note("holds the disk"))}, Lane::machines)));
    gate.wait_until_held();
    std::vector<std::future<Result<Receipt>>> machines;
    for (int i = 0; i < 4; ++i)
        machines.push_back(box.loop.start(box.ledger->append(submission({new_entry(note("machine"))}, Lane::machines))));
    auto refused = box.loop.start(box.ledger->append(submission({new_entry(note("machine"))}, Lane::machines)));
    EXPECT_EQ(refused.get().error().code, Errc::unavailable);
    EXPECT_FALSE(box.ledger->has_room(Lane::machines));
    EXPECT_TRUE(box.ledger->has_room(Lane::people));
    auto person = box.loop.start(box.ledger->append(submission({new_entry(note("person"))}, Lane::people)));
    gate.open();
    ASSERT_TRUE(held.get());
    const auto written = person.get().value().items.at(0).entry.seq;
    for (auto& machine : machines) EXPECT_GT(machine.get().value().items.at(0).entry.seq, written);  // though they came first
    EXPECT_EQ(written, 2u);
}

TEST(Close, CommitsWhatWaits)
{
    LedgerInFolder box;
    std::vector<std::future<Result<Receipt>>> sent;
    for (int i = 0; i < 50; ++i) sent.push_back(box.loop.start(box.ledger->append(submission({new_entry(note("n"))}))));
    (void)box.stored(note("the last one offered"));
    box.ledger->close();
    for (auto& one : sent) EXPECT_TRUE(one.get());
    EXPECT_FALSE(box.append(note("late")));
    box.close();
    box.open();
    EXPECT_EQ(box.entries().size(), 51u);
    EXPECT_EQ(box.ledger->stats().wal_bytes, 0u);
}

}  // namespace
}  // namespace incident::store
