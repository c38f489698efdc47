#include "contract/storage/engines.h"

#include <thread>

#include "support/test_store.h"

namespace parley::storage::test {
namespace {

class SqliteDatabase final : public Database {
 public:
  std::string url() const override { return "sqlite:" + directory_.File("parley.db"); }

 private:
  parley::test::TemporaryDirectory directory_;
};

std::unique_ptr<Database> MakeSqlite() {
  return std::make_unique<SqliteDatabase>();
}

}  // namespace

std::vector<EngineFactory> AllEngines() {
  return {{"sqlite", &MakeSqlite}};
}

std::string NameOfEngine(const testing::TestParamInfo<EngineFactory>& info) {
  return info.param.name;
}

void StorageContract::SetUp() {
  database_ = GetParam().make();
  Open();
}

void StorageContract::TearDown() {
  Close();
}

void StorageContract::Reopen() {
  Close();
  Open();
}

void StorageContract::OnShards(std::size_t count,
                               const std::function<void(std::size_t, ShardStores&, boost::asio::io_context&)>& work) {
  std::vector<std::unique_ptr<boost::asio::io_context>> loops;
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < count; ++i) loops.push_back(std::make_unique<boost::asio::io_context>(1));
  for (std::size_t i = 0; i < count; ++i) {
    threads.emplace_back([&, i] {
      Result<std::unique_ptr<ShardStores>> stores = store_->OpenShard(loops[i]->get_executor());
      ASSERT_TRUE(stores) << stores.error().detail;
      work(i, **stores, *loops[i]);
    });
  }
  for (std::thread& thread : threads) thread.join();
  store_->Stop();
}

void StorageContract::Open() {
  Result<std::unique_ptr<Store>> store = OpenStore(database_->url(), clock_, *generator_);
  ASSERT_TRUE(store) << store.error().message;
  store_ = *std::move(store);
  Result<std::unique_ptr<ShardStores>> stores = store_->OpenShard(parley::test::Loop().get_executor());
  ASSERT_TRUE(stores) << stores.error().detail;
  stores_ = *std::move(stores);
}

void StorageContract::Close() {
  stores_.reset();
  if (store_) store_->Stop();
  store_.reset();
}

std::optional<Document> StorageContract::Get(Collection collection, const std::string& id) {
  Result<std::optional<Document>> found = Await(documents().Get(collection, id));
  if (!found) {
    ADD_FAILURE() << found.error().detail;
    return std::nullopt;
  }
  return *std::move(found);
}

}  // namespace parley::storage::test
