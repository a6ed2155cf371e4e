#include "store/lanes.hpp"
#include <gtest/gtest.h>

namespace incident::store {
namespace {

using Steady = std::chrono::steady_clock;
constexpr auto no_wait = Steady::time_point::min();

Waiting waiting(Lane lane, std::size_t events = 1, std::size_t bytes = 1, Steady::time_point since = {})
{
    Waiting one;
    one.submission.lane = lane;
    one.submission.events = events;
    one.submission.bytes = bytes;
    one.since = since;
    return one;
}

bool offer(Lanes& lanes, Waiting one) { return lanes.offer(one); }

TEST(LanesQueue, TakesPeopleFirstThenMachinesUpToAGroup)
{
    StoreLimits limits;
    limits.group_events = 3;
    Lanes lanes{limits};
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(offer(lanes, waiting(Lane::machines)));
    ASSERT_TRUE(offer(lanes, waiting(Lane::people)));
    std::vector<Waiting> group;
    EXPECT_EQ(lanes.take(group, no_wait), Lanes::Woken::work);
    ASSERT_EQ(group.size(), 3u);
    EXPECT_EQ(group[0].submission.lane, Lane::people);
    EXPECT_EQ(group[1].submission.lane, Lane::machines);
    EXPECT_EQ(lanes.waiting(Lane::machines), 1u);
    group.clear();
    EXPECT_EQ(lanes.take(group, no_wait), Lanes::Woken::work);
    EXPECT_EQ(group.size(), 1u);
    group.clear();
    EXPECT_EQ(lanes.take(group, no_wait), Lanes::Woken::time);
}

TEST(LanesQueue, TakesOneThatIsLargerThanAGroupAlone)
{
    StoreLimits limits;
    limits.group_bytes = 100;
    Lanes lanes{limits};
    ASSERT_TRUE(offer(lanes, waiting(Lane::machines, 1, 1000)));
    ASSERT_TRUE(offer(lanes, waiting(Lane::machines, 1, 10)));
    std::vector<Waiting> group;
    EXPECT_EQ(lanes.take(group, no_wait), Lanes::Woken::work);
    EXPECT_EQ(group.size(), 1u);
}

TEST(LanesQueue, IsBoundedByNumberAndBytes)
{
    StoreLimits limits;
    limits.machine_queue_submissions = 3;
    limits.machine_queue_bytes = 100;
    limits.people_queue_submissions = 1;
    Lanes lanes{limits};
    EXPECT_TRUE(offer(lanes, waiting(Lane::machines, 1, 500)));  // alone, any size: a body has its own limit
    EXPECT_FALSE(offer(lanes, waiting(Lane::machines, 1, 1)));
    EXPECT_TRUE(offer(lanes, waiting(Lane::people)));
    EXPECT_FALSE(offer(lanes, waiting(Lane::people)));
    EXPECT_FALSE(lanes.has_room(Lane::people));
    std::vector<Waiting> group;
    EXPECT_EQ(lanes.take(group, no_wait), Lanes::Woken::work);
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(offer(lanes, waiting(Lane::machines, 1, 1)));
    EXPECT_FALSE(offer(lanes, waiting(Lane::machines, 1, 1)));
    EXPECT_TRUE(lanes.has_room(Lane::people));
}

TEST(LanesQueue, HoldsMachinesAndNeverPeople)
{
    Lanes lanes{StoreLimits{}};
    lanes.hold_machines(true);
    EXPECT_FALSE(offer(lanes, waiting(Lane::machines)));
    EXPECT_TRUE(offer(lanes, waiting(Lane::people)));
    lanes.hold_machines(false);
    EXPECT_TRUE(offer(lanes, waiting(Lane::machines)));
}

TEST(LanesQueue, WithdrawsOnlyWhatWaitsTooLong)
{
    Lanes lanes{StoreLimits{}};
    const auto then = Steady::now();
    ASSERT_TRUE(offer(lanes, waiting(Lane::people, 1, 1, then - std::chrono::seconds{5})));
    ASSERT_TRUE(offer(lanes, waiting(Lane::people, 1, 1, then)));
    EXPECT_EQ(lanes.withdraw(then - std::chrono::seconds{4}).size(), 1u);
    EXPECT_EQ(lanes.waiting(Lane::people), 1u);
}

TEST(LanesQueue, GivesOutWhatWaitsBeforeItIsClosed)
{
    Lanes lanes{StoreLimits{}};
    ASSERT_TRUE(offer(lanes, waiting(Lane::people)));
    lanes.close();
    EXPECT_FALSE(offer(lanes, waiting(Lane::people)));
    std::vector<Waiting> group;
    EXPECT_EQ(lanes.take(group, no_wait), Lanes::Woken::work);
    EXPECT_EQ(lanes.take(group, no_wait), Lanes::Woken::closed);
}

}  // namespace
}  // namespace incident::store
