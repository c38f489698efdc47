// Figures of every agent and department, page by page. Source: omnichannel reference §2.14 (premium).
#include <algorithm>
#include <cmath>

#include "backend/embedded/department_figures.h"

namespace parley::backend::embedded {
namespace {

// The page of `items`, all of which are at hand.
Reply PageReply(std::string_view member, Json::Array items, const Paging& paging) {
  const auto total = static_cast<std::int64_t>(items.size());
  const std::int64_t begin = std::min(paging.offset, total);
  const std::int64_t end = paging.count ? std::min(total, begin + *paging.count) : total;
  Json::Array page(std::make_move_iterator(items.begin() + begin), std::make_move_iterator(items.begin() + end));
  return PageOf(member, Json(std::move(page)), paging, total);
}

// ---- departments ----------------------------------------------------------------------------------------------------

using FigureOf = DepartmentFigureList (*)(const Call& call, ChatScope scope);

Json IdOrNull(const std::string& department) {
  return department.empty() ? Json() : Json(department);
}

Awaitable<Reply> Departments(Call& call, FigureOf figure_of, const char* member, bool with_chats = false) {
  auto scope = ReadScope(call);
  if (!scope) co_return scope.failure();
  const auto paging = ReadPaging(call, {});
  if (!paging) co_return paging.failure();
  if (const Json* answered = call.query.Find("answered")) scope->answered = answered->AsBoolean();
  const auto figures = co_await figure_of(call, *scope);
  if (!figures) co_return figures.error();
  Json::Array items;
  for (const DepartmentFigure& figure : *figures) {
    Json item = Json::MakeObject();
    item.Append("_id", IdOrNull(figure.department));
    if (with_chats) item.Append("chats", figure.chats);
    item.Append(member, figure.value);
    items.push_back(std::move(item));
  }
  co_return PageReply("departments", std::move(items), *paging);
}

Awaitable<Reply> AmountOfChats(Call& call) {
  return Departments(call, &AmountsOfChats, "rooms");
}
Awaitable<Reply> AverageServiceTime(Call& call) {
  return Departments(call, &AverageServiceTimes, "averageServiceTimeInSeconds");
}
Awaitable<Reply> AverageChatDurationTime(Call& call) {
  return Departments(call, &AverageChatDurations, "averageChatDurationTimeInSeconds");
}
Awaitable<Reply> TotalServiceTime(Call& call) {
  return Departments(call, &TotalServiceTimes, "serviceTimeDuration", true);
}
Awaitable<Reply> AverageWaitingTime(Call& call) {
  return Departments(call, &AverageWaitingTimes, "averageWaitingTimeInSeconds");
}
Awaitable<Reply> TotalTransferredChats(Call& call) {
  return Departments(call, &TransferredChats, "numberOfTransferredRooms");
}
Awaitable<Reply> TotalAbandonedChats(Call& call) {
  return Departments(call, &AbandonedChats, "abandonedRooms");
}
Awaitable<Reply> PercentageAbandonedChats(Call& call) {
  return Departments(call, &PercentagesOfAbandonedChats, "percentageOfAbandonedChats");
}

// ---- agents ---------------------------------------------------------------------------------------------------------

// Agents with closed chats, by user name.
Awaitable<Outcome<std::vector<ChatFigures>>> ServingAgents(const Call& call) {
  auto scope = ReadScope(call);
  if (!scope) co_return scope.failure();
  scope->department.clear();
  auto agents = co_await Figures(call, *scope, ChatKey::kAgent);
  if (!agents) co_return agents.error();
  std::erase_if(*agents, [](const ChatFigures& agent) { return agent.service.chats == 0; });
  std::stable_sort(agents->begin(), agents->end(),
                   [](const ChatFigures& a, const ChatFigures& b) { return a.name < b.name; });
  co_return std::move(*agents);
}

Json RoundedUp(double millis) {
  return NumberJson(std::ceil(Seconds(millis)));
}

Awaitable<Reply> AgentsAverageServiceTime(Call& call) {
  const auto agents = co_await ServingAgents(call);
  if (!agents) co_return agents.failure();
  const auto paging = ReadPaging(call, {});
  if (!paging) co_return paging.failure();
  Json::Array items;
  for (const ChatFigures& agent : *agents) {
    items.push_back(Json::Of({{"_id", agent.key},
                              {"username", agent.name},
                              {"averageServiceTimeInSeconds", RoundedUp(agent.service.mean())}}));
  }
  co_return PageReply("agents", std::move(items), *paging);
}

Awaitable<Reply> AgentsTotalServiceTime(Call& call) {
  const auto agents = co_await ServingAgents(call);
  if (!agents) co_return agents.failure();
  const auto paging = ReadPaging(call, {});
  if (!paging) co_return paging.failure();
  Json::Array items;
  for (const ChatFigures& agent : *agents) {
    items.push_back(Json::Of({{"_id", agent.key},
                              {"username", agent.name},
                              {"chats", agent.service.chats},
                              {"serviceTimeDuration", RoundedUp(agent.service.sum)}}));
  }
  co_return PageReply("agents", std::move(items), *paging);
}

struct Availability {
  double millis = 0;
  Json history = Json::MakeArray();
};

// Spells are cut at the edges of the days asked for, and a spell that goes on at now.
std::map<std::string, Availability> AvailabilityOf(const std::vector<storage::AgentSpell>& spells, Time from,
                                                   Time until) {
  std::map<std::string, Availability> agents;
  for (const storage::AgentSpell& spell : spells) {
    const Time began = std::max(from, spell.since), ended = std::min(until, spell.until.value_or(until));
    Availability& agent = agents[spell.username];
    agent.millis += static_cast<double>((ended - began).count());
    agent.history.Push(Json::Of({{"startedAt", IsoTime(began)}, {"stoppedAt", IsoTime(ended)}}));
  }
  return agents;
}

Awaitable<Reply> AvailableForServiceHistory(Call& call) {
  const auto asked = ReadScope(call);
  if (!asked) co_return asked.failure();
  const auto paging = ReadPaging(call, {});
  if (!paging) co_return paging.failure();
  const ChatScope days = InWholeDays(*asked, ReportingZone(call));
  const Time until = std::min(days.until, call.now);
  const auto spells = co_await call.services.stores.analytics().Presence(days.from, until);
  if (!spells) co_return spells.error();
  Json::Array items;
  for (auto& [username, agent] : AvailabilityOf(*spells, days.from, until)) {
    Json item = Json::Of({{"username", username}});
    item.Append("availableTimeInSeconds", NumberJson(std::trunc(Seconds(agent.millis))));
    if (call.query.Flag("fullReport")) item.Append("serviceHistory", agent.history);
    items.push_back(std::move(item));
  }
  co_return PageReply("agents", std::move(items), *paging);
}

}  // namespace

Routes StaffAnalyticsRoutes() {
  return {
      {"GET livechat/analytics/agents/average-service-time", &AgentsAverageServiceTime},
      {"GET livechat/analytics/agents/total-service-time", &AgentsTotalServiceTime},
      {"GET livechat/analytics/agents/available-for-service-history", &AvailableForServiceHistory},
      {"GET livechat/analytics/departments/amount-of-chats", &AmountOfChats},
      {"GET livechat/analytics/departments/ammount-of-chats", &AmountOfChats},
      {"GET livechat/analytics/departments/average-service-time", &AverageServiceTime},
      {"GET livechat/analytics/departments/average-chat-duration-time", &AverageChatDurationTime},
      {"GET livechat/analytics/departments/total-service-time", &TotalServiceTime},
      {"GET livechat/analytics/departments/average-waiting-time", &AverageWaitingTime},
      {"GET livechat/analytics/departments/total-transferred-chats", &TotalTransferredChats},
      {"GET livechat/analytics/departments/total-abandoned-chats", &TotalAbandonedChats},
      {"GET livechat/analytics/departments/percentage-abandoned-chats", &PercentageAbandonedChats},
  };
}

}  // namespace parley::backend::embedded
