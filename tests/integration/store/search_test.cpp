#include "support/ledger.hpp"
#include <fstream>
#include <gtest/gtest.h>
#include <random>
#include <sstream>

// Full text over a real ledger and its real file of words.
namespace incident::store {
namespace {

using namespace test;
using Texts = std::vector<std::string>;

StoreLimits patient_search()
{
    auto limits = patient_limits();
    limits.search_wait = 1min;  // a slow machine finds all the same
    limits.search_gather = 1ms;
    limits.search_retry = 10ms;
    return limits;
}

class Searching : public testing::Test {
 protected:
    void SetUp() override { ASSERT_TRUE(box.append(opened(IncidentKey{1}, "one"))); }
    Id add(const std::string& text, std::optional<IncidentKey> incident = std::nullopt, const std::function<void(Event&)>& change = {})
    {
        auto event = note(text);
        event.incident = incident;
        if (change) change(event);
        return box.stored(event).id;
    }
    void amend(const Id& event, const std::function<void(Amendment&)>& change)
    {
        Amendment amendment;
        amendment.event = event;
        change(amendment);
        last_ = box.append(amendment).value().items.at(0).entry.id;
    }
    Result<EventPage> ask(const std::string& words, EventQuery query = {})
    {
        query.words = wire::read_search(words).value();
        box.loop.run(box.ledger->let_search_catch_up());
        return box.read<EventPage>([query](Reader& reader) { return reader.events(query); });
    }
    Texts find(const std::string& words, EventQuery query = {})
    {
        Texts texts;
        // While the file is begun anew a search is told to come again.
        for (int tries = 0; tries < 10'000; ++tries) {
            auto page = ask(words, query);
            if (!page) {
                EXPECT_EQ(page.error().code, Errc::unavailable) << page.error().detail;
                std::this_thread::yield();
                continue;
            }
            if (page->search_behind != 0) continue;
            for (const auto& event : page->events) texts.push_back(event.text);
            return texts;
        }
        ADD_FAILURE() << "full text never came back";
        return texts;
    }
    std::string bytes_of_the_file() const
    {
        std::ostringstream all;
        for (const auto* name : {"search.db", "search.db-wal"}) all << std::ifstream{box.path() / name, std::ios::binary}.rdbuf();
        return std::move(all).str();
    }
    std::uint64_t rebuilds() { return box.ledger->stats().search_rebuilds; }

