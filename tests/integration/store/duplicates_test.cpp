#include "support/ledger.hpp"
#include <gtest/gtest.h>

namespace incident::store {
namespace {

using namespace test;

Submission with_key(Submission one, std::string key, std::string digest)
{
    one.key = RequestKey{"api", std::move(key), std::move(digest)};
    return one;
}

NewEntry repeating(Event event) { return new_entry(std::move(event), OnDuplicate::count_repeat); }

/// The event as a reader sees it now.
Event read_event(LedgerInFolder& box, Id id)
{
    return box.read<std::optional<Event>>([id](Reader& reader) { return reader.event(id); }).value().value();
}

std::size_t tallies_in(const std::vector<Entry>& entries)
{
    return static_cast<std::size_t>(std::ranges::count_if(entries, [](const Entry& one) { return std::holds_alternative<Tally>(one.what); }));
}

TEST(EventKey, ResendIsAnsweredWithTheFirst)
{
    LedgerInFolder box;
    auto event = note("payments fail");
    event.key = "k1";
    const auto first = box.append(event).value();
    box.clock.advance(10s);
    event.occurred_at += 10s;  // a sender without a time of its own gets another receipt
    const auto second = box.append(event).value();
    ASSERT_EQ(second.items.size(), 1u);
    EXPECT_EQ(first.items[0].outcome, Outcome::stored);
    EXPECT_EQ(second.items[0].outcome, Outcome::replayed);
    EXPECT_EQ(second.items[0].entry, first.items[0].entry);
    EXPECT_EQ(box.entries().size(), 1u);
}

TEST(EventKey, OfAnotherTextIsRefusedAndNothingOfTheBatchIsStored)
{
    LedgerInFolder box;
    auto event = note("one");
    event.key = "k1";
    (void)box.stored(event);
    event.text = "two";
    const auto refused = box.append(submission({new_entry(note("innocent")), new_entry(event)}));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::key_reused);
    ASSERT_EQ(refused.error().fields.size(), 1u);
    EXPECT_EQ(refused.error().fields[0].pointer, "/1/key");
    EXPECT_EQ(box.entries().size(), 1u);
}

TEST(EventKey, IsScopedBySource)
{
    LedgerInFolder box;
    auto event = note("one");
    event.key = "k1";
    (void)box.stored(event);
    event.source = "slack";
    event.text = "another";
    EXPECT_EQ(box.append(event).value().items[0].outcome, Outcome::stored);
}

TEST(EventKey, TwiceInOneBatchIsStoredOnce)
{
    LedgerInFolder box;
    auto event = note("one");
    event.key = "k1";
    const auto receipt = box.append(submission({new_entry(event), new_entry(event)})).value();
    EXPECT_EQ(receipt.items[1].outcome, Outcome::replayed);
    EXPECT_EQ(receipt.items[1].entry, receipt.items[0].entry);
    auto other = event;
    other.key = "k2";
    auto clash = other;
    clash.text = "different";
    EXPECT_EQ(box.append(submission({new_entry(other), new_entry(clash)})).error().code, Errc::key_reused);
    EXPECT_EQ(box.entries().size(), 1u);
}

TEST(EventKey, StillBelongsToARedactedEvent)
{
    LedgerInFolder box;
    auto event = note("secret");
    event.key = "k1";
    const auto first = box.stored(event);
    Amendment redact;
    redact.event = first.id;
    redact.redact = true;
    ASSERT_TRUE(box.append(redact));
    EXPECT_EQ(box.append(event).value().items[0].outcome, Outcome::replayed);
}

TEST(EventKey, LivesAcrossReopen)
{
    LedgerInFolder box;
    auto event = note("one");
    event.key = "k1";
    const auto first = box.stored(event);
    box.reopen();
    EXPECT_EQ(box.append(event).value().items[0].entry.id, first.id);
}

TEST(RequestKey, SameBodyGetsTheFirstResult)
{
    LedgerInFolder box;
    auto key = note("keyed");
    key.key = "e1";
    (void)box.stored(key);
    const auto build = [&] { return with_key(submission({new_entry(note("a")), new_entry(key), new_entry(note("b"))}), "r1", std::string(32, 'd')); };
    const auto first = box.append(build()).value();
    EXPECT_FALSE(first.replayed);
    box.reopen();
    const auto second = box.append(build()).value();
    EXPECT_TRUE(second.replayed);
    ASSERT_EQ(second.items.size(), 3u);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(second.items[i].entry, first.items[i].entry);
        EXPECT_EQ(second.items[i].outcome, Outcome::replayed);
    }
    EXPECT_EQ(box.entries().size(), 3u);
}

