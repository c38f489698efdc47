// Tallies as SQL: one pass over each interval, along the index of what began when.
#include "storage/reports.h"

#include <set>

#include "json/members.h"
#include "storage/sqlite/query_sql.h"
#include "storage/sqlite/rows.h"

namespace parley::storage::sqlite {
namespace {

// ---- conditions -----------------------------------------------------------------------------------------------------

void AppendAnyOf(SqlText& sql, const std::string& column, const std::vector<std::string>& values) {
  sql.Append(" AND " + column + " IN (");
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) sql.Append(",");
    sql.Parameter(Json(values[i]));
  }
  sql.Append(")");
}

void AppendInterval(SqlText& sql, const std::string& column, Time from, Time until) {
  sql.Append(column + ">=");
  sql.Parameter(UnixMillis(from));
  sql.Append(" AND " + column + "<");
  sql.Parameter(UnixMillis(until));
}

// All of them. `chat`: the column with the chat's id. One condition however many there are: SQLite limits the depth.
void AppendTags(SqlText& sql, const std::string& chat, const std::vector<std::string>& tags) {
  if (tags.empty()) return;
  const std::set<std::string> wanted(tags.begin(), tags.end());
  sql.Append(" AND (SELECT count(*) FROM chat_tags WHERE chat_id=" + chat +
             " AND tag IN (SELECT value FROM json_each(");
  sql.Parameter(Json(Print(TextsJson({wanted.begin(), wanted.end()}))));
  sql.Append(")))=" + std::to_string(wanted.size()));
}

// One of whom took part.
void AppendAgents(SqlText& sql, const std::string& chat, const std::vector<std::string>& agents) {
  if (agents.empty()) return;
  sql.Append(" AND EXISTS (SELECT 1 FROM chat_agents WHERE chat_id=" + chat + " AND NOT supervisor");
  AppendAnyOf(sql, "email", agents);
  sql.Append(")");
}

// The index is named, because a department, too, has one: it would have SQLite walk all of its chats.
void AppendChats(SqlText& sql, const ReportScope& scope, Time from, Time until) {
  sql.Append(" FROM chats AS c INDEXED BY chats_by_start");
  sql.Append(" WHERE ");
  AppendInterval(sql, "started", from, until);
  sql.Append(" AND (queued IS NULL OR taken IS NOT NULL)");
  if (!scope.departments.empty()) AppendAnyOf(sql, "department", scope.departments);
  AppendAgents(sql, "c.id", scope.agents);
  AppendTags(sql, "c.id", scope.tags);
}

// ---- rows -----------------------------------------------------------------------------------------------------------

// count, sum, shortest, longest
Lengths ReadLengths(const Statement& row, int& column) {
  Lengths lengths;
  for (std::int64_t* member : {&lengths.count, &lengths.sum, &lengths.shortest, &lengths.longest}) {
    *member = row.Integer(column++);
  }
  return lengths;
}

std::string LengthsOf(const std::string& value) {
  return "count(" + value + "), coalesce(sum(" + value + "),0), coalesce(min(" + value + "),0), coalesce(max(" + value +
         "),0)";
}

ChatTally ReadTally(const Statement& row) {
  ChatTally tally;
  int column = 0;
  for (std::int64_t* member : {&tally.chats, &tally.auto_invites, &tally.manual_invites, &tally.immediate_starts,
                               &tally.not_replied, &tally.rated_good, &tally.rated_bad, &tally.responses.count,
                               &tally.responses.sum, &tally.durations.count, &tally.durations.sum}) {
    *member = row.Integer(column++);
  }
  tally.first_responses = ReadLengths(row, column);
  return tally;
}

WaitTally ReadWaits(const Statement& row) {
  WaitTally tally;
  int column = 0;
  tally.entered = ReadLengths(row, column);
  tally.left = ReadLengths(row, column);
  return tally;
}

// One for each currency, '' for what has no price in one.
GoalTally ReadGoals(const Statement& row) {
  GoalTally tally;
  tally.goals = row.Integer(1);
  if (!row.TextView(0).empty()) tally.by_currency[row.Text(0)] = {row.Integer(1), row.Number(2)};
  return tally;
}

