#include "backend/rocketchat/directory_reader.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "backend/rocketchat/pages.h"
#include "base/log.h"
#include "base/text.h"

namespace parley::backend::rocketchat {
namespace {

constexpr std::string_view kAgentRole = "livechat-agent";
constexpr std::string_view kManagerRole = "livechat-manager";
constexpr std::string_view kAdminRole = "admin";
constexpr std::string_view kBotRole = "bot";

using Ids = std::set<std::string, std::less<>>;

std::string FirstAddress(const Json& user) {
  const Json* emails = user.Find("emails");
  const Json::Array* list = emails != nullptr ? emails->AsArray() : nullptr;
  return list != nullptr && !list->empty() ? Lower(list->front().Text("address")) : std::string();
}

// What has none cannot be told from others, or asked for.
bool HasId(const Json& record) {
  return !record.Text("_id").empty();
}

// A number, a numeric text or nothing.
std::int64_t MaxChatsOf(const Json& user) {
  const Json* limit = user.FindPath("livechat.maxNumberSimultaneousChat");
  if (limit == nullptr) return 0;
  if (const auto number = limit->AsInteger()) return *number;
  if (const auto text = limit->AsString()) return ParseInteger(*text).value_or(0);
  return 0;
}

Ids IdsOf(const std::vector<Json>& users) {
  Ids ids;
  for (const Json& user : users) ids.emplace(user.Text("_id"));
  return ids;
}

// Null where the list does not say it: older servers.
const Json::Array* DepartmentsOf(const Json& user) {
  const Json* list = user.Find("departments");
  return list != nullptr ? list->AsArray() : nullptr;
}

struct Roles {
  Ids managers, administrators, bots;
};

DirectoryAgent AgentOf(const Json& user, const Roles& roles, bool idle_agents_take_chats) {
  DirectoryAgent agent;
  agent.id = user.Text("_id");
  agent.username = user.Text("username");
  agent.name = user.Text("name");
  agent.login = FirstAddress(user);
  agent.presence = user.Text("status", "offline");
  agent.available = user.Text("statusLivechat") == "available";
  agent.active = user.Flag("active", true);
  agent.max_chats = MaxChatsOf(user);
  agent.roles = {"user", std::string(kAgentRole)};
  if (roles.managers.contains(agent.id)) agent.roles.emplace_back(kManagerRole);
  if (roles.administrators.contains(agent.id)) agent.roles.emplace_back(kAdminRole);
  const bool bot = roles.bots.contains(agent.id);
  if (bot) agent.roles.emplace_back(kBotRole);
  agent.accepting = agent.active && agent.available && (idle_agents_take_chats || bot || agent.presence != "offline");
  return agent;
}

DirectoryDepartment DepartmentOf(const Json& department) {
  DirectoryDepartment shown;
  shown.id = department.Text("_id");
  shown.name = department.Text("name");
  shown.description = department.Text("description");
  shown.email = department.Text("email");
  shown.enabled = department.Flag("enabled", true);
  return shown;
}

template <class Item>
void SortByName(std::vector<Item>& items) {
  std::sort(items.begin(), items.end(),
            [](const Item& a, const Item& b) { return std::tie(a.name, a.id) < std::tie(b.name, b.id); });
}

bool SameMembers(std::vector<std::string> a, std::vector<std::string> b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  return a == b;
}

class Reader {
 public:
  Reader(Service& workspace, const Directory* before, SteadyTime deadline)
      : workspace_(workspace), before_(before), deadline_(deadline) {}

  Awaitable<Result<std::shared_ptr<const Directory>>> Read(bool idle_agents_take_chats) {
    const Result<std::vector<Json>> agents = co_await ReadPages(workspace_, "livechat/users/agent", "users", deadline_);
    if (!agents) co_return agents.error();
    const Result<std::vector<Json>> departments =
        co_await ReadPages(workspace_, "livechat/department", "departments", deadline_);
    if (!departments) co_return departments.error();
    Roles roles;
    const Status read = co_await ReadRoles(roles);
    if (!read) co_return read.error();

    const auto made = std::make_shared<Directory>();
    made->version = before_ != nullptr ? before_->version + 1 : 1;
    for (const Json& user : *agents)
      if (HasId(user)) made->agents.push_back(AgentOf(user, roles, idle_agents_take_chats));
    for (const Json& department : *departments)
      if (HasId(department) && !department.Flag("archived")) made->departments.push_back(DepartmentOf(department));
    SortByName(made->agents);
    SortByName(made->departments);
    const Status joined = co_await ReadMembers(*agents, *made);
    if (!joined) co_return joined.error();
    co_return made;
  }

