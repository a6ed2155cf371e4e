#include "support/ledger.hpp"
#include "timeline/timeline.hpp"
#include <gtest/gtest.h>

namespace incident::store {
namespace {

using namespace test;

std::vector<std::string> texts(const std::vector<Event>& events)
{
    std::vector<std::string> all;
    for (const auto& event : events) all.push_back(event.text);
    return all;
}

using Texts = std::vector<std::string>;

class Reading : public testing::Test {
 protected:
    void SetUp() override
    {
        ASSERT_TRUE(box.append(opened(IncidentKey{1}, "one")));
        ASSERT_TRUE(box.append(opened(IncidentKey{2}, "two")));
        for (const auto* text : {"a", "b", "c", "d"}) {
            auto event = note(text);
            event.occurred_at = monday + 1min * count++;
            if (text[0] != 'd') event.incident = IncidentKey{1};
            ids[text] = box.stored(event).id;
        }
    }
    void amend(const std::string& text, const std::function<void(Amendment&)>& change)
    {
        Amendment amendment;
        amendment.event = ids.at(text);
        change(amendment);
        ASSERT_TRUE(box.append(amendment));
    }
    Texts list(EventQuery query) { return texts(box.events(std::move(query)).events); }
    LedgerInFolder box;
    std::map<std::string, Id> ids;
    int count = 0;
};

TEST_F(Reading, ListsByIncidentInboxAndNumber)
{
    EventQuery of_one;
    of_one.incident = IncidentKey{1};
    EXPECT_EQ(list(of_one), (Texts{"a", "b", "c"}));
    of_one.number = 2;
    EXPECT_EQ(list(of_one), Texts{"b"});
    of_one.number = 9;
    EXPECT_EQ(list(of_one), Texts{});
    EventQuery inbox;
    inbox.inbox = true;
    EXPECT_EQ(list(inbox), Texts{"d"});
    EventQuery none;
    none.incident = IncidentKey{9};
    EXPECT_EQ(list(none), Texts{});
}

TEST_F(Reading, FollowsMovesAndAmendments)
{
    amend("b", [](Amendment& one) { one.incident = std::optional{IncidentKey{2}}; });
    amend("c", [](Amendment& one) { one.incident = std::optional<IncidentKey>{}; });
    amend("a", [](Amendment& one) { one.text = "A"; });
    EventQuery query;
    query.incident = IncidentKey{1};
    EXPECT_EQ(list(query), Texts{"A"});
    query.incident = IncidentKey{2};
    const auto moved = box.events(query).events;
    ASSERT_EQ(texts(moved), Texts{"b"});
    EXPECT_EQ(moved[0].number, 1u);
    EventQuery inbox;
    inbox.inbox = true;
    EXPECT_EQ(list(inbox), (Texts{"c", "d"}));
    EventQuery stale_number;
    stale_number.incident = IncidentKey{1};
    stale_number.number = 2;
    EXPECT_EQ(list(stale_number), Texts{});
}

TEST_F(Reading, FiltersByTimeTagKindSourceAndAuthor)
{
    amend("c", [](Amendment& one) { one.add_tags.push_back({.name = "impact", .by = "person:sam", .match = {}, .how = {}, .to = {}, .of = {}}); });
    EventQuery time;
    time.since = monday + 1min;
    time.until = monday + 3min;
    EXPECT_EQ(list(time), (Texts{"b", "c"}));
    EventQuery tag;
    tag.tag = "impact";
    EXPECT_EQ(list(tag), Texts{"c"});
    EventQuery other;
    other.kind = Kind::chat;
    EXPECT_EQ(list(other), Texts{});
    other.kind = Kind::note;
    other.source = "api";
    other.author = "sam";
    EXPECT_EQ(list(other).size(), 4u);
    other.author = "eve";
    EXPECT_EQ(list(other), Texts{});
}

TEST_F(Reading, PagesInBothOrdersWithoutGapOrDuplicate)
{
    for (const bool descending : {false, true})
        for (const bool of_incident : {false, true})
            for (std::size_t limit = 1; limit <= 5; ++limit) {
                EventQuery query;
                query.descending = descending;
                query.limit = limit;
                if (of_incident) query.incident = IncidentKey{1};
                Texts all;
                for (int pages = 0; pages < 20; ++pages) {
                    const auto page = box.events(query);
                    EXPECT_LE(page.events.size(), limit);
                    for (const auto& text : texts(page.events)) all.push_back(text);
                    if (!page.next) break;
                    query.after_seq = page.next;
                }
                Texts expected = of_incident ? Texts{"a", "b", "c"} : Texts{"a", "b", "c", "d"};
                if (descending) std::ranges::reverse(expected);
                EXPECT_EQ(all, expected) << descending << of_incident << limit;
            }
}

TEST_F(Reading, AQueryThatFitsLittleStillEndsThroughShortPages)
{
    std::vector<NewEntry> batch;
    for (int i = 0; i < 25'000; ++i) batch.push_back(new_entry(note("filler")));
    auto needle = note("needle");
    needle.kind = Kind::chat;
    batch.push_back(new_entry(needle));
    ASSERT_TRUE(box.append(submission(batch, Lane::machines)));
    EventQuery query;
    query.kind = Kind::chat;
    Texts found;
    int pages = 0;
    for (; pages < 20; ++pages) {
        const auto page = box.events(query);
        for (const auto& text : texts(page.events)) found.push_back(text);
        if (!page.next) break;
        query.after_seq = page.next;
    }
    EXPECT_EQ(found, Texts{"needle"});
    EXPECT_GT(pages, 0);
    EXPECT_LT(pages, 5);
}

TEST_F(Reading, GivesATimelineEverythingOfTheIncident)
{
    amend("b", [](Amendment& one) { one.incident = std::optional{IncidentKey{2}}; });
    amend("a", [](Amendment& one) { one.text = "A"; });
    const auto entries = box.read<std::vector<Entry>>([](Reader& reader) { return reader.incident_entries(IncidentKey{1}); }).value();
    // opened, a, b (stood in it), c, and what was said about a and b
    EXPECT_EQ(entries.size(), 6u);
    EXPECT_TRUE(std::ranges::is_sorted(entries, {}, &Entry::seq));
    EXPECT_TRUE(box.read<std::vector<Entry>>([](Reader& reader) { return reader.incident_entries(IncidentKey{9}); }).value().empty());
    const auto history = box.read<std::vector<Entry>>([&](Reader& reader) { return reader.history(ids.at("b")); }).value();
    EXPECT_EQ(history.size(), 2u);
    EXPECT_TRUE(box.read<std::vector<Entry>>([](Reader& reader) { return reader.history(make_id(monday, 3, 99)); }).value().empty());
}

TEST_F(Reading, TellsIncidentsNewestFirstAndAfterTheirSteps)
{
    IncidentStep closing;
    closing.change = IncidentStep::Change::closed;
    closing.incident = IncidentKey{1};
    ASSERT_TRUE(box.append(closing));
    const auto all = box.read<std::vector<Incident>>([](Reader& reader) { return reader.incidents(); }).value();
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].key, IncidentKey{2});
    EXPECT_EQ(all[1].status, IncidentStatus::closed);
    EXPECT_EQ(box.read<std::optional<Incident>>([](Reader& reader) { return reader.incident(IncidentKey{9}); }).value(), std::nullopt);
    box.reopen();
    Submission ask;
    ask.decide = [](View& view) -> Result<std::vector<NewEntry>> {
        EXPECT_EQ(view.catalog().find(IncidentKey{1})->status, IncidentStatus::closed);
        EXPECT_EQ(view.catalog().open().size(), 1u);
        EXPECT_EQ(view.catalog().next_key(), IncidentKey{3});
        EXPECT_EQ(view.catalog().next_number(IncidentKey{1}), 4u);
        return std::vector<NewEntry>{};
    };
    EXPECT_TRUE(box.append(std::move(ask)));
}

TEST_F(Reading, DecisionsSeeTheInboxAndTheIncident)
{
    amend("c", [](Amendment& one) { one.incident = std::optional<IncidentKey>{}; });
    Submission ask;
    ask.decide = [&](View& view) -> Result<std::vector<NewEntry>> {
        EXPECT_EQ(texts(view.inbox_since(monday, 100).value()), (Texts{"c", "d"}));
        EXPECT_EQ(texts(view.inbox_since(monday, 1).value()), Texts{"d"});
        EXPECT_EQ(texts(view.inbox_since(monday + 3min, 100).value()), Texts{"d"});  // received before, occurred after
        EXPECT_EQ(texts(view.inbox_since(monday + 4min, 100).value()), Texts{});
        EXPECT_EQ(texts(view.events_of(IncidentKey{1}, 2).value()), (Texts{"a", "b"}));
        EXPECT_EQ(view.events_of(IncidentKey{1}, 1).error().code, Errc::limit_exceeded);
        EXPECT_EQ(texts(view.newest_of(IncidentKey{1}, 2).value()), Texts{"b"}) << "c was moved away and leaves its number";
        EXPECT_EQ(texts(view.newest_of(IncidentKey{1}, 9).value()), (Texts{"a", "b"}));
        EXPECT_EQ(texts(view.newest_of(IncidentKey{2}, 9).value()), Texts{});
        EXPECT_EQ(view.event(ids.at("a")).value()->text, "a");
        EXPECT_EQ(view.event(make_id(monday, 3, 1)).value(), std::nullopt);
        EXPECT_EQ(view.entry(make_id(monday, 999, 1)).value(), std::nullopt);
        return std::vector<NewEntry>{};
    };
    EXPECT_TRUE(box.append(std::move(ask)));
}

TEST(ReadersWhileWriting, SeeWholeBatchesAndNeverStopTheWriter)
{
    auto limits = test::patient_limits();
    limits.checkpoint_wal_pages = 16;
    LedgerInFolder box{limits};
    constexpr int batches = 60;
    std::atomic<bool> done{false};
    std::thread reading{[&] {
        std::uint64_t seen = 0;
        while (!done) {
            const auto entries = box.entries();
            EXPECT_EQ(entries.size() % 10, 0u);
            EXPECT_GE(entries.size(), seen);
            seen = entries.size();
            EXPECT_TRUE(box.verify().ok);
        }
    }};
    for (int i = 0; i < batches; ++i) {
        std::vector<NewEntry> batch;
        for (int j = 0; j < 10; ++j) batch.push_back(new_entry(note("n")));
        ASSERT_TRUE(box.append(submission(std::move(batch))));
    }
    done = true;
    reading.join();
    EXPECT_EQ(box.entries().size(), batches * 10u);
}

TEST(ReaderQueue, IsBoundedAndSurvivesAJobThatThrows)
{
    auto limits = test::patient_limits();
    limits.reader_queue_jobs = 1;
    LedgerInFolder box{limits};
    std::promise<void> go;
    const auto gate = go.get_future().share();
    std::atomic<int> running{0};
    std::promise<void> both_busy;
    const auto job = [&](Reader&) {
        if (++running == 2) both_busy.set_value();
        gate.wait();
    };
    std::vector<std::future<Result<void>>> jobs;
    for (int i = 0; i < 2; ++i) jobs.push_back(box.loop.start(box.ledger->run(job)));
    both_busy.get_future().wait();
    for (int i = 0; i < 2; ++i) jobs.push_back(box.loop.start(box.ledger->run([](Reader&) {})));
    auto refused = box.loop.start(box.ledger->run([](Reader&) {}));
    EXPECT_EQ(refused.get().error().code, Errc::unavailable);
    go.set_value();
    for (auto& one : jobs) EXPECT_TRUE(one.get());
    const auto thrown = box.loop.run(box.ledger->run([](Reader&) { throw std::runtime_error{"bug"}; }));
    EXPECT_EQ(thrown.error().code, Errc::unavailable);
    EXPECT_TRUE(box.loop.run(box.ledger->run([](Reader&) {})));
}

}  // namespace
}  // namespace incident::store
