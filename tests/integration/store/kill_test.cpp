#include "support/ledger.hpp"
#include <csignal>
#include <gtest/gtest.h>
#include <random>
#include <sys/wait.h>
#include <unistd.h>

namespace incident::store {
namespace {

using namespace test;

/// What the child tells through the pipe after each acknowledgement; 16 bytes, so that a write is whole or absent.
struct Told {
    std::uint64_t seq, number;
};

/// Appends until it is killed. Several in flight, some with keys, some told again.
[[noreturn]] void write_until_killed(const std::filesystem::path& folder, int pipe, std::uint64_t first)
{
    SystemClock clock;
    SystemEntropy entropy;
    StoreLimits limits;
    limits.checkpoint_wal_pages = 32;  // so that kills fall into checkpoints too
    auto ledger = LocalLedger::open(folder, clock, entropy, limits);
    if (!ledger) ::_exit(3);
    Loop loop;
    for (auto number = first;; number += 4) {
        std::vector<std::future<Result<Receipt>>> sent;
        for (std::uint64_t i = 0; i < 4; ++i) {
            auto event = note("note " + std::to_string(number + i));
            event.key = std::to_string(number + i);
            auto one = submission({new_entry(event)});
            one.raw = std::make_shared<RawBody>(pack(event.text, "api"));
            sent.push_back(loop.start((*ledger)->append(std::move(one))));
        }
        for (std::uint64_t i = 0; i < 4; ++i) {
            auto receipt = sent[i].get();
            if (!receipt) ::_exit(4);
            const Told told{receipt->items.at(0).entry.seq, number + i};
            if (::write(pipe, &told, sizeof told) != sizeof told) ::_exit(5);
        }
    }
}

TEST(Kill, LosesNothingAcknowledgedAndStoresNothingTwice)
{
    const int kills = number_from_environment("INCIDENT_KILLS", 25);
    TempFolder folder;
    const auto state = folder / "state";
    std::mt19937 random{20240701};
    std::map<std::uint64_t, std::uint64_t> acknowledged;  // seq -> number
    std::uint64_t next = 1;
    for (int round = 0; round < kills; ++round) {
        int ends[2];
        ASSERT_EQ(::pipe(ends), 0);
        const auto child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            ::close(ends[0]);
            write_until_killed(state, ends[1], next);
        }
        ::close(ends[1]);
        // The moment comes from the child's own progress, so that a slow machine kills at the same points.
        const auto let_live = std::uniform_int_distribution<int>{1, 60}(random);
        Told told{};
        for (int i = 0; i < let_live && ::read(ends[0], &told, sizeof told) == sizeof told; ++i) acknowledged[told.seq] = told.number;
        ::kill(child, SIGKILL);
        while (::read(ends[0], &told, sizeof told) == sizeof told) acknowledged[told.seq] = told.number;
        ::close(ends[0]);
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        ASSERT_TRUE(WIFSIGNALED(status)) << "exit code " << WEXITSTATUS(status);
        ASSERT_FALSE(acknowledged.empty());
        next = acknowledged.rbegin()->second + 1;  // some were stored without an answer: their keys absorb the resend

        SystemClock clock;
        SystemEntropy entropy;
        auto ledger = LocalLedger::open(state, clock, entropy);  // the dead writer's lock is no obstacle
        ASSERT_TRUE(ledger) << ledger.error().detail;
        EXPECT_TRUE((*ledger)->opening_check().ok) << (*ledger)->opening_check().problem;
        Loop loop;
        const auto entries = loop.run(read<std::vector<Entry>>(**ledger, [](Reader& reader) { return reader.entries_after(0, 1'000'000); })).value();
        // A body is there with the event that was made from it, and never without.
        const auto bodies = loop.run(read<std::size_t>(**ledger, [&](Reader& reader) -> Result<std::size_t> {
            std::size_t fitting = 0;
            for (const auto& entry : entries) {
                const auto kept = reader.kept_body(entry.id);
                if (kept && *kept && unpack((*kept)->body).value() == std::get<Event>(entry.what).text) ++fitting;
            }
            return fitting;
        })).value();
        EXPECT_EQ(bodies, entries.size());
        EXPECT_EQ((*ledger)->stats().raw_bodies, entries.size());
        EXPECT_TRUE(loop.run(read<ChainReport>(**ledger, [](Reader& reader) { return reader.verify(1, 0); })).value().ok);
        (*ledger)->close();
        std::map<std::uint64_t, std::string> found;
        std::map<std::string, int> times;
        for (const auto& entry : entries) {
            found[entry.seq] = std::get<Event>(entry.what).text;
            ++times[std::get<Event>(entry.what).text];
        }
        for (const auto& [seq, number] : acknowledged) ASSERT_EQ(found[seq], "note " + std::to_string(number));
        for (const auto& [text, count] : times) ASSERT_EQ(count, 1) << text;
    }
}

}  // namespace
}  // namespace incident::store
