#include "backend/embedded/analytics.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "backend/embedded/department.h"

namespace parley::backend::embedded {
namespace {

Outcome<Time> ReadBound(const Call& call, std::string_view name) {
  const std::optional<Time> time = ParseIsoTime(call.query.Text(name));
  if (!time) return Fail("The \"" + std::string(name) + "\" query parameter must be a valid date.");
  return *time;
}

// The edges are in order and one more than the groups.
std::optional<std::size_t> MostMessages(const std::vector<ChatFigures>& groups) {
  const auto most = std::max_element(
      groups.begin(), groups.end(), [](const ChatFigures& a, const ChatFigures& b) { return a.messages < b.messages; });
  if (most == groups.end() || most->messages == 0) return std::nullopt;
  return static_cast<std::size_t>(most - groups.begin());
}

Awaitable<Result<std::optional<Time>>> BusiestOf(const Call& call, ChatScope scope, std::vector<Time> edges) {
  auto groups = co_await call.services.stores.analytics().ChatsOver(std::move(scope), edges);
  if (!groups) co_return groups.error();
  const std::optional<std::size_t> most = MostMessages(*groups);
  if (!most) co_return std::optional<Time>();
  co_return std::optional<Time>(edges[*most]);
}

}  // namespace

Outcome<ChatScope> ReadScope(const Call& call, std::string_view from, std::string_view to) {
  const Outcome<Time> start = ReadBound(call, from);
  if (!start) return start.failure();
  const Outcome<Time> end = ReadBound(call, to);
  if (!end) return end.failure();
  ChatScope scope;
  scope.from = *start;
  scope.until = *end + std::chrono::milliseconds(1);
  const std::string_view department = call.query.Text("departmentId");
  if (department != "undefined") scope.department = department;
  scope.abandoned_after = std::chrono::seconds(call.settings().Integer("Livechat_visitor_inactivity_timeout"));
  return scope;
}

Zone ReportingZone(const Call& call) {
  const std::string_view choice = call.settings().Text("Default_Timezone_For_Reporting");
  Zone zone = nullptr;
  if (choice == "custom") zone = FindZone(call.settings().Text("Default_Custom_Timezone"));
  if (choice == "user")
    zone = FindZoneOfOffset(static_cast<int>(std::clamp(call.user().utc_offset.value_or(0), -24.0, 24.0)));
  if (zone == nullptr) zone = FindZone(call.options().time_zone);
  return zone == nullptr ? FindZone("UTC") : zone;
}

ChatScope InWholeDays(ChatScope scope, Zone zone) {
  const Time last = scope.until - std::chrono::milliseconds(1);
  scope.from = DayStart(scope.from, zone);
  scope.until = DayEnd(last, zone);
  return scope;
}

Awaitable<Result<ChatFigures>> Total(const Call& call, ChatScope scope) {
  auto groups = co_await call.services.stores.analytics().Chats(std::move(scope), ChatKey::kNothing);
  if (!groups) co_return groups.error();
  co_return std::move(groups->front());
}

Awaitable<Result<std::vector<ChatFigures>>> Figures(const Call& call, ChatScope scope, ChatKey key) {
  return call.services.stores.analytics().Chats(std::move(scope), key);
}

Awaitable<Result<std::map<std::string, std::string>>> DepartmentNames(const Call& call,
                                                                      const std::vector<ChatFigures>& departments) {
  std::map<std::string, std::string> names;
  Json ids = Json::MakeArray();
  for (const ChatFigures& department : departments) {
    if (!department.key.empty()) ids.Push(department.key);
  }
  if (ids.empty()) co_return names;
  storage::Query query(Department::kCollection);
  query.where.emplace_back("_id", storage::Match::kIn, std::move(ids));
  auto found = co_await Find<Department>(call.documents(), std::move(query));
  if (!found) co_return found.error();
  for (const Department& department : found->list) names.emplace(department.id, department.name);
  co_return names;
}

// Days on which nothing started are not looked at, however long the interval is.
Awaitable<Result<BusiestTime>> FindBusiestTime(const Call& call, ChatScope scope, Zone zone) {
  BusiestTime busiest;
  auto total = co_await Total(call, scope);
  if (!total) co_return total.error();
  if (!total->first) co_return busiest;
  auto day =
      co_await BusiestOf(call, scope, DayEdges(*total->first, *total->last + std::chrono::milliseconds(1), zone));
  if (!day) co_return day.error();
  if (!*day) co_return busiest;
  auto hour = co_await BusiestOf(call, scope, HourEdges(**day, zone));
  if (!hour) co_return hour.error();
  busiest.day = *day;
  busiest.hour = *hour;
  co_return busiest;
}

Json::Array ProductivityOf(const ChatFigures& chats) {
  Json::Array totals;
  totals.push_back(Totalizer("Avg_response_time", DurationText(chats.mean_response.mean())));
  totals.push_back(Totalizer("Avg_first_response_time", DurationText(chats.first_response.mean())));
  totals.push_back(Totalizer("Avg_reaction_time", DurationText(chats.first_reaction.mean())));
  return totals;
}

double Seconds(double millis) {
  return millis / 1000;
}

std::string DurationText(double millis) {
  const auto seconds = static_cast<long long>(std::llround(Seconds(millis)));
  char text[40];
  std::snprintf(text, sizeof text, "%02lld:%02lld:%02lld", seconds / 3600, seconds / 60 % 60, seconds % 60);
  return text;
}

std::string NumberText(double value) {
  char text[40];
  const auto [end, error] = std::to_chars(text, text + sizeof text, value);
  return error == std::errc() ? std::string(text, end) : "0";
}

Json NumberJson(double value) {
  const double whole = std::trunc(value);
  if (whole == value && std::abs(value) < 1e15) return Json(static_cast<long long>(whole));
  return Json(value);
}

double Hundredths(double value) {
  return std::round(value * 100) / 100;
}

std::string TwoDigits(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.2f", value);
  return text;
}

Json Totalizer(std::string_view title, Json value) {
  return Json::Of({{"title", title}, {"value", std::move(value)}});
}

std::string HourSpan(Time hour, Zone zone, std::string_view between) {
  return HourName(hour, zone) + std::string(between) + HourName(hour + std::chrono::hours(1), zone);
}

}  // namespace parley::backend::embedded
