#include "storage/sqlite/schema.h"

#include "base/text.h"
#include "storage/collections.h"
#include "storage/sqlite/element_index.h"
#include "storage/sqlite/member_path.h"

namespace parley::storage::sqlite {
namespace {

Result<std::string> IndexSql(std::string_view table, const IndexInfo& index) {
  std::string sql = index.Is(kUnique) ? "CREATE UNIQUE INDEX \"" : "CREATE INDEX \"";
  sql.append(index.name).append("\" ON ").append(table).append("(");
  std::string first;
  for (const std::string_view path : Split(index.paths, ',')) {
    Result<std::string> member = MemberSql(path);
    if (!member) return member.error();
    const std::string expression = index.Is(kIgnoreCase) ? "lower(" + *member + ")" : *member;
    if (!first.empty()) sql += ",";
    sql += expression;
    if (first.empty()) first = expression;
  }
  sql += ")";
  if (index.Is(kSparse)) sql.append(" WHERE ").append(first).append(" IS NOT NULL");
  return sql;
}

// Rows, then rows per distinct value of the first member, of the first two, ...: the form of sqlite_stat1.
std::string ExpectedStatistics(const IndexInfo& index) {
  if (index.Is(kElements)) return "100000 50 1";
  const std::size_t members = Split(index.paths, ',').size();
  std::string statistics = "100000";
  for (std::size_t i = 1; i < members; ++i) statistics += index.Is(kCoarse) ? " 25000" : " 50";
  return statistics + (index.Is(kUnique) ? " 1" : index.Is(kCoarse) && members == 1 ? " 25000" : " 10");
}

Status EnsureIndex(Connection& connection, std::string_view table, const IndexInfo& index) {
  Result<std::string> wanted = IndexSql(table, index);
  if (!wanted) return wanted.error();
  {
    Statement present = connection.Prepare("SELECT sql FROM sqlite_master WHERE type='index' AND name=?");
    Result<bool> found = present.Bind(index.name).Next();
    if (!found) return found.error();
    if (*found && present.TextView(0) == *wanted) return {};
  }
  return connection.Execute("DROP INDEX IF EXISTS \"" + std::string(index.name) + "\"; " + *wanted);
}

Status EnsureCollection(Connection& connection, const CollectionInfo& collection) {
  Status made = connection.Execute("CREATE TABLE IF NOT EXISTS " + std::string(collection.table) +
                                   "(id TEXT PRIMARY KEY NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL)");
  if (!made) return made;
  for (const IndexInfo& index : collection.indexes) {
    Status ensured = index.Is(kElements) ? EnsureElementIndex(connection, collection.table, index)
                                         : EnsureIndex(connection, collection.table, index);
    if (!ensured) return ensured;
  }
  return {};
}

// Without statistics SQLite takes every index for equally selective and may walk all open rooms to find one token.
// What is expected stands in until PRAGMA optimize has measured.
Status EnsureStatistics(Connection& connection) {
  // The smallest table: all this is for is that sqlite_stat1 exists.
  if (Status analyzed = connection.Execute("ANALYZE schema_version"); !analyzed) return analyzed;
  for (const CollectionInfo& collection : AllCollections()) {
    for (const IndexInfo& index : collection.indexes) {
      Statement insert = connection.Prepare(
          "INSERT INTO sqlite_stat1(tbl, idx, stat) SELECT ?1, ?2, ?3 "
          "WHERE NOT EXISTS (SELECT 1 FROM sqlite_stat1 WHERE idx=?2)");
      // Statistics of a table's primary key bear the table's name twice.
      insert.Bind(index.Is(kElements) ? index.name : collection.table).Bind(index.name).Bind(ExpectedStatistics(index));
      if (Status inserted = insert.Run(); !inserted) return inserted;
    }
  }
  return {};
}

}  // namespace

Status EnsureCollections(Connection& connection) {
  Result<std::unique_ptr<Transaction>> transaction = Transaction::Begin(connection, Transaction::Kind::kWrite);
  if (!transaction) return transaction.error();
  for (const CollectionInfo& collection : AllCollections()) {
    if (Status ensured = EnsureCollection(connection, collection); !ensured) return ensured;
  }
  if (Status expected = EnsureStatistics(connection); !expected) return expected;
  return (*transaction)->Commit();
}

}  // namespace parley::storage::sqlite
