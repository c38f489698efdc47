#include "backend/embedded/memberships.h"

#include <algorithm>

#include "backend/embedded/duty.h"
#include "backend/embedded/presence.h"
#include "backend/embedded/visitor.h"

namespace parley::backend::embedded {
namespace {

DepartmentAgent* FindRow(std::vector<DepartmentAgent>& rows, const std::string& agent_id) {
  const auto found =
      std::find_if(rows.begin(), rows.end(), [&](const DepartmentAgent& row) { return row.agent_id == agent_id; });
  return found == rows.end() ? nullptr : &*found;
}

DepartmentAgent NewRow(const Call& call, const Department& department, const User& agent) {
  DepartmentAgent row;
  row.id = call.ids().ObjectId();
  row.agent_id = agent.id;
  row.department_id = department.id;
  row.username = agent.username;
  return row;
}

bool Contains(const std::vector<std::string>& list, const std::string& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

// Takes one agent out of one department.
Awaitable<Status> Leave(const Call& call, const DepartmentAgent& row, storage::Changes& changes) {
  Remove(row, changes);
  auto department = co_await FindDepartment(call.documents(), row.department_id);
  if (!department) co_return department.error();
  if (!*department) co_return Status();
  (*department)->agents = std::max<std::int64_t>(0, (*department)->agents - 1);
  Save(**department, call.now, changes);
  co_return Status();
}

Awaitable<Status> Join(const Call& call, const User& agent, const std::string& department_id,
                       storage::Changes& changes) {
  auto department = co_await FindDepartment(call.documents(), department_id);
  if (!department) co_return department.error();
  if (!*department) co_return Status();
  DepartmentAgent row = NewRow(call, **department, agent);
  row.department_enabled = (*department)->enabled;
  Save(row, call.now, changes);
  ++(*department)->agents;
  Save(**department, call.now, changes);
  co_return Status();
}

// No visitor is looked after by them any more.
Awaitable<Status> ForgetManager(const Call& call, std::string username, storage::Changes& changes) {
  storage::Query query(Visitor::kCollection);
  query.where.emplace_back("contactManager.username", storage::Match::kEquals, Json(std::move(username)));
  auto visitors = co_await Find<Visitor>(call.documents(), std::move(query));
  if (!visitors) co_return visitors.error();
  for (Visitor& visitor : visitors->list) {
    visitor.contact_manager = Json();
    Save(visitor, call.now, changes);
  }
  co_return Status();
}

}  // namespace

Awaitable<Status> SeatAgents(const Call& call, Department& department, std::vector<Seat> seats,
                             storage::Changes& changes) {
  auto rows = co_await FindDepartmentAgents(call.documents(), department.id);
  if (!rows) co_return rows.error();
  std::vector<std::string> done;
  for (const Seat& seat : seats) {
    if (Contains(done, seat.agent_id)) continue;
    done.push_back(seat.agent_id);
    const FoundUser agent = co_await FindUser(call.documents(), seat.agent_id);
    if (!agent) co_return agent.error();
    if (!*agent) continue;
    const DepartmentAgent* existing = FindRow(*rows, seat.agent_id);
    DepartmentAgent row = existing != nullptr ? *existing : NewRow(call, department, **agent);
    row.username = (*agent)->username;
    row.department_enabled = department.enabled;
    row.count = seat.count.value_or(row.count);
    row.order = seat.order.value_or(row.order);
    if (existing == nullptr) ++department.agents;
    Save(row, call.now, changes);
  }
  co_return Status();
}

Awaitable<Status> UnseatAgents(const Call& call, Department& department, std::vector<std::string> agent_ids,
                               storage::Changes& changes) {
  const auto rows = co_await FindDepartmentAgents(call.documents(), department.id);
  if (!rows) co_return rows.error();
  for (const DepartmentAgent& row : *rows) {
    if (!Contains(agent_ids, row.agent_id)) continue;
    Remove(row, changes);
    department.agents = std::max<std::int64_t>(0, department.agents - 1);
  }
  co_return Status();
}

Awaitable<Status> SetDepartmentsOf(const Call& call, const User& agent, std::vector<std::string> department_ids,
                                   storage::Changes& changes) {
  const auto rows = co_await FindMembershipsOf(call.documents(), agent.id);
  if (!rows) co_return rows.error();
  std::vector<std::string> current;
  for (const DepartmentAgent& row : *rows) {
    current.push_back(row.department_id);
    if (Contains(department_ids, row.department_id)) continue;
    const Status left = co_await Leave(call, row, changes);
    if (!left) co_return left;
  }
  for (const std::string& id : department_ids) {
    if (Contains(current, id)) continue;
    current.push_back(id);
    const Status joined = co_await Join(call, agent, id, changes);
    if (!joined) co_return joined;
  }
  co_return Status();
}

Awaitable<Status> ApplyRoleChange(const Call& call, const User& before, User& after, storage::Changes& changes) {
  if (before.IsAgent() == after.IsAgent()) co_return Status();
  if (after.IsAgent()) {
    BecomeAgent(after);
    co_return co_await PlaceInHours(call, after);
  }
  StopBeingAgent(after);
  const Status forgotten = co_await ForgetManager(call, before.username, changes);
  if (!forgotten) co_return forgotten;
  std::vector<std::string> none;
  co_return co_await SetDepartmentsOf(call, after, std::move(none), changes);
}

}  // namespace parley::backend::embedded
