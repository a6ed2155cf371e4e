#include "e2e/durability/senders.hpp"
#include <gtest/gtest.h>
#include <iostream>

namespace incident::test {
namespace {

struct Outcome {
    bool refused_to_start = false;
    int exit_code = -1;
    std::size_t acked = 0, lost = 0;
    bool acked_after_failure = false;
    bool ready_after_failure = false;
    std::string trouble;
};

/// One life of a daemon whose Nth sync fails, and the next life, which must know all that the first acknowledged.
Outcome run_with_failing_sync(int at)
{
    Outcome outcome;
    const TempFolder folder;
    const auto mark = (folder / "failed_at").string();
    Daemon daemon{folder, {},
                  {{"LD_PRELOAD", INCIDENT_DISK_FAULTS}, {"FAIL_SYNC_AT", std::to_string(at)}, {"FAIL_SYNC_MARK", mark},
                   {"ASAN_OPTIONS", "verify_asan_link_order=0"}}};
    std::set<std::string> acked;
    if (!daemon.start_and_wait()) {
        outcome.refused_to_start = true;
        outcome.exit_code = daemon.process().wait().exit_code;
    } else {
        Senders senders{daemon, 2};
        while (content_of(mark).empty() && daemon.process().running() && !senders.refused()) ::usleep(2000);
        if (senders.refused()) return outcome;
        HttpClient client{daemon.port()};
        bool not_ready = false;
        while (daemon.process().running()) {  // 503s and reads go on for a while, then it exits by itself
            const auto status = client.get("/-/ready").status;
            if (status == 503) not_ready = true;
            else if (status == 200 && not_ready) outcome.ready_after_failure = true;
            ::usleep(20'000);
        }
        outcome.exit_code = daemon.process().wait().exit_code;
        senders.stop();
        acked = senders.acked();
        outcome.acked_after_failure = senders.last_acked_sent_at() > std::stoll("0" + content_of(mark));
    }
    outcome.acked = acked.size();
    daemon.environment().clear();
    if (!daemon.start_and_wait()) {
        outcome.trouble = "the next start failed: " + daemon.log();
        return outcome;
    }
    HttpClient client{daemon.port()};
    for (const auto& event : all_events(client)) acked.erase(std::string{event.at("key").as_string()});
    outcome.lost = acked.size();
    const auto verified = client.get("/api/v1/verify");
    if (verified.status != 200 || !verified.json().at("ok").as_bool()) outcome.trouble = "verify: " + verified.body;
    return outcome;
}

/// RELIABILITY F6 and F7: after the first failed sync nothing is acknowledged any more, and nothing acknowledged is
/// lost. SYNC_FAULTS=50 fails the 1st to the 50th in turn; the suite takes every third.
TEST(FailedSync, EndsAcknowledgingForGood)
{
    const int faults = number_from_environment("SYNC_FAULTS", 0);
    std::vector<int> points;
    for (int n = 1; n <= (faults ? faults : 50); n += faults ? 1 : 3) points.push_back(n);
    std::vector<Outcome> outcomes(points.size());
    constexpr std::size_t at_once = 10;  // each waits ten seconds before it exits, so side by side
    for (std::size_t first = 0; first < points.size(); first += at_once) {
        std::vector<std::thread> lives;
        for (std::size_t i = first; i < std::min(first + at_once, points.size()); ++i)
            lives.emplace_back([&, i] { outcomes[i] = run_with_failing_sync(points[i]); });
        for (auto& life : lives) life.join();
    }
    std::size_t acked = 0, refused = 0;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const auto& outcome = outcomes[i];
        SCOPED_TRACE("sync " + std::to_string(points[i]));
        EXPECT_EQ(outcome.trouble, "");
        EXPECT_EQ(outcome.lost, 0u);
        EXPECT_FALSE(outcome.acked_after_failure);
        EXPECT_FALSE(outcome.ready_after_failure);
        if (outcome.refused_to_start) EXPECT_NE(outcome.exit_code, 0);
        else EXPECT_EQ(outcome.exit_code, 74);
        acked += outcome.acked;
        refused += outcome.refused_to_start;
    }
    std::cout << points.size() << " failed syncs: " << acked << " acked, none lost or after the failure; " << refused
              << " refused to start\n";
}

}  // namespace
}  // namespace incident::test
