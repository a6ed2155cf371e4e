#include "support/ledger.hpp"
#include <gtest/gtest.h>
#include <numeric>

namespace incident::store {
namespace {

using namespace test;

TEST(LedgerAppend, StampsPlaceIdAndReceiptAndNumbersWithinTheIncident)
{
    LedgerInFolder box;
    ASSERT_TRUE(box.append(opened(IncidentKey{1}, "bookstore down")));
    auto event = note("payments fail");
    event.incident = IncidentKey{1};
    const auto first = box.stored(event);
    const auto second = box.stored(event);
    const auto inbox = box.stored(note("no incident"));
    EXPECT_EQ(first.seq, 2u);
    EXPECT_EQ(first.number, 1u);
    EXPECT_EQ(second.number, 2u);
    EXPECT_EQ(inbox.number, std::nullopt);
    EXPECT_EQ(first.received_at, monday);
    EXPECT_EQ(sequence_of(first.id), 2u);
    EXPECT_LT(first.id, second.id);
}

TEST(LedgerAppend, SurvivesReopenAsItWasAcknowledged)
{
    LedgerInFolder box;
    auto event = alert("disk full on db1", "f1", "k1");
    event.details = "df says 100%\n\ttab \"quotes\" \\ and \x01";
    event.links.push_back({"https://grafana.example/d/1", "panel"});
    event.severity = "critical";
    event.sent_at = monday - 3s;
    event.flags = {"skewed"};
    event.precision = Precision::about;
    event.occurred_raw = "~9:30";
    event.star = true;
    event.visibility = "internal";
    event.tags.push_back({.name = "detection", .by = "rule:disk", .match = "disk full", .how = "alert", .to = {}, .of = {}});
    const auto stored = box.append(new_entry(event)).value().items.at(0).entry;
    box.reopen();
    const auto entries = box.entries();
    ASSERT_EQ(entries.size(), 1u);
    EXPECT_EQ(entries[0], stored);
    const auto& read = std::get<Event>(entries[0].what);
    EXPECT_EQ(read.details, event.details);
    EXPECT_EQ(read.labels, event.labels);
    EXPECT_EQ(read.tags, event.tags);
}

TEST(LedgerAppend, KeepsEveryKindOfEntry)
{
    LedgerInFolder box;
    auto step = opened(IncidentKey{1}, "one \"quoted\"");
    step.fields.started_at = std::optional<Instant>{monday};
    step.fields.ended_at = std::optional<Instant>{};
    step.fields.none_escalation = true;
    step.reason = "because";
    const auto opening = box.append(step).value().items.at(0).entry;
    const auto event = box.stored(note("a"));
    Amendment amendment;
    amendment.event = event.id;
    amendment.text = "";
    amendment.occurred_at = monday - 5min;
    amendment.occurred_raw = "9:25";
    amendment.precision = Precision::minute;
    amendment.add_tags.push_back({.name = "action", .by = "person:sam", .match = "m", .how = {}, .to = {}, .of = event.id});
    amendment.remove_tags = {"impact"};
    amendment.incident = std::optional{IncidentKey{1}};
    amendment.star = false;
    amendment.visibility = "public";
    amendment.strike = true;
    amendment.reason = "typo";
    amendment.undo = event.id;
    const auto amending = box.append(amendment).value().items.at(0).entry;
    EXPECT_EQ(std::get<Amendment>(amending.what).number, 1u);
    Amendment back;
    back.event = event.id;
    back.incident = std::optional<IncidentKey>{};
    const auto moving_back = box.append(back).value().items.at(0).entry;
    box.reopen();
    const auto entries = box.entries();
    ASSERT_EQ(entries.size(), 4u);
    EXPECT_EQ(entries[0], opening);
    EXPECT_EQ(entries[2], amending);
    EXPECT_EQ(entries[3], moving_back);
    EXPECT_TRUE(box.verify().ok);
}

TEST(LedgerAppend, BatchIsAllOrNothing)
{
    LedgerInFolder box;
    auto lost = note("b");
    lost.incident = IncidentKey{7};
    const auto refused = box.append(submission({new_entry(note("a")), new_entry(lost)}));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::not_found);
    EXPECT_EQ(box.ledger->last_seq(), 0u);
    EXPECT_TRUE(box.entries().empty());
    EXPECT_EQ(box.stored(note("c")).seq, 1u);
}

TEST(LedgerAppend, OpensAnIncidentAndFillsItInOneSubmission)
{
    LedgerInFolder box;
    auto event = note("first");
    event.incident = IncidentKey{1};
    ASSERT_TRUE(box.append(submission({new_entry(opened(IncidentKey{1}, "t")), new_entry(event)})));
    const auto entries = box.read<std::vector<Entry>>([](Reader& reader) { return reader.incident_entries(IncidentKey{1}); }).value();
    EXPECT_EQ(entries.size(), 2u);
    const auto again = box.append(opened(IncidentKey{1}, "again"));
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, Errc::conflict);
}