GreetingTally ReadGreetings(const Statement& row) {
  return {row.Integer(0), row.Integer(1), row.Integer(2)};
}

AgentRatings ReadRatings(const Statement& row) {
  return {row.Text(0), row.Integer(1), row.Integer(2)};
}

// ---- queries --------------------------------------------------------------------------------------------------------

Statement PrepareTally(Connection& connection, const ReportScope& scope, Time from, Time until) {
  SqlText sql;
  sql.Append(
      "SELECT count(*), sum(engagement='auto_invite'), sum(engagement='manual_invite'), "
      "sum(engagement='immediate_start'), sum(ended IS NOT NULL AND agent_messages=0), sum(rate='rated_good'), "
      "sum(rate='rated_bad'), sum(responses), sum(response_sum), count(ended), sum(ended-started), ");
  sql.Append(LengthsOf("first_response"));
  AppendChats(sql, scope, from, until);
  return sql.Prepare(connection);
}

Statement PrepareWaits(Connection& connection, const ReportScope& scope, Time from, Time until) {
  SqlText sql;
  sql.Append("SELECT " + LengthsOf("iif(entered,length,NULL)") + ", " + LengthsOf("iif(entered,NULL,length)"));
  sql.Append(
      " FROM (SELECT w.until-w.since AS length, EXISTS (SELECT 1 FROM chat_spells AS s WHERE s.chat_id=w.chat_id AND "
      "s.since>=w.until AND s.agent_id<>'') AS entered FROM chat_spells AS w WHERE w.agent_id='' AND w.until IS NOT "
      "NULL "
      "AND ");
  AppendInterval(sql, "w.since", from, until);
  if (!scope.departments.empty()) AppendAnyOf(sql, "w.department", scope.departments);
  AppendTags(sql, "w.chat_id", scope.tags);
  sql.Append(")");
  return sql.Prepare(connection);
}

// What the chat of `chat`, a column with its id, has to be; without any such condition it need not be one.
void AppendChatIs(SqlText& sql, const std::string& chat, const ReportScope& scope) {
  if (!scope.departments.empty()) {
    sql.Append(" AND EXISTS (SELECT 1 FROM chats AS c WHERE c.id=" + chat);
    AppendAnyOf(sql, "c.department", scope.departments);
    sql.Append(")");
  }
  AppendAgents(sql, chat, scope.agents);
  AppendTags(sql, chat, scope.tags);
}

void AppendEquals(SqlText& sql, const std::string& column, const std::string& value) {
  if (value.empty()) return;
  sql.Append(" AND " + column + "=");
  sql.Parameter(Json(value));
}

Statement PrepareGoals(Connection& connection, const GoalScope& scope, Time from, Time until) {
  SqlText sql;
  sql.Append(
      "SELECT iif(order_price<>'',upper(order_currency),'') AS currency, count(*), sum(CAST(order_price AS REAL)) "
      "FROM chat_goals AS g INDEXED BY chat_goals_by_time WHERE ");
  AppendInterval(sql, "at", from, until);
  sql.Append(scope.sales ? " AND type='sales_tracker'" : " AND type<>'sales_tracker'");
  AppendEquals(sql, "goal_id", scope.goal);
  AppendEquals(sql, "order_currency COLLATE NOCASE", scope.currency);
  AppendChatIs(sql, "g.chat_id", scope.chats);
  sql.Append(" GROUP BY currency");
  return sql.Prepare(connection);
}

// A greeting is of its chat's department, or without a chat of the visitor's.
void AppendGreetingIs(SqlText& sql, const GreetingScope& scope) {
  AppendEquals(sql, "greeting_id", scope.greeting);
  if (!scope.chats.departments.empty()) {
    AppendAnyOf(sql, "coalesce((SELECT c.department FROM chats AS c WHERE c.id=g.chat_id),g.department)",
                scope.chats.departments);
  }
  AppendTags(sql, "g.chat_id", scope.chats.tags);
}

