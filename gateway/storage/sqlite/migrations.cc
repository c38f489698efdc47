#include "storage/sqlite/migrations.h"

#include <filesystem>

#include "base/log.h"

namespace parley::storage::sqlite {
namespace {

Result<std::int64_t> Number(Connection& connection, std::string_view sql) {
  Statement statement = connection.Prepare(sql);
  Result<bool> row = statement.Next();
  if (!row) return row.error();
  return *row ? statement.Integer(0) : 0;
}

// 0: nothing in it yet.
Result<std::int64_t> VersionOf(Connection& connection, const std::string& file) {
  Result<std::int64_t> versioned =
      Number(connection, "SELECT count(*) FROM sqlite_master WHERE type='table' AND name='schema_version'");
  if (!versioned) return versioned.error();
  if (*versioned > 0) return Number(connection, "SELECT max(version) FROM schema_version");

  Result<std::int64_t> tables = Number(connection, "SELECT count(*) FROM sqlite_master");
  if (!tables) return tables.error();
  if (*tables > 0) return InvalidArgument(file + " is a database of another program");
  return 0;
}

// By way of a partial file, so that a backup under its final name is always whole.
Status BackUp(Connection& connection, const std::string& file, std::int64_t version) {
  const std::string target = file + ".backup-v" + std::to_string(version);
  const std::string partial = target + ".partial";
  std::error_code failed;
  std::filesystem::remove(partial, failed);
  if (Status copied = connection.CopyTo(partial); !copied) return copied;
  std::filesystem::rename(partial, target, failed);
  if (failed) return StorageFailure(target + ": " + failed.message());
  Log(LogLevel::kInfo, "store.backup", {{"file", target}});
  return {};
}

Status Apply(Connection& connection, const Migration& migration, const Clock& clock) {
  Result<std::unique_ptr<Transaction>> transaction = Transaction::Begin(connection, Transaction::Kind::kWrite);
  if (!transaction) return transaction.error();
  if (Status run = connection.Execute(migration.sql); !run) return run;
  Statement note = connection.Prepare("INSERT INTO schema_version(version, applied_at) VALUES(?, ?)");
  if (Status noted = note.Bind(migration.version).Bind(clock.Now()).Run(); !noted) return noted;
  return (*transaction)->Commit();
}

}  // namespace

Status Migrate(Connection& connection, const std::string& file, std::span<const Migration> migrations,
               const Clock& clock) {
  Result<std::int64_t> version = VersionOf(connection, file);
  if (!version) return version.error();
  const int newest = migrations.empty() ? 0 : migrations.back().version;
  if (*version > newest) {
    return InvalidArgument(file + " has schema version " + std::to_string(*version) + ", this program knows " +
                           std::to_string(newest) + " at most: use the newer program or restore a backup");
  }
  if (*version == newest) return {};
  if (*version > 0) {
    if (Status saved = BackUp(connection, file, *version); !saved) return saved;
  }

  Status ready = connection.Execute(
      "CREATE TABLE IF NOT EXISTS schema_version(version INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL)");
  if (!ready) return ready;
  for (const Migration& migration : migrations) {
    if (migration.version <= *version) continue;
    if (Status applied = Apply(connection, migration, clock); !applied) return applied;
    if (*version > 0)
      Log(LogLevel::kInfo, "store.migrated", {{"file", file}, {"version", std::int64_t{migration.version}}});
  }
  return {};
}

}  // namespace parley::storage::sqlite
