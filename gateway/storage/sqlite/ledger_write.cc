// Ledger changes as rows. Every change is idempotent and tolerates coming late or twice: members that arrive empty do
// not erase what is known, and the first of two reports of one moment stands.
#include "json/members.h"
#include "storage/ledger.h"
#include "storage/sqlite/apply.h"
#include "storage/sqlite/ledger_columns.h"
#include "storage/sqlite/ledger_facts.h"
#include "storage/sqlite/words.h"

namespace parley::storage::sqlite {
namespace {

void BindJson(Statement& statement, const Json& value) {
  if (value.IsNull()) {
    statement.BindNull();
  } else {
    statement.Bind(Print(value));
  }
}

void BindVisitor(Statement& statement, const LedgerVisitor& visitor) {
  statement.Bind(visitor.id).Bind(visitor.name).Bind(visitor.email).Bind(visitor.ip).Bind(visitor.user_agent);
  statement.Bind(visitor.city).Bind(visitor.region).Bind(visitor.country).Bind(visitor.country_code);
  statement.Bind(visitor.timezone);
  BindJson(statement, visitor.custom_variables);
}

std::string OnRepeatSql(const ChatColumn& column) {
  const std::string name(column.name);
  switch (column.on_repeat) {
    case OnRepeat::kKey:
      return {};
    case OnRepeat::kOverwrite:
      return name + "=excluded." + name;
    case OnRepeat::kKeepIfEmpty:
      return name + "=iif(excluded." + name + "<>'', excluded." + name + ", " + name + ")";
    case OnRepeat::kKeepIfNull:
      return name + "=coalesce(excluded." + name + ", " + name + ")";
    case OnRepeat::kFirstStands:
      return name + "=coalesce(" + name + ", excluded." + name + ")";
    case OnRepeat::kKeepIfUnrated:
      return name + "=iif(excluded." + name + "<>'not_rated', excluded." + name + ", " + name + ")";
  }
  return {};
}

std::string MakeUpsertSql() {
  std::string marks;
  std::string updates;
  for (const ChatColumn& column : kChatColumns) {
    marks += marks.empty() ? "?" : ",?";
    const std::string update = OnRepeatSql(column);
    if (!update.empty()) updates += (updates.empty() ? "" : ", ") + update;
  }
  return "INSERT INTO chats(" + ChatColumnList() + ") VALUES(" + marks + ") ON CONFLICT(id) DO UPDATE SET " + updates;
}

class LedgerWriter {
 public:
  explicit LedgerWriter(Connection& connection) : connection_(connection) {}

  Status operator()(const UpsertLedgerChat& change) const { return WriteChat(change.chat); }

  Status operator()(const SetLedgerVisitor& change) const {
    // ?1 is the id by which chats are found, ?2 the (same) id in the visitor's own members.
    Statement update = connection_.Prepare(
        "UPDATE chats SET visitor_name=iif(?3<>'',?3,visitor_name), visitor_email=iif(?4<>'',?4,visitor_email), "
        "visitor_ip=iif(?5<>'',?5,visitor_ip), visitor_user_agent=iif(?6<>'',?6,visitor_user_agent), "
        "visitor_city=iif(?7<>'',?7,visitor_city), visitor_region=iif(?8<>'',?8,visitor_region), "
        "visitor_country=iif(?9<>'',?9,visitor_country), "
        "visitor_country_code=iif(?10<>'',?10,visitor_country_code), "
        "visitor_timezone=iif(?11<>'',?11,visitor_timezone), "
        "visitor_custom_variables=coalesce(?12,visitor_custom_variables) WHERE visitor_id=?1");
    update.Bind(change.visitor_id);
    BindVisitor(update, change.visitor);
    return update.Run();
  }

  Status operator()(const SetLedgerDepartment& change) const {
    Statement update = connection_.Prepare("UPDATE chats SET department=? WHERE id=?");
    return update.Bind(change.department).Bind(change.chat_id).Run();
  }

