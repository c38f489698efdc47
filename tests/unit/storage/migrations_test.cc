#include "storage/sqlite/migrations.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "base/log.h"
#include "unit/storage/sqlite_files.h"

namespace parley::storage::sqlite::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr Migration kFirst{1, "CREATE TABLE a(x); INSERT INTO a VALUES(1)"};
constexpr Migration kSecond{2, "ALTER TABLE a ADD COLUMN y; UPDATE a SET y=x+1"};
constexpr Migration kBroken{2, "INSERT INTO a VALUES(2); INSERT INTO nowhere VALUES(1)"};

class Migrations : public testing::Test {
 protected:
  void SetUp() override {
    SetLogSink([](std::string_view) {});
  }
  void TearDown() override { SetLogSink({}); }

  Status MigrateTo(std::vector<Migration> migrations) {
    Result<std::unique_ptr<Connection>> connection =
        Connection::Open(file_, Access::kReadWrite, std::chrono::milliseconds(100));
    if (!connection) return connection.error();
    return Migrate(**connection, file_, migrations, clock_);
  }

  static std::vector<std::int64_t> Numbers(const std::string& file, const std::string& sql) {
    Result<std::unique_ptr<Connection>> connection =
        Connection::Open(file, Access::kReadOnly, std::chrono::milliseconds(100));
    std::vector<std::int64_t> numbers;
    if (!connection) return numbers;
    Statement statement = (*connection)->Prepare(sql);
    for (;;) {
      const Result<bool> row = statement.Next();
      if (!row || !*row) return numbers;
      numbers.push_back(statement.Integer(0));
    }
  }

  TemporaryDirectory directory_;
  const std::string file_ = directory_.File("parley.db");
  const std::string backup_ = file_ + ".backup-v1";
  const FakeClock clock_;
};

TEST_F(Migrations, ANewDatabaseTakesEveryStepWithoutBackup) {
  ASSERT_TRUE(MigrateTo({kFirst, kSecond}));
  EXPECT_THAT(Numbers(file_, "SELECT y FROM a"), ElementsAre(2));
  EXPECT_THAT(Numbers(file_, "SELECT version FROM schema_version ORDER BY 1"), ElementsAre(1, 2));
  EXPECT_FALSE(std::filesystem::exists(backup_));
}

TEST_F(Migrations, AnOlderDatabaseIsCopiedThenBroughtForward) {
  ASSERT_TRUE(MigrateTo({kFirst}));
  ASSERT_TRUE(MigrateTo({kFirst, kSecond}));
  EXPECT_THAT(Numbers(file_, "SELECT y FROM a"), ElementsAre(2));
  EXPECT_THAT(Numbers(backup_, "SELECT x FROM a"), ElementsAre(1));
  EXPECT_THAT(Numbers(backup_, "SELECT max(version) FROM schema_version"), ElementsAre(1));
  EXPECT_FALSE(std::filesystem::exists(backup_ + ".partial"));
}

TEST_F(Migrations, TheNewestDatabaseIsLeftAlone) {
  ASSERT_TRUE(MigrateTo({kFirst, kSecond}));
  ASSERT_TRUE(MigrateTo({kFirst, kSecond}));
  EXPECT_FALSE(std::filesystem::exists(file_ + ".backup-v2"));
}

TEST_F(Migrations, AFailingStepLeavesTheLastGoodOne) {
  ASSERT_TRUE(MigrateTo({kFirst}));
  const Status failed = MigrateTo({kFirst, kBroken});
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().detail, HasSubstr("nowhere"));
  EXPECT_THAT(Numbers(file_, "SELECT x FROM a"), ElementsAre(1)) << "nothing half-written stays";
  EXPECT_THAT(Numbers(file_, "SELECT max(version) FROM schema_version"), ElementsAre(1));
  EXPECT_TRUE(MigrateTo({kFirst, kSecond})) << "and it can be tried again";
}

TEST_F(Migrations, ANewerDatabaseIsRefusedAndUntouched) {
  ASSERT_TRUE(MigrateTo({kFirst, kSecond}));
  const Status refused = MigrateTo({kFirst});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(refused.error().message, HasSubstr("schema version 2, this program knows 1 at most"));
}

TEST_F(Migrations, TheStoreRefusesANewerDatabase) {
  { OpenedStore opened(file_); }
  Intruder(file_).Execute("INSERT INTO schema_version(version, applied_at) VALUES(999, 0)");
  OpenedStore opened(file_);
  ASSERT_FALSE(opened.opened());
  EXPECT_THAT(opened.failure().message, HasSubstr(file_ + " has schema version 999"));
}

TEST_F(Migrations, AnotherProgramsDatabaseIsRefused) {
  Intruder(file_).Execute("CREATE TABLE recipes(name)");
  OpenedStore opened(file_);
  ASSERT_FALSE(opened.opened());
  EXPECT_THAT(opened.failure().message, HasSubstr("another program"));
}

TEST_F(Migrations, StepsAreNumberedWithoutGaps) {
  int expected = 0;
  for (const Migration& migration : AllMigrations()) EXPECT_EQ(migration.version, ++expected);
}

TEST_F(Migrations, AnIndexWhoseDefinitionChangedIsRebuilt) {
  { OpenedStore opened(file_); }
  Intruder(file_).Execute(
      "DROP INDEX \"rooms.ts\"; CREATE INDEX \"rooms.ts\" ON rooms(version); DROP INDEX \"rooms.closedAt\"");
  { OpenedStore opened(file_); }
  EXPECT_THAT(Numbers(file_, "SELECT sql LIKE '%$.\"ts\"%' FROM sqlite_master WHERE name='rooms.ts'"), ElementsAre(1));
  EXPECT_THAT(Numbers(file_, "SELECT count(*) FROM sqlite_master WHERE name='rooms.closedAt'"), ElementsAre(1));
}

}  // namespace
}  // namespace parley::storage::sqlite::test
