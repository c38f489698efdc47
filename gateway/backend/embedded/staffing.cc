#include "backend/embedded/staffing.h"

#include <algorithm>
#include <set>

#include "backend/embedded/presence.h"
#include "backend/embedded/routing.h"

namespace parley::backend::embedded {
namespace {

using storage::Collection;
using storage::Match;

// Agents by id, as far as the ids exist.
Awaitable<Result<std::vector<User>>> FindUsersById(storage::DocumentStore& documents, Json ids) {
  storage::Query query(Collection::kUsers);
  query.where.emplace_back("_id", Match::kIn, std::move(ids));
  auto found = co_await Find<User>(documents, std::move(query));
  if (!found) co_return found.error();
  co_return std::move(found->list);
}

Json AgentIds(const std::vector<DepartmentAgent>& members) {
  Json ids = Json::MakeArray();
  for (const DepartmentAgent& member : members) ids.Push(member.agent_id);
  return ids;
}

const User* ById(const std::vector<User>& users, const std::string& id) {
  const auto found = std::find_if(users.begin(), users.end(), [&](const User& user) { return user.id == id; });
  return found == users.end() ? nullptr : &*found;
}

using Accepts = bool (*)(const User&, const Settings&);

bool IsBotAgent(const User& user, const Settings&) {
  return user.IsAgent() && user.HasRole(kBotRole);
}

// Those of the department, or of everybody, whom `accepts` lets through.
Awaitable<Result<std::vector<NextAgent>>> FindPicks(Staffing staffing, std::string department, Accepts accepts) {
  std::vector<NextAgent> picks;
  if (department.empty()) {
    auto agents = co_await FindUsersInRole(*staffing.documents, std::string(kAgentRole));
    if (!agents) co_return agents.error();
    for (User& agent : *agents) {
      if (!accepts(agent, *staffing.settings)) continue;
      NextAgent pick;
      pick.agent = std::move(agent);
      picks.push_back(std::move(pick));
    }
    co_return picks;
  }
  auto members = co_await FindDepartmentAgents(*staffing.documents, std::move(department));
  if (!members) co_return members.error();
  if (members->empty()) co_return picks;
  auto agents = co_await FindUsersById(*staffing.documents, AgentIds(*members));
  if (!agents) co_return agents.error();
  for (DepartmentAgent& member : *members) {
    const User* agent = ById(*agents, member.agent_id);
    if (agent == nullptr || !accepts(*agent, *staffing.settings)) continue;
    NextAgent pick;
    pick.agent = *agent;
    pick.membership = std::move(member);
    picks.push_back(std::move(pick));
  }
  co_return picks;
}

// Chats the agent serves now; of one department when it is named.
Awaitable<Result<std::int64_t>> CountChatsOf(Staffing staffing, std::string agent_id, std::string department) {
  storage::Query query(Collection::kRooms);
  query.where.emplace_back("servedBy._id", Match::kEquals, Json(std::move(agent_id)));
  query.where.emplace_back("open", Match::kEquals, Json(true));
  query.where.emplace_back("onHold", Match::kMissing);
  if (!department.empty()) query.where.emplace_back("departmentId", Match::kEquals, Json(std::move(department)));
  co_return co_await staffing.documents->Count(std::move(query));
}

RoutingMethod MethodOf(const Staffing& staffing) {
  return ParseRoutingMethod(staffing.settings->Text("Livechat_Routing_Method"));
}

bool GoesByLoad(RoutingMethod method) {
  return method == RoutingMethod::kLoadBalancing || method == RoutingMethod::kLoadRotation;
}

Candidate CandidateByPicks(const NextAgent& pick) {
  Candidate candidate;
  candidate.user_id = pick.agent.id;
  candidate.username = pick.agent.username;
  candidate.picks = pick.membership ? pick.membership->count : pick.agent.livechat_count.value_or(0);
  candidate.order = pick.membership ? pick.membership->order : 0;
  return candidate;
}

// What the method looks at of somebody who can be given a chat.
Awaitable<Result<Candidate>> CandidateOf(Staffing staffing, RoutingMethod method, const NextAgent& pick) {
  if (!GoesByLoad(method)) co_return CandidateByPicks(pick);
  Candidate candidate;
  candidate.user_id = pick.agent.id;
  candidate.username = pick.agent.username;
  candidate.order = pick.agent.last_routing_time ? UnixMillis(*pick.agent.last_routing_time) : 0;
  if (method == RoutingMethod::kLoadBalancing) {
    const std::string department = pick.membership ? pick.membership->department_id : std::string();
    auto chats = co_await CountChatsOf(staffing, pick.agent.id, department);
    if (!chats) co_return chats.error();
    candidate.picks = *chats;
  }
  co_return candidate;
}

Awaitable<Result<std::int64_t>> DepartmentLimit(Staffing staffing, std::string department) {
  if (department.empty()) co_return 0;
  auto found = co_await FindDepartment(*staffing.documents, std::move(department));
  if (!found) co_return found.error();
  co_return *found ? (*found)->max_chats_per_agent.value_or(0) : 0;
}

// The first of `picks` in routing order who is below the limits.
Awaitable<Result<std::optional<NextAgent>>> Choose(Staffing staffing, RoutingMethod method,
                                                   std::vector<NextAgent> picks, std::string except) {
  std::vector<Candidate> candidates;
  for (const NextAgent& pick : picks) {
    if (pick.agent.id == except) continue;
    auto candidate = co_await CandidateOf(staffing, method, pick);
    if (!candidate) co_return candidate.error();
    candidates.push_back(std::move(*candidate));
  }
  while (const Candidate* chosen = ChooseAgent(candidates)) {
    const auto pick = std::find_if(picks.begin(), picks.end(),
                                   [&](const NextAgent& each) { return each.agent.id == chosen->user_id; });
    const std::string department = pick->membership ? pick->membership->department_id : std::string();
    auto full = co_await IsAtLimit(staffing, pick->agent, department);
    if (!full) co_return full.error();
    pick->by_load = GoesByLoad(method);
    if (!*full) co_return std::optional<NextAgent>(std::move(*pick));
    candidates.erase(candidates.begin() + (chosen - candidates.data()));
  }
  co_return std::optional<NextAgent>();
}

Awaitable<Result<bool>> HasAvailableMember(Staffing staffing, std::string department) {
  auto picks = co_await FindPicks(staffing, std::move(department), &CanTakeChats);
  if (!picks) co_return picks.error();
  co_return !picks->empty();
}

}  // namespace

Awaitable<Result<std::optional<Department>>> FindStaffedDepartment(Staffing staffing, std::string department,
                                                                   std::optional<std::int64_t> most_fallbacks) {
  std::set<std::string> seen;  // fallbacks may have been made circular by hand
  while (!department.empty() && seen.insert(department).second) {
    const auto fallbacks = static_cast<std::int64_t>(seen.size()) - 1;
    if (most_fallbacks && fallbacks > *most_fallbacks) break;
    auto found = co_await FindDepartment(*staffing.documents, department);
    if (!found) co_return found.error();
    if (!*found) break;
    auto staffed = co_await HasAvailableMember(staffing, department);
    if (!staffed) co_return staffed.error();
    if (*staffed) co_return std::move(*found);
    department = (*found)->fallback;
  }
  co_return std::optional<Department>();
}

Awaitable<Result<std::optional<Department>>> FindStaffedRegistrationDepartment(Staffing staffing) {
  storage::Query query(Collection::kDepartments);
  query.where.emplace_back("enabled", Match::kEquals, Json(true));
  query.where.emplace_back("showOnRegistration", Match::kEquals, Json(true));
  query.sort.emplace_back("name");
  auto departments = co_await Find<Department>(*staffing.documents, std::move(query));
  if (!departments) co_return departments.error();
  for (Department& department : departments->list) {
    auto staffed = co_await HasAvailableMember(staffing, department.id);
    if (!staffed) co_return staffed.error();
    if (*staffed) co_return std::optional<Department>(std::move(department));
  }
  co_return std::optional<Department>();
}

Awaitable<Result<bool>> IsOnline(Staffing staffing, std::string department) {
  if (staffing.settings->Flag("Livechat_accept_chats_with_no_agents")) co_return true;
  auto bot = co_await PickBot(staffing, department);
  if (!bot) co_return bot.error();
  if (*bot) co_return true;
  if (department.empty()) co_return co_await HasAvailableMember(staffing, std::move(department));
  auto staffed = co_await FindStaffedDepartment(staffing, std::move(department));
  if (!staffed) co_return staffed.error();
  co_return staffed->has_value();
}

Awaitable<Result<std::optional<NextAgent>>> PickNextAgent(Staffing staffing, std::string department,
                                                          std::string except) {
  auto picks = co_await FindPicks(staffing, std::move(department), &CanTakeChats);
  if (!picks) co_return picks.error();
  co_return co_await Choose(staffing, MethodOf(staffing), std::move(*picks), std::move(except));
}

Awaitable<Result<std::optional<NextAgent>>> PickBot(Staffing staffing, std::string department) {
  if (!staffing.settings->Flag("Livechat_assign_new_conversation_to_bot")) co_return std::optional<NextAgent>();
  auto picks = co_await FindPicks(staffing, std::move(department), &IsBotAgent);
  if (!picks) co_return picks.error();
  staffing.limits_apply = false;
  co_return co_await Choose(staffing, RoutingMethod::kAutoSelection, std::move(*picks), std::string());
}

Awaitable<Result<bool>> IsAtLimit(Staffing staffing, User agent, std::string department) {
  if (!staffing.limits_apply) co_return false;
  std::int64_t limit = MaxChatsOf(agent);
  if (limit <= 0) limit = staffing.settings->Integer("Livechat_maximum_chats_per_agent");
  if (limit > 0) {
    auto chats = co_await CountChatsOf(staffing, agent.id, std::string());
    if (!chats) co_return chats.error();
    if (*chats >= limit) co_return true;
  }
  auto department_limit = co_await DepartmentLimit(staffing, department);
  if (!department_limit) co_return department_limit.error();
  if (*department_limit <= 0) co_return false;
  auto chats = co_await CountChatsOf(staffing, std::move(agent.id), std::move(department));
  if (!chats) co_return chats.error();
  co_return *chats >= *department_limit;
}

void CountPick(NextAgent& pick, Time now, storage::Changes& changes) {
  if (!pick.counted) return;
  if (pick.by_load) {
    pick.agent.last_routing_time = now;
    Save(pick.agent, now, changes);
    return;
  }
  if (pick.membership) {
    ++pick.membership->count;
    Save(*pick.membership, now, changes);
    return;
  }
  pick.agent.livechat_count = pick.agent.livechat_count.value_or(0) + 1;
  Save(pick.agent, now, changes);
}

}  // namespace parley::backend::embedded
