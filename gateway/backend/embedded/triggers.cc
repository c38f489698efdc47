// Triggers: what a widget does by itself on a visitor's page. Source: omnichannel reference §2.10, administration
// reference §7.
#include "backend/embedded/call.h"
#include "backend/embedded/trigger.h"
#include "records/greeting_triggers.h"

namespace parley::backend::embedded {
namespace {

Awaitable<Reply> ListTriggers(Call& call) {
  auto paging = ReadPaging(call, {storage::SortKey("name")});
  if (!paging) co_return paging.failure();
  storage::Query query(Trigger::kCollection);
  paging->ApplyTo(query);
  auto found = co_await Find<Trigger>(call.documents(), std::move(query));
  if (!found) co_return found.error();
  Json items = Json::MakeArray();
  for (const Trigger& trigger : found->list) items.Push(ToAnswer(trigger));
  co_return PageOf("triggers", std::move(items), *paging, found->total);
}

Awaitable<Reply> ShowTrigger(Call& call) {
  auto trigger = co_await Get<Trigger>(call.documents(), std::string(call.Path("_id")));
  if (!trigger) co_return trigger.error();
  co_return Json::Of({{"trigger", *trigger ? ToAnswer(**trigger) : Json()}});
}

std::optional<Failure> CheckHas(const Json& params, std::initializer_list<const char*> members) {
  for (const char* member : members) {
    if (params.Find(member) == nullptr) {
      return FailCoded("invalid-params", "must have required property '" + std::string(member) + "'");
    }
  }
  return std::nullopt;
}

// What the parameters of an action must have depends on its name, which no schema of ours can say.
std::optional<Failure> CheckActions(const Json& actions) {
  for (const Json& action : *actions.AsArray()) {
    const Json* params = action.Find("params");
    if (params == nullptr || params->IsNull()) continue;
    auto failure = action.Text("name") == "send-message"
                       ? CheckHas(*params, {"sender", "msg"})
                       : CheckHas(*params, {"serviceUrl", "serviceTimeout", "serviceFallbackMessage"});
    if (failure) return failure;
  }
  return std::nullopt;
}

void ApplyBody(const Json& body, Trigger& trigger) {
  MemberReader reader(body);
  Trigger::Members(trigger, reader);
}

// The answer does not name a new id; an update of nothing stores nothing.
Awaitable<Reply> SaveTrigger(Call& call) {
  if (auto failure = CheckActions(*call.body.Find("actions"))) co_return *failure;
  const std::string id(call.body.Text("_id"));
  Trigger trigger;
  if (id.empty()) {
    trigger.id = call.ids().ObjectId();
  } else {
    auto known = co_await Get<Trigger>(call.documents(), id);
    if (!known) co_return known.error();
    if (!*known) co_return Reply::Empty();
    trigger = std::move(**known);
  }
  ApplyBody(call.body, trigger);
  storage::Changes changes;
  Save(trigger, call.now, changes);
  const Json saved = ToDocument(trigger);
  const Status followed = co_await records::FollowTrigger(call.services.stores, trigger.id, &saved, call.now, changes);
  if (!followed) co_return followed.error();
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Reply::Empty();
}

Awaitable<Reply> DeleteTrigger(Call& call) {
  const std::string id(call.Path("_id"));
  storage::Changes changes;
  changes.Remove(Trigger::kCollection, id);
  const Status followed = co_await records::FollowTrigger(call.services.stores, id, nullptr, call.now, changes);
  if (!followed) co_return followed.error();
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Reply::Empty();
}

}  // namespace

Awaitable<Result<Json>> FindWidgetTriggers(storage::DocumentStore& documents) {
  storage::Query query(Trigger::kCollection);
  query.where.emplace_back("enabled", storage::Match::kEquals, Json(true));
  query.sort.emplace_back("name");
  auto triggers = co_await Find<Trigger>(documents, std::move(query));
  if (!triggers) co_return triggers.error();
  Json items = Json::MakeArray();
  for (const Trigger& trigger : triggers->list) {
    items.Push(Pick(ToAnswer(trigger), {"_id", "actions", "conditions", "runOnce"}));
  }
  co_return items;
}

Routes TriggerRoutes() {
  return {
      {"DELETE livechat/triggers/{_id}", &DeleteTrigger},
      {"GET livechat/triggers", &ListTriggers},
      {"GET livechat/triggers/{_id}", &ShowTrigger},
      {"POST livechat/triggers", &SaveTrigger},
  };
}

}  // namespace parley::backend::embedded
