// Agents and managers (omnichannel reference §2.1).
#include <algorithm>

#include "backend/embedded/call.h"
#include "backend/embedded/department.h"
#include "backend/embedded/duty.h"
#include "backend/embedded/memberships.h"
#include "backend/embedded/presence.h"
#include "backend/embedded/profile.h"

namespace parley::backend::embedded {
namespace {

using storage::Condition;
using storage::Match;

// The role behind {type}; empty for a type there is not.
std::string_view RoleOfType(std::string_view type) {
  if (type == "agent") return kAgentRole;
  if (type == "manager") return kManagerRole;
  return {};
}

bool MayList(const Call& call, std::string_view role) {
  if (role == kManagerRole) return call.May("view-livechat-manager");
  return call.MayAny({"transfer-livechat-guest", "edit-omnichannel-contact"});
}

Condition HoldsRole(std::string_view role) {
  return Condition("roles", Match::kHasAny, Json(Json::Array{Json(role)}));
}

storage::Query ListQuery(const Call& call, std::string_view role) {
  storage::Query query(storage::Collection::kUsers);
  query.where.push_back(HoldsRole(role));
  if (const std::string_view text = call.query.Text("text"); !text.empty()) {
    query.where.push_back(Condition::AnyOf({Condition("username", Match::kContains, Json(text)),
                                            Condition("name", Match::kContains, Json(text)),
                                            Condition("emails.0.address", Match::kContains, Json(text))}));
  }
  if (call.query.Flag("onlyAvailable")) query.where.emplace_back("statusLivechat", Match::kEquals, Json(kAvailable));
  if (const std::string_view id = call.query.Text("excludeId"); !id.empty()) {
    query.where.emplace_back("_id", Match::kNotEquals, Json(id));
  }
  if (!call.query.Flag("showIdleAgents", true)) {
    query.where.push_back(
        Condition::AnyOf({Condition("status", Match::kNotEquals, Json("offline")), HoldsRole(kBotRole)}));
  }
  return query;
}

// The department ids of each of `users`, in their order.
Awaitable<Result<std::vector<Json>>> DepartmentsOf(storage::DocumentStore& documents, const std::vector<User>& users) {
  Json ids = Json::MakeArray();
  for (const User& user : users) ids.Push(Json(user.id));
  storage::Query query(storage::Collection::kDepartmentAgents);
  query.where.emplace_back("agentId", Match::kIn, std::move(ids));
  const auto rows = co_await Find<DepartmentAgent>(documents, std::move(query));
  if (!rows) co_return rows.error();
  std::vector<Json> departments(users.size(), Json::MakeArray());
  for (const DepartmentAgent& row : rows->list) {
    for (std::size_t i = 0; i < users.size(); ++i) {
      if (users[i].id == row.agent_id) departments[i].Push(Json(row.department_id));
    }
  }
  co_return departments;
}

Awaitable<Reply> ListByType(Call& call) {
  const std::string_view role = RoleOfType(call.Path("type"));
  if (role.empty()) co_return Fail("Invalid type");
  if (!MayList(call, role)) co_return Forbidden();
  auto paging = ReadPaging(call, {storage::SortKey("name")});
  if (!paging) co_return paging.failure();
  storage::Query query = ListQuery(call, role);
  paging->ApplyTo(query);
  const auto users = co_await Find<User>(call.documents(), std::move(query));
  if (!users) co_return users.error();
  const auto departments = co_await DepartmentsOf(call.documents(), users->list);
  if (!departments) co_return departments.error();
  Json items = Json::MakeArray();
  for (std::size_t i = 0; i < users->list.size(); ++i) {
    Json item = AgentItem(users->list[i]);
    if (role == kAgentRole) item.Append("departments", (*departments)[i]);
    items.Push(std::move(item));
  }
  co_return PageOf("users", std::move(items), *paging, users->total);
}

Awaitable<Reply> ShowByType(Call& call) {
  const std::string_view role = RoleOfType(call.Path("type"));
  if (role.empty()) co_return Fail("Invalid type");
  const FoundUser user = co_await FindUser(call.documents(), std::string(call.Path("_id")));
  if (!user) co_return user.error();
  Json shown;
  if (*user && (*user)->HasRole(role)) shown = AgentItem(**user);
  co_return Json::Of({{"user", std::move(shown)}});
}

Awaitable<Reply> GiveRole(Call& call) {
  const std::string_view role = RoleOfType(call.Path("type"));
  if (role.empty()) co_return Fail("Invalid type");
  const FoundUser found = co_await FindUserByName(call.documents(), std::string(call.body.Text("username")));
  if (!found) co_return found.error();
  if (!*found) co_return Fail("error-invalid-user");
  const User& before = **found;
  const Json shown = Json::Of({{"user", Mention(before)}});
  if (before.HasRole(role)) co_return shown;
  User after = before;
  after.roles.emplace_back(role);
  storage::Changes changes;
  const Status applied = co_await ApplyRoleChange(call, before, after, changes);
  if (!applied) co_return applied.error();
  SaveUser(call, &before, after, changes);
  const Status status = co_await call.Commit(std::move(changes));
  if (!status) co_return status.error();
  co_return shown;
}

Awaitable<Reply> TakeRole(Call& call) {
  const std::string_view role = RoleOfType(call.Path("type"));
  if (role.empty()) co_return Fail("Invalid type");
  const FoundUser found = co_await FindUser(call.documents(), std::string(call.Path("_id")));
  if (!found) co_return found.error();
  if (!*found) co_return Fail("error-invalid-user");
  const User& before = **found;
  if (!before.HasRole(role)) co_return Reply::Empty();
  User after = before;
  std::erase(after.roles, role);
  storage::Changes changes;
  const Status applied = co_await ApplyRoleChange(call, before, after, changes);
  if (!applied) co_return applied.error();
  SaveUser(call, &before, after, changes);
  const Status status = co_await call.Commit(std::move(changes));
  if (!status) co_return status.error();
  co_return Reply::Empty();
}

// Whether business hours let the agent go to `status`.
bool HoursAllow(const User& agent, std::string_view status, const Settings& settings) {
  if (status == kNotAvailable || !HoursAreOn(settings)) return true;
  return agent.HasRole(kBotRole) || (agent.open_business_hours && !agent.open_business_hours->empty());
}

std::string_view Opposite(const User& agent) {
  return agent.status_livechat == kAvailable ? kNotAvailable : kAvailable;
}

Json StatusAnswer(std::string_view status) {
  return Json::Of({{"status", status}});
}

Awaitable<Reply> SetAvailability(Call& call) {
  const std::string_view asked_id = call.body.Text("agentId");
  const std::string id(asked_id.empty() ? call.user().id : asked_id);
  const FoundUser found = co_await FindUser(call.documents(), id);
  if (!found) co_return found.error();
  if (!*found || !(*found)->IsAgent()) co_return ResourceNotFound("Agent not found");
  const User& before = **found;
  if (!before.active) co_return Fail("error-user-deactivated");
  const bool own = before.id == call.user().id;
  if (!own && !call.May("manage-livechat-agents")) co_return Forbidden();
  const std::string_view asked = call.body.Text("status");
  const std::string status(asked.empty() ? Opposite(before) : asked);
  if (before.status_livechat == status) co_return StatusAnswer(status);
  if (!HoursAllow(before, status, call.settings())) {
    if (own) co_return Fail("error-business-hours-are-closed");
    co_return StatusAnswer(before.status_livechat.value_or(std::string(kNotAvailable)));
  }
  User after = before;
  after.status_livechat = status;
  after.livechat_status_system_modified = false;
  storage::Changes changes;
  SaveUser(call, &before, after, changes);
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return StatusAnswer(status);
}

Awaitable<Reply> SaveInfo(Call& call) {
  const FoundUser found = co_await FindUser(call.documents(), std::string(call.body.Text("agentId")));
  if (!found) co_return found.error();
  if (!*found || !(*found)->IsAgent()) co_return Fail("error-user-is-not-agent");
  const User& before = **found;
  User after = before;
  after.livechat = *call.body.Find("agentData");
  storage::Changes changes;
  std::vector<std::string> departments = Texts(call.body, "agentDepartments");
  const Status placed = co_await SetDepartmentsOf(call, after, std::move(departments), changes);
  if (!placed) co_return placed.error();
  SaveUser(call, &before, after, changes);
  const Status status = co_await call.Commit(std::move(changes));
  if (!status) co_return status.error();
  std::vector<std::string> moved = {after.id};
  co_await ApplyHoursToMembers(call, std::move(moved));
  co_return Reply::Empty();
}

Awaitable<Reply> ListDepartments(Call& call) {
  const auto rows = co_await FindMembershipsOf(call.documents(), std::string(call.Path("agentId")));
  if (!rows) co_return rows.error();
  const bool enabled_only = call.query.Flag("enabledDepartmentsOnly");
  Json departments = Json::MakeArray();
  for (const DepartmentAgent& row : *rows) {
    if (enabled_only && !row.department_enabled) continue;
    const auto department = co_await FindDepartment(call.documents(), row.department_id);
    if (!department) co_return department.error();
    Json item = ToAnswer(row);
    if (*department) item.Append("departmentName", (*department)->name);
    departments.Push(std::move(item));
  }
  co_return Json::Of({{"departments", std::move(departments)}});
}

}  // namespace

Routes AgentRoutes() {
  return {
      {"DELETE livechat/users/{type}/{_id}", TakeRole}, {"GET livechat/agents/{agentId}/departments", ListDepartments},
      {"GET livechat/users/{type}", ListByType},        {"GET livechat/users/{type}/{_id}", ShowByType},
      {"POST livechat/agent.status", SetAvailability},  {"POST livechat/agents.saveInfo", SaveInfo, Checks::kTyped},
      {"POST livechat/users/{type}", GiveRole},
  };
}

}  // namespace parley::backend::embedded
