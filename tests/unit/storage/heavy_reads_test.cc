#include <gmock/gmock.h>

#include "storage/sqlite/heavy_readers.h"
#include "unit/storage/sqlite_files.h"

namespace parley::storage::sqlite::test {
namespace {

constexpr const char* kEndless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n) SELECT count(*) FROM n";

class HeavyReadsTest : public testing::Test {
 protected:
  std::unique_ptr<HeavyReaders> Readers(std::chrono::milliseconds longest) {
    std::vector<std::unique_ptr<Connection>> connections;
    for (int i = 0; i < 2; ++i) {
      connections.push_back(*Connection::Open(file_, Access::kReadOnly, std::chrono::milliseconds(100)));
    }
    return std::make_unique<HeavyReaders>(std::move(connections), 8, longest);
  }

  static Result<std::int64_t> Number(HeavyReaders& readers, std::string sql) {
    std::function<Result<std::int64_t>(Connection&)> read = [sql](Connection& connection) -> Result<std::int64_t> {
      Statement statement = connection.Prepare(sql);
      Result<bool> row = statement.Next();
      if (!row) return row.error();
      return statement.Integer(0);
    };
    return Await(RunFor(readers.queue(), std::move(read)));
  }

  TemporaryDirectory directory_;
  const std::string file_ = directory_.File("parley.db");
  OpenedStore opened_{file_};
};

TEST_F(HeavyReadsTest, StopsARunawayQueryAtItsDeadlineAndGoesOn) {
  const std::unique_ptr<HeavyReaders> readers = Readers(std::chrono::milliseconds(30));
  const Result<std::int64_t> stopped = Number(*readers, kEndless);
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, ErrorCode::kTimeout);
  EXPECT_EQ(*Number(*readers, "SELECT 42"), 42);
}

TEST_F(HeavyReadsTest, CannotWrite) {
  const std::unique_ptr<HeavyReaders> readers = Readers(std::chrono::seconds(10));
  const Result<std::int64_t> refused = Number(*readers, "DELETE FROM rooms");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().origin, ErrorOrigin::kStorage);
}

TEST_F(HeavyReadsTest, AnEscapingExceptionIsAnError) {
  const std::unique_ptr<HeavyReaders> readers = Readers(std::chrono::seconds(10));
  Work throws = [](Connection&) -> Status { throw std::runtime_error("boom"); };
  const Status failed = Await(readers->queue().Run(std::move(throws)));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::kInternal);
  EXPECT_EQ(*Number(*readers, "SELECT 1"), 1);
}

}  // namespace
}  // namespace parley::storage::sqlite::test
