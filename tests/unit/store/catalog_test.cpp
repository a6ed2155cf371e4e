#include "store/catalog.hpp"
#include <gtest/gtest.h>

namespace incident::store {
namespace {

Entry step(std::uint64_t seq, IncidentKey key, IncidentStep::Change change, std::optional<IncidentKey> into = {})
{
    IncidentStep one;
    one.change = change;
    one.incident = key;
    one.merged_into = into;
    Entry entry;
    entry.seq = seq;
    entry.what = std::move(one);
    return entry;
}

Entry event_in(std::uint64_t seq, std::optional<IncidentKey> key)
{
    Event event;
    event.incident = key;
    Entry entry;
    entry.seq = seq;
    entry.what = std::move(event);
    return entry;
}

Entry move_to(std::uint64_t seq, std::optional<IncidentKey> key)
{
    Amendment amendment;
    amendment.incident = key;
    Entry entry;
    entry.seq = seq;
    entry.what = std::move(amendment);
    return entry;
}

constexpr IncidentKey one{1}, two{2}, three{3};
using enum IncidentStep::Change;

TEST(Catalog, StartsEmptyAndCountsKeysFromOne)
{
    const Catalog catalog;
    EXPECT_EQ(catalog.next_key(), one);
    EXPECT_EQ(catalog.find(one), nullptr);
    EXPECT_EQ(catalog.target(one), std::nullopt);
    EXPECT_TRUE(catalog.open().empty());
    EXPECT_EQ(catalog.next_number(one), 1u);
}

TEST(Catalog, ListsOpenIncidentsNewestFirst)
{
    Catalog catalog;
    for (const auto key : {one, two, three}) catalog.apply(step(key.number, key, opened));
    catalog.apply(step(4, two, closed));
    const auto open = catalog.open();
    ASSERT_EQ(open.size(), 2u);
    EXPECT_EQ(open[0]->key, three);
    EXPECT_EQ(open[1]->key, one);
    catalog.apply(step(5, two, reopened));
    EXPECT_EQ(catalog.open().size(), 3u);
    EXPECT_EQ(catalog.next_key(), IncidentKey{4});
    EXPECT_EQ(catalog.find(two)->last_seq, 5u);
}

TEST(Catalog, LeadsThroughMergesAndOutOfCircles)
{
    Catalog catalog;
    for (const auto key : {one, two, three}) catalog.apply(step(key.number, key, opened));
    catalog.apply(step(4, one, merged, two));
    catalog.apply(step(5, two, merged, three));
    EXPECT_EQ(catalog.target(one), three);
    EXPECT_EQ(catalog.target(three), three);
    catalog.apply(step(6, three, merged, one));
    EXPECT_EQ(catalog.target(one), std::nullopt);
}

TEST(Catalog, NumbersCountJoinsAndAreNeverReused)
{
    Catalog catalog;
    catalog.apply(step(1, one, opened));
    catalog.apply(event_in(2, one));
    catalog.apply(event_in(3, std::nullopt));
    EXPECT_EQ(catalog.next_number(one), 2u);
    catalog.apply(move_to(4, std::nullopt));
    EXPECT_EQ(catalog.next_number(one), 2u);
    catalog.apply(move_to(5, one));
    EXPECT_EQ(catalog.next_number(one), 3u);
}

}  // namespace
}  // namespace incident::store