Statement PrepareGreetings(Connection& connection, const GreetingScope& scope, Time from, Time until) {
  SqlText sql;
  sql.Append("SELECT (SELECT count(*) FROM greetings_shown AS g INDEXED BY greetings_shown_by_time WHERE ");
  AppendInterval(sql, "at", from, until);
  AppendGreetingIs(sql, scope);
  sql.Append("), (SELECT count(*) FROM greetings_shown AS g INDEXED BY greetings_shown_accepted WHERE ");
  AppendInterval(sql, "accepted", from, until);
  AppendGreetingIs(sql, scope);
  sql.Append("), (SELECT count(*) FROM chat_goals AS h INDEXED BY chat_goals_by_time WHERE ");
  AppendInterval(sql, "h.at", from, until);
  sql.Append(" AND h.chat_id<>''");
  AppendEquals(sql, "h.goal_id", scope.goal);
  if (scope.goal.empty()) sql.Append(" AND h.type<>'sales_tracker'");
  sql.Append(" AND EXISTS (SELECT 1 FROM greetings_shown AS g WHERE g.chat_id=h.chat_id");
  AppendGreetingIs(sql, scope);
  sql.Append("))");
  return sql.Prepare(connection);
}

Statement PrepareRatings(Connection& connection, const ReportScope& scope, Time from, Time until) {
  SqlText sql;
  sql.Append(
      "SELECT (SELECT email FROM chat_agents WHERE chat_id=c.id AND agent_id=served_by) AS login, "
      "sum(rate='rated_good'), sum(rate='rated_bad')");
  AppendChats(sql, scope, from, until);
  sql.Append(" AND rate<>'not_rated' AND served_by<>'' GROUP BY login HAVING login<>'' ORDER BY login");
  return sql.Prepare(connection);
}

// After the condition on the earliest beginning.
void AppendServing(SqlText& sql, const ReportScope& scope, Time from, Time until) {
  sql.Append(" AND since<");
  sql.Parameter(UnixMillis(until));
  sql.Append(" AND (until IS NULL OR until>");
  sql.Parameter(UnixMillis(from));
  sql.Append(")");
  if (!scope.departments.empty()) AppendAnyOf(sql, "department", scope.departments);
  if (!scope.agents.empty()) {
    sql.Append(" AND EXISTS (SELECT 1 FROM chat_agents AS a WHERE a.chat_id=s.chat_id AND a.agent_id=s.agent_id");
    AppendAnyOf(sql, "email", scope.agents);
    sql.Append(")");
  }
  AppendTags(sql, "s.chat_id", scope.tags);
}

// A spell that overlaps the interval began no longer before it than the longest one lasted, or it still lasts.
Statement PrepareServing(Connection& connection, const ReportScope& scope, Time from, Time until) {
  constexpr std::string_view kColumns = "SELECT chat_id, agent_id, department, since, until FROM chat_spells AS s ";
  SqlText sql;
  sql.Append(kColumns);
  sql.Append("INDEXED BY chat_spells_served WHERE agent_id<>'' AND until IS NOT NULL AND since>=");
  sql.Parameter(UnixMillis(from));
  sql.Append("-coalesce((SELECT max(until-since) FROM chat_spells WHERE agent_id<>''),0)");
  AppendServing(sql, scope, from, until);
  sql.Append(" UNION ALL ");
  sql.Append(kColumns);
  sql.Append("INDEXED BY chat_spells_serving WHERE agent_id<>'' AND until IS NULL");
  AppendServing(sql, scope, from, until);
  sql.Append(" ORDER BY since, chat_id");
  return sql.Prepare(connection);
}

template <class Scope>
using Prepare = Statement (*)(Connection&, const Scope&, Time, Time);

