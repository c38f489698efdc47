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

// How much later than an event that happened afterwards an event may have been written.
constexpr std::chrono::minutes kDisorder{1};

struct Place {
  std::int64_t sequence;
  Time at;
};

// The first deliverable event from `sequence` on: first fills are of any time.
Result<std::optional<Place>> PlaceFrom(Connection& connection, std::int64_t sequence) {
  Statement place = connection.Prepare(
      "SELECT sequence, at FROM outbox WHERE sequence>=? AND deliverable=1 ORDER BY sequence LIMIT 1");
  const Result<bool> row = place.Bind(sequence).Next();
  if (!row) return row.error();
  if (!*row) return std::optional<Place>();
  return std::optional<Place>({place.Integer(0), FromUnixMillis(place.Integer(1))});
}

Result<std::int64_t> EndOf(Connection& connection) {
  Statement end = connection.Prepare("SELECT coalesce(max(sequence), 0) FROM outbox");
  const Result<bool> row = end.Next();
  if (!row) return row.error();
  return end.Integer(0);
}

// Halves until the first event that is not before `time` is found.
Result<std::int64_t> FindLastBefore(Connection& connection, Time time) {
  const Result<std::int64_t> end = EndOf(connection);
  if (!end) return end.error();
  std::int64_t before = 0;
  std::int64_t from = *end + 1;
  while (before + 1 < from) {
    const std::int64_t middle = before + (from - before) / 2;
    const Result<std::optional<Place>> place = PlaceFrom(connection, middle);
    if (!place) return place.error();
    if (*place && (*place)->sequence < from && (*place)->at < time - kDisorder) {
      before = (*place)->sequence;
    } else {
      from = middle;
    }
  }
  return before;
}

}  // namespace

Awaitable<Result<std::int64_t>> Outbox::LastBefore(Time time) {
  co_return FindLastBefore(connection_, time);
}

Awaitable<Result<std::vector<OutboxEvent>>> Outbox::Read(std::int64_t after, std::int64_t limit) {
  co_return ReadEvents(connection_, after, limit);
}

}  // namespace parley::storage::sqlite
