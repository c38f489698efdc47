// The rows of a statement as values, and reading them beside the shards.
//
// Threading: a statement belongs to its connection's thread; Heavily is awaited on a shard.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "storage/analytics.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/shard.h"

namespace parley::storage::sqlite {

template <class Row>
using Rows = Result<std::vector<Row>>;

template <class Row>
Status AppendRows(Statement statement, Row (*read)(const Statement&), std::vector<Row>& rows) {
  for (;;) {
    const Result<bool> row = statement.Next();
    if (!row) return row.error();
    if (!*row) return {};
    rows.push_back(read(statement));
  }
}

template <class Row>
Rows<Row> ReadRows(Statement statement, Row (*read)(const Statement&)) {
  std::vector<Row> rows;
  if (Status appended = AppendRows(std::move(statement), read, rows); !appended) return appended.error();
  return rows;
}

// chat_id, agent_id, department, since, until
inline ChatSpell ReadChatSpell(const Statement& row) {
  return {row.Text(0), row.Text(1), row.Text(2), FromUnixMillis(row.Integer(3)), row.OptionalTime(4)};
}

// `read` runs on a thread for heavy reads, with a connection of its own and a deadline.
template <class T, class Read>
Awaitable<Result<T>> Heavily(Engine& engine, Read read) {
  std::function<Result<T>(Connection&)> work = std::move(read);
  co_return co_await RunFor(engine.heavy->queue(), std::move(work));
}

}  // namespace parley::storage::sqlite
