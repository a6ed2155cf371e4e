#include "store/sqlite.hpp"
#include "support/ledger.hpp"
#include <gtest/gtest.h>

namespace incident::store {
namespace {

using namespace test;

auth::Token token(const std::string& name, const std::string& id)
{
    auth::Token one;
    one.id = id;
    one.name = name;
    one.digest = "digest of " + id;
    one.role = auth::Role::write;
    one.ingest = {"grafana", "*"};
    one.created_at = monday;
    one.created_by = "unix:uid=0(root)";
    return one;
}

class Tokens : public testing::Test {
 protected:
    Result<void> add(auth::Token one) { return box.loop.run(box.ledger->add(std::move(one))); }
    Result<auth::Token> revoke(std::string id, Instant at = monday) { return box.loop.run(box.ledger->revoke(std::move(id), at)); }
    LedgerInFolder box;
};

TEST_F(Tokens, AreKeptOverARestartOldestFirst)
{
    auto first = token("ci", "tok_z");
    first.expires_at = monday + 24h;
    const auto second = token("grafana", "tok_a");
    ASSERT_TRUE(add(first));
    ASSERT_TRUE(add(second));
    EXPECT_EQ(*box.ledger->tokens(), (std::vector{first, second}));
    box.reopen();
    EXPECT_EQ(*box.ledger->tokens(), (std::vector{first, second}));
}

TEST_F(Tokens, AreRevokedOnceAndForGood)
{
    ASSERT_TRUE(add(token("ci", "tok_1")));
    const auto before = box.ledger->tokens();
    EXPECT_EQ(revoke("tok_2").error().code, Errc::not_found);
    EXPECT_EQ(revoke("tok_1", monday + 1h).value().revoked_at, monday + 1h);
    EXPECT_EQ(revoke("tok_1", monday + 2h).value().revoked_at, monday + 1h);
    EXPECT_FALSE(before->at(0).revoked_at) << "who holds the list keeps the list";
    EXPECT_EQ(box.ledger->tokens()->at(0).revoked_at, monday + 1h);
    box.reopen();
    EXPECT_EQ(box.ledger->tokens()->at(0).revoked_at, monday + 1h);
}

TEST_F(Tokens, HaveOneNameEachAtATime)
{
    ASSERT_TRUE(add(token("ci", "tok_1")));
    EXPECT_EQ(add(token("ci", "tok_2")).error().code, Errc::conflict);
    EXPECT_EQ(add(token("other", "tok_1")).error().code, Errc::conflict);
    auto same = token("other", "tok_3");
    same.digest = "digest of tok_1";
    EXPECT_EQ(add(same).error().code, Errc::conflict);
    ASSERT_TRUE(revoke("tok_1"));
    auto brief = token("ci", "tok_4");
    brief.expires_at = monday + 1h;
    ASSERT_TRUE(add(brief));
    EXPECT_EQ(add(token("ci", "tok_5")).error().code, Errc::conflict);
    box.clock.advance(2h);
    EXPECT_TRUE(add(token("ci", "tok_6"))) << "an expired one is in nobody's way";
}

TEST_F(Tokens, AreBounded)
{
    ASSERT_TRUE(add(token("n0", "tok_0")));
    box.close();
    // All but one by hand: each through the ledger costs a sync and reads all before it, half a minute under a sanitizer.
    const auto fill = "INSERT INTO tokens(id, digest, facts) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
                      std::to_string(max_tokens - 2) +
                      ") SELECT 'tok_' || i, 'digest of tok_' || i, replace(facts, '\"n0\"', '\"n' || i || '\"') FROM n, tokens";
    auto database = Database::open(box.file(), Access::read_write, nullptr).value();
    ASSERT_TRUE(database.execute(fill.c_str()));
    database = {};
    box.open();
    ASSERT_EQ(box.ledger->tokens()->size(), max_tokens - 1);
    EXPECT_TRUE(add(token("last", "tok_last")));
    EXPECT_EQ(add(token("one too many", "tok_x")).error().code, Errc::limit_exceeded);
}

TEST_F(Tokens, ComeInBesideSubmissions)
{
    std::vector<std::future<Result<Receipt>>> notes;
    std::vector<std::future<Result<void>>> tokens;
    for (int i = 0; i < 50; ++i) {
        notes.push_back(box.loop.start(box.ledger->append(submission({new_entry(note("n"))}))));
        tokens.push_back(box.loop.start(box.ledger->add(token("n" + std::to_string(i), "t" + std::to_string(i)))));
    }
    for (auto& one : notes) EXPECT_TRUE(one.get());
    for (auto& one : tokens) EXPECT_TRUE(one.get());
    EXPECT_EQ(box.ledger->tokens()->size(), 50u);
    EXPECT_TRUE(box.verify().ok);
}

TEST_F(Tokens, AreNotPromisedByADiskThatFails)
{
    ASSERT_TRUE(add(token("ci", "tok_1")));
    box.faults->fail_sync_in = 1;
    EXPECT_EQ(add(token("other", "tok_2")).error().code, Errc::unknown_outcome);
    EXPECT_EQ(box.ledger->tokens()->size(), 1u);
    EXPECT_EQ(add(token("third", "tok_3")).error().code, Errc::unavailable);
}

}  // namespace
}  // namespace incident::store
