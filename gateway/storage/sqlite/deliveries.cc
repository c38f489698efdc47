#include "storage/sqlite/rows.h"
#include "storage/sqlite/shard.h"

namespace parley::storage::sqlite {
namespace {

constexpr const char* kColumns =
    "SELECT d.sequence, d.id, d.endpoint, d.event_id, d.type, d.subject, d.order_key, d.at, d.body, d.status, "
    "d.attempts, d.due, d.reason FROM deliveries AS d ";
// Nothing earlier of its order is still waiting.
constexpr const char* kInOrder =
    "(d.order_key='' OR NOT EXISTS (SELECT 1 FROM deliveries AS e WHERE e.status=0 AND e.order_key<>'' AND "
    "e.endpoint=d.endpoint AND e.order_key=d.order_key AND e.sequence<d.sequence)) ";

Delivery ReadDelivery(const Statement& row) {
  Delivery delivery;
  delivery.sequence = row.Integer(0);
  delivery.id = row.Text(1);
  delivery.endpoint = row.Text(2);
  delivery.event_id = row.Text(3);
  delivery.type = row.Text(4);
  delivery.subject = row.Text(5);
  delivery.order_key = row.Text(6);
  delivery.at = FromUnixMillis(row.Integer(7));
  delivery.body = row.Text(8);
  delivery.status = static_cast<DeliveryStatus>(row.Integer(9));
  delivery.attempts = static_cast<int>(row.Integer(10));
  delivery.due = FromUnixMillis(row.Integer(11));
  delivery.reason = row.Text(12);
  return delivery;
}

DeliveryAttempt ReadAttempt(const Statement& row) {
  DeliveryAttempt attempt;
  attempt.delivery = row.Text(0);
  attempt.number = static_cast<int>(row.Integer(1));
  attempt.at = FromUnixMillis(row.Integer(2));
  attempt.status = static_cast<int>(row.Integer(3));
  attempt.latency = std::chrono::milliseconds(row.Integer(4));
  attempt.error = row.Text(5);
  attempt.head = row.Text(6);
  return attempt;
}

// Skips from endpoint to endpoint along the index of pending ones.
Result<std::optional<std::string>> NextEndpoint(Connection& connection, const std::string& after) {
  Statement next = connection.Prepare("SELECT min(endpoint) FROM deliveries WHERE status=0 AND endpoint>?");
  const Result<bool> row = next.Bind(after).Next();
  if (!row) return row.error();
  if (!*row || next.IsNull(0)) return std::optional<std::string>();
  return std::optional<std::string>(next.Text(0));
}

Result<Backlog> BacklogOf(Connection& connection, const std::string& endpoint) {
  Statement count = connection.Prepare(
      "SELECT count(*), (SELECT min(due) FROM deliveries WHERE status=0 AND endpoint=?1), "
      "(SELECT at FROM deliveries WHERE status=0 AND endpoint=?1 ORDER BY sequence LIMIT 1) FROM "
      "(SELECT 1 FROM deliveries WHERE status=0 AND endpoint=?1 LIMIT ?2)");
  const Result<bool> row = count.Bind(endpoint).Bind(kMostCounted).Next();
  if (!row) return row.error();
  return Backlog{endpoint, count.Integer(0), FromUnixMillis(count.Integer(2)), FromUnixMillis(count.Integer(1))};
}

Result<std::vector<std::string>> EndpointsWaiting(Connection& connection) {
  std::vector<std::string> endpoints;
  for (std::string last;; last = endpoints.back()) {
    Result<std::optional<std::string>> endpoint = NextEndpoint(connection, last);
    if (!endpoint) return endpoint.error();
    if (!*endpoint) return endpoints;
    endpoints.push_back(**std::move(endpoint));
  }
}

Result<std::vector<Backlog>> ReadBacklogs(Connection& connection) {
  const Result<std::vector<std::string>> endpoints = EndpointsWaiting(connection);
  if (!endpoints) return endpoints.error();
  std::vector<Backlog> backlogs;
  for (const std::string& endpoint : *endpoints) {
    Result<Backlog> backlog = BacklogOf(connection, endpoint);
    if (!backlog) return backlog.error();
    backlogs.push_back(*std::move(backlog));
  }
  return backlogs;
}

Rows<Delivery> FindDeliveries(Connection& connection, const DeliveryFilter& filter, std::int64_t limit) {
  std::string sql = kColumns;
  sql += "WHERE d.sequence<?";
  if (!filter.endpoint.empty()) sql += " AND d.endpoint=?";
  if (!filter.subject.empty()) sql += " AND d.subject=?";
  if (filter.status) sql += " AND d.status=?";
  if (filter.since) sql += " AND d.at>=?";
  if (filter.until) sql += " AND d.at<?";
  Statement find = connection.Prepare(sql + " ORDER BY d.sequence DESC LIMIT ?");
  find.Bind(filter.before > 0 ? filter.before : INT64_MAX);
  if (!filter.endpoint.empty()) find.Bind(filter.endpoint);
  if (!filter.subject.empty()) find.Bind(filter.subject);
  if (filter.status) find.Bind(static_cast<int>(*filter.status));
  if (filter.since) find.Bind(*filter.since);
  if (filter.until) find.Bind(*filter.until);
  find.Bind(limit);
  return ReadRows(std::move(find), &ReadDelivery);
}

}  // namespace

Awaitable<Result<std::int64_t>> Deliveries::Cursor() {
  Statement cursor = connection_.Prepare("SELECT last FROM relay_cursor");
  const Result<bool> row = cursor.Next();
  if (!row) co_return row.error();
  co_return *row ? cursor.Integer(0) : 0;
}

Awaitable<Result<std::vector<Delivery>>> Deliveries::Due(std::string endpoint, Time now, std::int64_t limit,
                                                         DuePlace after) {
  Statement due = connection_.Prepare(
      std::string(kColumns) + "WHERE d.status=0 AND d.endpoint=? AND d.due<=? AND (d.due, d.sequence)>(?, ?) AND " +
      kInOrder + "ORDER BY d.due, d.sequence LIMIT ?");
  due.Bind(endpoint).Bind(now).Bind(after.due).Bind(after.sequence).Bind(limit);
  co_return ReadRows(std::move(due), &ReadDelivery);
}

Awaitable<Result<std::optional<Time>>> Deliveries::NextDue(std::string endpoint, Time after) {
  Statement next = connection_.Prepare("SELECT min(due) FROM deliveries WHERE status=0 AND endpoint=? AND due>?");
  const Result<bool> row = next.Bind(endpoint).Bind(after).Next();
  if (!row) co_return row.error();
  co_return next.OptionalTime(0);
}

Awaitable<Result<std::vector<std::string>>> Deliveries::Waiting() {
  co_return EndpointsWaiting(connection_);
}

Awaitable<Result<std::vector<Backlog>>> Deliveries::Backlogs() {
  co_return ReadBacklogs(connection_);
}

Awaitable<Result<std::vector<Delivery>>> Deliveries::Find(DeliveryFilter filter, std::int64_t limit) {
  co_return FindDeliveries(connection_, filter, limit);
}

Awaitable<Result<std::optional<Delivery>>> Deliveries::Get(std::string id) {
  Statement get = connection_.Prepare(std::string(kColumns) + "WHERE d.id=?");
  get.Bind(id);
  Rows<Delivery> found = ReadRows(std::move(get), &ReadDelivery);
  if (!found) co_return found.error();
  if (found->empty()) co_return std::optional<Delivery>();
  co_return std::optional<Delivery>(std::move(found->front()));
}

Awaitable<Result<std::vector<DeliveryAttempt>>> Deliveries::Attempts(std::string delivery_id) {
  Statement attempts = connection_.Prepare(
      "SELECT id, 1 AS number, changed-latency, answered, latency, '', head FROM deliveries WHERE id=?1 AND "
      "answered<>0 "
      "UNION ALL SELECT delivery, number, at, status, latency, error, head FROM delivery_attempts WHERE delivery=?1 "
      "ORDER BY number");
  attempts.Bind(delivery_id);
  co_return ReadRows(std::move(attempts), &ReadAttempt);
}

}  // namespace parley::storage::sqlite
