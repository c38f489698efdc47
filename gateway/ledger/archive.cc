#include "ledger/archive.h"

#include <algorithm>

#include "json/members.h"

namespace parley::ledger {
namespace {

using storage::LedgerAgent;
using storage::LedgerChat;
using storage::LedgerEntry;
using storage::LedgerVisitor;

Json VisitorJson(const LedgerVisitor& visitor) {
  Json json;
  json.Append("id", visitor.id);
  json.Append("name", visitor.name);
  json.Append("email", visitor.email);
  json.Append("ip", visitor.ip);
  json.Append("city", visitor.city);
  json.Append("region", visitor.region);
  json.Append("country", visitor.country);
  json.Append("country_code", visitor.country_code);
  json.Append("timezone", visitor.timezone);
  json.Append("user_agent", visitor.user_agent);
  return json;
}

Json AgentsJson(const std::vector<LedgerAgent>& agents) {
  Json array = Json::MakeArray();
  for (const LedgerAgent& agent : agents) {
    Json json;
    json.Append("id", agent.id);
    json.Append("username", agent.username);
    json.Append("name", agent.name);
    json.Append("email", agent.email);
    array.Push(std::move(json));
  }
  return array;
}

Json EntryJson(const LedgerEntry& entry) {
  const bool system = entry.type == "event";
  Json json;
  json.Append("type", entry.type);
  if (system) json.Append("event_type", entry.event_type);
  json.Append("text", entry.text);
  if (!system) json.Append("author_name", entry.author_name);
  if (!entry.author_id.empty()) json.Append("author_id", entry.author_id);
  if (!entry.agent_login.empty()) json.Append("agent_login", entry.agent_login);
  json.Append("user_type", entry.user_type);
  json.Append("at", Millis(entry.at));
  if (!entry.files.empty()) json.Append("files", TextsJson(entry.files));
  return json;
}

Json EntriesJson(const std::vector<LedgerEntry>& entries) {
  Json array = Json::MakeArray();
  for (const LedgerEntry& entry : entries) array.Push(EntryJson(entry));
  return array;
}

Json GoalsJson(const std::vector<storage::LedgerGoal>& goals) {
  Json array = Json::MakeArray();
  for (const storage::LedgerGoal& goal : goals) {
    Json order;
    order.Append("id", goal.order_id);
    order.Append("description", goal.order_description);
    order.Append("price", goal.order_price);
    order.Append("currency", goal.order_currency);
    Json json;
    json.Append("goal", goal.goal_id);
    json.Append("name", goal.name);
    json.Append("type", goal.type);
    json.Append("at", Millis(goal.at));
    json.Append("order", std::move(order));
    array.Push(std::move(json));
  }
  return array;
}

Json ArrayOrEmpty(const Json& value) {
  return value.IsArray() ? value : Json::MakeArray();
}

// Whole seconds between the queue and the first agent; a chat nobody took waited until it ended.
std::optional<std::int64_t> QueueSeconds(const LedgerChat& chat) {
  if (!chat.queued) return std::nullopt;
  const std::optional<Time> until = chat.taken ? chat.taken : chat.ended;
  if (!until) return std::nullopt;
  return std::max<std::int64_t>(0, std::chrono::floor<std::chrono::seconds>(*until - *chat.queued).count());
}

Json PageJson(const storage::ChatPage& page) {
  Json chats = Json::MakeArray();
  for (const LedgerChat& chat : page.chats) chats.Push(ToJson(chat));
  Json json;
  json.Append("chats", std::move(chats));
  json.Append("total", static_cast<long long>(page.total));
  json.Append("pages", static_cast<long long>((page.total + kChatsPerPage - 1) / kChatsPerPage));
  return json;
}

}  // namespace

Json ToJson(const LedgerChat& chat) {
  Json json;
  json.Append("id", chat.id);
  json.Append("visitor", VisitorJson(chat.visitor));
  json.Append("agents", AgentsJson(chat.agents));
  json.Append("supervisors", AgentsJson(chat.supervisors));
  json.Append("rate", chat.rate);
  json.Append("started_at", Millis(chat.started));
  if (chat.ended) json.Append("ended_at", Millis(*chat.ended));
  json.Append("start_url", chat.start_url);
  if (!chat.referrer.empty()) json.Append("referrer", chat.referrer);
  if (!chat.department.empty()) json.Append("group", chat.department);
  json.Append("prechat_survey", ArrayOrEmpty(chat.prechat_survey));
  json.Append("postchat_survey", ArrayOrEmpty(chat.postchat_survey));
  json.Append("custom_variables", ArrayOrEmpty(chat.visitor.custom_variables));
  json.Append("goals", GoalsJson(chat.goals));
  json.Append("tags", TextsJson(chat.tags));
  const std::optional<std::int64_t> waited = QueueSeconds(chat);
  if (waited) json.Append("queue_seconds", static_cast<long long>(*waited));
  json.Append("engagement", chat.engagement);
  json.Append("pending", !chat.ended.has_value());
  json.Append("events", EntriesJson(chat.entries));
  return json;
}

Awaitable<Result<Json>> Archive::List(Parameters parameters) {
  Result<ArchiveQuery> query = ParseArchiveQuery(parameters, account_zone_);
  if (!query) co_return query.error();

  // Whoever wants older chats than the newest 1000 pages asks for fewer days. Source: LiveChat reference §1.8.
  constexpr std::int64_t kLastPage = storage::kNewestListed / kChatsPerPage;
  const std::int64_t offset = (std::min(query->page, kLastPage) - 1) * kChatsPerPage;
  const std::int64_t limit = query->page > kLastPage ? 0 : kChatsPerPage;
  Result<storage::ChatPage> page = co_await ledger_.List(std::move(query->filter), offset, limit);
  if (!page) co_return page.error();
  page->total = std::min(page->total, storage::kNewestListed);
  co_return PageJson(*page);
}

Awaitable<Result<std::optional<Json>>> Archive::Get(std::string chat_id) {
  Result<std::optional<LedgerChat>> chat = co_await ledger_.Get(std::move(chat_id));
  if (!chat) co_return chat.error();
  if (!*chat) co_return std::optional<Json>();
  Json json;
  json.Append("chat", ToJson(**chat));
  co_return std::optional<Json>(std::move(json));
}

}  // namespace parley::ledger
