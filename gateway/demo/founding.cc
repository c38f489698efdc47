#include "demo/founding.h"

#include <set>

namespace parley::demo {
namespace {

namespace embedded = backend::embedded;

Json AuthorMembers(const Shop& shop, const Person& person) {
  return Json::Of(
      {{"author", AddressOf(person)}, {"author_id", shop.IdOf(person)}, {"author_username", person.username}});
}

Json Rule(std::string_view type, std::string_view comparison, std::string_view value) {
  return Json::Of({{"type", type}, {"operator", comparison}, {"value", value}, {"condition", "and"}});
}

Json Greeting(std::string_view name, Json::Array rules, std::string_view text) {
  return Json::Of({{"name", name},
                   {"active", true},
                   {"rules", Json(std::move(rules))},
                   {"properties", Json::Of({{"active", "1"}, {"greeting-message_text", text}})}});
}

}  // namespace

Awaitable<Status> SetPresence(Calls& calls, const Shop& shop, const Person& person, bool online, bool available) {
  const Caller caller{shop.IdOf(person)};
  Json presence = Json::Of({{"status", online ? "online" : "offline"}});
  const Result<Json> set = co_await calls.Post("users.setStatus", std::move(presence), caller);
  if (!set) co_return set.error();
  Json availability = Json::Of({{"agentId", caller.user_id}, {"status", available ? "available" : "not-available"}});
  const Result<Json> offered = co_await calls.Post("livechat/agent.status", std::move(availability), caller);
  if (!offered) co_return offered.error();
  co_return Status();
}

// ---- people ---------------------------------------------------------------------------------------------------------

Awaitable<Status> Founding::Bootstrap() {
  embedded::FirstAdministrator administrator;
  administrator.username = options_.admin_username;
  administrator.password = options_.admin_password;
  administrator.email = "admin@ashandalder.example";
  embedded::FirstOwner owner;
  owner.login = AddressOf(Staff().front());
  owner.username = Staff().front().username;
  owner.name = Staff().front().name;
  const Result<embedded::BootstrapResult> first =
      co_await embedded::Bootstrap(services_, std::move(administrator), std::move(owner));
  if (!first) co_return first.error();
  shop_.user_ids["admin"] = first->admin_id;
  shop_.user_ids[Staff().front().username] = first->owner_id;

  // Visitors of the demo have an address and a browser.
  Json collect = Json::Of({{"value", true}});
  const Caller admin{first->admin_id};
  const Result<Json> collecting = co_await calls_.Post(
      "settings/Livechat_Allow_collect_and_store_HTTP_header_informations", std::move(collect), admin);
  if (!collecting) co_return collecting.error();
  co_return Status();
}

Awaitable<Result<std::string>> Founding::Hire(const Person& person) {
  Json user = Json::Of({{"username", person.username},
                        {"name", person.name},
                        {"email", AddressOf(person)},
                        {"password", options_.agent_password},
                        {"verified", true},
                        {"joinDefaultChannels", false}});
  const Caller admin{shop_.user_ids.at("admin")};
  Result<Json> created = co_await calls_.Post("users.create", std::move(user), admin);
  if (!created) co_return created.error();
  const Json* id = created->FindPath("user._id");
  if (id == nullptr || !id->AsString()) co_return Internal("demo: users.create answered no user");
  Json role = Json::Of({{"username", person.username}});
  Result<Json> agent = co_await calls_.Post("livechat/users/agent", std::move(role), admin);
  if (!agent) co_return agent.error();
  co_return std::string(*id->AsString());
}

Awaitable<Status> Founding::HireStaff() {
  for (const Person& person : Staff()) {
    if (!shop_.user_ids.contains(person.username)) {
      Result<std::string> id = co_await Hire(person);
      if (!id) co_return id.error();
      shop_.user_ids[person.username] = *std::move(id);
    }
    Json title = Json::Of({{"job_title", person.job_title}});
    const Result<Json> titled = co_await calls_.PutLocal("local/extras/agent/" + shop_.IdOf(person), std::move(title));
    if (!titled) co_return titled.error();
  }
  co_return Status();
}

Awaitable<Status> Founding::OpenDesks() {
  const Caller admin{shop_.user_ids.at("admin")};
  for (std::size_t desk = 0; desk < kDesks; ++desk) {
    Json agents = Json::MakeArray();
    for (const Person& person : Staff())
      if (std::find(person.desks.begin(), person.desks.end(), static_cast<Desk>(desk)) != person.desks.end())
        agents.Push(Json::Of({{"agentId", shop_.IdOf(person)}}));
    Json body = Json::Of({{"department", Json::Of({{"enabled", true},
                                                   {"name", Desks()[desk].name},
                                                   {"email", Desks()[desk].email},
                                                   {"showOnRegistration", true},
                                                   {"showOnOfflineForm", true}})},
                          {"agents", std::move(agents)}});
    Result<Json> made = co_await calls_.Post("livechat/department", std::move(body), admin);
    if (!made) co_return made.error();
    const Json* id = made->FindPath("department._id");
    if (id == nullptr || !id->AsString()) co_return Internal("demo: livechat/department answered no department");
    shop_.department_ids[desk] = std::string(*id->AsString());
  }
  // Groups get the numbers 1, 2 and 3 in this order, whoever asks for them first.
  std::vector<std::string> ids(shop_.department_ids.begin(), shop_.department_ids.end());
  const auto issued = co_await services_.stores.ids().Issue(storage::IdKind::kGroup, std::move(ids));
  if (!issued) co_return issued.error();
  co_return Status();
}

// ---- what is prepared -----------------------------------------------------------------------------------------------

Awaitable<Status> Founding::Prepare() {
  const Person& author = Staff().front();
  std::set<std::string_view> tags;
  for (const Conversation& conversation : Conversations())
    tags.insert(conversation.tags.begin(), conversation.tags.end());
  for (const std::string_view tag : tags) {
    Json body = Json::Of({{"name", tag}, {"author", AddressOf(author)}});
    const Result<Json> made = co_await calls_.PostLocal("local/tags", std::move(body));
    if (!made) co_return made.error();
  }
  for (const Prepared& prepared : CannedResponses()) {
    Json body = AuthorMembers(shop_, author);
    body.Append("text", prepared.text);
    body.Append("tags", Json(Json::Array{Json(prepared.shortcut)}));
    if (prepared.desk) body.Append("group", shop_.IdOf(*prepared.desk));
    const Result<Json> made = co_await calls_.PostLocal("local/canned_responses", std::move(body));
    if (!made) co_return made.error();
  }
  co_return Status();
}

Awaitable<Result<GoalRecord>> Founding::SetGoal(Json goal) {
  GoalRecord record{{}, std::string(goal.Text("name")), std::string(goal.Text("type"))};
  const Result<Json> made = co_await calls_.PostLocal("local/goals", std::move(goal));
  if (!made) co_return made.error();
  const Json* id = made->FindPath("goal.id");
  if (id == nullptr || !id->AsString()) co_return Internal("demo: local/goals answered no goal");
  record.id = *id->AsString();
  co_return record;
}

Awaitable<Status> Founding::SetGoals() {
  Json order =
      Json::Of({{"name", "Order placed"}, {"type", "url"}, {"url", kOrderedPage}, {"match_type", "substring"}});
  Result<GoalRecord> ordered = co_await SetGoal(std::move(order));
  if (!ordered) co_return ordered.error();
  shop_.order_goal = *std::move(ordered);
  Json sale = Json::Of({{"name", "Sale"}, {"type", "sales_tracker"}, {"value_type", "dynamic"}, {"currency", "EUR"}});
  Result<GoalRecord> sold = co_await SetGoal(std::move(sale));
  if (!sold) co_return sold.error();
  shop_.sale_goal = *std::move(sold);
  Json offer = Json::Of({{"name", "Offer asked for"}, {"type", "api"}});
  const Result<GoalRecord> offered = co_await SetGoal(std::move(offer));
  if (!offered) co_return offered.error();
  co_return Status();
}

Awaitable<Status> Founding::Greet() {
  const std::vector<Json> greetings = {
      Greeting("Sale", {Rule("url_current", "contains", kSalePage)}, "Can we help you to choose? These go fast."),
      Greeting("Long look at a table",
               {Rule("url_current", "contains", "/tables"), Rule("visit_time_page", "greater_than", "60")},
               "Would you like to see the table in our showroom?"),
      Greeting("Welcome back", {Rule("visits_number", "greater_than", "3")}, "Nice to see you again."),
  };
  for (const Json& greeting : greetings) {
    const Result<Json> made = co_await calls_.PostLocal("local/greetings", greeting);
    if (!made) co_return made.error();
  }
  co_return Status();
}

Awaitable<Result<Shop>> Founding::Found() {
  using Step = Awaitable<Status> (Founding::*)();
  for (const Step step : {&Founding::Bootstrap, &Founding::HireStaff, &Founding::OpenDesks, &Founding::Prepare,
                          &Founding::SetGoals, &Founding::Greet}) {
    const Status done = co_await (this->*step)();
    if (!done) co_return done.error();
  }
  for (const Person& person : Staff()) {
    const Status home = co_await SetPresence(calls_, shop_, person, false, false);
    if (!home) co_return home.error();
  }
  co_return shop_;
}

}  // namespace parley::demo
