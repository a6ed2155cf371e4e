#include "support/ledger.hpp"
#include <gtest/gtest.h>
#include <csignal>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

// The write-ahead log grows ahead of its frames, in zeros. A reader of the log must never take them for anything.
namespace incident::store {
namespace {

using namespace test;

/// Stores that many notes, one at a time, in a process that then ends without a close. @return its exit code.
int store_and_die(const std::filesystem::path& folder, int notes, rlim_t largest_file = RLIM_INFINITY)
{
    const auto child = ::fork();
    if (child == 0) {
        ::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{largest_file, RLIM_INFINITY};
        if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) ::_exit(2);
        SystemClock clock;
        SystemEntropy entropy;
        StoreLimits limits;
        limits.idle_checkpoint = 1h;
        limits.ballast_bytes = 0;
        auto ledger = LocalLedger::open(folder, clock, entropy, limits);
        if (!ledger) ::_exit(3);
        Loop loop;
        for (int i = 0; i < notes; ++i)
            if (!loop.run((*ledger)->append(submission({new_entry(note("note " + std::to_string(i)))})))) ::_exit(4);
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// Opens what was left, and holds it to be the first so many notes, whole and chained. @return how many.
int notes_found(const std::filesystem::path& folder)
{
    SystemClock clock;
    SystemEntropy entropy;
    auto ledger = LocalLedger::open(folder, clock, entropy);
    EXPECT_TRUE(ledger) << ledger.error().detail;
    if (!ledger) return -1;
    EXPECT_TRUE((*ledger)->opening_check().ok) << (*ledger)->opening_check().problem;
    Loop loop;
    const auto entries = loop.run(read<std::vector<Entry>>(**ledger, [](Reader& reader) { return reader.entries_after(0, 1000); })).value();
    int found = 0;
    for (const auto& entry : entries) EXPECT_EQ(std::get<Event>(entry.what).text, "note " + std::to_string(found++));
    (*ledger)->close();
    EXPECT_EQ((*ledger)->stats().wal_bytes, 0u);
    return found;
}

std::string bytes_of(const std::filesystem::path& file)
{
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

void write_bytes(const std::filesystem::path& file, const std::string& bytes) { std::ofstream{file, std::ios::binary} << bytes; }

TEST(LogOfZeros, AKilledWritersLogHoldsAllAndNothingMore)
{
    TempFolder folder;
    ASSERT_EQ(store_and_die(folder / "state", 20), 0);
    const auto log = bytes_of(folder / "state" / "incidentd.db-wal");
    ASSERT_GT(log.size(), 1024u * 1024u);
    EXPECT_LT(log.find_last_not_of('\0'), log.size() / 2) << "no zeros ahead";
    EXPECT_EQ(notes_found(folder / "state"), 20);
}

TEST(LogOfZeros, APowerCutAtAnyPlaceLeavesAnIntactBeginning)
{
    TempFolder folder;
    ASSERT_EQ(store_and_die(folder / "state", 20), 0);
    const auto log = bytes_of(folder / "state" / "incidentd.db-wal");
    const auto used = log.find_last_not_of('\0') + 1;
    int most[2] = {0, 0};  // by `grown`: the last frame may end in zeros, which only a log that had grown still has
    constexpr int cuts = 12;
    for (int cut = 0; cut <= cuts; ++cut) {
        const auto place = used * static_cast<std::size_t>(cut) / cuts;
        for (const bool grown : {true, false}) {  // the zeros reached the disk, or not even the new size
            const auto copy = folder / ("copy" + std::to_string(cut) + (grown ? "z" : "s"));
            std::filesystem::copy(folder / "state", copy);
            std::filesystem::remove(copy / "incidentd.db-shm");  // what a power cut takes with it
            write_bytes(copy / "incidentd.db-wal", log.substr(0, place) + (grown ? std::string(log.size() - place, '\0') : std::string{}));
            const auto found = notes_found(copy);
            EXPECT_GE(found, most[grown]) << "a later cut kept less, at byte " << place;
            most[grown] = std::max(most[grown], found);
        }
    }
    EXPECT_EQ(most[true], 20);
}

TEST(LogOfZeros, ZerosThatFindNoRoomRefuseNobody)
{
    TempFolder folder;
    constexpr rlim_t too_small_for_zeros = 900 * 1024;
    ASSERT_EQ(store_and_die(folder / "state", 20, too_small_for_zeros), 0);
    // What did not fit was given back, so that entries can have the room.
    EXPECT_LT(std::filesystem::file_size(folder / "state" / "incidentd.db-wal"), too_small_for_zeros);
    EXPECT_EQ(notes_found(folder / "state"), 20);
}

TEST(LogOfZeros, AnIdleLogKeepsItsLengthUntilARedaction)
{
    StoreLimits limits;
    limits.idle_checkpoint = 1ms;
    LedgerInFolder box{limits};
    const auto id = box.stored(note("a secret word")).id;
    while (box.ledger->stats().checkpoints == 0) std::this_thread::yield();
    const auto length = box.ledger->stats().wal_bytes;
    EXPECT_GT(length, 0u);
    (void)box.stored(note("another"));
    EXPECT_EQ(box.ledger->stats().wal_bytes, length);
    Amendment redaction;
    redaction.event = id;
    redaction.redact = true;
    ASSERT_TRUE(box.append(redaction));
    while (box.ledger->stats().wal_bytes != 0) std::this_thread::yield();
}

}  // namespace
}  // namespace incident::store
