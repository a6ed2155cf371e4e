#include "store/rows.hpp"
#include "store/verify.hpp"
#include "support/ledger.hpp"
#include <gtest/gtest.h>

namespace incident::store {
namespace {

using namespace test;

constexpr const char* secret = "hunter2-the-password";

/// Some of everything, in a closed file.
void fill(LedgerInFolder& box)
{
    ASSERT_TRUE(box.append(opened(IncidentKey{1}, "bookstore down")));
    auto event = note("payments fail");
    event.incident = IncidentKey{1};
    event.key = "k1";
    const auto first = box.stored(event);
    (void)box.stored(alert("disk full", "f1", "k2"));
    Amendment amendment;
    amendment.event = first.id;
    amendment.text = "payments fail in Kenya";
    amendment.reason = "precise";
    ASSERT_TRUE(box.append(amendment));
    Amendment move;
    move.event = first.id;
    move.incident = std::optional<IncidentKey>{};
    ASSERT_TRUE(box.append(move));
    ASSERT_TRUE(box.append(new_entry(alert("disk full", "f1", "k2"), OnDuplicate::count_repeat)));
    ASSERT_TRUE(box.append(new_entry(alert("disk full", "f1", "k3", "resolved"), OnDuplicate::count_repeat)));
    const auto gone = box.stored(note(secret));
    Amendment redact;
    redact.event = gone.id;
    redact.redact = true;
    ASSERT_TRUE(box.append(redact));
    box.close();
}

/// Root's view of the file: any connection, triggers dropped, nothing kept.
class Tampering : public testing::Test {
 protected:
    void SetUp() override
    {
        fill(box);
        database = Database::open(box.file(), Access::read_write, nullptr).value();
        for (const auto* name : {"ledger_keeps_rows", "ledger_keeps_values", "bodies_keep_rows", "bodies_only_empty"})
            ASSERT_TRUE(database.execute((std::string{"DROP TRIGGER "} + name).c_str()));
        rows.emplace(Rows::prepare(database).value());
        last = rows->last_seq().value();
        whole = verify();
        ASSERT_TRUE(whole.ok) << whole.problem;
        ASSERT_GE(last, 9u);
    }
    ChainReport verify()
    {
        const auto pause = []() -> Result<void> { return {}; };
        return verify_chain(database, *rows, nullptr, {1, rows->last_seq().value()}, true, pause).value();
    }
    /// Runs the change, verifies, takes it back.
    ChainReport after(const std::function<void()>& change)
    {
        EXPECT_TRUE(database.execute("BEGIN IMMEDIATE"));
        change();
        const auto report = verify();
        EXPECT_TRUE(database.execute("ROLLBACK"));
        return report;
    }
    ChainReport after(const std::string& sql)
    {
        return after([&] {
            const auto done = database.execute(sql.c_str());
            EXPECT_TRUE(done) << sql << ": " << done.error().detail;
        });
    }
    LedgerInFolder box;
    Database database;
    std::optional<Rows> rows;
    std::uint64_t last = 0;
    ChainReport whole;
};

TEST_F(Tampering, EverySingleBitOfEveryEntryCounts)
{
    struct Column {
        const char* table;
        const char* name;
        bool text;
    };
    std::size_t cases = 0;
    for (const auto& column : {Column{"ledger", "facts", true}, Column{"ledger", "link", false}, Column{"bodies", "content", true},
                               Column{"bodies", "salt", false}, Column{"bodies", "commitment", false}}) {
        auto select = database.prepare(std::string{"SELECT seq, "} + column.name + " FROM " + column.table + " WHERE " + column.name + " IS NOT NULL").value();
        std::vector<std::pair<std::uint64_t, std::string>> values;
        while (select.step().value()) {
            const auto bytes = select.blob(1);
            values.emplace_back(select.number(0), std::string{bytes.begin(), bytes.end()});
        }
        ASSERT_FALSE(values.empty()) << column.name;
        auto update = database.prepare(std::string{"UPDATE "} + column.table + " SET " + column.name + " = ?2 WHERE seq = ?1").value();
        for (const auto& [seq, value] : values) {
            // Every byte, and over the bytes every bit: eight times as many cases would find the same.
            for (std::size_t byte = 0; byte < value.size(); ++byte) {
                auto changed = value;
                changed[byte] = static_cast<char>(changed[byte] ^ (1 << (byte * 5 + seq) % 8));
                const auto report = after([&] {
                    update.bind(1, seq);
                    if (column.text) update.bind(2, std::string_view{changed});
                    else update.bind(2, Bytes{reinterpret_cast<const std::uint8_t*>(changed.data()), changed.size()});
                    EXPECT_TRUE(update.run());
                });
                ASSERT_FALSE(report.ok) << column.table << '.' << column.name << " of entry " << seq << ", byte " << byte;
                ASSERT_EQ(report.at, seq) << report.problem;
                ++cases;
            }
        }
    }
    EXPECT_GT(cases, 2000u);
}

TEST_F(Tampering, SwappedDroppedInsertedAndCutEntriesAreFound)
{
    std::size_t cases = 0;
    const auto number = [](std::uint64_t seq) { return std::to_string(seq); };
    for (std::uint64_t a = 1; a <= last; ++a) {
        EXPECT_FALSE(after("DELETE FROM ledger WHERE seq = " + number(a)).ok) << a;
        EXPECT_FALSE(after("DELETE FROM ledger WHERE seq >= " + number(a)).ok) << a;  // its bodies and side rows tell
        EXPECT_FALSE(after("UPDATE ledger SET seq = seq + 1000 WHERE seq = " + number(a)).ok) << a;
        EXPECT_FALSE(after("UPDATE ledger SET seq = -seq WHERE seq > " + number(a) + "; UPDATE ledger SET seq = 1 - seq WHERE seq < 0;"
                           "INSERT INTO ledger SELECT " + number(a) + " + 1, facts, link FROM ledger WHERE seq = " + number(a)).ok) << a;
        cases += 4;
        for (std::uint64_t b = a + 1; b <= last; ++b) {
            const auto swap = [&](const std::string& table) {
                return "UPDATE " + table + " SET seq = -1 WHERE seq = " + number(a) + "; UPDATE " + table + " SET seq = " + number(a) +
                       " WHERE seq = " + number(b) + "; UPDATE " + table + " SET seq = " + number(b) + " WHERE seq = -1";
            };
            EXPECT_FALSE(after(swap("ledger")).ok) << a << ' ' << b;
            EXPECT_FALSE(after(swap("ledger") + ';' + swap("bodies")).ok) << a << ' ' << b;
            cases += 2;
        }
    }
    EXPECT_GT(cases, 100u);
}

TEST_F(Tampering, AnEmptiedTextNeedsARedactionThatSaysSo)
{
    const auto report = after([&] {
        auto read = database.prepare("SELECT salt, content FROM bodies WHERE seq = 3").value();
        ASSERT_TRUE(read.step().value());
        const auto commitment = commitment_of(read.blob(0), read.text(1));
        read.reset();
        auto update = database.prepare("UPDATE bodies SET salt = NULL, content = NULL, commitment = ?1 WHERE seq = 3").value();
        ASSERT_TRUE(update.bind(1, Bytes{commitment}).run());
    });
    EXPECT_FALSE(report.ok);
    EXPECT_EQ(report.at, 3u);
    EXPECT_NE(report.problem.find("no redaction"), std::string::npos) << report.problem;
}

TEST_F(Tampering, OfTheSideTablesIsFound)
{
    for (const auto* sql : {"DELETE FROM joined", "UPDATE joined SET event = 3", "DELETE FROM about WHERE seq = 4", "DELETE FROM steps",
                            "DELETE FROM keys WHERE key = 'k2'", "UPDATE keys SET event = 3 WHERE key = 'k1'",
                            "INSERT INTO about VALUES(2, 99)", "INSERT INTO bodies VALUES(99, 'x', x'00', NULL)"})
        EXPECT_FALSE(after(sql).ok) << sql;
}

TEST_F(Tampering, TheHeadTellsACutLedgerFromAWholeOne)
{
    // Who also cuts the side tables leaves a shorter ledger that fits; the head that was told to the outside does not.
    std::string sql = "DELETE FROM ledger WHERE seq > 5; DELETE FROM bodies WHERE seq > 5; DELETE FROM about WHERE seq > 5;"
                      "DELETE FROM keys WHERE event > 5; DELETE FROM alerts WHERE event > 5; DELETE FROM repeats WHERE event > 5";
    const auto report = after(sql);
    EXPECT_NE(report.head, whole.head);
    EXPECT_NE(report.entries, whole.entries);
}

TEST(AppendOnly, TheFileItselfRefusesToChangeTheLedger)
{
    LedgerInFolder box;
    fill(box);
    auto database = Database::open(box.file(), Access::read_write, nullptr).value();
    ASSERT_TRUE(database.execute("PRAGMA recursive_triggers=ON"));
    for (const auto* sql : {"UPDATE ledger SET facts = '{}' WHERE seq = 1", "DELETE FROM ledger WHERE seq = 1", "DELETE FROM ledger",
                            "INSERT OR REPLACE INTO ledger VALUES(1, '{}', x'00')", "REPLACE INTO ledger VALUES(2, '{}', x'00')",
                            "INSERT INTO ledger VALUES(1, '{}', x'00') ON CONFLICT(seq) DO UPDATE SET facts = '{}'",
                            "UPDATE bodies SET content = 'x' WHERE seq = 2", "UPDATE bodies SET salt = NULL WHERE seq = 2",
                            "DELETE FROM bodies WHERE seq = 2", "INSERT OR REPLACE INTO bodies VALUES(2, 'x', x'00', NULL)"}) {
        const auto done = database.execute(sql);
        ASSERT_FALSE(done) << sql;
        EXPECT_TRUE(done.error().detail.find("append-only") != std::string::npos || done.error().detail.find("only be emptied") != std::string::npos)
            << done.error().detail;
    }
}

TEST(Redaction, TakesTheTextOutOfTheFileAndTheChainStillVerifies)
{
    LedgerInFolder box;
    auto event = note(secret);
    event.details = std::string{"details "} + secret;
    event.labels["note"] = secret;
    event.tags.push_back({.name = "action", .by = "rule:r", .match = secret, .how = {}, .to = {}, .of = {}});
    const auto stored = box.stored(event);
    (void)box.stored(note("stays"));
    Amendment edit;
    edit.event = stored.id;
    edit.text = std::string{secret} + " again";
    ASSERT_TRUE(box.append(edit));
    const auto before = box.verify();
    Amendment redact;
    redact.event = stored.id;
    redact.redact = true;
    redact.reason = "a password";
    ASSERT_TRUE(box.append(redact));

    const auto history = box.read<std::vector<Entry>>([&](Reader& reader) { return reader.history(stored.id); }).value();
    ASSERT_EQ(history.size(), 3u);
    EXPECT_EQ(std::get<Event>(history[0].what).text, "");
    EXPECT_EQ(std::get<Amendment>(history[2].what).reason, "a password");
    const auto now = box.read<std::optional<Event>>([&](Reader& reader) { return reader.event(stored.id); }).value().value();
    EXPECT_TRUE(now.redacted);
    EXPECT_EQ(now.text, "");
    const auto report = box.verify();
    EXPECT_TRUE(report.ok) << report.problem;
    EXPECT_NE(report.head, before.head);
    EXPECT_TRUE(box.verify(1, 3).ok);

    box.close();
    for (const auto& file : std::filesystem::directory_iterator{box.path()})
        EXPECT_EQ(content_of(file.path()).find(secret), std::string::npos) << file.path();
    box.open();
    EXPECT_TRUE(box.verify().ok);
    EXPECT_EQ(box.events({}).events.at(1).text, "stays");
}

TEST(OpeningCheck, TellsOfADamagedEntryAndStillTakesNotes)
{
    LedgerInFolder box;
    fill(box);
    {
        auto database = Database::open(box.file(), Access::read_write, nullptr).value();
        ASSERT_TRUE(database.execute("DROP TRIGGER ledger_keeps_values; UPDATE ledger SET facts = replace(facts, 'sam', 'eve') WHERE seq = 2;"));
    }
    box.open();
    EXPECT_FALSE(box.ledger->opening_check().ok);
    EXPECT_EQ(box.ledger->opening_check().at, 2u);
    EXPECT_TRUE(box.append(note("still here")));
}

}  // namespace
}  // namespace incident::store