  Status operator()(const SetLedgerQueued& change) const {
    // Going back to the queue after an agent had it does not make it a chat that started there.
    Statement update = connection_.Prepare(
        "UPDATE chats SET queued=?1 WHERE id=?2 AND queued IS NULL AND (taken IS NULL OR taken>=?1)");
    if (Status updated = update.Bind(change.at).Bind(change.chat_id).Run(); !updated) return updated;
    return BeginWaiting(connection_, change);
  }

  Status operator()(const AddLedgerAgent& change) const {
    Statement insert = connection_.Prepare(
        "INSERT INTO chat_agents(chat_id, agent_id, username, name, email, supervisor, joined, position) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, "
        "(SELECT 1+coalesce(max(position), 0) FROM chat_agents WHERE chat_id=?1)) "
        "ON CONFLICT(chat_id, agent_id) DO UPDATE SET username=excluded.username, name=excluded.name, "
        "email=excluded.email, supervisor=min(supervisor, excluded.supervisor)");
    insert.Bind(change.chat_id).Bind(change.agent.id).Bind(change.agent.username).Bind(change.agent.name);
    insert.Bind(change.agent.email).Bind(change.supervisor).Bind(change.at);
    if (Status inserted = insert.Run(); !inserted || change.supervisor) return inserted;
    return BeginService(connection_, change);
  }

  Status operator()(const PutLedgerEntry& change) const {
    const LedgerEntry& entry = change.entry;
    Statement insert = connection_.Prepare(
        "INSERT INTO chat_entries(chat_id, id, type, event_type, text, user_type, author_id, author_name, agent_login, "
        "at, files) VALUES(?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT(chat_id, id) DO NOTHING");
    insert.Bind(change.chat_id).Bind(entry.id).Bind(entry.type).Bind(entry.event_type).Bind(entry.text);
    insert.Bind(entry.user_type).Bind(entry.author_id).Bind(entry.author_name).Bind(entry.agent_login).Bind(entry.at);
    const std::string printed = Print(TextsJson(entry.files));
    if (Status inserted = insert.Bind(printed).Run(); !inserted) return inserted;
    if (connection_.Changes() > 0) return MeasureEntry(connection_, change);
    Statement edit = connection_.Prepare("UPDATE chat_entries SET text=?, files=? WHERE chat_id=? AND id=?");
    return edit.Bind(entry.text).Bind(printed).Bind(change.chat_id).Bind(entry.id).Run();
  }

  Status operator()(const RemoveLedgerEntry& change) const {
    if (Status uncounted = UncountEntry(connection_, change); !uncounted) return uncounted;
    Statement remove = connection_.Prepare("DELETE FROM chat_entries WHERE chat_id=? AND id=?");
    if (Status removed = remove.Bind(change.chat_id).Bind(change.entry_id).Run(); !removed) return removed;
    return WantWordsMerged(connection_);
  }

  Status operator()(const SetLedgerTags& change) const { return WriteTags(change.chat_id, change.tags); }

  Status operator()(const CloseLedgerChat& change) const { return EndChat(connection_, change); }

  Status operator()(const SetLedgerPresence& change) const { return SetPresence(connection_, change); }

  Status operator()(const AddLedgerGoal& change) const {
    const LedgerGoal& goal = change.goal;
    Statement insert = connection_.Prepare(
        "INSERT INTO chat_goals(id, chat_id, visitor_id, goal_id, name, type, at, order_id, order_description, "
        "order_price, order_currency) VALUES(?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT(id) DO NOTHING");
    insert.Bind(change.hit_id).Bind(change.chat_id).Bind(change.visitor_id).Bind(goal.goal_id).Bind(goal.name);
    insert.Bind(goal.type).Bind(goal.at).Bind(goal.order_id).Bind(goal.order_description).Bind(goal.order_price);
    return insert.Bind(goal.order_currency).Run();
  }

  Status operator()(const AddLedgerGreeting& change) const {
    const LedgerGreeting& greeting = change.greeting;
    Statement insert = connection_.Prepare(
        "INSERT INTO greetings_shown(id, greeting_id, visit, visitor_id, department, at) VALUES(?,?,?,?,?,?) "
        "ON CONFLICT(id) DO NOTHING");
    insert.Bind(greeting.id).Bind(greeting.greeting_id).Bind(greeting.visit).Bind(greeting.visitor_id);
    return insert.Bind(greeting.department).Bind(greeting.at).Run();
  }

