// Totals on the dashboards. Source: omnichannel reference §2.14.
#include <algorithm>
#include <cmath>

#include "backend/embedded/department.h"
#include "backend/embedded/department_figures.h"

namespace parley::backend::embedded {
namespace {

Reply Totalizers(Json::Array totalizers) {
  return Json::Of({{"totalizers", Json(std::move(totalizers))}});
}

// Visitors who registered, came back or changed in the interval.
Awaitable<Result<std::int64_t>> CountVisitors(const Call& call, ChatScope scope) {
  using storage::Match;
  storage::Query query(storage::Collection::kVisitors);
  query.where.emplace_back("_updatedAt", Match::kAtLeast, Json(UnixMillis(scope.from)));
  query.where.emplace_back("_updatedAt", Match::kLess, Json(UnixMillis(scope.until)));
  if (!scope.department.empty()) query.where.emplace_back("department", Match::kEquals, Json(scope.department));
  co_return co_await call.documents().Count(std::move(query));
}

// As on a workspace, everything but the visitors is counted over whole days.
Awaitable<Reply> ConversationTotalizers(Call& call) {
  const auto scope = ReadScope(call);
  if (!scope) co_return scope.failure();
  const auto chats = co_await Total(call, InWholeDays(*scope, ReportingZone(call)));
  if (!chats) co_return chats.error();
  const auto visitors = co_await CountVisitors(call, *scope);
  if (!visitors) co_return visitors.error();
  Json::Array totals;
  totals.push_back(Totalizer("Total_conversations", chats->chats));
  totals.push_back(Totalizer("Open_conversations", chats->serving + chats->waiting));
  totals.push_back(Totalizer("On_Hold_conversations", 0));  // no chat can be put on hold here
  totals.push_back(Totalizer("Total_messages", chats->messages));
  totals.push_back(Totalizer("Total_visitors", *visitors));
  co_return Totalizers(std::move(totals));
}

Awaitable<Result<bool>> IsMember(const Call& call, std::string agent_id, std::string department) {
  if (department.empty()) co_return true;
  const auto departments = co_await FindDepartmentIdsOf(call.documents(), std::move(agent_id));
  if (!departments) co_return departments.error();
  co_return std::find(departments->begin(), departments->end(), department) != departments->end();
}

// The mean over the agents who accepted chats at all on that day, up to now.
Awaitable<Result<double>> MeanAvailability(const Call& call, Time from, Time until, std::string department) {
  until = std::min(until, call.now);
  const auto spells = co_await call.services.stores.analytics().Presence(from, until);
  if (!spells) co_return spells.error();
  std::map<std::string, double> available;
  for (const storage::AgentSpell& spell : *spells) {
    const auto member = co_await IsMember(call, spell.agent_id, department);
    if (!member) co_return member.error();
    if (!*member) continue;
    const Time began = std::max(from, spell.since), ended = std::min(until, spell.until.value_or(until));
    available[spell.agent_id] += static_cast<double>((ended - began).count());
  }
  double sum = 0;
  for (const auto& [agent, time] : available) sum += time;
  co_return available.empty() ? 0 : sum / static_cast<double>(available.size());
}

Awaitable<Reply> AgentsProductivityTotalizers(Call& call) {
  const auto scope = ReadScope(call);
  if (!scope) co_return scope.failure();
  const Zone zone = ReportingZone(call);
  const auto busiest = co_await FindBusiestTime(call, InWholeDays(*scope, zone), zone);
  if (!busiest) co_return busiest.error();
  const auto available =
      co_await MeanAvailability(call, DayStart(scope->from, zone), DayEnd(scope->from, zone), scope->department);
  if (!available) co_return available.error();
  const auto service = co_await AverageServiceTimes(call, *scope);
  if (!service) co_return service.error();
  Json::Array totals;
  totals.push_back(Totalizer("Busiest_time", busiest->hour ? HourSpan(*busiest->hour, zone, " - ") : "-"));
  totals.push_back(Totalizer("Avg_of_available_service_time", DurationText(std::floor(*available / 1000) * 1000)));
  totals.push_back(Totalizer("Avg_of_service_time", DurationText(MeanOf(*service) * 1000)));
  co_return Totalizers(std::move(totals));
}

Awaitable<Reply> ChatsTotalizers(Call& call) {
  const auto scope = ReadScope(call);
  if (!scope) co_return scope.failure();
  const auto abandoned = co_await AbandonedChats(call, *scope);
  if (!abandoned) co_return abandoned.error();
  const auto percentages = co_await PercentagesOfAbandonedChats(call, *scope);
  if (!percentages) co_return percentages.error();
  const auto durations = co_await AverageChatDurations(call, *scope);
  if (!durations) co_return durations.error();
  Json::Array totals;
  totals.push_back(Totalizer("Total_abandoned_chats", SumOf(*abandoned)));
  totals.push_back(Totalizer("Avg_of_abandoned_chats", NumberText(MeanOf(*percentages)) + "%"));
  totals.push_back(Totalizer("Avg_of_chat_duration_time", DurationText(MeanOf(*durations) * 1000)));
  co_return Totalizers(std::move(totals));
}

Awaitable<Reply> ProductivityTotalizers(Call& call) {
  const auto scope = ReadScope(call);
  if (!scope) co_return scope.failure();
  const auto chats = co_await Total(call, InWholeDays(*scope, ReportingZone(call)));
  if (!chats) co_return chats.error();
  const auto waiting = co_await AverageWaitingTimes(call, *scope);
  if (!waiting) co_return waiting.error();
  Json::Array totals = ProductivityOf(*chats);
  totals.push_back(Totalizer("Avg_of_waiting_time", DurationText(MeanOf(*waiting) * 1000)));
  co_return Totalizers(std::move(totals));
}

}  // namespace

Routes DashboardRoutes() {
  return {
      {"GET livechat/analytics/dashboards/conversation-totalizers", &ConversationTotalizers},
      {"GET livechat/analytics/dashboards/agents-productivity-totalizers", &AgentsProductivityTotalizers},
      {"GET livechat/analytics/dashboards/chats-totalizers", &ChatsTotalizers},
      {"GET livechat/analytics/dashboards/productivity-totalizers", &ProductivityTotalizers},
  };
}

}  // namespace parley::backend::embedded
