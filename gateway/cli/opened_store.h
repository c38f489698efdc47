// The configured store, opened for one command.
//
// It works with and without a running gateway: SQLite lets several processes read and write one file.
// Threading: one thread.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/id_generator.h"
#include "base/own_loop.h"
#include "config/config.h"
#include "storage/store.h"

namespace parley::cli {

class OpenedStore {
 public:
  ~OpenedStore() {
    if (store_ != nullptr) store_->Stop();
  }

  Status Open(const config::Config::Store& where) {
    Result<std::unique_ptr<storage::Store>> store = storage::OpenStore(where.url, clock_, *ids_, where.secret_key_file);
    if (!store) return store.error();
    store_ = std::move(*store);
    Result<std::unique_ptr<storage::ShardStores>> stores = store_->OpenShard(loop_.executor());
    if (!stores) return stores.error();
    stores_ = std::move(*stores);
    return {};
  }

  // REQUIRES: Open succeeded.
  storage::Store& store() { return *store_; }
  storage::ShardStores& stores() { return *stores_; }
  OwnLoop& loop() { return loop_; }
  const Clock& clock() const { return clock_; }
  IdGenerator& generator() { return *ids_; }

 private:
  OwnLoop loop_;
  SystemClock clock_;
  std::unique_ptr<IdGenerator> ids_ = MakeSecureIdGenerator();
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<storage::ShardStores> stores_;
};

}  // namespace parley::cli
