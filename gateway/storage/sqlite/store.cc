#include "storage/sqlite/store.h"

#include <filesystem>

#include "storage/sqlite/migrations.h"
#include "storage/sqlite/secrets.h"
#include "storage/sqlite/shard.h"

namespace parley::storage::sqlite {
namespace {

constexpr int kHeavyReaders = 2;

class SqliteShard final : public ShardStores {
 public:
  SqliteShard(Engine& engine, std::unique_ptr<Connection> connection)
      : connection_(std::move(connection)),
        documents_(engine, *connection_),
        commits_(engine),
        ids_(engine, *connection_),
        ledger_(engine, *connection_),
        analytics_(engine),
        reports_(engine),
        outbox_(*connection_),
        deliveries_(*connection_) {}

  DocumentStore& documents() override { return documents_; }
  Committer& committer() override { return commits_; }
  IdStore& ids() override { return ids_; }
  LedgerReader& ledger() override { return ledger_; }
  AnalyticsReader& analytics() override { return analytics_; }
  ReportReader& reports() override { return reports_; }
  OutboxReader& outbox() override { return outbox_; }
  DeliveryReader& deliveries() override { return deliveries_; }

 private:
  std::unique_ptr<Connection> connection_;
  Documents documents_;
  Commits commits_;
  Ids ids_;
  Ledger ledger_;
  Analytics analytics_;
  Reports reports_;
  Outbox outbox_;
  Deliveries deliveries_;
};

class SqliteStore final : public Store {
 public:
  SqliteStore(std::string file, const Options& options, std::unique_ptr<Engine> engine)
      : file_(std::move(file)), options_(options), engine_(std::move(engine)) {}
  ~SqliteStore() override { Stop(); }

  Result<std::unique_ptr<ShardStores>> OpenShard(Executor /*executor*/) override {
    // Coroutines are resumed on the executor they were awaiting on, so the shard's own need not be kept.
    Result<std::unique_ptr<Connection>> connection = OpenReader();
    if (!connection) return connection.error();
    return std::unique_ptr<ShardStores>(std::make_unique<SqliteShard>(*engine_, *std::move(connection)));
  }

  Status Backup(const std::string& target) override {
    if (std::filesystem::exists(target)) return InvalidArgument(target + " exists already");
    Result<std::unique_ptr<Connection>> connection = OpenReader();
    if (!connection) return connection.error();
    Status copied = (*connection)->CopyTo(target);
    std::error_code ignored;
    if (!copied) std::filesystem::remove(target, ignored);
    return copied;
  }

  Result<std::vector<SealedCount>> CountSealed() override {
    Result<std::unique_ptr<Connection>> connection = OpenReader();
    if (!connection) return connection.error();
    return sqlite::CountSealed(**connection);
  }

  void OnEvents(std::function<void()> listener) override { engine_->on_events = std::move(listener); }

  Status Health() override { return engine_->writer->Health(); }

  void Stop() override {
    engine_->heavy->Stop();
    engine_->writer->Stop();
  }

 private:
  Result<std::unique_ptr<Connection>> OpenReader() const {
    return Connection::Open(file_, Access::kReadOnly, options_.busy_timeout);
  }

  const std::string file_;
  const Options options_;
  std::unique_ptr<Engine> engine_;
};

// Puts the file's name before whatever SQLite said.
Error In(const std::string& file, Error error) {
  if (error.origin == ErrorOrigin::kStorage) error.message = file + ": " + error.detail;
  return error;
}

Result<std::unique_ptr<Connection>> OpenWriter(const std::string& file, const Clock& clock, const Options& options) {
  Result<std::unique_ptr<Connection>> connection = Connection::Open(file, Access::kReadWrite, options.busy_timeout);
  if (!connection) return connection.error();
  if (Status migrated = Migrate(**connection, file, AllMigrations(), clock); !migrated) return migrated.error();
  if (Status ensured = EnsureCollections(**connection); !ensured) return ensured.error();
  return connection;
}

Result<std::vector<std::unique_ptr<Connection>>> OpenReaders(const std::string& file, const Options& options) {
  std::vector<std::unique_ptr<Connection>> connections;
  for (int i = 0; i < kHeavyReaders; ++i) {
    Result<std::unique_ptr<Connection>> connection = Connection::Open(file, Access::kReadOnly, options.busy_timeout);
    if (!connection) return connection.error();
    connections.push_back(*std::move(connection));
  }
  return connections;
}

}  // namespace

std::string StandardKeyFile(const std::string& file) {
  return std::filesystem::path(file).replace_extension(".secrets.key");
}

Result<std::unique_ptr<Store>> Open(const std::string& file, const Clock& clock, IdGenerator& ids,
                                    const Options& options) {
  Result<std::unique_ptr<Connection>> writer = OpenWriter(file, clock, options);
  if (!writer) return In(file, writer.error());
  Result<std::int64_t> opening = NextNumber(**writer, "store.opening");
  if (!opening) return In(file, opening.error());
  Result<std::unique_ptr<secrets::SecretBox>> box =
      OpenSecretBox(**writer, file, options.key_file.empty() ? StandardKeyFile(file) : options.key_file);
  if (!box) return In(file, box.error());
  Result<std::vector<std::unique_ptr<Connection>>> readers = OpenReaders(file, options);
  if (!readers) return In(file, readers.error());

  auto engine = std::make_unique<Engine>(clock, ids, *opening, *std::move(box));
  engine->writer = std::make_unique<Writer>(*std::move(writer), options.waiting_writes);
  engine->heavy =
      std::make_unique<HeavyReaders>(*std::move(readers), options.waiting_heavy_reads, options.longest_heavy_read);
  return std::unique_ptr<Store>(std::make_unique<SqliteStore>(file, options, std::move(engine)));
}

}  // namespace parley::storage::sqlite
