#include "store/raw_rows.hpp"
#include "store/schema.hpp"
#include "store/sqlite.hpp"
#include "store/verify.hpp"
#include "support/ledger.hpp"
#include <gtest/gtest.h>
#include <random>

// Bodies as they arrived: with the events made from them, or not at all.
namespace incident::store {
namespace {

using namespace test;

std::shared_ptr<RawBody> raw(std::string_view text, std::string_view source = "alertmanager")
{
    auto body = std::make_shared<RawBody>(pack(text, source));
    body->dialect = source;
    body->content_type = "application/json";
    body->headers["x-event"] = "push";
    body->query["a"] = "b";
    body->tail = "api/v2/alerts";
    return body;
}

Submission with(std::shared_ptr<const RawBody> body, std::vector<NewEntry> entries)
{
    auto one = submission(std::move(entries), Lane::machines);
    one.raw = std::move(body);
    return one;
}

NewEntry firing(const std::string& text, const std::string& key) { return new_entry(alert(text, "f-" + key, key), OnDuplicate::count_repeat); }

class KeptBodies : public testing::Test {
 protected:
    std::optional<KeptBody> kept(const Id& id)
    {
        return box.read<std::optional<KeptBody>>([&](Reader& reader) { return reader.kept_body(id); }).value();
    }
    std::string body_of(const Id& id)
    {
        const auto found = kept(id);
        return found ? unpack(found->body).value() : "none";
    }
    Id id_of(const Result<Receipt>& receipt, std::size_t at = 0) { return receipt.value().items.at(at).entry.id; }
    std::size_t count() { return box.ledger->stats().raw_bodies; }
    void redact(const Id& id)
    {
        Amendment amendment;
        amendment.event = id;
        amendment.redact = true;
        ASSERT_TRUE(box.append(amendment));
    }
    LedgerInFolder box;
};

TEST(PackedBody, ComesBackByteForByteAndNoOtherWay)
{
    for (const auto& text : {std::string{}, std::string{"{}"}, std::string(3'000'000, 'x'), std::string("\0\xff\n", 3)}) {
        const auto packed = pack(text, "s");
        EXPECT_EQ(packed.size, text.size());
        EXPECT_EQ(unpack(packed).value(), text);
    }
    const auto good = pack("a body that was kept", "s");
    auto other = good;
    other.size = 5;
    EXPECT_EQ(unpack(other).error().code, Errc::malformed);
    other.size = 1ULL << 60;
    EXPECT_EQ(unpack(other).error().code, Errc::malformed);
    other = good;
    other.digest[3] = other.digest[3] == 'a' ? 'b' : 'a';
    EXPECT_EQ(unpack(other).error().code, Errc::malformed);
    for (std::size_t at = 0; at < good.compressed.size(); ++at) {
        other = good;
        other.compressed[at] = static_cast<char>(other.compressed[at] ^ 0x10);
        const auto back = unpack(other);  // a bit of the frame's head may mean nothing
        EXPECT_TRUE(!back || *back == "a body that was kept") << at;
    }
    EXPECT_FALSE(unpack({}));
}

TEST_F(KeptBodies, StandWithTheEventsMadeFromThem)
{
    const auto first = box.stored(note("before"));
    const auto receipt = box.append(with(raw("{\"alerts\":[1,2]}"), {firing("one", "k1"), firing("two", "k2")}));
    const auto after = box.stored(note("after"));
    EXPECT_EQ(body_of(id_of(receipt, 0)), "{\"alerts\":[1,2]}");
    EXPECT_EQ(body_of(id_of(receipt, 1)), "{\"alerts\":[1,2]}");
    EXPECT_FALSE(kept(first.id));
    EXPECT_FALSE(kept(after.id));
    const auto found = kept(id_of(receipt)).value();
    EXPECT_EQ(found.first_seq, 2u);
    EXPECT_EQ(found.last_seq, 3u);
    EXPECT_EQ(found.received_at, monday);
    EXPECT_EQ(found.body.source, "alertmanager");
    EXPECT_EQ(found.body.content_type, "application/json");
    EXPECT_EQ(found.body.headers.at("x-event"), "push");
    EXPECT_EQ(found.body.query.at("a"), "b");
    EXPECT_EQ(found.body.tail, "api/v2/alerts");
    EXPECT_FALSE(found.body.scrubbed);
    EXPECT_TRUE(box.verify().ok) << box.verify().problem;
    box.reopen();
    EXPECT_EQ(body_of(id_of(receipt)), "{\"alerts\":[1,2]}");
    EXPECT_EQ(count(), 1u);
}

TEST_F(KeptBodies, AreNotKeptWhereNothingWasAppended)
{
    ASSERT_TRUE(box.append(with(raw("first"), {firing("one", "k1")})));
    ASSERT_TRUE(box.append(with(raw("told again"), {firing("one", "k1")})));
    ASSERT_TRUE(box.append(with(raw("a test notification"), {})));
    auto request = with(raw("by request key"), {new_entry(note("n"))});
    request.key = RequestKey{"s", "key", "digest"};
    auto again = request;
    ASSERT_TRUE(box.append(std::move(request)));
    ASSERT_TRUE(box.append(std::move(again)));
    auto refused = with(raw("refused"), {});
    refused.decide = [](View&) -> Result<std::vector<NewEntry>> { return Failure{Errc::conflict, "no"}; };
    ASSERT_FALSE(box.append(std::move(refused)));
    EXPECT_EQ(count(), 2u);
}

TEST_F(KeptBodies, AreReadBySourceInPages)
{
    std::vector<std::uint64_t> ids;
    for (int i = 0; i < 7; ++i) {
        const auto number = std::to_string(i);
        ids.push_back(box.append(with(raw("body " + number, i % 2 ? "grafana" : "alertmanager"), {firing("t" + number, "k" + number)})).value().items.at(0).entry.seq);
        box.clock.advance(1min);
    }
    const auto read = [&](std::string_view source, Instant since, std::size_t limit, std::uint64_t after = 0) {
        std::vector<std::string> texts;
        for (const auto& one : box.read<std::vector<KeptBody>>([&](Reader& reader) { return reader.kept_bodies(source, since, limit, after); }).value())
            texts.push_back(unpack(one.body).value());
        return texts;
    };
    using Texts = std::vector<std::string>;
    EXPECT_EQ(read("alertmanager", monday, 100), (Texts{"body 0", "body 2", "body 4", "body 6"}));
    EXPECT_EQ(read("alertmanager", monday + 2min, 100), (Texts{"body 2", "body 4", "body 6"}));
    EXPECT_EQ(read("grafana", monday, 2), (Texts{"body 1", "body 3"}));
    EXPECT_EQ(read("grafana", monday, 2, ids[3]), (Texts{"body 5"}));
    EXPECT_EQ(read("slack", monday, 2), Texts{});
}

TEST_F(KeptBodies, AreForgottenWithWhatIsRedacted)
{
    const std::string secret = "hunter2-in-the-raw-body";
    const auto both = box.append(with(raw(secret), {firing("one", "k1"), firing("two", "k2")}));
    const auto mixed = box.append(with(raw(secret + " again"), {firing("one", "k1"), firing("three", "k3")}));
    const auto other = box.append(with(raw("other"), {firing("four", "k4")}));
    const auto head = box.verify();
    ASSERT_EQ(count(), 3u);
    redact(id_of(both, 0));
    EXPECT_EQ(body_of(id_of(both, 1)), "none") << "several events share a body: all lose it";
    EXPECT_EQ(body_of(id_of(mixed, 1)), "none") << "it told of the redacted event again";
    EXPECT_EQ(body_of(id_of(other)), "other");
    EXPECT_EQ(count(), 1u);
    EXPECT_TRUE(box.verify().ok) << box.verify().problem;
    // what tells of it once more is not kept either
    const auto later = box.append(with(raw(secret + " and again"), {firing("one", "k1"), firing("five", "k5")}));
    EXPECT_EQ(body_of(id_of(later, 1)), "none");
    EXPECT_EQ(std::get<Event>(later.value().items.at(1).entry.what).text, "five");
    box.close();
    for (const auto& file : std::filesystem::directory_iterator{box.path()})
        EXPECT_EQ(content_of(file.path()).find("hunter2"), std::string::npos) << file.path();
}

TEST_F(KeptBodies, OfAnEditGoToo)
{
    const auto event = box.stored(alert("a message", "f", "m1"));
    Amendment edit;
    edit.event = event.id;
    edit.text = "a message with a password";
    ASSERT_TRUE(box.append(with(raw("the edit's body"), {new_entry(edit)})));
    EXPECT_EQ(count(), 1u);
    EXPECT_TRUE(box.verify().ok) << box.verify().problem;
    redact(event.id);
    EXPECT_EQ(count(), 0u);
}

TEST(Retention, ForgetsTheOldestByAgeAndBySizeAndCountsIt)
{
    auto limits = patient_limits();
    limits.raw_keep = 1h;
    limits.raw_check = 1ms;
    limits.raw_bytes = 10'000;
    LedgerInFolder box{limits};
    std::mt19937 random{7};
    const auto noise = [&](std::size_t bytes) {
        std::string text;
        while (text.size() < bytes) text += static_cast<char>(random());
        return text;
    };
    std::vector<Id> ids;
    const auto add = [&](std::size_t bytes) {
        const auto name = std::to_string(ids.size());
        ids.push_back(box.append(with(raw(noise(bytes)), {firing(name, name)})).value().items.at(0).entry.id);
    };
    const auto kept = [&](std::size_t at) {
        return box.read<std::optional<KeptBody>>([&](Reader& reader) { return reader.kept_body(ids.at(at)); }).value().has_value();
    };
    const auto settle = [&](std::uint64_t bodies) {
        const auto end = std::chrono::steady_clock::now() + 20s;
        while (box.ledger->stats().raw_bodies != bodies && std::chrono::steady_clock::now() < end) std::this_thread::yield();
        return box.ledger->stats().raw_bodies;
    };
    for (int i = 0; i < 5; ++i) add(3000);
    EXPECT_EQ(settle(3), 3u);
    EXPECT_LE(box.ledger->stats().raw_bytes, limits.raw_bytes);
    EXPECT_FALSE(kept(1));
    EXPECT_TRUE(kept(2));
    box.clock.advance(59min);
    add(100);
    box.clock.advance(2min);
    EXPECT_EQ(settle(1), 1u);
    EXPECT_TRUE(kept(5));
    EXPECT_EQ(box.ledger->stats().raw_forgotten, 5u);
    EXPECT_EQ(box.ledger->stats().raw_kept, 6u);
    EXPECT_EQ(box.entries().size(), 6u) << "the events stay";
    EXPECT_TRUE(box.verify().ok) << box.verify().problem;
    box.reopen();
    EXPECT_EQ(box.ledger->stats().raw_bodies, 1u);
}

TEST(Retention, KeepsNothingThatIsTooLargeOrWhenThereIsNoRoomAtAll)
{
    auto limits = patient_limits();
    limits.raw_body_bytes = 100;
    LedgerInFolder box{limits};
    ASSERT_TRUE(box.append(with(raw(std::string(101, 'x')), {firing("one", "k1")})));
    EXPECT_EQ(box.ledger->stats().raw_bodies, 0u);
    ASSERT_TRUE(box.append(with(raw(std::string(100, 'x')), {firing("two", "k2")})));
    EXPECT_EQ(box.ledger->stats().raw_bodies, 1u);
    box.limits.raw_bytes = 0;
    box.reopen();
    ASSERT_TRUE(box.append(with(raw("x"), {firing("three", "k3")})));
    EXPECT_EQ(box.entries().size(), 3u);
    EXPECT_LE(box.ledger->stats().raw_bodies, 1u);
}

TEST_F(KeptBodies, AreAsHardToForgeAsTheEntries)
{
    ASSERT_TRUE(box.append(with(raw("the first body"), {firing("one", "k1"), firing("two", "k2")})));
    ASSERT_TRUE(box.append(new_entry(note("between"))));
    ASSERT_TRUE(box.append(with(raw("the second body"), {firing("three", "k3")})));
    box.close();
    auto database = Database::open(box.file(), Access::read_write, nullptr).value();
    EXPECT_FALSE(database.execute("UPDATE raw SET source = 'x'"));
    EXPECT_FALSE(database.execute("UPDATE tokens SET facts = ''; INSERT INTO tokens VALUES(1,'a','b','c',NULL); DELETE FROM tokens"));
    ASSERT_TRUE(database.execute("DROP TRIGGER raw_keeps_values"));
    auto rows = Rows::prepare(database).value();
    auto raw_rows = RawRows::prepare(database).value();
    const auto report_after = [&](const std::string& sql) {
        EXPECT_TRUE(database.execute("BEGIN IMMEDIATE"));
        const auto done = database.execute(sql.c_str());
        EXPECT_TRUE(done) << sql << ": " << done.error().detail;
        const auto report = verify_chain(database, rows, &raw_rows, {1, rows.last_seq().value()}, true, []() -> Result<void> { return {}; }).value();
        EXPECT_TRUE(database.execute("ROLLBACK"));
        return report;
    };
    ASSERT_TRUE(report_after("SELECT 1").ok) << report_after("SELECT 1").problem;
    EXPECT_TRUE(report_after("DELETE FROM raw").ok) << "what may be forgotten may be gone";
    struct Change {
        const char* sql;
        std::uint64_t at;
    };
    const auto other = to_hex(sha256("x")).substr(0, 32);
    const std::string salt = "UPDATE raw SET salt = x'" + other + "' WHERE first_seq = 4";
    for (const auto& change : {Change{"UPDATE raw SET facts = replace(facts, 'push', 'pull') WHERE first_seq = 1", 1},
                               Change{"UPDATE raw SET source = 'grafana' WHERE first_seq = 1", 1},
                               Change{"UPDATE raw SET received_at = received_at + 1 WHERE first_seq = 4", 4},
                               Change{"UPDATE raw SET last_seq = 0 WHERE first_seq = 1", 1},
                               Change{"UPDATE raw SET last_seq = 4 WHERE first_seq = 1", 1},
                               Change{"UPDATE raw SET last_seq = 9 WHERE first_seq = 4", 5},
                               Change{"UPDATE raw SET first_seq = 3 WHERE first_seq = 4", 3},
                               Change{"UPDATE raw SET first_seq = 9, last_seq = 9 WHERE first_seq = 4", 5},
                               Change{"INSERT INTO raw SELECT 3, 3, received_at, source, facts, compressed, salt FROM raw WHERE first_seq = 4", 3},
                               Change{"UPDATE raw SET compressed = (SELECT compressed FROM raw WHERE first_seq = 4) WHERE first_seq = 1", 1},
                               Change{salt.c_str(), 4}}) {
        const auto report = report_after(change.sql);
        EXPECT_FALSE(report.ok) << change.sql;
        EXPECT_EQ(report.at, change.at) << change.sql << ": " << report.problem;
    }
    // every bit of a body counts
    auto select = database.prepare("SELECT compressed FROM raw WHERE first_seq = 1").value();
    ASSERT_TRUE(select.step().value());
    const auto bytes = select.blob(0);
    const std::string whole{bytes.begin(), bytes.end()};
    select.reset();
    auto update = database.prepare("UPDATE raw SET compressed = ?1 WHERE first_seq = 1").value();
    for (std::size_t at = 0; at < whole.size(); ++at) {
        auto changed = whole;
        changed[at] = static_cast<char>(changed[at] ^ (1 << at % 8));
        EXPECT_TRUE(database.execute("BEGIN IMMEDIATE"));
        EXPECT_TRUE(update.bind(1, Bytes{reinterpret_cast<const std::uint8_t*>(changed.data()), changed.size()}).run());
        const auto report = verify_chain(database, rows, &raw_rows, {1, 4}, true, []() -> Result<void> { return {}; }).value();
        EXPECT_TRUE(database.execute("ROLLBACK"));
        ASSERT_EQ(report.at, 1u) << at;
    }
}

TEST_F(KeptBodies, ComeToAFileOfTheVersionBeforeWithACopyOfIt)
{
    (void)box.stored(note("from the old version"));
    box.close();
    {
        auto database = Database::open(box.file(), Access::read_write, nullptr).value();
        ASSERT_TRUE(database.execute("DROP TRIGGER tokens_keep_rows; DROP TABLE tokens; DROP TABLE raw_use; DROP TABLE raw_tells; DROP TABLE raw; PRAGMA user_version = 1"));
    }
    box.open();
    const auto receipt = box.append(with(raw("new"), {firing("one", "k1")}));
    EXPECT_EQ(body_of(id_of(receipt)), "new");
    EXPECT_TRUE(box.verify().ok) << box.verify().problem;
    EXPECT_EQ(box.entries().size(), 2u);
    auto copy = Database::open(box.path() / "incidentd.db.before-v2", Access::read_only, nullptr).value();
    EXPECT_EQ(copy.read_integer("PRAGMA user_version").value(), 1);
    EXPECT_EQ(copy.read_integer("SELECT count(*) FROM ledger").value(), 1);
    EXPECT_EQ(copy.read_integer("SELECT count(*) FROM sqlite_schema WHERE name = 'raw'").value(), 0);
}

}  // namespace
}  // namespace incident::store
