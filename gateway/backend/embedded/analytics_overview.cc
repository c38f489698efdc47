// Figures as tables: the overview and one figure by agent. Source: omnichannel reference §2.14.
#include <algorithm>
#include <cmath>

#include "backend/embedded/chart_figures.h"

namespace parley::backend::embedded {
namespace {

// The whole days that `from` and `to` lie in.
Outcome<ChatScope> ReadDays(const Call& call, Zone zone) {
  const auto scope = ReadScope(call, "from", "to");
  if (!scope) return scope.failure();
  return InWholeDays(*scope, zone);
}

std::int64_t CountDays(const ChatScope& scope) {
  return std::max<std::int64_t>(1,
                                std::llround(std::chrono::duration<double>(scope.until - scope.from).count() / 86'400));
}

Awaitable<Reply> Conversations(Call& call, ChatScope scope, Zone zone) {
  const auto chats = co_await Total(call, scope);
  if (!chats) co_return chats.error();
  const auto busiest = co_await FindBusiestTime(call, scope, zone);
  if (!busiest) co_return busiest.error();
  const double per_day = static_cast<double>(chats->chats) / static_cast<double>(CountDays(scope));
  Json::Array rows;
  rows.push_back(Totalizer("Total_conversations", chats->chats));
  rows.push_back(Totalizer("Open_conversations", chats->serving + chats->waiting));
  rows.push_back(Totalizer("On_Hold_conversations", 0));
  rows.push_back(Totalizer("Total_messages", chats->messages));
  rows.push_back(Totalizer("Busiest_day", busiest->day ? WeekdayName(*busiest->day, zone) : "-"));
  rows.push_back(Totalizer("Conversations_per_day", TwoDigits(per_day)));
  rows.push_back(Totalizer("Busiest_time", busiest->hour ? HourSpan(*busiest->hour, zone, " - ") : "-"));
  co_return Json(std::move(rows));
}

Awaitable<Reply> Overview(Call& call) {
  const Zone zone = ReportingZone(call);
  const auto scope = ReadDays(call, zone);
  if (!scope) co_return scope.failure();
  const std::string_view name = call.query.Text("name");
  if (name == "Conversations") co_return co_await Conversations(call, *scope, zone);
  if (name != "Productivity") co_return Fail("invalid-chart-name");
  const auto chats = co_await Total(call, *scope);
  if (!chats) co_return chats.error();
  co_return Json(ProductivityOf(*chats));
}

// ---- by agent -------------------------------------------------------------------------------------------------------

struct Line {
  std::string username;
  double value = 0;
};

std::vector<Line> LinesOf(const std::vector<ChatFigures>& agents, const ChartFigure& figure) {
  std::vector<Line> lines;
  for (const ChatFigures& agent : agents) {
    const double value = figure.value(agent);
    // Who never closed or answered a chat has no average.
    if (value > 0 || !figure.is_duration) lines.push_back({agent.name, value});
  }
  std::stable_sort(lines.begin(), lines.end(), [&](const Line& a, const Line& b) {
    return figure.highest_first ? a.value > b.value : a.value < b.value;
  });
  return lines;
}

std::string ValueText(const ChartFigure& figure, double value, double all) {
  if (figure.is_duration) return DurationText(value * 1000);
  if (figure.name == "Total_conversations") return TwoDigits(value / all * 100) + "%";
  return NumberText(value);
}

Awaitable<Reply> AgentOverview(Call& call) {
  const auto scope = ReadDays(call, ReportingZone(call));
  if (!scope) co_return scope.failure();
  const ChartFigure* figure = FindChartFigure(call.query.Text("name"));
  if (figure == nullptr) co_return Fail("invalid-chart-name");
  const auto agents = co_await Figures(call, *scope, figure->agent);
  if (!agents) co_return agents.error();
  const std::vector<Line> lines = LinesOf(*agents, *figure);
  double all = 0;
  for (const Line& line : lines) all += line.value;
  Json data = Json::MakeArray();
  for (const Line& line : lines) {
    data.Push(Json::Of({{"name", line.username}, {"value", ValueText(*figure, line.value, all)}}));
  }
  const bool shares = figure->name == "Total_conversations";
  Json head = Json::MakeArray();
  head.Push(Json::Of({{"name", "Agent"}}));
  head.Push(Json::Of({{"name", shares ? "%_of_conversations" : figure->name}}));
  co_return Json::Of({{"head", std::move(head)}, {"data", std::move(data)}});
}

}  // namespace

Routes AnalyticsOverviewRoutes() {
  return {
      {"GET livechat/analytics/overview", &Overview},
      {"GET livechat/analytics/agent-overview", &AgentOverview},
  };
}

}  // namespace parley::backend::embedded
