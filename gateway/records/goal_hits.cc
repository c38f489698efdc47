#include "records/goal_hits.h"

namespace parley::records {
namespace {

using storage::Document;
using storage::Match;

bool IsReachedByUrl(const Json& goal, std::string_view url) {
  const std::string_view wanted = goal.Text("url");
  return goal.Text("match_type") == "exact" ? url == wanted : url.find(wanted) != std::string_view::npos;
}

bool IsReachedByVariable(const Json& goal, const Json& variables) {
  const Json* value = variables.Find(goal.Text("custom_variable_name"));
  if (value == nullptr) return false;
  const std::string_view wanted = goal.Text("custom_variable_value");
  return value->IsString() ? *value->AsString() == wanted : Print(*value) == wanted;
}

bool IsReached(const Json& goal, const PageView& view) {
  if (goal.Text("type") == "url") return IsReachedByUrl(goal, view.url);
  return goal.Text("type") == "custom_variable" && IsReachedByVariable(goal, view.variables);
}

}  // namespace

Awaitable<Result<Goals>> FindActiveGoals(storage::DocumentStore& documents) {
  storage::Query query(storage::Collection::kGoals);
  query.where.emplace_back("active", Match::kEquals, Json(true));
  Result<storage::Found> found = co_await documents.Find(std::move(query));
  if (!found) co_return found.error();
  co_return std::move(found->documents);
}

std::vector<GoalHit> GoalsReached(const Goals& active, const PageView& view) {
  std::vector<GoalHit> hits;
  for (const Document& goal : active) {
    if (!IsReached(goal.body, view)) continue;
    GoalHit& hit = hits.emplace_back();
    hit.goal_id = goal.id;
    hit.goal_name = goal.body.Text("name");
    hit.goal_type = goal.body.Text("type");
  }
  return hits;
}

Awaitable<Result<std::string>> FindChatOf(storage::LedgerReader& ledger, std::string visitor_id) {
  storage::ChatFilter filter;
  filter.visitor_id = std::move(visitor_id);
  filter.include_pending = true;
  const Result<storage::ChatPage> page = co_await ledger.List(std::move(filter), 0, 1);
  if (!page) co_return page.error();
  co_return page->chats.empty() ? std::string() : page->chats.front().id;
}

void RecordGoalHit(const events::Recorder& recorder, const GoalHit& hit, storage::Changes& changes) {
  events::GoalReached reached;
  reached.visitor_id = hit.visitor_id;
  reached.goal_id = hit.goal_id;
  reached.goal_name = hit.goal_name;
  reached.goal_type = hit.goal_type;
  reached.order_id = hit.order_id;
  reached.order_description = hit.order_description;
  reached.order_price = hit.order_price;
  reached.order_currency = hit.order_currency;
  events::Event event;
  event.id = hit.id;
  event.at = hit.at;
  event.subject = hit.chat_id.empty() ? hit.visitor_id : hit.chat_id;
  event.payload = std::move(reached);
  recorder.Record(event, changes);
}

std::string HitIdInChat(const GoalHit& hit) {
  return "goal/" + hit.goal_id + "/" + (hit.chat_id.empty() ? hit.visitor_id : hit.chat_id);
}

}  // namespace parley::records
