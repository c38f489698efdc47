// What the tests of the SQLite engine do to database files behind its back.
#pragma once

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <string>

#include "storage/sqlite/connection.h"
#include "storage/sqlite/store.h"
#include "support/test_store.h"

namespace parley::storage::sqlite::test {

using parley::test::Await;
using parley::test::FakeClock;
using parley::test::Loop;
using parley::test::TemporaryDirectory;

// Another program that has the same file open.
class Intruder {
 public:
  explicit Intruder(const std::string& file) { sqlite3_open(file.c_str(), &database_); }
  ~Intruder() { sqlite3_close(database_); }

  void Execute(const std::string& sql) {
    char* message = nullptr;
    ASSERT_EQ(sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, &message), SQLITE_OK) << message;
  }

 private:
  sqlite3* database_ = nullptr;
};

inline Changes InsertRoom(const std::string& id, std::size_t bytes = 10) {
  Json body;
  body.Set("text", std::string(bytes, 'x'));
  Changes changes;
  changes.Insert(Collection::kRooms, id, std::move(body));
  return changes;
}

// A store and one shard, with impatient time limits.
class OpenedStore {
 public:
  explicit OpenedStore(const std::string& file, Options options = Impatient()) {
    Result<std::unique_ptr<Store>> opened = Open(file, clock_, *ids_, options);
    if (!opened) {
      failure_ = opened.error();
      return;
    }
    store = *std::move(opened);
    Result<std::unique_ptr<ShardStores>> shard = store->OpenShard(Loop().get_executor());
    if (shard) stores = *std::move(shard);
  }
  ~OpenedStore() {
    stores.reset();
    if (store) store->Stop();
  }

  static Options Impatient() {
    Options options;
    options.busy_timeout = std::chrono::milliseconds(20);
    return options;
  }

  // REQUIRES: opening failed
  const Error& failure() const { return *failure_; }
  bool opened() const { return store != nullptr; }

  Status Commit(Changes changes) { return Await(stores->committer().Commit(std::move(changes))); }
  bool Has(const std::string& id) {
    const Result<std::optional<Document>> found = Await(stores->documents().Get(Collection::kRooms, id));
    return found && found->has_value();
  }

  std::unique_ptr<Store> store;
  std::unique_ptr<ShardStores> stores;

 private:
  FakeClock clock_;
  std::unique_ptr<IdGenerator> ids_ = MakeSeededIdGenerator(1);
  std::optional<Error> failure_;
};

}  // namespace parley::storage::sqlite::test
