#include "storage/sqlite/ledger_facts.h"

namespace parley::storage::sqlite {
namespace {

// A chat is in one spell at a time: served by an agent, or, with an empty agent, waiting for one.
struct Spell {
  const std::string& chat_id;
  std::string_view agent_id;
  std::string_view department;
  Time since;
};

// Ends the spell the chat is in and begins another. One that is noted again changes nothing; one that comes late ends
// where the next begins.
Status BeginSpell(Connection& connection, const Spell& spell) {
  Statement end = connection.Prepare(
      "UPDATE chat_spells SET until=?2 WHERE chat_id=?1 AND until IS NULL AND since<=?2 "
      "AND (since<?2 OR agent_id<>?3)");
  if (Status ended = end.Bind(spell.chat_id).Bind(spell.since).Bind(spell.agent_id).Run(); !ended) return ended;
  Statement begin = connection.Prepare(
      "INSERT INTO chat_spells(chat_id, since, agent_id, department, until) "
      "SELECT id, ?2, ?3, iif(?4<>'',?4,department), "
      "coalesce((SELECT min(since) FROM chat_spells WHERE chat_id=?1 AND since>?2), ended) "
      "FROM chats WHERE id=?1 ON CONFLICT DO NOTHING");
  return begin.Bind(spell.chat_id).Bind(spell.since).Bind(spell.agent_id).Bind(spell.department).Run();
}

bool IsMessage(const LedgerEntry& entry) {
  return entry.type != "event";
}

// The visitor asks when nothing asked before is still unanswered.
Status MeasureVisitorMessage(Connection& connection, const PutLedgerEntry& change) {
  Statement update = connection.Prepare(
      "UPDATE chats SET messages=messages+1, waiting=1, "
      "asked=iif(coalesce(answered,started)>=coalesce(asked,started),?2,asked) WHERE id=?1");
  return update.Bind(change.chat_id).Bind(change.entry.at).Run();
}

// Until something was answered, every word of an agent is the first response: an agent who greets before the visitor
// asks responds to the opening of the chat. This is how Rocket.Chat measures `metrics.response` and `metrics.reaction`.
Status MeasureAgentMessage(Connection& connection, const PutLedgerEntry& change) {
  Statement update = connection.Prepare(
      "UPDATE chats SET messages=messages+1, agent_messages=agent_messages+1, waiting=0, "
      "first_response=iif(answered IS NULL,max(0,?2-coalesce(asked,started)),first_response), "
      "first_reaction=iif(answered IS NULL,max(0,?2-coalesce(served_since,started)),first_reaction), "
      "responses=responses+(answered IS NULL OR coalesce(asked,started)>answered), "
      "response_sum=response_sum+iif(answered IS NULL OR coalesce(asked,started)>answered,"
      "max(0,?2-coalesce(asked,started)),0), "
      "answered=iif(coalesce(asked,started)>coalesce(answered,started),?2,answered), "
      "responded_by=iif(waiting OR responded_by='',?3,responded_by), "
      "responded_username=iif(waiting OR responded_by='',?4,responded_username), "
      "responded_at=max(?2,coalesce(responded_at,?2)) WHERE id=?1");
  update.Bind(change.chat_id).Bind(change.entry.at);
  return update.Bind(change.entry.author_id).Bind(change.entry.author_username).Run();
}

}  // namespace

Status BeginWaiting(Connection& connection, const SetLedgerQueued& change) {
  Statement leave = connection.Prepare(
      "UPDATE chats SET served_by='', served_username='', served_since=NULL WHERE id=? AND served_since<=?");
  if (Status left = leave.Bind(change.chat_id).Bind(change.at).Run(); !left) return left;
  return BeginSpell(connection, {change.chat_id, {}, change.department, change.at});
}

Status BeginService(Connection& connection, const AddLedgerAgent& change) {
  Statement serve = connection.Prepare(
      "UPDATE chats SET taken=coalesce(taken,?2), "
      "served_by=iif(served_since>?2,served_by,?3), served_username=iif(served_since>?2,served_username,?4), "
      "served_since=max(?2,coalesce(served_since,?2)) WHERE id=?1");
  serve.Bind(change.chat_id).Bind(change.at).Bind(change.agent.id).Bind(change.agent.username);
  if (Status served = serve.Run(); !served) return served;
  return BeginSpell(connection, {change.chat_id, change.agent.id, {}, change.at});
}

Status MeasureEntry(Connection& connection, const PutLedgerEntry& change) {
  if (!IsMessage(change.entry)) return {};
  return change.entry.user_type == "visitor" ? MeasureVisitorMessage(connection, change)
                                             : MeasureAgentMessage(connection, change);
}

Status UncountEntry(Connection& connection, const RemoveLedgerEntry& change) {
  Statement update = connection.Prepare(
      "UPDATE chats SET messages=messages-1, agent_messages=agent_messages-(said.user_type<>'visitor') "
      "FROM (SELECT user_type FROM chat_entries WHERE chat_id=?1 AND id=?2 AND type<>'event') AS said WHERE id=?1");
  return update.Bind(change.chat_id).Bind(change.entry_id).Run();
}

Status EndChat(Connection& connection, const CloseLedgerChat& change) {
  Statement update = connection.Prepare(
      "UPDATE chats SET ended=?2, closer=?3, inactivity=iif(?3='user' AND waiting=0,max(0,?2-responded_at),NULL) "
      "WHERE id=?1 AND ended IS NULL");
  if (Status ended = update.Bind(change.chat_id).Bind(change.at).Bind(change.closer).Run(); !ended) return ended;
  if (connection.Changes() == 0) return {};
  Statement spell = connection.Prepare("UPDATE chat_spells SET until=max(since,?2) WHERE chat_id=?1 AND until IS NULL");
  return spell.Bind(change.chat_id).Bind(change.at).Run();
}

Status SetPresence(Connection& connection, const SetLedgerPresence& change) {
  // The index is named, because by the table's own key SQLite would walk all the spells the agent ever had.
  if (!change.accepting) {
    Statement end = connection.Prepare(
        "UPDATE agent_spells INDEXED BY agent_spells_running SET until=max(since,?2) WHERE agent_id=?1 AND until IS "
        "NULL");
    return end.Bind(change.agent.id).Bind(change.at).Run();
  }
  Statement begin = connection.Prepare(
      "INSERT INTO agent_spells(agent_id, since, username, email) SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS "
      "(SELECT 1 FROM agent_spells INDEXED BY agent_spells_running WHERE agent_id=?1 AND until IS NULL) "
      "ON CONFLICT DO NOTHING");
  begin.Bind(change.agent.id).Bind(change.at).Bind(change.agent.username).Bind(change.agent.email);
  return begin.Run();
}

}  // namespace parley::storage::sqlite
