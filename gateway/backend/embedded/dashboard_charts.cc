// Charts on the dashboards. Source: omnichannel reference §2.14.
#include <algorithm>
#include <cmath>

#include "backend/embedded/analytics.h"
#include "backend/embedded/chart_figures.h"
#include "backend/embedded/department.h"
#include "backend/embedded/presence.h"

namespace parley::backend::embedded {
namespace {

constexpr std::chrono::hours kLongestChart(24 * 366 * 10);

Awaitable<Reply> Chats(Call& call) {
  const auto scope = ReadScope(call);
  if (!scope) co_return scope.failure();
  const auto chats = co_await Total(call, *scope);
  if (!chats) co_return chats.error();
  co_return Json::Of({{"open", chats->serving}, {"closed", chats->closed}, {"queued", chats->waiting}, {"onhold", 0}});
}

// Chats that began in the interval and are open, or have closed within it.
Awaitable<Reply> ChatsPerAgent(Call& call) {
  auto scope = ReadScope(call);
  if (!scope) co_return scope.failure();
  const auto open = co_await Figures(call, *scope, ChatKey::kAgent);
  if (!open) co_return open.error();
  scope->ended_before = scope->until;
  const auto closed = co_await Figures(call, *scope, ChatKey::kAgent);
  if (!closed) co_return closed.error();
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> counts;
  for (const ChatFigures& agent : *open) {
    if (agent.serving > 0) counts[agent.name].first += agent.serving;
  }
  for (const ChatFigures& agent : *closed) counts[agent.name].second += agent.closed;
  Json answer = Json::MakeObject();
  for (const auto& [username, count] : counts) {
    answer.Set(username, Json::Of({{"open", count.first}, {"closed", count.second}, {"onhold", 0}}));
  }
  co_return answer;
}

// A department that has been removed keeps its chats under its id.
Awaitable<Reply> ChatsPerDepartment(Call& call) {
  const auto scope = ReadScope(call);
  if (!scope) co_return scope.failure();
  const auto departments = co_await Figures(call, *scope, ChatKey::kDepartment);
  if (!departments) co_return departments.error();
  const auto names = co_await DepartmentNames(call, *departments);
  if (!names) co_return names.error();
  Json answer = Json::MakeObject();
  for (const ChatFigures& department : *departments) {
    if (department.key.empty()) continue;
    const auto name = names->find(department.key);
    answer.Set(name == names->end() ? department.key : name->second,
               Json::Of({{"open", department.serving + department.waiting}, {"closed", department.closed}}));
  }
  co_return answer;
}

// ---- agents now -----------------------------------------------------------------------------------------------------

// Every agent, or the members of a department.
Awaitable<Result<std::vector<User>>> FindAgents(const Call& call, std::string department) {
  storage::Query query(User::kCollection);
  query.where.emplace_back("roles", storage::Match::kHasAny, Json(Json::Array{Json(kAgentRole)}));
  if (!department.empty()) {
    const auto members = co_await FindDepartmentAgents(call.documents(), std::move(department));
    if (!members) co_return members.error();
    Json ids = Json::MakeArray();
    for (const DepartmentAgent& member : *members) ids.Push(member.agent_id);
    query.where.emplace_back("_id", storage::Match::kIn, std::move(ids));
  }
  auto users = co_await Find<User>(call.documents(), std::move(query));
  if (!users) co_return users.error();
  co_return std::move(users->list);
}

Awaitable<Reply> AgentsStatus(Call& call) {
  std::string department(call.query.Text("departmentId"));
  if (department == "undefined") department.clear();
  const auto agents = co_await FindAgents(call, std::move(department));
  if (!agents) co_return agents.error();
  std::int64_t offline = 0, away = 0, busy = 0, available = 0;
  for (const User& agent : *agents) {
    const bool accepts = agent.status_livechat == kAvailable;
    offline += !accepts || agent.status == "offline" ? 1 : 0;
    away += accepts && agent.status == "away" ? 1 : 0;
    busy += accepts && agent.status == "busy" ? 1 : 0;
    available += accepts && agent.status == "online" ? 1 : 0;
  }
  Json answer = Json::MakeObject();
  answer.Append("_id", nullptr);
  answer.Append("offline", offline);
  answer.Append("away", away);
  answer.Append("busy", busy);
  answer.Append("available", available);
  co_return answer;
}

// ---- times ----------------------------------------------------------------------------------------------------------

Json Timing(const storage::Durations& averaged, const storage::Durations& longest) {
  return Json::Of(
      {{"avg", NumberJson(std::trunc(Seconds(averaged.mean())))}, {"longest", NumberJson(Seconds(longest.longest))}});
}

Awaitable<Reply> Timings(Call& call) {
  const auto scope = ReadScope(call);
  if (!scope) co_return scope.failure();
  const auto chats = co_await Total(call, *scope);
  if (!chats) co_return chats.error();
  Json answer = Json::MakeObject();
  answer.Append("response", Timing(chats->mean_response, chats->first_response));
  answer.Append("reaction", Timing(chats->first_reaction, chats->first_reaction));
  answer.Append("chatDuration", Timing(chats->duration, chats->duration));
  co_return answer;
}

// By the hours of one day, else by days.
Awaitable<Reply> ChartsData(Call& call) {
  auto scope = ReadScope(call);
  if (!scope) co_return scope.failure();
  const std::string_view name = call.query.Text("chartName");
  const ChartFigure* figure = FindChartFigure(name);
  if (figure == nullptr) co_return Fail("invalid-chart-name");
  if (scope->until - scope->from > kLongestChart) {
    co_return Fail("The \"start\" and \"end\" query parameters must be less than 10 years apart.");
  }
  const Zone zone = ReportingZone(call);
  const ChatScope days = InWholeDays(*scope, zone);
  std::vector<Time> edges = DayEdges(days.from, days.until, zone);
  const bool one_day = edges.size() == 2;
  if (one_day) edges = HourEdges(days.from, zone);
  const auto groups = co_await call.services.stores.analytics().ChatsOver(days, edges);
  if (!groups) co_return groups.error();
  Json labels = Json::MakeArray(), points = Json::MakeArray();
  for (std::size_t i = 0; i < groups->size(); ++i) {
    labels.Push(one_day ? HourSpan(edges[i], zone, "-") : MonthDay(edges[i], zone));
    points.Push(NumberJson(figure->value((*groups)[i])));
  }
  co_return Json::Of({{"chartLabel", name}, {"dataLabels", std::move(labels)}, {"dataPoints", std::move(points)}});
}

}  // namespace

Routes DashboardChartRoutes() {
  return {
      {"GET livechat/analytics/dashboards/charts/chats", &Chats},
      {"GET livechat/analytics/dashboards/charts/chats-per-agent", &ChatsPerAgent},
      {"GET livechat/analytics/dashboards/charts/chats-per-department", &ChatsPerDepartment},
      {"GET livechat/analytics/dashboards/charts/agents-status", &AgentsStatus},
      {"GET livechat/analytics/dashboards/charts/timings", &Timings},
      {"GET livechat/analytics/dashboards/charts-data", &ChartsData},
  };
}

}  // namespace parley::backend::embedded
