#include "backend/embedded/department.h"

namespace parley::backend::embedded {
namespace {

using storage::Condition;
using storage::Match;

Awaitable<Result<std::vector<DepartmentAgent>>> FindMemberships(storage::DocumentStore& documents, std::string path,
                                                                std::string value) {
  storage::Query query(storage::Collection::kDepartmentAgents);
  query.where.emplace_back(std::move(path), Match::kEquals, Json(std::move(value)));
  auto found = co_await Find<DepartmentAgent>(documents, std::move(query));
  if (!found) co_return found.error();
  co_return std::move(found->list);
}

}  // namespace

Awaitable<Result<std::optional<Department>>> FindDepartment(storage::DocumentStore& documents, std::string id) {
  return Get<Department>(documents, std::move(id));
}

Awaitable<Result<std::optional<Department>>> FindDepartmentByIdOrName(storage::DocumentStore& documents,
                                                                      std::string id_or_name) {
  auto department = co_await FindDepartment(documents, id_or_name);
  if (!department || *department) co_return department;
  std::vector<Condition> where;
  where.emplace_back("name", Match::kEquals, Json(std::move(id_or_name)));
  co_return co_await FindFirst<Department>(documents, std::move(where));
}

Awaitable<Result<std::vector<DepartmentAgent>>> FindDepartmentAgents(storage::DocumentStore& documents,
                                                                     std::string department_id) {
  return FindMemberships(documents, "departmentId", std::move(department_id));
}

Awaitable<Result<std::vector<DepartmentAgent>>> FindMembershipsOf(storage::DocumentStore& documents,
                                                                  std::string agent_id) {
  return FindMemberships(documents, "agentId", std::move(agent_id));
}

Awaitable<Result<std::vector<std::string>>> FindDepartmentIdsOf(storage::DocumentStore& documents, std::string agent_id,
                                                                bool enabled_only) {
  auto memberships = co_await FindMembershipsOf(documents, std::move(agent_id));
  if (!memberships) co_return memberships.error();
  std::vector<std::string> ids;
  for (DepartmentAgent& membership : *memberships) {
    if (membership.department_enabled || !enabled_only) ids.push_back(std::move(membership.department_id));
  }
  co_return ids;
}

}  // namespace parley::backend::embedded