    LedgerInFolder box{patient_search()};
    Id last_{};
};

TEST_F(Searching, FindsWordsPhrasesAndPrefixesWhateverTheirCase)
{
    add("Café connection pool exhausted on web-3");
    add("pool size halved by the deploy");
    add("nothing to see", {}, [](Event& event) { event.details = "stack trace: ConnectionPoolTimeout at 98%"; });
    add("alert", {}, [](Event& event) {
        event.labels = {{"instance", "db-7"}, {"__fingerprint__", "hidden1"}};
        event.links = {{"https://grafana/d/checkout", "dashboard"}};
    });
    EXPECT_EQ(find("POOL"), (Texts{"Café connection pool exhausted on web-3", "pool size halved by the deploy"}));
    EXPECT_EQ(find("pool exhausted"), Texts{"Café connection pool exhausted on web-3"});
    EXPECT_EQ(find("cafe"), Texts{"Café connection pool exhausted on web-3"});
    EXPECT_EQ(find("\"pool size\""), Texts{"pool size halved by the deploy"});
    EXPECT_EQ(find("\"size pool\""), Texts{});
    EXPECT_EQ(find("connectionp*"), Texts{"nothing to see"});
    EXPECT_EQ(find("pool -deploy"), Texts{"Café connection pool exhausted on web-3"});
    EXPECT_EQ(find("web-3"), Texts{"Café connection pool exhausted on web-3"});
    EXPECT_EQ(find("db-7"), Texts{"alert"});
    EXPECT_EQ(find("checkout dashboard"), Texts{"alert"});
    EXPECT_EQ(find("hidden1"), Texts{});
}

TEST_F(Searching, TheNewestTextIsFoundAndNoOther)
{
    const auto id = add("database down");
    EXPECT_EQ(find("database"), Texts{"database down"});
    amend(id, [](Amendment& one) { one.text = "cache down"; });
    EXPECT_EQ(find("database"), Texts{});
    EXPECT_EQ(find("cache"), Texts{"cache down"});
    amend(id, [&](Amendment& one) { one.undo = last_; });
    EXPECT_EQ(find("database"), Texts{"database down"});
    EXPECT_EQ(find("cache"), Texts{});
    amend(id, [](Amendment& one) { one.strike = true; });
    EventQuery standing;
    standing.struck = false;
    EXPECT_EQ(find("database", standing), Texts{});
    EXPECT_EQ(find("database"), Texts{"database down"});
    // and after a start, from the file as it is
    box.reopen();
    EXPECT_EQ(find("database"), Texts{"database down"});
    EXPECT_EQ(rebuilds(), 0u);
    // more texts than the file tells apart
    for (int i = 0; i < 300; ++i) amend(id, [&](Amendment& one) { one.text = "take " + std::to_string(i); });
    EXPECT_EQ(find("299"), Texts{"take 299"});
}

TEST_F(Searching, HoldsWithEveryOtherFilterAndPages)
{
    ASSERT_TRUE(box.append(opened(IncidentKey{2}, "two")));
    Texts all;
    for (int i = 0; i < 25; ++i) {
        all.push_back("needle " + std::to_string(i));
        add(all.back(), IncidentKey{static_cast<std::uint64_t>(i % 2 + 1)}, [&](Event& event) { event.occurred_at = monday + 1min * i; });
        add("straw");
    }
    EventQuery query;
    query.incident = IncidentKey{2};
    query.since = monday + 5min;
    query.until = monday + 8min;
    EXPECT_EQ(find("needle", query), (Texts{"needle 5", "needle 7"}));
    EventQuery inbox;
    inbox.inbox = true;
    EXPECT_EQ(find("needle", inbox), Texts{});
    EventQuery visible;
    visible.visible = [](IncidentKey key) { return key == IncidentKey{1}; };
    EXPECT_EQ(find("needle", visible).size(), 13u);
    for (const bool descending : {false, true}) {
        EventQuery pages;
        pages.descending = descending;
        pages.limit = 4;
        Texts found;
        for (int page = 0; page < 10; ++page) {
            const auto one = ask("needle", pages).value();
            for (const auto& event : one.events) found.push_back(event.text);
            if (!one.next) break;
            pages.after_seq = one.next;
        }
        if (descending) std::ranges::reverse(found);
        EXPECT_EQ(found, all);
    }
}

TEST_F(Searching, ARemovedTextLeavesTheFile)
{
    const auto id = add("the password is hunter2", IncidentKey{1});
    const auto corrected = add("harmless");
    amend(corrected, [](Amendment& one) { one.text = "xyzzy7 by mistake"; });
    add("other words stay");
    EXPECT_EQ(find("hunter2").size(), 1u);
    EXPECT_EQ(find("xyzzy7").size(), 1u);
    // The file shares the beginnings of words that stand side by side.
    for (const auto* rest : {"unter2", "yzzy7"}) ASSERT_NE(bytes_of_the_file().find(rest), std::string::npos) << "else this test shows nothing";
    amend(id, [](Amendment& one) { one.redact = true; });
    amend(corrected, [](Amendment& one) { one.redact = true; });
    EXPECT_EQ(find("hunter2"), Texts{});
    EXPECT_EQ(find("xyzzy7"), Texts{});
    EXPECT_EQ(find("stay"), Texts{"other words stay"});
    EXPECT_GE(rebuilds(), 1u);
    for (const auto* rest : {"unter2", "yzzy7"}) EXPECT_EQ(bytes_of_the_file().find(rest), std::string::npos) << rest;
    // a new start does not make it again for what was removed before
    box.reopen();
    EXPECT_EQ(find("stay"), Texts{"other words stay"});
    EXPECT_EQ(rebuilds(), 0u);
}

TEST_F(Searching, ARemovedTextLeavesTheFileOfAFullDiskToo)
{
    box.close();
    box.limits.ballast_bytes = 1024 * 1024;
    box.limits.space_check = 1h;
    box.open();
    const auto id = add("the password is hunter2");
    EXPECT_EQ(find("hunter2").size(), 1u);
    box.faults->full_in = 1;
    EXPECT_FALSE(box.append(new_entry(note("no room"))));
    box.faults->full_in = 0;
    amend(id, [](Amendment& one) { one.redact = true; });
    for (int tries = 0; rebuilds() == 0 && tries < 1'000'000; ++tries) std::this_thread::yield();
    EXPECT_EQ(rebuilds(), 1u);
    EXPECT_EQ(bytes_of_the_file().find("unter2"), std::string::npos);
    EXPECT_EQ(box.ledger->stats().search_behind, box.ledger->last_seq()) << "what room there is belongs to the notes";
}

TEST_F(Searching, AFileThatIsMissingDamagedOrOfAnotherLedgerIsMadeAgain)
{
    add("needle");
    EXPECT_EQ(find("needle"), Texts{"needle"});
    const auto file = box.path() / "search.db";
    const auto spoil = [&](const char* what, const std::function<void()>& how) {
        box.close();
        how();
        box.open();
        EXPECT_EQ(find("needle"), Texts{"needle"}) << what;
    };
    const auto remove_log = [&] {
        std::filesystem::remove(box.path() / "search.db-wal");
        std::filesystem::remove(box.path() / "search.db-shm");
    };
    spoil("missing", [&] { std::filesystem::remove(file); });
    spoil("empty", [&] { remove_log(); std::ofstream{file, std::ios::trunc}; });
    spoil("no database", [&] { remove_log(); std::ofstream{file, std::ios::trunc} << std::string(10'000, 'x'); });
    spoil("cut", [&] { remove_log(); std::filesystem::resize_file(file, 4096); });
    spoil("damaged", [&] {
        remove_log();
        std::fstream out{file, std::ios::binary | std::ios::in | std::ios::out};
        out.seekp(4096);
        out << std::string(8192, '\x5a');
    });
    {
        LedgerInFolder other{patient_search()};
        ASSERT_TRUE(other.append(new_entry(note("a stranger's"))));
        ASSERT_TRUE(other.append(new_entry(note("a stranger's"))));
        other.loop.run(other.ledger->let_search_catch_up());
        other.close();
        spoil("another ledger's", [&] {
            remove_log();
            std::filesystem::copy_file(other.path() / "search.db", file, std::filesystem::copy_options::overwrite_existing);
        });
    }
    EXPECT_EQ(find("stranger"), Texts{});
    // a folder in its place: no searches, and nothing else minds
    box.close();
    std::filesystem::remove(file);
    std::filesystem::create_directories(file / "in the way");
    box.limits.search_wait = 10ms;  // it never comes
    box.open();
    EXPECT_EQ(box.stored(note("still stored")).text, "still stored");
    EXPECT_EQ(ask("needle").error().code, Errc::unavailable);
}

TEST_F(Searching, DamageFoundWhileRunningIsMadeGood)
{
    std::vector<NewEntry> batch;
    for (int i = 0; i < 3000; ++i) batch.push_back(new_entry(note("needle in row " + std::to_string(i))));
    ASSERT_TRUE(box.append(submission(batch, Lane::machines)));
    EXPECT_EQ(find("2999"), Texts{"needle in row 2999"});
    box.reopen();
    {
        std::fstream out{box.path() / "search.db", std::ios::binary | std::ios::in | std::ios::out};
        out.seekp(4096);
        for (int page = 1; page < 60; ++page) out << std::string(4096, '\x5a');
    }
    EXPECT_EQ(find("2999"), Texts{"needle in row 2999"});
}

TEST_F(Searching, IsBehindAtMostForAWhileAndSaysSo)
{
    box.close();
    box.limits.search_wait = 0ms;
    box.limits.search_gather = 1h;  // nobody hurries it
    box.open();
    box.loop.run(box.ledger->let_search_catch_up());
    add("needle");
    EventQuery query;
    query.words = wire::read_search("needle").value();
    const auto page = box.events(query);
    // It may have caught up between the look at where it stands and the search itself; then it only says too much.
    EXPECT_TRUE(!page.events.empty() || page.search_behind >= 1);
    box.close();
    box.limits.search = false;
    box.open();
    EXPECT_EQ(ask("needle").error().code, Errc::unavailable);
}

TEST_F(Searching, NothingThatIsTypedIsAnError)
{
    add("AND OR NOT NEAR text: more {x} ^start a+b (c) \"quoted\" semi; -- comment 'apostrophe' \\ % _ ☃ Ω");
    const Texts pieces{"AND", "OR", "NOT", "NEAR(", ")", "(", "\"", "*", "-", "+", "^", ":", "text:", "{", "}", "'", ";", "--", "\\", "%", "a", "web3",
                       "☃", "Ω", "é", " ", "\t", std::string(1, '\0'), "\x1b", "NEAR/2", ",", "1e9", "more : a", "\"\"", "***", "-\"", "\xf0\x9f\x92\xa9"};
    std::mt19937 random{20240622};
    int asked = 0;
    for (int i = 0; i < 2000; ++i) {
        std::string typed;
        for (auto length = random() % 9 + 1; length > 0; --length) typed += pieces[random() % pieces.size()];
        const auto words = wire::read_search(typed);
        if (!words) {
            EXPECT_EQ(words.error().code, Errc::invalid_input);
            continue;
        }
        ++asked;
        const auto page = ask(typed);
        ASSERT_TRUE(page.has_value()) << typed << ": " << page.error().detail;
    }
    EXPECT_GT(asked, 1000);
    EXPECT_EQ(find("NOT near(").size(), 1u) << "they are words like others";
    EXPECT_EQ(find("OR and").size(), 1u);
    EXPECT_EQ(rebuilds(), 0u) << "no question may look like damage";
}

TEST(SearchWhileWriting, NeitherWaitsForTheOther)
{
    LedgerInFolder box{patient_search()};
    std::atomic<bool> done{false};
    std::thread asking{[&] {
        EventQuery query;
        query.words = wire::read_search("row").value();
        while (!done) {
            const auto page = box.read<EventPage>([query](Reader& reader) { return reader.events(query); });
            EXPECT_TRUE(page.has_value() || page.error().code == Errc::unavailable);
        }
    }};
    Id first{};
    for (int i = 0; i < 40; ++i) {
        std::vector<NewEntry> batch;
        for (int j = 0; j < 20; ++j) batch.push_back(new_entry(note("row " + std::to_string(j))));
        const auto receipt = box.append(submission(std::move(batch)));
        ASSERT_TRUE(receipt);
        first = receipt->items.at(0).entry.id;
        if (i % 10 == 5) {
            Amendment redaction;
            redaction.event = first;
            redaction.redact = true;
            ASSERT_TRUE(box.append(redaction));
        }
    }
    done = true;
    asking.join();
}

}  // namespace
}  // namespace incident::store
