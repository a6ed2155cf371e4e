#include "store/schema.hpp"
#include "support/ledger.hpp"
#include <gtest/gtest.h>

namespace incident::store {
namespace {

using namespace test;

constexpr const char* next_step = "CREATE TABLE extra(a INTEGER); INSERT INTO extra SELECT seq FROM ledger";
constexpr const char* broken_step = "CREATE TABLE half(a INTEGER); INSERT INTO nothing VALUES(1)";

std::vector<const char*> steps_and(const char* step)
{
    const auto ours = schema_steps();
    std::vector<const char*> steps{ours.begin(), ours.end()};
    steps.push_back(step);
    return steps;
}

class Migration : public testing::Test {
 protected:
    void SetUp() override
    {
        (void)box.stored(note("kept through the upgrade"));
        box.close();
        database = Database::open(box.file(), Access::read_write, nullptr).value();
        copy = box.file();
        copy += ".before-v" + std::to_string(schema_steps().size() + 1);
    }
    LedgerInFolder box;
    Database database;
    std::filesystem::path copy;
};

TEST_F(Migration, CopiesFirstAndGoesForward)
{
    ASSERT_TRUE(migrate(database, box.file(), steps_and(next_step)));
    EXPECT_EQ(database.read_integer("PRAGMA user_version").value(), static_cast<std::int64_t>(schema_steps().size() + 1));
    EXPECT_EQ(database.read_integer("SELECT count(*) FROM extra").value(), 1);
    ASSERT_TRUE(std::filesystem::exists(copy));
    auto before = Database::open(copy, Access::read_only, nullptr).value();
    EXPECT_EQ(before.read_integer("SELECT count(*) FROM ledger").value(), 1);
    EXPECT_EQ(before.read_integer("PRAGMA user_version").value(), static_cast<std::int64_t>(schema_steps().size()));
}

TEST_F(Migration, ThatFailsLeavesTheOldSchemaWhole)
{
    const auto failed = migrate(database, box.file(), steps_and(broken_step));
    ASSERT_FALSE(failed);
    EXPECT_NE(failed.error().detail.find("was undone"), std::string::npos) << failed.error().detail;
    EXPECT_EQ(database.read_integer("SELECT count(*) FROM sqlite_schema WHERE name = 'half'").value(), 0);
    database = {};
    box.open();
    EXPECT_EQ(box.entries().size(), 1u);
}

TEST_F(Migration, ToAnOlderProgramIsRefusedWithTheWayOut)
{
    ASSERT_TRUE(migrate(database, box.file(), steps_and(next_step)));
    database = {};
    const auto refused = LocalLedger::open(box.path(), box.clock, box.entropy);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::conflict);
    EXPECT_NE(refused.error().detail.find("start the newer incidentd"), std::string::npos) << refused.error().detail;
    EXPECT_NE(refused.error().detail.find(copy.filename().string()), std::string::npos) << refused.error().detail;
}

TEST_F(Migration, OfAForeignDatabaseIsRefused)
{
    ASSERT_TRUE(database.execute("PRAGMA application_id=7"));
    database = {};
    const auto refused = LocalLedger::open(box.path(), box.clock, box.entropy);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().detail.find("another program"), std::string::npos);
}

TEST(LedgerFile, ThatIsNoDatabaseIsRefusedByName)
{
    TempFolder folder;
    write_file(folder / "incidentd.db", std::string(5000, 'x'));
    SetClock clock;
    SystemEntropy entropy;
    const auto refused = LocalLedger::open(folder.path(), clock, entropy);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::unavailable);
    EXPECT_NE(refused.error().detail.find("not a database"), std::string::npos) << refused.error().detail;
}

TEST(LedgerFile, CannotBeOpenedWhereEverySyncFails)
{
    TempFolder folder;
    SetClock clock;
    SystemEntropy entropy;
    auto faults = std::make_shared<DiskFaults>();
    faults->fail_sync_in = 1;
    const auto refused = LocalLedger::open(folder.path(), clock, entropy, {}, faults);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::unavailable);
}

}  // namespace
}  // namespace incident::store
