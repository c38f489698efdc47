#include <gmock/gmock.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "contract/storage/engines.h"
#include "storage/transact.h"

namespace parley::storage::test {
namespace {

using testing::StartsWith;

Json Named(std::string_view name) {
  Json body;
  body.Set("name", name);
  return body;
}

Json User(std::string_view username, std::string_view address = {}) {
  Json body;
  body.Set("username", username);
  if (!address.empty()) {
    Json email;
    email.Set("address", address);
    Json emails;
    emails.Push(std::move(email));
    body.Set("emails", std::move(emails));
  }
  return body;
}

OutboxEvent EventNamed(std::string id) {
  OutboxEvent event;
  event.id = std::move(id);
  event.kind = "chat.started";
  event.payload = Json::MakeObject();
  return event;
}

class CommitContract : public StorageContract {
 protected:
  Status InsertOne(Collection collection, const std::string& id, Json body) {
    Changes changes;
    changes.Insert(collection, id, std::move(body));
    return Commit(std::move(changes));
  }

  std::int64_t CountOf(Collection collection) {
    Result<std::int64_t> count = Await(documents().Count(Query(collection)));
    return count ? *count : -1;
  }
};

TEST_P(CommitContract, NothingToDoSucceeds) {
  EXPECT_TRUE(Commit(Changes()));
}

TEST_P(CommitContract, VersionsGrowWithEveryWrite) {
  ASSERT_TRUE(InsertOne(Collection::kRooms, "r1", Named("a")));
  const Document first = *Get(Collection::kRooms, "r1");
  Changes update;
  update.Update(Collection::kRooms, first, Named("b"));
  ASSERT_TRUE(Commit(std::move(update)));
  const Document second = *Get(Collection::kRooms, "r1");
  EXPECT_GT(second.version, first.version);
  EXPECT_EQ(second.body.Text("name"), "b");
}

TEST_P(CommitContract, AStaleUpdateIsAConflictAndWritesNothing) {
  ASSERT_TRUE(InsertOne(Collection::kRooms, "r1", Named("a")));
  const Document read = *Get(Collection::kRooms, "r1");
  Changes faster;
  faster.Update(Collection::kRooms, read, Named("faster"));
  ASSERT_TRUE(Commit(std::move(faster)));

  Changes slower;
  slower.Insert(Collection::kRooms, "r2", Named("beside"));
  slower.Update(Collection::kRooms, read, Named("slower"));
  const Status refused = Commit(std::move(slower));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
  EXPECT_EQ(Get(Collection::kRooms, "r1")->body.Text("name"), "faster");
  EXPECT_FALSE(Get(Collection::kRooms, "r2"));
}

TEST_P(CommitContract, InsertingAnExistingIdIsAConflict) {
  ASSERT_TRUE(InsertOne(Collection::kRooms, "r1", Named("a")));
  EXPECT_EQ(InsertOne(Collection::kRooms, "r1", Named("b")).error().code, ErrorCode::kConflict);
  EXPECT_EQ(Get(Collection::kRooms, "r1")->body.Text("name"), "a");
}

TEST_P(CommitContract, AnUpdateNeverHitsASuccessorOfTheSameId) {
  ASSERT_TRUE(InsertOne(Collection::kRooms, "r1", Named("first")));
  const Document read = *Get(Collection::kRooms, "r1");
  Changes replace;
  replace.Remove(Collection::kRooms, "r1", read.version);
  replace.Insert(Collection::kRooms, "r1", Named("second"));
  ASSERT_TRUE(Commit(std::move(replace)));
  Reopen();
  Changes stale;
  stale.Update(Collection::kRooms, read, Named("stale"));
  EXPECT_EQ(Commit(std::move(stale)).error().code, ErrorCode::kConflict);
  EXPECT_EQ(Get(Collection::kRooms, "r1")->body.Text("name"), "second");
}

TEST_P(CommitContract, PutOverwritesOrInserts) {
  for (const char* name : {"a", "b"}) {
    Changes changes;
    changes.Put(Collection::kExtras, "agent/u1", Named(name));
    ASSERT_TRUE(Commit(std::move(changes)));
    EXPECT_EQ(Get(Collection::kExtras, "agent/u1")->body.Text("name"), name);
  }
}

TEST_P(CommitContract, RemovalExpectsItsVersion) {
  ASSERT_TRUE(InsertOne(Collection::kRooms, "r1", Named("a")));
  const Document read = *Get(Collection::kRooms, "r1");
  Changes wrong;
  wrong.Remove(Collection::kRooms, "r1", read.version + 1);
  EXPECT_EQ(Commit(std::move(wrong)).error().code, ErrorCode::kConflict);
  Changes right;
  right.Remove(Collection::kRooms, "r1", read.version);
  EXPECT_TRUE(Commit(std::move(right)));
  EXPECT_FALSE(Get(Collection::kRooms, "r1"));
  Changes again;
  again.Remove(Collection::kRooms, "r1");
  EXPECT_TRUE(Commit(std::move(again))) << "gone already is fine when any version is";
}

TEST_P(CommitContract, SweepRemovesEveryMatch) {
  Changes changes;
  for (int i = 0; i < 5; ++i) {
    Json message;
    message.Set("rid", i < 3 ? "r1" : "r2");
    changes.Insert(Collection::kMessages, "m" + std::to_string(i), std::move(message));
  }
  ASSERT_TRUE(Commit(std::move(changes)));
  Changes sweep;
  sweep.Sweep(Collection::kMessages, "rid", "r1");
  ASSERT_TRUE(Commit(std::move(sweep)));
  EXPECT_EQ(CountOf(Collection::kMessages), 2);
}

TEST_P(CommitContract, SweepsComeBeforePuts) {
  Changes changes;
  Json message;
  message.Set("rid", "r1");
  changes.Insert(Collection::kMessages, "m1", message);
  changes.Sweep(Collection::kMessages, "rid", "r1");
  ASSERT_TRUE(Commit(std::move(changes)));
  EXPECT_TRUE(Get(Collection::kMessages, "m1"));
}

TEST_P(CommitContract, AUniqueIndexRefusesByItsName) {
  ASSERT_TRUE(InsertOne(Collection::kUsers, "u1", User("nora", "nora@acme.test")));
  const Status username = InsertOne(Collection::kUsers, "u2", User("NORA"));
  ASSERT_FALSE(username);
  EXPECT_EQ(username.error().code, ErrorCode::kAlreadyExists);
  EXPECT_THAT(username.error().message, StartsWith("users.username"));
  const Status address = InsertOne(Collection::kUsers, "u2", User("liv", "Nora@Acme.test"));
  ASSERT_FALSE(address);
  EXPECT_THAT(address.error().message, StartsWith("users.emails.0.address"));
}

TEST_P(CommitContract, AUniqueIndexIgnoresDocumentsWithoutTheMember) {
  EXPECT_TRUE(InsertOne(Collection::kVisitors, "v1", Named("a")));
  EXPECT_TRUE(InsertOne(Collection::kVisitors, "v2", Named("b")));
}

TEST_P(CommitContract, AUniqueIndexOverTwoMembersNeedsBothEqual) {
  const auto member = [](std::string_view department, std::string_view agent) {
    Json body;
    body.Set("departmentId", department);
    body.Set("agentId", agent);
    return body;
  };
  EXPECT_TRUE(InsertOne(Collection::kDepartmentAgents, "1", member("d1", "a1")));
  EXPECT_TRUE(InsertOne(Collection::kDepartmentAgents, "2", member("d1", "a2")));
  EXPECT_TRUE(InsertOne(Collection::kDepartmentAgents, "3", member("d2", "a1")));
  const Status refused = InsertOne(Collection::kDepartmentAgents, "4", member("d1", "a1"));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, StartsWith("department_agents."));
}

TEST_P(CommitContract, AnUpdateMayTakeAnotherDocumentsOldUniqueValueOnceItIsFree) {
  ASSERT_TRUE(InsertOne(Collection::kUsers, "u1", User("nora")));
  Changes changes;
  changes.Remove(Collection::kUsers, "u1");
  changes.Insert(Collection::kUsers, "u2", User("nora"));
  EXPECT_TRUE(Commit(std::move(changes)));
}

TEST_P(CommitContract, BodiesMustBeObjectsWithIds) {
  EXPECT_EQ(InsertOne(Collection::kRooms, "r1", Json("text")).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(InsertOne(Collection::kRooms, "r1", Json()).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(InsertOne(Collection::kRooms, "", Named("a")).error().code, ErrorCode::kInvalidArgument);
}

TEST_P(CommitContract, EverythingInAChangeIsWrittenOrNothing) {
  ASSERT_TRUE(InsertOne(Collection::kUsers, "u1", User("nora")));
  Changes changes;
  changes.Insert(Collection::kRooms, "r1", Named("a"));
  UpsertLedgerChat chat;
  chat.chat.id = "r1";
  changes.ledger.push_back(chat);
  changes.events.push_back(EventNamed("e1"));
  changes.Insert(Collection::kUsers, "u2", User("nora"));
  EXPECT_FALSE(Commit(std::move(changes)));
  EXPECT_FALSE(Get(Collection::kRooms, "r1"));
  EXPECT_FALSE(*Await(ledger().Get("r1")));
  EXPECT_TRUE(Await(outbox().Read(0, 10))->empty());
}

TEST_P(CommitContract, CommittedIsStillThereAfterReopening) {
  ASSERT_TRUE(InsertOne(Collection::kRooms, "r1", Named("a")));
  Reopen();
  EXPECT_EQ(Get(Collection::kRooms, "r1")->body.Text("name"), "a");
}

TEST_P(CommitContract, WritesOfACollectionAreCountedWhoeverMadeThem) {
  const auto writes = [this](Collection collection) { return documents().Writes(collection); };
  const std::uint64_t users = writes(Collection::kUsers), rooms = writes(Collection::kRooms);
  ASSERT_TRUE(InsertOne(Collection::kUsers, "u1", User("ann")));
  const std::uint64_t inserted = writes(Collection::kUsers);
  EXPECT_GT(inserted, users);
  EXPECT_EQ(writes(Collection::kRooms), rooms);
  Changes removal;
  removal.Remove(Collection::kUsers, "u1");
  ASSERT_TRUE(Commit(std::move(removal)));
  const std::uint64_t removed = writes(Collection::kUsers);
  EXPECT_GT(removed, inserted);
  Changes sweep;
  sweep.Sweep(Collection::kUsers, "username", Json("ann"));
  ASSERT_TRUE(Commit(std::move(sweep)));
  EXPECT_GT(writes(Collection::kUsers), removed);
  Result<std::unique_ptr<ShardStores>> other = store_->OpenShard(parley::test::Loop().get_executor());
  ASSERT_TRUE(other);
  EXPECT_EQ((*other)->documents().Writes(Collection::kUsers), writes(Collection::kUsers)) << "of all shards";
}

TEST_P(CommitContract, SequencesCountFromOneForEver) {
  EXPECT_EQ(*Await(committer().NextNumber("ticket")), 1);
  EXPECT_EQ(*Await(committer().NextNumber("ticket")), 2);
  EXPECT_EQ(*Await(committer().NextNumber("other")), 1);
  Reopen();
  EXPECT_EQ(*Await(committer().NextNumber("ticket")), 3);
  EXPECT_EQ(*Await(committer().NextNumbers("ticket", 10)), 4);
  EXPECT_EQ(*Await(committer().NextNumber("ticket")), 14);
}

// ---- group commit
// -----------------------------------------------------------------------------------------------------

Awaitable<> CommitInto(Committer& committer, Changes changes, Status& outcome, int& open) {
  outcome = co_await committer.Commit(std::move(changes));
  --open;
}

TEST_P(CommitContract, ARefusedWriteNeverFailsItsNeighbours) {
  ASSERT_TRUE(InsertOne(Collection::kUsers, "taken", User("taken")));
  constexpr int kWrites = 200;
  std::vector<Status> outcomes(kWrites);
  int open = kWrites;
  for (int i = 0; i < kWrites; ++i) {
    Changes changes;
    changes.Insert(Collection::kRooms, "r" + std::to_string(i), Named("a"));
    if (i % 3 == 0) changes.Insert(Collection::kUsers, "u" + std::to_string(i), User("taken"));
    boost::asio::co_spawn(parley::test::Loop(),
                          CommitInto(committer(), std::move(changes), outcomes[static_cast<std::size_t>(i)], open),
                          boost::asio::detached);
  }
  parley::test::Loop().restart();
  while (open > 0) parley::test::Loop().run_one();
  for (int i = 0; i < kWrites; ++i) {
    const bool refused = i % 3 == 0;
    EXPECT_EQ(outcomes[static_cast<std::size_t>(i)].ok(), !refused) << i;
    EXPECT_EQ(Get(Collection::kRooms, "r" + std::to_string(i)).has_value(), !refused) << i;
  }
}

Awaitable<Status> AddOne(ShardStores& stores) {
  Result<std::optional<Document>> read = co_await stores.documents().Get(Collection::kSettings, "counter");
  if (!read) co_return read.error();
  Changes changes;
  Json body;
  if (*read) {
    body.Set("value", (*read)->body.Integer("value") + 1);
    changes.Update(Collection::kSettings, **read, std::move(body));
  } else {
    body.Set("value", 1);
    changes.Insert(Collection::kSettings, "counter", std::move(body));
  }
  co_return co_await stores.committer().Commit(std::move(changes));
}

Awaitable<> AddMany(ShardStores& stores, int times, std::atomic<int>& added) {
  for (int i = 0; i < times; ++i) {
    auto attempt = [&stores] { return AddOne(stores); };
    const Status done = co_await Retrying(std::move(attempt), 1000);
    if (done) ++added;
  }
}

TEST_P(CommitContract, ConcurrentShardsLoseNoUpdate) {
  constexpr int kShards = 4;
  constexpr int kTimes = 50;
  std::atomic<int> added{0};
  OnShards(kShards, [&](std::size_t, ShardStores& stores, boost::asio::io_context& loop) {
    Await(loop, AddMany(stores, kTimes, added));
  });
  EXPECT_EQ(added, kShards * kTimes);
  EXPECT_EQ(Get(Collection::kSettings, "counter")->body.Integer("value"), kShards * kTimes);
}

TEST_P(CommitContract, RetryingGivesUpAfterItsBound) {
  int calls = 0;
  auto attempt = [&calls]() -> Awaitable<Status> {
    ++calls;
    co_return Conflict("always");
  };
  const Status refused = Await(Retrying(std::move(attempt), 3));
  EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
  EXPECT_EQ(calls, 3);
}

TEST_P(CommitContract, WritesAfterStopAreRefused) {
  store_->Stop();
  const Status refused = InsertOne(Collection::kRooms, "r1", Named("a"));
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
}

TEST_P(CommitContract, ABackupIsAWholeDatabase) {
  ASSERT_TRUE(InsertOne(Collection::kRooms, "r1", Named("a")));
  if (GetParam().name != "sqlite") GTEST_SKIP() << "the copy is opened by its file";
  const std::string copy = database_->url().substr(std::string("sqlite:").size()) + ".copy";
  ASSERT_TRUE(store_->Backup(copy));
  EXPECT_FALSE(store_->Backup(copy)) << "an existing file is not overwritten";
  Result<std::unique_ptr<Store>> other = OpenStore("sqlite:" + copy, clock_, *generator_);
  ASSERT_TRUE(other) << other.error().message;
  Result<std::unique_ptr<ShardStores>> stores = (*other)->OpenShard(parley::test::Loop().get_executor());
  ASSERT_TRUE(stores);
  EXPECT_TRUE(Await((*stores)->documents().Get(Collection::kRooms, "r1"))->has_value());
}

TEST_P(CommitContract, AHealthyStoreSaysSo) {
  EXPECT_TRUE(store_->Health());
}

INSTANTIATE_TEST_SUITE_P(Engines, CommitContract, testing::ValuesIn(AllEngines()), NameOfEngine);

}  // namespace
}  // namespace parley::storage::test
