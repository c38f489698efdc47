// A disk that is full, a file that is locked, torn or somebody else's: refusals, never silent loss.
#include <gmock/gmock.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <fstream>

#include "base/log.h"
#include "support/file_size_limit.h"
#include "unit/storage/sqlite_files.h"

namespace parley::storage::sqlite::test {
namespace {

using parley::test::FileSizeLimit;
using testing::HasSubstr;

class SqliteFailures : public testing::Test {
 protected:
  void SetUp() override {
    SetLogSink([](std::string_view) {});
  }
  void TearDown() override { SetLogSink({}); }

  TemporaryDirectory directory_;
  const std::string file_ = directory_.File("parley.db");
};

TEST_F(SqliteFailures, AFullDiskRefusesAndRecovers) {
  {
    OpenedStore opened(file_);
    ASSERT_TRUE(opened.Commit(InsertRoom("before")));
    {
      const FileSizeLimit limit(256 * 1024);
      const Status refused = opened.Commit(InsertRoom("during", 1024 * 1024));
      ASSERT_FALSE(refused);
      EXPECT_EQ(refused.error().origin, ErrorOrigin::kStorage);
      EXPECT_EQ(refused.error().http_status, 503);
      EXPECT_FALSE(opened.store->Health());
      EXPECT_FALSE(opened.Has("during"));
      EXPECT_TRUE(opened.Has("before")) << "reading goes on";
    }
    EXPECT_TRUE(opened.Commit(InsertRoom("after")));
    EXPECT_TRUE(opened.store->Health());
  }
  OpenedStore again(file_);
  EXPECT_TRUE(again.Has("before"));
  EXPECT_FALSE(again.Has("during"));
  EXPECT_TRUE(again.Has("after"));
}

TEST_F(SqliteFailures, HealthRecoversWithoutTraffic) {
  OpenedStore opened(file_);
  {
    const FileSizeLimit limit(256 * 1024);
    ASSERT_FALSE(opened.Commit(InsertRoom("during", 1024 * 1024)));
  }
  EXPECT_FALSE(opened.store->Health()) << "asking makes it try a write";
  // A write behind the probe in the queue shows that the probe is done.
  ASSERT_TRUE(Await(opened.stores->committer().NextNumber("x")));
  EXPECT_TRUE(opened.store->Health());
}

TEST_F(SqliteFailures, AFileLockedByAnotherProgramRefusesWritesAndStillReads) {
  OpenedStore opened(file_);
  ASSERT_TRUE(opened.Commit(InsertRoom("r1")));
  Intruder intruder(file_);
  intruder.Execute("BEGIN IMMEDIATE");
  const Status refused = opened.Commit(InsertRoom("r2"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().origin, ErrorOrigin::kStorage);
  EXPECT_THAT(refused.error().detail, HasSubstr("SQLITE_BUSY"));
  const Result<std::vector<std::string>> issued = Await(opened.stores->ids().Issue(IdKind::kChat, {"r1"}));
  ASSERT_FALSE(issued) << "a volatile id is never shown";
  EXPECT_EQ(issued.error().origin, ErrorOrigin::kStorage);
  EXPECT_TRUE(opened.Has("r1"));
  intruder.Execute("ROLLBACK");
  EXPECT_TRUE(opened.Commit(InsertRoom("r2")));
}

TEST_F(SqliteFailures, ATornFileRefuses) {
  {
    OpenedStore opened(file_);
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(opened.Commit(InsertRoom("r" + std::to_string(i), 2000)));
  }
  // Everything but the first page, which holds the schema's root, becomes noise.
  std::fstream torn(file_, std::ios::in | std::ios::out | std::ios::binary);
  torn.seekp(0, std::ios::end);
  const auto size = static_cast<std::size_t>(torn.tellp());
  torn.seekp(4096);
  torn << std::string(size - 4096, '\xa5');
  torn.close();

  OpenedStore opened(file_);
  ASSERT_FALSE(opened.opened());
  EXPECT_EQ(opened.failure().origin, ErrorOrigin::kStorage);
  EXPECT_THAT(opened.failure().message, HasSubstr(file_));
}

TEST_F(SqliteFailures, APageTornWhileOpenRefusesTheRead) {
  OpenedStore opened(file_);
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(opened.Commit(InsertRoom("r" + std::to_string(i), 2000)));
  Intruder(file_).Execute("PRAGMA wal_checkpoint(TRUNCATE)");
  std::fstream torn(file_, std::ios::in | std::ios::out | std::ios::binary);
  torn.seekp(0, std::ios::end);
  const auto size = static_cast<std::size_t>(torn.tellp());
  // The end of the file, where the rooms are.
  torn.seekp(static_cast<std::streamoff>(size - 4096 * 10));
  torn << std::string(4096 * 10, '\xa5');
  torn.close();
  // A reader with an empty cache.
  Result<std::unique_ptr<ShardStores>> fresh = opened.store->OpenShard(Loop().get_executor());
  ASSERT_TRUE(fresh);
  const Result<Found> found = Await((*fresh)->documents().Find(Query(Collection::kRooms)));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().origin, ErrorOrigin::kStorage);
}

TEST_F(SqliteFailures, WhatCannotBeADatabaseIsNamed) {
  std::ofstream(file_) << "this is a letter, not a database; it is long enough to have a header of one hundred bytes "
                          "and says nothing of use";
  std::ofstream(directory_.File("plain")) << "x";
  for (const std::string& file : {file_, directory_.File("plain") + "/parley.db", std::string("/proc/parley.db")}) {
    OpenedStore opened(file);
    ASSERT_FALSE(opened.opened()) << file;
    EXPECT_THAT(opened.failure().message, HasSubstr(file));
  }
}

TEST_F(SqliteFailures, AReadOnlyFileIsRefusedAtOpening) {
  if (geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  { OpenedStore opened(file_); }
  std::filesystem::permissions(file_, std::filesystem::perms::owner_read);
  OpenedStore opened(file_);
  EXPECT_FALSE(opened.opened());
}

TEST_F(SqliteFailures, TheFileIsItsOwnersAlone) {
  OpenedStore opened(file_);
  ASSERT_TRUE(opened.Commit(InsertRoom("r1")));
  for (const char* suffix : {"", "-wal", "-shm"}) {
    EXPECT_EQ(std::filesystem::status(file_ + suffix).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write)
        << suffix;
  }
}

Awaitable<> CommitInto(Committer& committer, Changes changes, std::vector<Status>& outcomes) {
  outcomes.push_back(co_await committer.Commit(std::move(changes)));
}

TEST_F(SqliteFailures, AFullQueueSaysSoAtOnce) {
  Options options;
  options.busy_timeout = std::chrono::seconds(30);
  options.waiting_writes = 4;
  OpenedStore opened(file_, options);
  std::vector<Status> outcomes;
  {
    // The writer hangs on its first group; behind it the queue fills.
    Intruder intruder(file_);
    intruder.Execute("BEGIN IMMEDIATE");
    for (int i = 0; i < 20; ++i) {
      boost::asio::co_spawn(Loop(),
                            CommitInto(opened.stores->committer(), InsertRoom("r" + std::to_string(i)), outcomes),
                            boost::asio::detached);
    }
    parley::test::Poll();
    ASSERT_GE(outcomes.size(), 12u) << "one group may be out, four may wait";
    for (const Status& refused : outcomes) {
      ASSERT_FALSE(refused);
      EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
    }
    intruder.Execute("ROLLBACK");
  }
  const std::size_t refused = outcomes.size();
  Loop().restart();
  while (outcomes.size() < 20) Loop().run_one();
  for (std::size_t i = refused; i < outcomes.size(); ++i) EXPECT_TRUE(outcomes[i]);
}

TEST_F(SqliteFailures, StoppingWritesWhatWasAccepted) {
  std::vector<Status> outcomes;
  {
    OpenedStore opened(file_);
    for (int i = 0; i < 50; ++i) {
      boost::asio::co_spawn(Loop(),
                            CommitInto(opened.stores->committer(), InsertRoom("r" + std::to_string(i)), outcomes),
                            boost::asio::detached);
    }
    parley::test::Poll();
    opened.store->Stop();
    parley::test::Poll();
  }
  ASSERT_EQ(outcomes.size(), 50u);
  OpenedStore again(file_);
  for (int i = 0; i < 50; ++i) {
    EXPECT_TRUE(outcomes[static_cast<std::size_t>(i)]);
    EXPECT_TRUE(again.Has("r" + std::to_string(i))) << i;
  }
}

}  // namespace
}  // namespace parley::storage::sqlite::test