TEST(RequestKey, AnotherBodyIsRefused)
{
    LedgerInFolder box;
    ASSERT_TRUE(box.append(with_key(submission({new_entry(note("a"))}), "r1", std::string(32, 'd'))));
    const auto refused = box.append(with_key(submission({new_entry(note("b"))}), "r1", std::string(32, 'e')));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::key_reused);
    EXPECT_EQ(box.entries().size(), 1u);
}

TEST(RequestKey, OfARefusedRequestIsFree)
{
    LedgerInFolder box;
    auto lost = note("x");
    lost.incident = IncidentKey{3};
    ASSERT_FALSE(box.append(with_key(submission({new_entry(lost)}), "r1", std::string(32, 'd'))));
    EXPECT_FALSE(box.append(with_key(submission({new_entry(note("fixed"))}), "r1", std::string(32, 'e'))).value().replayed);
}

TEST(RequestKey, InFlightTwiceIsStoredOnce)
{
    LedgerInFolder box;
    const auto build = [] { return with_key(submission({new_entry(note("a"))}), "r1", std::string(32, 'd')); };
    std::vector<std::future<Result<Receipt>>> sent;
    for (int i = 0; i < 8; ++i) sent.push_back(box.loop.start(box.ledger->append(build())));
    int stored = 0;
    for (auto& one : sent) stored += one.get().value().replayed ? 0 : 1;
    EXPECT_EQ(stored, 1);
    EXPECT_EQ(box.entries().size(), 1u);
}

TEST(Repeats, AreCountedOnTheFirstAndNotListedAgain)
{
    LedgerInFolder box;
    const auto firing = alert("disk full", "f1", "f1/firing");
    const auto first = box.append(repeating(firing)).value().items[0].entry;
    for (int i = 0; i < 3; ++i) {
        box.clock.advance(1min);
        const auto again = box.append(repeating(firing)).value();
        EXPECT_EQ(again.items[0].outcome, Outcome::repeated);
        EXPECT_EQ(again.items[0].entry, first);
    }
    EXPECT_EQ(box.entries().size(), 1u);
    EXPECT_EQ(box.ledger->stats().repeats_counted, 3u);
    const auto event = read_event(box, first.id);
    EXPECT_EQ(event.count, 4u);
    EXPECT_EQ(event.last_at, monday + 3min);
    const auto listed = box.events({}).events;
    ASSERT_EQ(listed.size(), 1u);
    EXPECT_EQ(listed[0].count, 4u);
}

TEST(Repeats, AreSealedWhenTheStateChanges)
{
    LedgerInFolder box;
    const auto firing = alert("disk full", "f1", "f1/firing");
    (void)box.append(repeating(firing)).value();
    (void)box.append(repeating(firing)).value();
    const auto resolved = box.append(repeating(alert("disk full", "f1", "f1/resolved", "resolved"))).value().items[0].entry;
    const auto entries = box.entries();
    ASSERT_EQ(entries.size(), 3u);
    const auto& tally = std::get<Tally>(entries[1].what);
    EXPECT_EQ(tally.event, entries[0].id);
    EXPECT_EQ(tally.count, 2u);
    EXPECT_EQ(entries[2], resolved);
    EXPECT_TRUE(box.verify().ok);
}

