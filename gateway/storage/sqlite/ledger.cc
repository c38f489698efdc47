// Reading the archive: one page, its total, and what belongs to its chats in one query per table.
#include "storage/ledger.h"

#include <map>

#include "base/text.h"
#include "json/members.h"
#include "storage/sqlite/ledger_columns.h"
#include "storage/sqlite/ledger_days.h"
#include "storage/sqlite/query_sql.h"
#include "storage/sqlite/rows.h"
#include "storage/sqlite/shard.h"
#include "storage/sqlite/words.h"

namespace parley::storage::sqlite {
namespace {

// ---- conditions
// -------------------------------------------------------------------------------------------------------

// Writes "WHERE a AND b ...", one condition a call.
class Conditions {
 public:
  explicit Conditions(SqlText& sql) : sql_(sql) {}

  void Add(std::string_view condition) {
    sql_.Append(first_ ? " WHERE " : " AND ");
    sql_.Append(condition);
    first_ = false;
  }
  // `condition` ends where its parameter belongs.
  void Add(std::string_view condition, const Json& parameter, std::string_view rest = {}) {
    Add(condition);
    sql_.Parameter(parameter);
    sql_.Append(rest);
  }
  void AddText(std::string_view condition, const std::string& text, std::string_view rest = {}) {
    if (!text.empty()) Add(condition, text, rest);
  }
  void AddFlag(std::optional<bool> flag, std::string_view when_true, std::string_view when_false) {
    if (flag) Add(*flag ? when_true : when_false);
  }

