// Figures as SQL: one grouped pass over the chats that started in the interval.
#include "storage/analytics.h"

#include "storage/sqlite/query_sql.h"
#include "storage/sqlite/rows.h"

namespace parley::storage::sqlite {
namespace {

// ---- what is selected -----------------------------------------------------------------------------------------------

// In the order ReadFigures reads them.
constexpr std::string_view kDurations[] = {
    "first_response", "1.0*response_sum/nullif(responses,0)",       "first_reaction",
    "ended-started",  "iif(served_by<>'',ended-served_since,NULL)", "iif(served_by<>'',responded_at-served_since,NULL)",
};

void AppendFigures(SqlText& sql, const ChatScope& scope) {
  sql.Append(
      "min(started), max(started), count(*), total(ended IS NULL AND served_by<>''), total(ended IS NULL AND "
      "served_by=''), "
      "total(ended IS NOT NULL), total(messages), total(agent_messages), total(coalesce(inactivity>=");
  sql.Parameter(std::int64_t{scope.abandoned_after.count()});
  sql.Append(",0))");
  for (const std::string_view duration : kDurations) {
    const std::string value(duration);
    sql.Append(", count(" + value + "), total(coalesce(" + value + ",0)>0), total(" + value + "), max(" + value +
               "), min(nullif(" + value + ",0))");
  }
}

struct Grouping {
  std::string_view key, name;
  std::string_view condition;  // of being in a group at all
};

Grouping GroupingOf(ChatKey key) {
  switch (key) {
    case ChatKey::kNothing:
      return {"''", "''", ""};
    case ChatKey::kDepartment:
      return {"department", "''", "department<>''"};
    case ChatKey::kAgent:
      return {"served_by", "served_username", "served_by<>''"};
    case ChatKey::kResponder:
      return {"responded_by", "responded_username", "responded_by<>''"};
    case ChatKey::kChannel:
      return {"channel", "channel_label", "channel<>''"};
    case ChatKey::kTag:
      return {"tag", "''", "tag IS NOT NULL"};
  }
  return {};
}

// The index is named, because grouping by what another one is ordered by would have SQLite walk all of that.
void AppendScope(SqlText& sql, const ChatScope& scope, ChatKey key = ChatKey::kNothing) {
  sql.Append(" FROM chats INDEXED BY ");
  sql.Append(scope.department.empty() ? "chats_by_start" : "chats_by_department");
  if (key == ChatKey::kTag) sql.Append(" JOIN chat_tags ON chat_id=id");
  sql.Append(" WHERE started>=");
  sql.Parameter(UnixMillis(scope.from));
  sql.Append(" AND started<");
  sql.Parameter(UnixMillis(scope.until));
  if (scope.ended_before) {
    sql.Append(" AND ended<");
    sql.Parameter(UnixMillis(*scope.ended_before));
  }
  if (!scope.department.empty()) {
    sql.Append(" AND department=");
    sql.Parameter(Json(scope.department));
  }
  if (scope.answered) sql.Append(*scope.answered ? " AND NOT waiting" : " AND waiting");
}

// ---- rows -----------------------------------------------------------------------------------------------------------

Durations ReadDurations(const Statement& row, int& column) {
  Durations durations;
  durations.chats = row.Integer(column++);
  durations.positive = row.Integer(column++);
  durations.sum = row.Number(column++);
  durations.longest = row.Number(column++);
  durations.shortest = row.Number(column++);
  return durations;
}

ChatFigures ReadFigures(const Statement& row) {
  ChatFigures figures;
  int column = 0;
  figures.key = row.Text(column++);
  figures.name = row.Text(column++);
  figures.first = row.OptionalTime(column++);
  figures.last = row.OptionalTime(column++);
  for (std::int64_t* count : {&figures.chats, &figures.serving, &figures.waiting, &figures.closed, &figures.messages,
                              &figures.agent_messages, &figures.abandoned}) {
    *count = row.Integer(column++);
  }
  for (Durations* durations : {&figures.first_response, &figures.mean_response, &figures.first_reaction,
                               &figures.duration, &figures.service, &figures.attention}) {
    *durations = ReadDurations(row, column);
  }
  return figures;
}

DepartmentCount ReadCount(const Statement& row) {
  return {row.Text(0), row.Integer(1)};
}

AgentSpell ReadAgentSpell(const Statement& row) {
  return {row.Text(0), row.Text(1), row.Text(2), FromUnixMillis(row.Integer(3)), row.OptionalTime(4)};
}

// ---- queries --------------------------------------------------------------------------------------------------------

Statement PrepareFigures(Connection& connection, const ChatScope& scope, ChatKey key) {
  const Grouping grouping = GroupingOf(key);
  SqlText sql;
  sql.Append("SELECT ");
  sql.Append(grouping.key);
  sql.Append(", ");
  sql.Append(grouping.name);
  sql.Append(", ");
  AppendFigures(sql, scope);
  AppendScope(sql, scope, key);
  if (key != ChatKey::kNothing && key != ChatKey::kDepartment) {
    sql.Append(" AND ");
    sql.Append(grouping.condition);
  }
  if (key != ChatKey::kNothing) sql.Append(" GROUP BY 1, 2 ORDER BY 1, 2");
  return sql.Prepare(connection);
}

Rows<ChatFigures> FiguresOver(Connection& connection, ChatScope scope, const std::vector<Time>& edges) {
  Result<std::unique_ptr<Transaction>> snapshot = Transaction::Begin(connection, Transaction::Kind::kRead);
  if (!snapshot) return snapshot.error();
  std::vector<ChatFigures> figures;
  for (std::size_t i = 1; i < edges.size(); ++i) {
    scope.from = edges[i - 1];
    scope.until = edges[i];
    Status read = AppendRows(PrepareFigures(connection, scope, ChatKey::kNothing), &ReadFigures, figures);
    if (!read) return read.error();
  }
  return figures;
}

Result<std::int64_t> CountWithout(Connection& connection, const ChatScope& scope, ChatKey key) {
  SqlText sql;
  sql.Append("SELECT count(*)");
  AppendScope(sql, scope);
  sql.Append(" AND NOT ");
  sql.Append(key == ChatKey::kTag ? "EXISTS (SELECT 1 FROM chat_tags WHERE chat_id=id)" : GroupingOf(key).condition);
  Statement count = sql.Prepare(connection);
  Result<bool> row = count.Next();
  if (!row) return row.error();
  return *row ? count.Integer(0) : 0;
}

Rows<DepartmentCount> CountTransfers(Connection& connection, const ChatScope& scope) {
  SqlText sql;
  sql.Append(
      "SELECT department, count(*) FROM chat_entries JOIN chats ON chats.id=chat_id "
      "WHERE event_type='transferred' AND at>=");
  sql.Parameter(UnixMillis(scope.from));
  sql.Append(" AND at<");
  sql.Parameter(UnixMillis(scope.until));
  if (!scope.department.empty()) {
    sql.Append(" AND department=");
    sql.Parameter(Json(scope.department));
  }
  sql.Append(" GROUP BY 1 ORDER BY 1");
  return ReadRows(sql.Prepare(connection), &ReadCount);
}

Rows<ChatSpell> ReadSpells(Connection& connection, const std::string& agent_id, Time from, Time until) {
  Statement spells = connection.Prepare(
      "SELECT chat_id, agent_id, department, since, until FROM chat_spells "
      "WHERE agent_id=? AND since>=? AND since<? ORDER BY since, chat_id");
  spells.Bind(agent_id).Bind(from).Bind(until);
  return ReadRows(std::move(spells), &ReadChatSpell);
}

// Who ever accepted chats; a step along the key for each, however many spells they have.
Rows<std::string> AgentsWithSpells(Connection& connection) {
  std::vector<std::string> agents;
  for (std::string last;; last = agents.back()) {
    Statement next = connection.Prepare("SELECT min(agent_id) FROM agent_spells WHERE agent_id>?");
    const Result<bool> row = next.Bind(last).Next();
    if (!row) return row.error();
    if (!*row || next.IsNull(0)) return agents;
    agents.push_back(next.Text(0));
  }
}

// An agent's spells do not overlap, so of those that began before the interval only the last can reach into it. Agent by
// agent, because joining them SQLite may prepare a filter of all spells there are.
Rows<AgentSpell> ReadPresence(Connection& connection, Time from, Time until) {
  std::vector<AgentSpell> spells;
  if (from >= until) return spells;
  Result<std::unique_ptr<Transaction>> snapshot = Transaction::Begin(connection, Transaction::Kind::kRead);
  if (!snapshot) return snapshot.error();
  const Rows<std::string> agents = AgentsWithSpells(connection);
  if (!agents) return agents.error();
  for (const std::string& agent : *agents) {
    Statement of_agent = connection.Prepare(
        "SELECT agent_id, username, email, since, until FROM agent_spells WHERE agent_id=?3 "
        "AND since>=coalesce((SELECT max(since) FROM agent_spells WHERE agent_id=?3 AND since<?1), ?1) "
        "AND since<?2 AND (until IS NULL OR until>?1) ORDER BY since");
    of_agent.Bind(from).Bind(until).Bind(agent);
    Status read = AppendRows(std::move(of_agent), &ReadAgentSpell, spells);
    if (!read) return read.error();
  }
  return spells;
}

}  // namespace

Awaitable<Result<std::vector<ChatFigures>>> Analytics::Chats(ChatScope scope, ChatKey key) {
  return Heavily<std::vector<ChatFigures>>(engine_, [scope = std::move(scope), key](Connection& connection) {
    return ReadRows(PrepareFigures(connection, scope, key), &ReadFigures);
  });
}

Awaitable<Result<std::vector<ChatFigures>>> Analytics::ChatsOver(ChatScope scope, std::vector<Time> edges) {
  return Heavily<std::vector<ChatFigures>>(
      engine_, [scope = std::move(scope), edges = std::move(edges)](Connection& connection) {
        return FiguresOver(connection, scope, edges);
      });
}

Awaitable<Result<std::int64_t>> Analytics::ChatsWithout(ChatScope scope, ChatKey key) {
  return Heavily<std::int64_t>(engine_, [scope = std::move(scope), key](Connection& connection) {
    return CountWithout(connection, scope, key);
  });
}

Awaitable<Result<std::vector<DepartmentCount>>> Analytics::Transfers(ChatScope scope) {
  return Heavily<std::vector<DepartmentCount>>(
      engine_, [scope = std::move(scope)](Connection& connection) { return CountTransfers(connection, scope); });
}

Awaitable<Result<std::vector<ChatSpell>>> Analytics::Spells(std::string agent_id, Time from, Time until) {
  return Heavily<std::vector<ChatSpell>>(engine_,
                                         [agent_id = std::move(agent_id), from, until](Connection& connection) {
                                           return ReadSpells(connection, agent_id, from, until);
                                         });
}

Awaitable<Result<std::vector<AgentSpell>>> Analytics::Presence(Time from, Time until) {
  return Heavily<std::vector<AgentSpell>>(
      engine_, [from, until](Connection& connection) { return ReadPresence(connection, from, until); });
}

}  // namespace parley::storage::sqlite
