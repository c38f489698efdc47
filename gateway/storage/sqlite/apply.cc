#include "storage/sqlite/apply.h"

#include "storage/sealing.h"

namespace parley::storage::sqlite {
namespace {

std::string TableOf(Collection collection) {
  return std::string(InfoOf(collection).table);
}

Error Changed(std::string_view table, std::string_view id) {
  return Conflict(std::string(table) + " " + std::string(id) + " changed meanwhile");
}

Status CheckPut(const PutDocument& put) {
  const std::string_view table = InfoOf(put.collection).table;
  if (put.id.empty()) return InvalidArgument("a document of " + std::string(table) + " needs an id");
  if (!put.body.IsObject()) return InvalidArgument("a document of " + std::string(table) + " must be an object");
  return {};
}

}  // namespace

Result<PreparedChanges> PreparedChanges::Prepare(Changes changes, secrets::SecretBox& secrets) {
  PreparedChanges prepared;
  prepared.removals_ = std::move(changes.removals);
  for (const RemoveWhere& sweep : changes.sweeps) {
    Result<SqlText> sql = DeleteWhereSql(sweep.collection, sweep.path, sweep.value);
    if (!sql) return sql.error();
    prepared.sweeps_.push_back(*std::move(sql));
  }
  for (PutDocument& put : changes.puts) {
    if (Status usable = CheckPut(put); !usable) return usable.error();
    const CollectionInfo& collection = InfoOf(put.collection);
    SealSecrets(collection, put.id, put.body, secrets);
    prepared.puts_.push_back({collection.table, std::move(put.id), Print(put.body), put.expected_version});
  }
  prepared.ledger_ = std::move(changes.ledger);
  for (OutboxEvent& event : changes.events) {
    std::string payload = Print(event.payload);
    event.payload = Json();
    prepared.events_.push_back({std::move(event), std::move(payload)});
  }
  prepared.relay_ = std::move(changes.relay);
  return prepared;
}

Status PreparedChanges::Apply(Connection& connection, Versions& versions) const {
  if (Status removed = ApplyRemovals(connection); !removed) return removed;
  for (const SqlText& sweep : sweeps_) {
    if (Status swept = sweep.Prepare(connection).Run(); !swept) return swept;
  }
  for (const Put& put : puts_) {
    if (Status done = ApplyPut(connection, put, versions.Next()); !done) return done;
  }
  for (const LedgerChange& change : ledger_) {
    if (Status applied = ApplyLedgerChange(connection, change); !applied) return applied;
  }
  for (const Event& event : events_) {
    if (Status appended = ApplyEvent(connection, event); !appended) return appended;
  }
  return ApplyRelayChanges(connection, relay_);
}

Status PreparedChanges::ApplyRemovals(Connection& connection) const {
  for (const RemoveDocument& removal : removals_) {
    const bool any = removal.expected_version == kAnyVersion;
    Statement statement = connection.Prepare("DELETE FROM " + TableOf(removal.collection) +
                                             (any ? " WHERE id=?" : " WHERE id=? AND version=?"));
    statement.Bind(removal.id);
    if (!any) statement.Bind(removal.expected_version);
    if (Status removed = statement.Run(); !removed) return removed;
    if (!any && connection.Changes() == 0) return Changed(TableOf(removal.collection), removal.id);
  }
  return {};
}

Status PreparedChanges::ApplyPut(Connection& connection, const Put& put, std::int64_t version) const {
  const std::string table(put.table);
  Status written;
  if (put.expected_version == kMustNotExist || put.expected_version == kAnyVersion) {
    Statement insert = connection.Prepare(
        "INSERT INTO " + table + "(id, version, body) VALUES(?, ?, ?) ON CONFLICT(id) DO " +
        (put.expected_version == kAnyVersion ? "UPDATE SET version=excluded.version, body=excluded.body" : "NOTHING"));
    written = insert.Bind(put.id).Bind(version).Bind(put.body).Run();
  } else {
    Statement update = connection.Prepare("UPDATE " + table + " SET version=?, body=? WHERE id=? AND version=?");
    written = update.Bind(version).Bind(put.body).Bind(put.id).Bind(put.expected_version).Run();
  }
  if (!written) return written;
  if (connection.Changes() == 0) return Changed(table, put.id);
  return {};
}

Status PreparedChanges::ApplyEvent(Connection& connection, const Event& event) const {
  Statement insert = connection.Prepare(
      "INSERT INTO outbox(id, kind, at, subject, payload, deliverable) VALUES(?, ?, ?, ?, ?, ?) "
      "ON CONFLICT(id) DO NOTHING");
  insert.Bind(event.event.id).Bind(event.event.kind).Bind(event.event.at).Bind(event.event.subject);
  return insert.Bind(event.payload).Bind(event.event.deliverable).Run();
}

Result<std::int64_t> NextNumbers(Connection& connection, std::string_view sequence, std::int64_t count) {
  Statement next = connection.Prepare(
      "INSERT INTO sequences(name, last) VALUES(?1, ?2) ON CONFLICT(name) DO UPDATE SET last=last+?2 RETURNING last");
  Result<bool> row = next.Bind(sequence).Bind(count).Next();
  if (!row) return row.error();
  if (!*row) return StorageFailure("no number came back from the sequence");
  const std::int64_t first = next.Integer(0) - count + 1;
  // A statement with RETURNING is complete only when stepped to its end.
  if (Status finished = next.Run(); !finished) return finished.error();
  return first;
}

}  // namespace parley::storage::sqlite