 private:
  SqlText& sql_;
  bool first_ = true;
};

// In any message, in the visitor's name or address.
void AddWord(Conditions& where, SqlText& sql, const std::string& prefix) {
  where.Add(
      "id IN (SELECT chat_id FROM chat_entries WHERE sequence IN (SELECT rowid FROM entry_words WHERE entry_words "
      "MATCH ",
      prefix,
      ") UNION ALL SELECT chat_id FROM chat_names WHERE sequence IN (SELECT rowid FROM name_words WHERE name_words "
      "MATCH ");
  sql.Parameter(prefix);
  sql.Append("))");
}

// A text without any word is found nowhere.
void AddWords(Conditions& where, SqlText& sql, const std::string& text) {
  if (Trim(text).empty()) return;
  const std::vector<std::string> prefixes = PrefixQueries(text);
  if (prefixes.empty()) where.Add("0");
  for (const std::string& prefix : prefixes) AddWord(where, sql, prefix);
}

void AddRate(Conditions& where, const std::string& rate) {
  if (rate == "rated") {
    where.Add("rate<>'not_rated'");
  } else {
    where.AddText("rate=", rate);
  }
}

void AddGoals(Conditions& where, const ChatFilter& filter) {
  where.AddText("EXISTS (SELECT 1 FROM chat_goals WHERE chat_id=chats.id AND goal_id=", filter.goal, ")");
  where.AddText("EXISTS (SELECT 1 FROM chat_goals WHERE chat_id=chats.id AND type='sales_tracker' AND goal_id=",
                filter.sale, ")");
  where.AddFlag(filter.has_goal, "EXISTS (SELECT 1 FROM chat_goals WHERE chat_id=chats.id AND type<>'sales_tracker')",
                "NOT EXISTS (SELECT 1 FROM chat_goals WHERE chat_id=chats.id AND type<>'sales_tracker')");
  where.AddFlag(filter.has_sale, "EXISTS (SELECT 1 FROM chat_goals WHERE chat_id=chats.id AND type='sales_tracker')",
                "NOT EXISTS (SELECT 1 FROM chat_goals WHERE chat_id=chats.id AND type='sales_tracker')");
}

void AppendFilter(SqlText& sql, const ChatFilter& filter) {
  Conditions where(sql);
  if (!filter.include_pending) where.Add("ended IS NOT NULL");
  if (filter.from) where.Add("started>=", Millis(*filter.from));
  if (filter.until) where.Add("started<", Millis(*filter.until));
  where.AddText("visitor_id=", filter.visitor_id);
  where.AddText(
      "EXISTS (SELECT 1 FROM chat_agents WHERE chat_id=chats.id AND supervisor=0 AND email=", filter.agent_login, ")");
  if (filter.department) where.Add("department=", *filter.department);
  where.AddFlag(filter.queued, "queued IS NOT NULL", "queued IS NULL");
  AddRate(where, filter.rate);
  for (const std::string& tag : filter.tags) {
    where.Add("EXISTS (SELECT 1 FROM chat_tags WHERE chat_id=chats.id AND tag=", tag, ")");
  }
  where.AddFlag(filter.tagged, "EXISTS (SELECT 1 FROM chat_tags WHERE chat_id=chats.id)",
                "NOT EXISTS (SELECT 1 FROM chat_tags WHERE chat_id=chats.id)");
  where.AddFlag(filter.commented, "rate_comment<>''", "rate_comment=''");
  AddGoals(where, filter);
  where.AddText("visitor_city=", filter.city);
  where.AddText("visitor_region=", filter.region);
  where.AddText("visitor_country=", filter.country);
  AddWords(where, sql, filter.text);
}

// ---- rows
// -------------------------------------------------------------------------------------------------------------

// Null for a column that is NULL; what this program wrote always parses.
Json JsonAt(const Statement& row, int column) {
  if (row.IsNull(column)) return {};
  Result<Json> value = ParseJson(row.TextView(column));
  return value ? *std::move(value) : Json();
}

LedgerChat ReadChat(const Statement& row) {
  LedgerChat chat;
  int column = 0;
  chat.id = row.Text(column++);
  LedgerVisitor& visitor = chat.visitor;
  for (std::string* member :
       {&visitor.id, &visitor.name, &visitor.email, &visitor.ip, &visitor.user_agent, &visitor.city, &visitor.region,
        &visitor.country, &visitor.country_code, &visitor.timezone}) {
    *member = row.Text(column++);
  }
  visitor.custom_variables = JsonAt(row, column++);
  chat.department = row.Text(column++);
  chat.started = FromUnixMillis(row.Integer(column++));
  chat.ended = row.OptionalTime(column++);
  chat.queued = row.OptionalTime(column++);
  chat.taken = row.OptionalTime(column++);
  for (std::string* member : {&chat.start_url, &chat.referrer, &chat.engagement, &chat.rate, &chat.rate_comment}) {
    *member = row.Text(column++);
  }
  chat.prechat_survey = JsonAt(row, column++);
  chat.postchat_survey = JsonAt(row, column++);
  chat.channel = row.Text(column++);
  chat.channel_label = row.Text(column++);
  return chat;
}

void ReadAgent(const Statement& row, LedgerChat& chat) {
  LedgerAgent agent;
  agent.id = row.Text(1);
  agent.username = row.Text(2);
  agent.name = row.Text(3);
  agent.email = row.Text(4);
  (row.Integer(5) != 0 ? chat.supervisors : chat.agents).push_back(std::move(agent));
}

void ReadTag(const Statement& row, LedgerChat& chat) {
  chat.tags.push_back(row.Text(1));
}

void ReadGoal(const Statement& row, LedgerChat& chat) {
  LedgerGoal goal;
  goal.goal_id = row.Text(1);
  goal.name = row.Text(2);
  goal.type = row.Text(3);
  goal.at = FromUnixMillis(row.Integer(4));
  int column = 5;
  for (std::string* member : {&goal.order_id, &goal.order_description, &goal.order_price, &goal.order_currency}) {
    *member = row.Text(column++);
  }
  chat.goals.push_back(std::move(goal));
}

void ReadEntry(const Statement& row, LedgerChat& chat) {
  LedgerEntry entry;
  int column = 1;
  for (std::string* member : {&entry.id, &entry.type, &entry.event_type, &entry.text, &entry.user_type,
                              &entry.author_id, &entry.author_name, &entry.agent_login}) {
    *member = row.Text(column++);
  }
  entry.at = FromUnixMillis(row.Integer(column++));
  const Json files = JsonAt(row, column);
  if (const Json::Array* urls = files.AsArray()) {
    for (const Json& url : *urls) entry.files.emplace_back(url.AsString().value_or(""));
  }
  chat.entries.push_back(std::move(entry));
}

// ---- queries
// ----------------------------------------------------------------------------------------------------------

Result<std::vector<LedgerChat>> ReadChats(Statement statement) {
  std::vector<LedgerChat> chats;
  for (;;) {
    Result<bool> row = statement.Next();
    if (!row) return row.error();
    if (!*row) return chats;
    chats.push_back(ReadChat(statement));
  }
}

using ChatById = std::map<std::string_view, LedgerChat*>;

// `sql` takes the chat ids as a JSON array and answers rows that begin with the chat id.
Status ReadInto(Connection& connection, std::string_view sql, const std::string& chat_ids, const ChatById& chats,
                void (*read)(const Statement&, LedgerChat&)) {
  Statement statement = connection.Prepare(sql);
  statement.Bind(chat_ids);
  for (;;) {
    Result<bool> row = statement.Next();
    if (!row) return row.error();
    if (!*row) return {};
    read(statement, *chats.at(statement.TextView(0)));
  }
}

Status FillIn(Connection& connection, std::vector<LedgerChat>& chats) {
  if (chats.empty()) return {};
  ChatById by_id;
  Json ids = Json::MakeArray();
  for (LedgerChat& chat : chats) {
    by_id.emplace(chat.id, &chat);
    ids.Push(chat.id);
  }
  const std::string chat_ids = Print(ids);
  Status agents = ReadInto(connection,
                           "SELECT chat_id, agent_id, username, name, email, supervisor FROM chat_agents "
                           "WHERE chat_id IN (SELECT value FROM json_each(?)) ORDER BY chat_id, position",
                           chat_ids, by_id, &ReadAgent);
  if (!agents) return agents;
  Status tags = ReadInto(connection,
                         "SELECT chat_id, tag FROM chat_tags WHERE chat_id IN (SELECT value FROM json_each(?)) "
                         "ORDER BY chat_id, position",
                         chat_ids, by_id, &ReadTag);
  if (!tags) return tags;
  Status goals = ReadInto(connection,
                          "SELECT chat_id, goal_id, name, type, at, order_id, order_description, order_price, "
                          "order_currency FROM chat_goals WHERE chat_id IN (SELECT value FROM json_each(?)) "
                          "ORDER BY chat_id, at, id",
                          chat_ids, by_id, &ReadGoal);
  if (!goals) return goals;
  return ReadInto(connection,
                  "SELECT chat_id, id, type, event_type, text, user_type, author_id, author_name, agent_login, at, "
                  "files FROM chat_entries WHERE chat_id IN (SELECT value FROM json_each(?)) "
                  "ORDER BY chat_id, at, sequence",
                  chat_ids, by_id, &ReadEntry);
}

// At most kNewestListed.
Result<std::int64_t> CountChats(Connection& connection, const ChatFilter& filter) {
  SqlText sql;
  sql.Append("SELECT count(*) FROM (SELECT 1 FROM chats");
  AppendFilter(sql, filter);
  sql.Append(" LIMIT ");
  sql.Parameter(kNewestListed);
  sql.Append(")");
  return ReadNumber(sql.Prepare(connection));
}

Result<std::vector<LedgerChat>> ReadSlice(Connection& connection, const ChatFilter& filter, std::int64_t offset,
                                          std::int64_t limit) {
  SqlText sql;
  sql.Append("SELECT " + ChatColumnList() + " FROM chats");
  AppendFilter(sql, filter);
  sql.Append(" ORDER BY started DESC, id DESC LIMIT ");
  sql.Parameter(limit);
  sql.Append(" OFFSET ");
  sql.Parameter(offset);
  return ReadChats(sql.Prepare(connection));
}

Result<ChatPage> ListNow(Connection& connection, ChatFilter filter, std::int64_t offset, std::int64_t limit) {
  Result<std::unique_ptr<Transaction>> snapshot = Transaction::Begin(connection, Transaction::Kind::kRead);
  if (!snapshot) return snapshot.error();

  ChatPage page;
  const bool by_days = IsByDays(filter);
  Result<std::int64_t> total = by_days ? CountByDays(connection, filter) : CountChats(connection, filter);
  if (!total) return total.error();
  page.total = *total;
  limit = std::min(limit, page.total - offset);
  if (limit <= 0) return page;

  if (by_days) {
    Result<DaySlice> slice = SkipDays(connection, filter, offset);
    if (!slice) return slice.error();
    filter.until = slice->until;
    offset = slice->offset;
  }
  Result<std::vector<LedgerChat>> chats = ReadSlice(connection, filter, offset, limit);
  if (!chats) return chats.error();
  page.chats = *std::move(chats);
  if (Status filled = FillIn(connection, page.chats); !filled) return filled.error();
  return page;
}

Result<std::optional<LedgerChat>> GetNow(Connection& connection, const std::string& chat_id) {
  Result<std::unique_ptr<Transaction>> snapshot = Transaction::Begin(connection, Transaction::Kind::kRead);
  if (!snapshot) return snapshot.error();
  Statement statement = connection.Prepare("SELECT " + ChatColumnList() + " FROM chats WHERE id=?");
  statement.Bind(chat_id);
  Result<std::vector<LedgerChat>> chats = ReadChats(std::move(statement));
  if (!chats) return chats.error();
  if (chats->empty()) return std::optional<LedgerChat>();
  if (Status filled = FillIn(connection, *chats); !filled) return filled.error();
  return std::optional<LedgerChat>(std::move(chats->front()));
}

std::string Printed(const std::vector<std::string>& texts) {
  return Print(TextsJson(texts));
}

Result<std::vector<TagCount>> CountTagsNow(Connection& connection, const std::vector<std::string>& tags) {
  Statement statement = connection.Prepare(
      "SELECT tag, department, count(*) FROM chat_tags JOIN chats ON chats.id=chat_id "
      "WHERE tag IN (SELECT value FROM json_each(?)) GROUP BY tag, department");
  statement.Bind(Printed(tags));
  std::vector<TagCount> counts;
  for (;;) {
    Result<bool> row = statement.Next();
    if (!row) return row.error();
    if (!*row) return counts;
    counts.push_back({statement.Text(0), statement.Text(1), statement.Integer(2)});
  }
}

LedgerGreeting ReadGreeting(const Statement& row) {
  LedgerGreeting greeting;
  int column = 0;
  for (std::string* member :
       {&greeting.id, &greeting.greeting_id, &greeting.visit, &greeting.visitor_id, &greeting.department}) {
    *member = row.Text(column++);
  }
  greeting.at = FromUnixMillis(row.Integer(column));
  return greeting;
}

GreetedVisitor ReadGreetedVisitor(const Statement& row) {
  return {row.Text(0), row.Integer(1), row.Integer(2)};
}

}  // namespace

Awaitable<Result<ChatPage>> Ledger::List(ChatFilter filter, std::int64_t offset, std::int64_t limit) {
  if (filter.text.empty()) co_return ListNow(connection_, filter, offset, limit);
  std::function<Result<ChatPage>(Connection&)> read = [filter = std::move(filter), offset,
                                                       limit](Connection& connection) {
    return ListNow(connection, filter, offset, limit);
  };
  co_return co_await RunFor(engine_.heavy->queue(), std::move(read));
}

Awaitable<Result<std::optional<LedgerChat>>> Ledger::Get(std::string chat_id) {
  co_return GetNow(connection_, chat_id);
}

Awaitable<Result<std::vector<TagCount>>> Ledger::CountTags(std::vector<std::string> tags) {
  std::function<Result<std::vector<TagCount>>(Connection&)> read = [tags = std::move(tags)](Connection& connection) {
    return CountTagsNow(connection, tags);
  };
  co_return co_await RunFor(engine_.heavy->queue(), std::move(read));
}

Awaitable<Result<std::vector<LedgerGreeting>>> Ledger::Greetings(std::vector<std::string> showing_ids) {
  Statement shown = connection_.Prepare(
      "SELECT id, greeting_id, visit, visitor_id, department, at FROM greetings_shown "
      "WHERE id IN (SELECT value FROM json_each(?))");
  shown.Bind(Printed(showing_ids));
  co_return ReadRows(std::move(shown), &ReadGreeting);
}

Awaitable<Result<std::vector<GreetedVisitor>>> Ledger::CountGreetings(std::vector<std::string> visitor_ids) {
  Statement counts = connection_.Prepare(
      "SELECT visitor_id, count(*), count(accepted) FROM greetings_shown "
      "WHERE visitor_id IN (SELECT value FROM json_each(?)) GROUP BY visitor_id ORDER BY visitor_id");
  counts.Bind(Printed(visitor_ids));
  co_return ReadRows(std::move(counts), &ReadGreetedVisitor);
}

}  // namespace parley::storage::sqlite