// The rows of every interval, all of one state of the store.
template <class Row, class Scope>
Result<std::vector<std::vector<Row>>> OverIntervals(Connection& connection, const Scope& scope,
                                                    const std::vector<Time>& edges, Prepare<Scope> prepare,
                                                    Row (*read)(const Statement&)) {
  Result<std::unique_ptr<Transaction>> snapshot = Transaction::Begin(connection, Transaction::Kind::kRead);
  if (!snapshot) return snapshot.error();
  std::vector<std::vector<Row>> intervals;
  for (std::size_t i = 1; i < edges.size(); ++i) {
    Rows<Row> rows = ReadRows(prepare(connection, scope, edges[i - 1], edges[i]), read);
    if (!rows) return rows.error();
    intervals.push_back(*std::move(rows));
  }
  return intervals;
}

// What the rows of an interval come to, for every one.
template <class Tally, class Scope>
Awaitable<Rows<Tally>> Tallied(Engine& engine, Scope scope, std::vector<Time> edges, Prepare<Scope> prepare,
                               Tally (*read)(const Statement&)) {
  return Heavily<std::vector<Tally>>(engine, [=](Connection& connection) -> Rows<Tally> {
    const auto intervals = OverIntervals(connection, scope, edges, prepare, read);
    if (!intervals) return intervals.error();
    std::vector<Tally> tallies(intervals->size());
    for (std::size_t i = 0; i < tallies.size(); ++i) {
      for (const Tally& row : (*intervals)[i]) tallies[i].Add(row);
    }
    return tallies;
  });
}

// The rows of one interval.
template <class Row>
Awaitable<Rows<Row>> Listed(Engine& engine, ReportScope scope, Time from, Time until, Prepare<ReportScope> prepare,
                            Row (*read)(const Statement&)) {
  return Heavily<std::vector<Row>>(
      engine, [=](Connection& connection) { return ReadRows(prepare(connection, scope, from, until), read); });
}

// `earliest`: a query of one time, NULL when there is none.
Awaitable<Result<std::optional<Time>>> First(Engine& engine, const char* earliest) {
  return Heavily<std::optional<Time>>(engine, [=](Connection& connection) -> Result<std::optional<Time>> {
    Statement first = connection.Prepare(earliest);
    const Result<bool> row = first.Next();
    if (!row) return row.error();
    return first.OptionalTime(0);
  });
}

}  // namespace

Awaitable<Result<std::optional<Time>>> Reports::FirstChat() {
  return First(engine_, "SELECT min(started) FROM chats");
}

Awaitable<Result<std::optional<Time>>> Reports::FirstGoal() {
  return First(engine_, "SELECT min(at) FROM chat_goals");
}

Awaitable<Result<std::optional<Time>>> Reports::FirstGreeting() {
  return First(engine_, "SELECT min(at) FROM greetings_shown");
}

Awaitable<Result<std::vector<ChatTally>>> Reports::Tally(ReportScope scope, std::vector<Time> edges) {
  return Tallied(engine_, std::move(scope), std::move(edges), &PrepareTally, &ReadTally);
}

Awaitable<Result<std::vector<WaitTally>>> Reports::TallyWaits(ReportScope scope, std::vector<Time> edges) {
  return Tallied(engine_, std::move(scope), std::move(edges), &PrepareWaits, &ReadWaits);
}

Awaitable<Result<std::vector<GoalTally>>> Reports::TallyGoals(GoalScope scope, std::vector<Time> edges) {
  return Tallied(engine_, std::move(scope), std::move(edges), &PrepareGoals, &ReadGoals);
}

Awaitable<Result<std::vector<GreetingTally>>> Reports::TallyGreetings(GreetingScope scope, std::vector<Time> edges) {
  return Tallied(engine_, std::move(scope), std::move(edges), &PrepareGreetings, &ReadGreetings);
}

Awaitable<Result<std::vector<AgentRatings>>> Reports::Ratings(ReportScope scope, Time from, Time until) {
  return Listed(engine_, std::move(scope), from, until, &PrepareRatings, &ReadRatings);
}

Awaitable<Result<std::vector<ChatSpell>>> Reports::Serving(ReportScope scope, Time from, Time until) {
  return Listed(engine_, std::move(scope), from, until, &PrepareServing, &ReadChatSpell);
}

}  // namespace parley::storage::sqlite
