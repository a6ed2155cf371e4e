#include "e2e/durability/senders.hpp"
#include <gtest/gtest.h>
#include <algorithm>
#include <iostream>
#include <random>

namespace incident::test {
namespace {

/// RELIABILITY F1. KILL_ROUNDS=1000 makes the long run of it.
TEST(KillHard, LosesNothingThatWasAcknowledgedAndDoublesNothing)
{
    const int rounds = number_from_environment("KILL_ROUNDS", 20);
    const TempFolder folder;
    Daemon daemon{folder};
    std::mt19937 random{20240622};
    std::vector<double> ready_ms;

    // given a daemon that is killed again and again while four senders write and retry
    ASSERT_TRUE(daemon.start_and_wait()) << daemon.log();
    Senders senders{daemon, 4};
    for (int round = 0; round < rounds; ++round) {
        const auto before = senders.acked_count();
        const auto pause = std::chrono::milliseconds{30 + random() % 250};
        const auto until = std::chrono::steady_clock::now() + pause;
        while (std::chrono::steady_clock::now() < until || senders.acked_count() == before) {
            ASSERT_TRUE(daemon.process().running() && !senders.refused()) << daemon.log();
            ::usleep(500);
        }
        daemon.kill_hard();
        ASSERT_TRUE(daemon.start_and_wait()) << "round " << round << ": " << daemon.log();
        ready_ms.push_back(std::chrono::duration<double, std::milli>(daemon.ready_after()).count());
    }
    senders.stop();
    const auto acked = senders.acked();

    // when everything is read back
    HttpClient client{daemon.port()};
    std::map<std::string, int> stored;
    for (const auto& event : all_events(client)) ++stored[std::string{event.at("key").as_string()}];

    // then each acknowledged event is there once, none twice, and the chain holds
    std::size_t lost = 0, doubled = 0;
    for (const auto& key : acked)
        if (!stored.contains(key)) ++lost;
    for (const auto& [key, times] : stored)
        if (times > 1 && !key.empty()) ++doubled;
    EXPECT_EQ(lost, 0u);
    EXPECT_EQ(doubled, 0u);
    const auto verified = client.get("/api/v1/verify");
    ASSERT_EQ(verified.status, 200u) << verified.body;
    EXPECT_TRUE(verified.json().at("ok").as_bool()) << verified.body;
    std::ranges::sort(ready_ms);
    std::cout << rounds << " kills: acked " << acked.size() << ", lost " << lost << ", doubled " << doubled
              << ", restart to ready median " << ready_ms[ready_ms.size() / 2] << " ms, worst " << ready_ms.back() << " ms\n";
    EXPECT_EQ(daemon.stop().exit_code, 0) << daemon.log();
}

}  // namespace
}  // namespace incident::test