TEST(Repeats, AreSealedAtCloseAndOnceOnly)
{
    LedgerInFolder box;
    const auto firing = alert("disk full", "f1", "f1/firing");
    const auto id = box.append(repeating(firing)).value().items[0].entry.id;
    (void)box.append(repeating(firing)).value();
    box.reopen();
    EXPECT_EQ(tallies_in(box.entries()), 1u);
    box.reopen();
    EXPECT_EQ(tallies_in(box.entries()), 1u);
    EXPECT_EQ(read_event(box, id).count, 2u);
    (void)box.append(repeating(firing)).value();
    EXPECT_EQ(read_event(box, id).count, 3u);
    box.reopen();
    EXPECT_EQ(tallies_in(box.entries()), 2u);
    EXPECT_EQ(read_event(box, id).count, 3u);
}

TEST(Repeats, AreSealedWhenTheIntervalIsOver)
{
    auto limits = test::patient_limits();
    limits.tally_interval = 0s;  // due whenever the store thread looks
    LedgerInFolder box{limits};
    const auto firing = alert("disk full", "f1", "f1/firing");
    std::promise<void> sealed;
    box.ledger->on_commit([&, told = false](std::shared_ptr<const std::vector<Entry>> entries) mutable {
        if (!told && tallies_in(*entries) > 0) told = true, sealed.set_value();
    });
    (void)box.append(repeating(firing)).value();
    (void)box.append(repeating(firing)).value();
    ASSERT_EQ(sealed.get_future().wait_for(30s), std::future_status::ready);
    box.ledger->on_commit(nullptr);
}

TEST(Repeats, NotYetSealedAreInTheIncidentsEntries)
{
    LedgerInFolder box;
    ASSERT_TRUE(box.append(opened(IncidentKey{1}, "t")));
    auto firing = alert("disk full", "f1", "f1/firing");
    firing.incident = IncidentKey{1};
    (void)box.append(repeating(firing)).value();
    (void)box.append(repeating(firing)).value();
    const auto entries = box.read<std::vector<Entry>>([](Reader& reader) { return reader.incident_entries(IncidentKey{1}); }).value();
    ASSERT_EQ(entries.size(), 3u);
    EXPECT_EQ(std::get<Tally>(entries[2].what).count, 2u);
    EXPECT_EQ(std::get<Tally>(entries[2].what).event, entries[1].id);
}

TEST(AlertHome, IsWhereTheNewestAlertOfTheFingerprintStandsNow)
{
    LedgerInFolder box;
    ASSERT_TRUE(box.append(opened(IncidentKey{1}, "one")));
    ASSERT_TRUE(box.append(opened(IncidentKey{2}, "two")));
    auto firing = alert("disk full", "f1", "a");
    firing.incident = IncidentKey{1};
    const auto stored = box.stored(firing);
    const auto home = [&] {
        Submission ask;
        const auto found = std::make_shared<std::optional<IncidentKey>>();
        ask.decide = [found](View& view) -> Result<std::vector<NewEntry>> {
            *found = view.alert_home("alertmanager", "f1").value();
            EXPECT_EQ(view.alert_home("alertmanager", "f2").value(), std::nullopt);
            EXPECT_EQ(view.alert_home("grafana", "f1").value(), std::nullopt);
            return std::vector<NewEntry>{};
        };
        EXPECT_TRUE(box.append(std::move(ask)));
        return *found;
    };
    EXPECT_EQ(home(), IncidentKey{1});
    Amendment move;
    move.event = stored.id;
    move.incident = std::optional{IncidentKey{2}};
    ASSERT_TRUE(box.append(move));
    EXPECT_EQ(home(), IncidentKey{2});
    (void)box.stored(alert("disk full", "f1", "b", "resolved"));  // in the inbox
    EXPECT_EQ(home(), std::nullopt);
}

}  // namespace
}  // namespace incident::store
