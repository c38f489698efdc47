// The engines every storage contract runs over, and the fixture that opens them.
//
// To add an engine: a Database that makes and forgets one database of it, and a line in AllEngines().
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "storage/store.h"
#include "support/await.h"
#include "support/fake_clock.h"

namespace parley::storage::test {

using parley::test::Await;

// One empty database, gone with the object.
class Database {
 public:
  virtual ~Database() = default;
  virtual std::string url() const = 0;
};

struct EngineFactory {
  std::string name;
  std::unique_ptr<Database> (*make)();
};

// PostgreSQL joins when it is built and its address is in the environment.
std::vector<EngineFactory> AllEngines();
std::string NameOfEngine(const testing::TestParamInfo<EngineFactory>& info);

class StorageContract : public testing::TestWithParam<EngineFactory> {
 protected:
  void SetUp() override;
  void TearDown() override;

  // What a restart of the process does.
  void Reopen();
  // Runs `work` on `count` threads, each with a shard and a loop of its own, then stops the store: the loops must
  // outlive what the writer posts to them.
  void OnShards(std::size_t count,
                const std::function<void(std::size_t, ShardStores&, boost::asio::io_context&)>& work);

  DocumentStore& documents() { return stores_->documents(); }
  Committer& committer() { return stores_->committer(); }
  IdStore& ids() { return stores_->ids(); }
  LedgerReader& ledger() { return stores_->ledger(); }
  AnalyticsReader& analytics() { return stores_->analytics(); }
  ReportReader& reports() { return stores_->reports(); }
  OutboxReader& outbox() { return stores_->outbox(); }
  DeliveryReader& deliveries() { return stores_->deliveries(); }

  Status Commit(Changes changes) { return Await(committer().Commit(std::move(changes))); }
  // The document, or nothing; a failure of the store fails the test.
  std::optional<Document> Get(Collection collection, const std::string& id);

  parley::test::FakeClock clock_;
  std::unique_ptr<IdGenerator> generator_ = MakeSeededIdGenerator(7);
  std::unique_ptr<Database> database_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<ShardStores> stores_;

 private:
  void Open();
  void Close();
};

}  // namespace parley::storage::test
