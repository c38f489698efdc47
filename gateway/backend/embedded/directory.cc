#include "backend/embedded/directory.h"

#include <algorithm>
#include <tuple>

#include "backend/embedded/presence.h"
#include "base/text.h"

namespace parley::backend::embedded {
namespace {

DirectoryAgent AgentOf(const User& user, const Settings& settings) {
  DirectoryAgent agent;
  agent.id = user.id;
  agent.username = user.username;
  agent.name = user.name;
  agent.login = Lower(user.Address());
  agent.presence = user.status;
  agent.available = user.status_livechat == kAvailable;
  agent.accepting = CanTakeChats(user, settings);
  agent.active = user.active;
  agent.roles = user.roles;
  agent.max_chats = MaxChatsOf(user);
  return agent;
}

DirectoryDepartment DepartmentOf(const Department& department) {
  DirectoryDepartment shown;
  shown.id = department.id;
  shown.name = department.name;
  shown.description = department.description.value_or("");
  shown.email = department.email;
  shown.enabled = department.enabled;
  return shown;
}

template <class Item>
void SortByName(std::vector<Item>& items) {
  std::sort(items.begin(), items.end(),
            [](const Item& a, const Item& b) { return std::tie(a.name, a.id) < std::tie(b.name, b.id); });
}

template <class Item>
Item* FindById(std::vector<Item>& items, const std::string& id) {
  const auto found = std::find_if(items.begin(), items.end(), [&](const Item& item) { return item.id == id; });
  return found == items.end() ? nullptr : &*found;
}

// In the department's order: by `order`, then username.
std::vector<const DepartmentAgent*> InOrder(const std::vector<DepartmentAgent>& memberships) {
  std::vector<const DepartmentAgent*> sorted;
  for (const DepartmentAgent& membership : memberships) sorted.push_back(&membership);
  std::sort(sorted.begin(), sorted.end(), [](const DepartmentAgent* a, const DepartmentAgent* b) {
    return std::tie(a->order, a->username) < std::tie(b->order, b->username);
  });
  return sorted;
}

}  // namespace

Directory MakeDirectory(std::uint64_t version, const std::vector<User>& agents,
                        const std::vector<Department>& departments, const std::vector<DepartmentAgent>& memberships,
                        const Settings& settings) {
  Directory directory;
  directory.version = version;
  for (const User& user : agents) directory.agents.push_back(AgentOf(user, settings));
  for (const Department& department : departments) {
    if (!department.archived) directory.departments.push_back(DepartmentOf(department));
  }
  SortByName(directory.agents);
  SortByName(directory.departments);
  for (const DepartmentAgent* membership : InOrder(memberships)) {
    DirectoryAgent* agent = FindById(directory.agents, membership->agent_id);
    DirectoryDepartment* department = FindById(directory.departments, membership->department_id);
    if (agent == nullptr || department == nullptr) continue;
    agent->departments.push_back(department->id);
    department->agents.push_back(agent->id);
  }
  return directory;
}

Awaitable<Result<std::shared_ptr<const Directory>>> ReadDirectory(storage::DocumentStore& documents,
                                                                  std::uint64_t version,
                                                                  std::shared_ptr<const Settings> settings) {
  const auto agents = co_await FindUsersInRole(documents, std::string(kAgentRole));
  if (!agents) co_return agents.error();
  const auto departments = co_await Find<Department>(documents, storage::Query(storage::Collection::kDepartments));
  if (!departments) co_return departments.error();
  const auto members =
      co_await Find<DepartmentAgent>(documents, storage::Query(storage::Collection::kDepartmentAgents));
  if (!members) co_return members.error();
  co_return std::make_shared<const Directory>(
      MakeDirectory(version, *agents, departments->list, members->list, *settings));
}

}  // namespace parley::backend::embedded