TEST(LedgerAppend, RefusesAnAmendmentOfAnUnknownEvent)
{
    LedgerInFolder box;
    Amendment amendment;
    amendment.event = make_id(monday, 1, 7);
    EXPECT_EQ(box.append(amendment).error().code, Errc::not_found);
    (void)box.stored(note("another event at that place"));
    EXPECT_EQ(box.append(amendment).error().code, Errc::not_found);
}

TEST(LedgerAppend, AFailedDecisionTouchesNobodyElse)
{
    LedgerInFolder box;
    Submission thrower;
    thrower.decide = [](View&) -> Result<std::vector<NewEntry>> { throw std::runtime_error{"bug"}; };
    Submission refuser;
    refuser.decide = [](View&) -> Result<std::vector<NewEntry>> { return Failure{Errc::conflict, "no"}; };
    auto one = box.loop.start(box.ledger->append(std::move(thrower)));
    auto two = box.loop.start(box.ledger->append(std::move(refuser)));
    auto three = box.loop.start(box.ledger->append(submission({new_entry(note("fine"))})));
    EXPECT_EQ(one.get().error().code, Errc::unavailable);
    EXPECT_EQ(two.get().error().code, Errc::conflict);
    EXPECT_TRUE(three.get());
}

TEST(LedgerAppend, TellsCommittedGroupsInLedgerOrder)
{
    LedgerInFolder box;
    std::mutex mutex;
    std::vector<std::uint64_t> seen;
    box.ledger->on_commit([&](std::shared_ptr<const std::vector<Entry>> entries) {
        const std::lock_guard lock{mutex};
        for (const auto& entry : *entries) seen.push_back(entry.seq);
    });
    for (int i = 0; i < 20; ++i) (void)box.stored(note("n"));
    const std::lock_guard lock{mutex};
    std::vector<std::uint64_t> expected(20);
    std::iota(expected.begin(), expected.end(), 1u);
    EXPECT_EQ(seen, expected);
}

TEST(LedgerClock, AReceiptIsWhatTheClockSaysAndIdsNeverStepBack)
{
    LedgerInFolder box;
    box.clock.set(monday + 24h * 3650);  // a clock that was ten years ahead for one note
    const auto wrong = box.stored(note("a"));
    box.clock.set(monday);
    const auto after = box.stored(note("b"));
    EXPECT_EQ(after.received_at, monday) << "one wrong moment must not stamp all that follows";
    EXPECT_GT(after.id, wrong.id);
    box.reopen();
    box.clock.set(monday + 1s);
    const auto later = box.stored(note("c"));
    EXPECT_EQ(later.received_at, monday + 1s);
    EXPECT_GT(later.id, after.id);
    box.clock.set(Instant{});  // 1970
    const auto oldest = box.stored(note("d"));
    EXPECT_EQ(oldest.received_at, Instant{});
    EXPECT_GT(oldest.id, later.id);
    EXPECT_TRUE(box.verify().ok);
}

TEST(LedgerClock, AStepBackIsRecordedOnce)
{
    LedgerInFolder box;
    (void)box.stored(note("a"));
    box.clock.set(monday - 1s);  // every clock is corrected a little
    (void)box.stored(note("b"));
    box.clock.set(monday - 1h);
    (void)box.stored(note("c"));
    (void)box.stored(note("d"));
    box.clock.set(monday + 1h);
    (void)box.stored(note("e"));
    std::vector<std::string> steps;
    for (const auto& entry : box.entries()) {
        const auto& event = std::get<Event>(entry.what);
        if (event.kind != Kind::system) continue;
        steps.push_back(event.text);
        EXPECT_EQ(event.flags, std::vector<std::string>{"clock_step"});
    }
    ASSERT_EQ(steps.size(), 1u);
    EXPECT_NE(steps[0].find(to_rfc3339(monday - 1h)), std::string::npos) << steps[0];
}

TEST(LedgerFolder, RefusesASecondLedgerAndLetsGoAtClose)
{
    LedgerInFolder box;
    auto second = LocalLedger::open(box.path(), box.clock, box.entropy);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Errc::conflict);
    EXPECT_NE(second.error().detail.find("another incidentd"), std::string::npos);
    box.close();
    EXPECT_TRUE(LocalLedger::open(box.path(), box.clock, box.entropy));
}

TEST(LedgerFolder, ReadsItsSettingsBack)
{
    LedgerInFolder box;
    const auto text = box.ledger->description();
    for (const auto* setting : {"journal_mode=wal", "synchronous=2", "wal_autocheckpoint=0", "secure_delete=1", "recursive_triggers=1"})
        EXPECT_NE(text.find(setting), std::string::npos) << text;
    EXPECT_TRUE(box.ledger->opening_check().ok);
}

TEST(LedgerReceipts, EachCommitHasASyncOfItsOwn)
{
    LedgerInFolder box;
    for (int i = 0; i < 10; ++i) {
        const auto before = box.ledger->stats().syncs;
        (void)box.stored(note("n"));
        EXPECT_GT(box.ledger->stats().syncs, before);
    }
}

}  // namespace
}  // namespace incident::store
