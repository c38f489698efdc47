#include "resources/goals.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/ordered_id.h"
#include "records/goal_hits.h"
#include "storage/transact.h"

namespace parley::resources {
namespace {

using backend::Response;
using http::Method;
using storage::Collection;
using storage::Document;
using storage::Match;

constexpr Collection kCollection = Collection::kGoals;
constexpr std::string_view kMember = "goal";

struct GoalType {
  std::string_view name;
  std::span<const std::string_view> required, optional;
};

constexpr std::string_view kVariable[] = {"custom_variable_name", "custom_variable_value"};
constexpr std::string_view kUrl[] = {"url"};
constexpr std::string_view kMatchType[] = {"match_type"};
constexpr std::string_view kTracker[] = {"sales_tracker_id", "value_type",       "value",           "currency",
                                         "time_range",       "order_field_name", "value_field_name"};
constexpr GoalType kTypes[] = {
    {"custom_variable", kVariable, {}}, {"url", kUrl, kMatchType}, {"api", {}, {}}, {"sales_tracker", {}, kTracker}};

const GoalType* FindType(std::string_view name) {
  const auto* found =
      std::find_if(std::begin(kTypes), std::end(kTypes), [&](const GoalType& t) { return t.name == name; });
  return found == std::end(kTypes) ? nullptr : found;
}

void CopyMembers(const Json& from, const GoalType& type, Json& to) {
  for (const std::span<const std::string_view> members : {type.required, type.optional}) {
    for (const std::string_view member : members) CopyMember(from, member, to, member);
  }
}

// Takes what `type` has from the request, and completes it.
void TakeMembers(const Json& input, const GoalType& type, Json& goal) {
  CopyMembers(input, type, goal);
  if (type.name == "url" && goal.Find("match_type") == nullptr) goal.Set("match_type", "substring");
}

// `goal` has its type, and needs what the type needs.
Status Check(const Json& goal, const GoalType& type) {
  std::vector<std::string> violations;
  for (const std::string_view member : type.required) {
    if (goal.Text(member).empty()) {
      violations.push_back(std::string(member) + " is required for goals of type " + std::string(type.name));
    }
  }
  if (!violations.empty()) return InvalidArguments(std::move(violations));
  return {};
}

Json ToLocal(const Document& document) {
  const Json& body = document.body;
  Json goal;
  goal.Append("id", document.id);
  goal.Append("name", body.Text("name"));
  goal.Append("active", body.Flag("active"));
  goal.Append("type", body.Text("type"));
  if (const GoalType* type = FindType(body.Text("type"))) CopyMembers(body, *type, goal);
  return goal;
}

records::GoalHit HitFrom(const Document& goal, const Json& input) {
  records::GoalHit hit;
  hit.goal_id = goal.id;
  hit.goal_name = goal.body.Text("name");
  hit.goal_type = goal.body.Text("type");
  hit.visitor_id = input.Text("visitor");
  hit.order_id = input.Text("order_id");
  hit.order_description = input.Text("order_description");
  hit.order_price = input.Text("order_price");
  hit.order_currency = input.Text("order_currency");
  return hit;
}

}  // namespace

Awaitable<Result<Response>> Goals::Call(const LocalCall& call) {
  if (!call.Is(Method::kPost, 3)) co_return co_await CallRecords(call, "goals", kMember);
  if (call.path[2] != "hits") co_return NothingHere();
  Result<Json> input = call.Object();
  if (!input) co_return input.error();
  co_return Answer(co_await Mark(call.path[1], *std::move(input)));
}

Awaitable<Result<Json>> Goals::List(const LocalCall& call) {
  std::string type = call.Query("type").value_or("");
  storage::Query query(kCollection);
  if (!type.empty()) query.where.emplace_back("type", Match::kEquals, Json(std::move(type)));
  const Result<std::vector<Document>> found = co_await store_.Find(std::move(query));
  co_return Listed(found, ToLocal);
}

Awaitable<Result<Json>> Goals::Get(std::string id) {
  const Result<Document> document = co_await store_.Read(kCollection, std::move(id));
  if (!document) co_return document.error();
  co_return ToLocal(*document);
}

Awaitable<Result<Json>> Goals::Create(Json input) {
  const GoalType* type = FindType(input.Text("type"));
  if (type == nullptr) co_return InvalidArgument("type must be custom_variable, url, api or sales_tracker");
  Document document;
  document.id = OrderedRoomId(store_.ids, store_.clock.Now());
  Json& body = document.body;
  body.Set("name", input.Text("name"));
  body.Set("active", input.Flag("active", true));
  body.Set("type", type->name);
  body.Set("_createdAt", Millis(store_.clock.Now()));
  TakeMembers(input, *type, body);
  const Status fits = Check(body, *type);
  if (!fits) co_return fits.error();
  storage::Changes changes;
  changes.Insert(kCollection, document.id, body);
  const Status committed = co_await store_.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return ToLocal(document);
}

Awaitable<Result<Json>> Goals::Update(std::string id, Json input) {
  auto attempt = [this, &id, &input] { return UpdateOnce(id, input); };
  co_return co_await storage::Retrying(std::move(attempt));
}

Awaitable<Result<Json>> Goals::UpdateOnce(const std::string& id, const Json& input) {
  Result<Document> document = co_await store_.Read(kCollection, id);
  if (!document) co_return document.error();
  Json& body = document->body;
  const GoalType* type = FindType(input.Text("type", body.Text("type")));
  if (type == nullptr) co_return InvalidArgument("type must be custom_variable, url, api or sales_tracker");
  if (input.Find("type") != nullptr) {
    // A type that is sent brings its members with it, also when it stays the same.
    for (const GoalType& other : kTypes) {
      for (const std::string_view member : other.required) body.Remove(member);
      if (other.name == type->name) continue;
      for (const std::string_view member : other.optional) body.Remove(member);
    }
    body.Set("type", type->name);
  }
  CopyMember(input, "name", body, "name");
  CopyMember(input, "active", body, "active");
  TakeMembers(input, *type, body);
  const Status fits = Check(body, *type);
  if (!fits) co_return fits.error();
  storage::Changes changes;
  changes.Update(kCollection, *document, body);
  const Status committed = co_await store_.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return ToLocal(*document);
}

Awaitable<Result<Json>> Goals::Remove(std::string id) {
  const Result<Document> document = co_await store_.Read(kCollection, id);
  if (!document) co_return document.error();
  storage::Changes changes;
  changes.Remove(kCollection, std::move(id));
  const Status committed = co_await store_.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Json::MakeObject();
}

Awaitable<Result<Json>> Goals::Mark(std::string id, Json input) {
  const Result<Document> goal = co_await store_.Read(kCollection, std::move(id));
  if (!goal) co_return goal.error();
  records::GoalHit hit = HitFrom(*goal, input);
  Result<std::string> chat = co_await records::FindChatOf(store_.stores.ledger(), hit.visitor_id);
  if (!chat) co_return chat.error();
  hit.chat_id = *std::move(chat);
  hit.at = store_.clock.Now();
  hit.id = OrderedObjectId(store_.ids, hit.at);  // every order counts
  storage::Changes changes;
  records::RecordGoalHit(store_.recorder, hit, changes);
  const Status committed = co_await store_.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Json::MakeObject();
}

}  // namespace parley::resources
