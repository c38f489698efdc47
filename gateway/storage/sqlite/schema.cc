#include "storage/sqlite/schema.h"

#include "base/text.h"
#include "storage/collections.h"
#include "storage/sqlite/member_path.h"

namespace parley::storage::sqlite {
namespace {

// Times are UTC milliseconds. Texts are '' where a value is unknown; only what may be truly absent is NULL.
constexpr const char* kFoundation = R"sql(
CREATE TABLE sequences (
  name TEXT PRIMARY KEY NOT NULL,
  last INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE ids (
  kind TEXT NOT NULL,
  backend_id TEXT NOT NULL,
  livechat_id TEXT NOT NULL,
  PRIMARY KEY (kind, backend_id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX ids_by_livechat_id ON ids(kind, livechat_id);

CREATE TABLE outbox (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  subject TEXT NOT NULL,
  payload TEXT NOT NULL,
  deliverable INTEGER NOT NULL
);
CREATE INDEX outbox_by_subject ON outbox(subject);

CREATE TABLE chats (
  id TEXT PRIMARY KEY NOT NULL,
  visitor_id TEXT NOT NULL,
  visitor_name TEXT NOT NULL,
  visitor_email TEXT NOT NULL,
  visitor_ip TEXT NOT NULL,
  visitor_user_agent TEXT NOT NULL,
  visitor_city TEXT NOT NULL COLLATE NOCASE,
  visitor_region TEXT NOT NULL COLLATE NOCASE,
  visitor_country TEXT NOT NULL COLLATE NOCASE,
  visitor_country_code TEXT NOT NULL,
  visitor_timezone TEXT NOT NULL,
  visitor_custom_variables TEXT,
  department TEXT NOT NULL,
  started INTEGER NOT NULL,
  ended INTEGER,
  queued INTEGER,
  taken INTEGER,
  start_url TEXT NOT NULL,
  referrer TEXT NOT NULL,
  engagement TEXT NOT NULL,
  rate TEXT NOT NULL,
  rate_comment TEXT NOT NULL,
  prechat_survey TEXT,
  postchat_survey TEXT
);
CREATE INDEX chats_by_start ON chats(started, id);
CREATE INDEX chats_ended_by_start ON chats(started, id, ended) WHERE ended IS NOT NULL;
CREATE INDEX chats_by_visitor ON chats(visitor_id, started);
CREATE INDEX chats_by_department ON chats(department, started);

CREATE TABLE chat_agents (
  chat_id TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  username TEXT NOT NULL,
  name TEXT NOT NULL,
  email TEXT NOT NULL COLLATE NOCASE,
  supervisor INTEGER NOT NULL,
  joined INTEGER NOT NULL,
  PRIMARY KEY (chat_id, agent_id)
) WITHOUT ROWID;
CREATE INDEX chat_agents_by_email ON chat_agents(email, chat_id);

CREATE TABLE chat_tags (
  chat_id TEXT NOT NULL,
  tag TEXT NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (chat_id, tag)
) WITHOUT ROWID;
CREATE INDEX chat_tags_by_tag ON chat_tags(tag, chat_id);

CREATE TABLE chat_entries (
  sequence INTEGER PRIMARY KEY,
  chat_id TEXT NOT NULL,
  id TEXT NOT NULL,
  type TEXT NOT NULL,
  event_type TEXT NOT NULL,
  text TEXT NOT NULL,
  user_type TEXT NOT NULL,
  author_id TEXT NOT NULL,
  author_name TEXT NOT NULL,
  agent_login TEXT NOT NULL,
  at INTEGER NOT NULL,
  files TEXT NOT NULL,
  UNIQUE (chat_id, id)
);
CREATE INDEX chat_entries_by_time ON chat_entries(chat_id, at, sequence);
)sql";

constexpr Migration kMigrations[] = {{1, kFoundation}};

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
    if (Status ensured = EnsureIndex(connection, collection.table, index); !ensured) return ensured;
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
      insert.Bind(collection.table).Bind(index.name).Bind(ExpectedStatistics(index));
      if (Status inserted = insert.Run(); !inserted) return inserted;
    }
  }
  return {};
}

}  // namespace

std::span<const Migration> AllMigrations() {
  return kMigrations;
}

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
