// A store: one database, opened once per process, and one view of it per shard.
//
// Purpose: all state lives here; processes are stateless. Engines: SQLite (storage/sqlite), PostgreSQL later.
// Refuses to know: HTTP, faces, what documents mean.
// Threading: Store is thread-safe; a ShardStores and everything in it belongs to the shard it was opened for.
// Durability: what Commit or Issue answered ok is on disk.
// Tests: tests/contract/storage/, parameterised by engine.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/awaitable.h"
#include "base/clock.h"
#include "base/id_generator.h"
#include "storage/analytics.h"
#include "storage/changes.h"
#include "storage/deliveries.h"
#include "storage/documents.h"
#include "storage/ids.h"
#include "storage/ledger.h"
#include "storage/outbox.h"
#include "storage/reports.h"

namespace parley::storage {

// What a shard's handlers use. References stay valid while the ShardStores lives.
class ShardStores {
 public:
  virtual ~ShardStores() = default;
  virtual DocumentStore& documents() = 0;
  virtual Committer& committer() = 0;
  virtual IdStore& ids() = 0;
  virtual LedgerReader& ledger() = 0;
  virtual AnalyticsReader& analytics() = 0;
  virtual ReportReader& reports() = 0;
  virtual OutboxReader& outbox() = 0;
  virtual DeliveryReader& deliveries() = 0;
};

// How many documents have secrets sealed with a key.
struct SealedCount {
  std::string key;  // its name
  std::int64_t documents = 0;
};

class Store {
 public:
  virtual ~Store() = default;
  // `executor` is the shard's: completions resume there.
  virtual Result<std::unique_ptr<ShardStores>> OpenShard(Executor executor) = 0;
  // A consistent copy of the whole database while it is in use.
  virtual Status Backup(const std::string& file) = 0;
  // Of every key something is sealed with. Errors: StorageFailure
  virtual Result<std::vector<SealedCount>> CountSealed() = 0;
  // Called after each commit with events, on the shard that made it; must not block. Set before any shard writes.
  virtual void OnEvents(std::function<void()> listener) = 0;
  // Ok while writes can be acknowledged; what /readyz asks.
  virtual Status Health() = 0;
  // Finishes what is queued, posting the answers to the shards, then closes. No shard may use it afterwards, and the
  // shards' io_contexts must still exist. Safe to call twice.
  virtual void Stop() = 0;
};

// Opens "sqlite:/path/parley.db" (created when absent; pending migrations run after a backup; a newer schema is
// refused). Secrets are sealed with the newest key of `key_file` from then on, those found otherwise included. A key file
// that is missing is made, unless something is sealed: then the store is refused. Empty: StandardKeyFile's.
// Errors name the file and the reason. `clock` and `ids` must outlive the store. Link parley_storage_open.
Result<std::unique_ptr<Store>> OpenStore(const std::string& url, const Clock& clock, IdGenerator& ids,
                                         const std::string& key_file = {});

// Beside the store: "/path/parley.secrets.key" of "sqlite:/path/parley.db".
std::string StandardKeyFile(const std::string& url);

}  // namespace parley::storage
