#include "storage/sqlite/shard.h"

namespace parley::storage::sqlite {
namespace {

Result<OutboxEvent> ReadEvent(const Statement& row) {
  OutboxEvent event;
  event.sequence = row.Integer(0);
  event.id = row.Text(1);
  event.kind = row.Text(2);
  event.at = FromUnixMillis(row.Integer(3));
  event.subject = row.Text(4);
  event.deliverable = row.Integer(6) != 0;
  Result<Json> payload = ParseJson(row.TextView(5));
  if (!payload) return StorageFailure("outbox " + event.id + ": " + payload.error().message);
  event.payload = *std::move(payload);
  return event;
}

Result<std::vector<OutboxEvent>> ReadEvents(Connection& connection, std::int64_t after, std::int64_t limit) {
  Statement statement = connection.Prepare(
      "SELECT sequence, id, kind, at, subject, payload, deliverable FROM outbox WHERE sequence>? "
      "ORDER BY sequence LIMIT ?");
  statement.Bind(after).Bind(limit);
  std::vector<OutboxEvent> events;
  for (;;) {
    Result<bool> row = statement.Next();
    if (!row) return row.error();
    if (!*row) return events;
    Result<OutboxEvent> event = ReadEvent(statement);
    if (!event) return event.error();
    events.push_back(*std::move(event));
  }
}

}  // namespace

Awaitable<Result<std::vector<OutboxEvent>>> Outbox::Read(std::int64_t after, std::int64_t limit) {
  co_return ReadEvents(connection_, after, limit);
}

}  // namespace parley::storage::sqlite