 private:
  // What the account may not see is not known; anything else that goes wrong is an error.
  Awaitable<Status> ReadIds(std::string target, Ids& ids) {
    const Result<std::vector<Json>> users = co_await ReadPages(workspace_, target, "users", deadline_);
    if (users) {
      ids = IdsOf(*users);
      co_return Status();
    }
    const ErrorCode code = users.error().code;
    if (code != ErrorCode::kPermissionDenied && code != ErrorCode::kNotFound) co_return users.error();
    Log(LogLevel::kWarning, "workspace.not_allowed", {{"call", "GET " + target}, {"reason", users.error().message}});
    co_return Status();
  }

  Awaitable<Status> ReadRoles(Roles& roles) {
    const Status managers = co_await ReadIds("livechat/users/manager", roles.managers);
    if (!managers) co_return managers;
    const Status administrators = co_await ReadIds("roles.getUsersInRole?role=admin", roles.administrators);
    if (!administrators) co_return administrators;
    co_return co_await ReadIds("roles.getUsersInRole?role=bot", roles.bots);
  }

  Awaitable<Status> ReadMembers(const std::vector<Json>& agents, Directory& directory) {
    std::map<std::string, std::vector<std::string>, std::less<>> told;  // department -> agents, in no order
    bool all_told = true;
    for (const Json& user : agents) {
      const Json::Array* departments = DepartmentsOf(user);
      if (departments == nullptr) {
        all_told = false;
        continue;
      }
      for (const Json& department : *departments)
        if (const auto id = department.AsString()) told[std::string(*id)].emplace_back(user.Text("_id"));
    }
    for (DirectoryDepartment& department : directory.departments) {
      const std::vector<std::string>& members = told[department.id];
      const DirectoryDepartment* known = before_ != nullptr ? before_->DepartmentById(department.id) : nullptr;
      if (all_told && (members.size() < 2 || (known != nullptr && SameMembers(known->agents, members)))) {
        department.agents = members.size() < 2 ? members : known->agents;
      } else {
        const Status read = co_await ReadOrder(department);
        if (!read) co_return read;
      }
    }
    NoteDepartments(directory);
    co_return Status();
  }

  // By `order`, then user name. Somebody who is no agent (any more) serves nobody.
  Awaitable<Status> ReadOrder(DirectoryDepartment& department) {
    const Result<std::vector<Json>> rows = co_await ReadPages(
        workspace_, "livechat/department/" + PercentEncode(department.id) + "/agents", "agents", deadline_);
    if (!rows) co_return rows.error();
    std::vector<std::tuple<std::int64_t, std::string, std::string>> in_order;
    for (const Json& row : *rows) {
      in_order.emplace_back(row.Integer("order"), std::string(row.Text("username")), std::string(row.Text("agentId")));
    }
    std::sort(in_order.begin(), in_order.end());
    for (auto& [order, username, id] : in_order) department.agents.push_back(std::move(id));
    co_return Status();
  }

  static void NoteDepartments(Directory& directory) {
    std::map<std::string_view, DirectoryAgent*> by_id;
    for (DirectoryAgent& agent : directory.agents) by_id.emplace(agent.id, &agent);
    for (DirectoryDepartment& department : directory.departments) {
      std::erase_if(department.agents, [&](const std::string& id) { return !by_id.contains(id); });
      for (const std::string& id : department.agents) by_id.at(id)->departments.push_back(department.id);
    }
  }

  Service& workspace_;
  const Directory* before_;
  const SteadyTime deadline_;
};

}  // namespace

Awaitable<Result<std::shared_ptr<const Directory>>> ReadDirectory(Service& workspace,
                                                                  std::shared_ptr<const Directory> before,
                                                                  bool idle_agents_take_chats, SteadyTime deadline) {
  Reader reader(workspace, before.get(), deadline);
  co_return co_await reader.Read(idle_agents_take_chats);
}

}  // namespace parley::backend::rocketchat
