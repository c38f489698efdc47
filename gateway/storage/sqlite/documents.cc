#include "storage/sealing.h"
#include "storage/sqlite/query_sql.h"
#include "storage/sqlite/shard.h"

namespace parley::storage::sqlite {
namespace {

using secrets::SecretBox;

Result<Json> ParseBody(const CollectionInfo& collection, std::string_view id, std::string_view text, SecretBox& box) {
  Result<Json> body = ParseJson(text);
  if (!body) return StorageFailure(std::string(collection.table) + " " + std::string(id) + ": " + body.error().message);
  if (Status opened = OpenSecrets(collection, id, *body, box); !opened) return opened.error();
  return body;
}

Result<std::int64_t> Single(Statement statement) {
  Result<bool> row = statement.Next();
  if (!row) return row.error();
  return *row ? statement.Integer(0) : 0;
}

Status ReadDocuments(Statement statement, const CollectionInfo& collection, SecretBox& box,
                     std::vector<Document>& documents) {
  for (;;) {
    Result<bool> row = statement.Next();
    if (!row) return row.error();
    if (!*row) return {};
    Document document;
    document.id = statement.Text(0);
    document.version = statement.Integer(1);
    Result<Json> body = ParseBody(collection, document.id, statement.TextView(2), box);
    if (!body) return body.error();
    document.body = *std::move(body);
    documents.push_back(std::move(document));
  }
}

Result<std::optional<Document>> GetNow(Connection& connection, Collection collection, const std::string& id,
                                       SecretBox& box) {
  const CollectionInfo& info = InfoOf(collection);
  const std::string table(info.table);
  Statement statement = connection.Prepare("SELECT version, body FROM " + table + " WHERE id=?");
  Result<bool> row = statement.Bind(id).Next();
  if (!row) return row.error();
  if (!*row) return std::optional<Document>();
  Result<Json> body = ParseBody(info, id, statement.TextView(1), box);
  if (!body) return body.error();
  Document document;
  document.id = id;
  document.version = statement.Integer(0);
  document.body = *std::move(body);
  return std::optional<Document>(std::move(document));
}

Result<std::int64_t> CountNow(Connection& connection, const Query& query) {
  Result<SqlText> count = CountSql(query);
  if (!count) return count.error();
  return Single(count->Prepare(connection));
}

Result<Found> FindNow(Connection& connection, const Query& query, SecretBox& box) {
  Result<SqlText> select = SelectSql(query);
  if (!select) return select.error();

  // The page and the total come from one snapshot.
  std::unique_ptr<Transaction> snapshot;
  if (query.count_total) {
    Result<std::unique_ptr<Transaction>> begun = Transaction::Begin(connection, Transaction::Kind::kRead);
    if (!begun) return begun.error();
    snapshot = *std::move(begun);
  }
  Found found;
  Status read = ReadDocuments(select->Prepare(connection), InfoOf(query.collection), box, found.documents);
  if (!read) return read.error();
  if (query.count_total) {
    Result<std::int64_t> total = CountNow(connection, query);
    if (!total) return total.error();
    found.total = *total;
  }
  return found;
}

}  // namespace

Awaitable<Result<std::optional<Document>>> Documents::Get(Collection collection, std::string id) {
  co_return GetNow(connection_, collection, id, *engine_.secrets);
}

Awaitable<Result<Found>> Documents::Find(Query query) {
  if (!query.heavy) co_return FindNow(connection_, query, *engine_.secrets);
  std::function<Result<Found>(Connection&)> read = [query = std::move(query),
                                                    &box = *engine_.secrets](Connection& connection) {
    return FindNow(connection, query, box);
  };
  co_return co_await RunFor(engine_.heavy->queue(), std::move(read));
}

Awaitable<Result<std::int64_t>> Documents::Count(Query query) {
  if (!query.heavy) co_return CountNow(connection_, query);
  std::function<Result<std::int64_t>(Connection&)> read = [query = std::move(query)](Connection& connection) {
    return CountNow(connection, query);
  };
  co_return co_await RunFor(engine_.heavy->queue(), std::move(read));
}

std::uint64_t Documents::Writes(Collection collection) const {
  return engine_.writes[static_cast<std::size_t>(collection)];
}

}  // namespace parley::storage::sqlite