  Status operator()(const AcceptLedgerGreeting& change) const {
    Statement accept =
        connection_.Prepare("UPDATE greetings_shown SET chat_id=?, accepted=? WHERE id=? AND accepted IS NULL");
    accept.Bind(change.chat_id).Bind(change.at).Bind(change.showing_id);
    if (Status accepted = accept.Run(); !accepted) return accepted;
    Statement name = connection_.Prepare(
        "UPDATE greetings_shown SET visitor_id=?1 WHERE visitor_id='' AND "
        "visit=(SELECT visit FROM greetings_shown WHERE id=?2)");
    return name.Bind(change.visitor_id).Bind(change.showing_id).Run();
  }

  Status operator()(const RemoveLedgerVisitor& change) const {
    for (const char* sql :
         {"DELETE FROM chat_goals WHERE visitor_id=?", "DELETE FROM greetings_shown WHERE visitor_id=?"}) {
      Statement remove = connection_.Prepare(sql);
      if (Status removed = remove.Bind(change.visitor_id).Run(); !removed) return removed;
    }
    return EraseSubject(connection_, change.visitor_id);
  }

  Status operator()(const RateLedgerChat& change) const {
    Statement update = connection_.Prepare(
        "UPDATE chats SET rate=?, rate_comment=?, postchat_survey=coalesce(?, postchat_survey) WHERE id=?");
    update.Bind(change.rate).Bind(change.comment);
    BindJson(update, change.postchat_survey);
    return update.Bind(change.chat_id).Run();
  }

  // Erasing: no word of the chat stays, in undelivered events neither.
  Status operator()(const RemoveLedgerChat& change) const {
    for (const char* sql : {"DELETE FROM chat_entries WHERE chat_id=?", "DELETE FROM chat_tags WHERE chat_id=?",
                            "DELETE FROM chat_agents WHERE chat_id=?", "DELETE FROM chat_spells WHERE chat_id=?",
                            "DELETE FROM chat_goals WHERE chat_id=?", "DELETE FROM greetings_shown WHERE chat_id=?",
                            "DELETE FROM chats WHERE id=?"}) {
      Statement remove = connection_.Prepare(sql);
      if (Status removed = remove.Bind(change.chat_id).Run(); !removed) return removed;
    }
    if (Status erased = EraseSubject(connection_, change.chat_id); !erased) return erased;
    return WantWordsMerged(connection_);
  }

  Status operator()(const EraseEvents& change) const { return EraseSubject(connection_, change.subject); }

 private:
  Status WriteChat(const LedgerChat& chat) const {
    static const std::string upsert_sql = MakeUpsertSql();
    Statement upsert = connection_.Prepare(upsert_sql);
    upsert.Bind(chat.id);
    BindVisitor(upsert, chat.visitor);
    upsert.Bind(chat.department).Bind(chat.started).Bind(chat.ended).Bind(chat.queued).Bind(chat.taken);
    upsert.Bind(chat.start_url).Bind(chat.referrer).Bind(chat.engagement).Bind(chat.rate).Bind(chat.rate_comment);
    BindJson(upsert, chat.prechat_survey);
    BindJson(upsert, chat.postchat_survey);
    return upsert.Bind(chat.channel).Bind(chat.channel_label).Run();
  }

  Status WriteTags(const std::string& chat_id, const std::vector<std::string>& tags) const {
    Statement clear = connection_.Prepare("DELETE FROM chat_tags WHERE chat_id=?");
    if (Status cleared = clear.Bind(chat_id).Run(); !cleared) return cleared;
    std::int64_t position = 0;
    for (const std::string& tag : tags) {
      Statement insert = connection_.Prepare("INSERT OR IGNORE INTO chat_tags(chat_id, tag, position) VALUES(?, ?, ?)");
      if (Status inserted = insert.Bind(chat_id).Bind(tag).Bind(++position).Run(); !inserted) return inserted;
    }
    return {};
  }

  Connection& connection_;
};

}  // namespace

Status ApplyLedgerChange(Connection& connection, const LedgerChange& change) {
  return std::visit(LedgerWriter(connection), change);
}

}  // namespace parley::storage::sqlite
