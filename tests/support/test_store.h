// A store of its own for one test: SQLite in a directory that goes away with it.
//
//   TestStore store;
//   Await(store.committer().Commit(changes));
//
// Threading: one thread; completions arrive on Loop() (support/await.h).
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "storage/store.h"
#include "support/await.h"
#include "support/fake_clock.h"

namespace parley::test {

// A new directory under the system's temporary one, removed with everything in it.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::string File(std::string_view name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

// Throws std::runtime_error when the store cannot be opened: a test has nothing to do then.
class TestStore {
 public:
  TestStore();
  ~TestStore();

  storage::Store& store() { return *store_; }
  storage::ShardStores& stores() { return *stores_; }
  storage::DocumentStore& documents() { return stores_->documents(); }
  storage::Committer& committer() { return stores_->committer(); }
  storage::IdStore& ids() { return stores_->ids(); }
  storage::LedgerReader& ledger() { return stores_->ledger(); }
  storage::OutboxReader& outbox() { return stores_->outbox(); }
  storage::DeliveryReader& deliveries() { return stores_->deliveries(); }
  FakeClock& clock() { return clock_; }
  IdGenerator& generator() { return *generator_; }
  const TemporaryDirectory& directory() const { return directory_; }

 private:
  TemporaryDirectory directory_;
  FakeClock clock_;
  std::unique_ptr<IdGenerator> generator_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<storage::ShardStores> stores_;
};

std::unique_ptr<TestStore> MakeTestStore();

}  // namespace parley::test
