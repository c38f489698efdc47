// Changes on their way to the writer: texts are printed on the shard, rows are written on the writer's thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "secrets/secret_box.h"
#include "storage/changes.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/query_sql.h"

namespace parley::storage::sqlite {

// Versions that no document ever had before, even one of the same id that was removed: an old reader's update must not
// hit its successor. One per store and opening; used on the writer's thread alone.
class Versions {
 public:
  // `opening`: how many times the database has been opened.
  explicit Versions(std::int64_t opening) : last_(opening << 32) {}
  std::int64_t Next() { return ++last_; }

 private:
  std::int64_t last_;
};

class PreparedChanges {
 public:
  // Secrets are sealed. Errors: kInvalidArgument for a body that is no object, an empty id or an unusable path.
  static Result<PreparedChanges> Prepare(Changes changes, secrets::SecretBox& secrets);

  // Within a savepoint: after an error, some rows may have been written.
  Status Apply(Connection& connection, Versions& versions) const;
  bool has_events() const { return !events_.empty(); }

 private:
  struct Put {
    std::string_view table;
    std::string id;
    std::string body;
    std::int64_t expected_version;
  };
  struct Event {
    OutboxEvent event;
    std::string payload;
  };

  Status ApplyRemovals(Connection& connection) const;
  Status ApplyPut(Connection& connection, const Put& put, std::int64_t version) const;
  Status ApplyEvent(Connection& connection, const Event& event) const;

  std::vector<RemoveDocument> removals_;
  std::vector<SqlText> sweeps_;
  std::vector<Put> puts_;
  std::vector<LedgerChange> ledger_;
  std::vector<Event> events_;
  std::vector<RelayChange> relay_;
};

// The first of the next `count` numbers of a sequence, from 1. On the writer's thread.
Result<std::int64_t> NextNumbers(Connection& connection, std::string_view sequence, std::int64_t count);
inline Result<std::int64_t> NextNumber(Connection& connection, std::string_view sequence) {
  return NextNumbers(connection, sequence, 1);
}

// In ledger_write.cc.
Status ApplyLedgerChange(Connection& connection, const LedgerChange& change);

// In deliveries_write.cc.
Status ApplyRelayChanges(Connection& connection, const std::vector<RelayChange>& changes);
// No word of the subject's events stays, in what was made of them neither. Their ids stay, so that a late copy of one is
// still known.
Status EraseSubject(Connection& connection, const std::string& subject);

}  // namespace parley::storage::sqlite
