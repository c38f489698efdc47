// What the workspace says of itself: its version and its figures (administration reference §6.4).
#include "backend/embedded/call.h"
#include "backend/embedded/license.h"
#include "base/text.h"

namespace parley::backend::embedded {
namespace {

using storage::Collection;
using storage::Condition;
using storage::Match;

// ---- version --------------------------------------------------------------------------------------------------------

// "8.3.0" -> "8.3"
std::string MajorAndMinor(const std::string& version) {
  const auto parts = Split(version, '.');
  if (parts.size() < 2) return version;
  return std::string(parts[0]) + "." + std::string(parts[1]);
}

Awaitable<Reply> Info(Call& call) {
  const std::string& version = call.options().version;
  const bool complete = call.May("view-statistics");
  Json answer = Json::Of({{"version", complete ? version : MajorAndMinor(version)}});
  if (complete) answer.Append("info", Json::Of({{"version", version}}));
  answer.Append("minimumClientVersions", Json::Of({{"desktop", "3.9.6"}, {"mobile", "4.39.0"}}));
  co_return answer;
}

// ---- statistics -----------------------------------------------------------------------------------------------------

struct Figure {
  const char* name;
  Collection collection;
  std::vector<Condition> where;
};

Condition Is(const char* path, Json value) {
  return Condition(path, Match::kEquals, std::move(value));
}

Condition HoldsRole(std::string_view role) {
  return Condition("roles", Match::kHasAny, Json(Json::Array{Json(role)}));
}

std::vector<Figure> Figures() {
  const Json person("user");
  return {
      {"totalUsers", Collection::kUsers, {}},
      {"activeUsers", Collection::kUsers, {Is("active", true), Is("type", person)}},
      {"nonActiveUsers", Collection::kUsers, {Is("active", false)}},
      {"appUsers", Collection::kUsers, {Is("type", "app")}},
      {"onlineUsers", Collection::kUsers, {Is("status", "online")}},
      {"awayUsers", Collection::kUsers, {Is("status", "away")}},
      {"busyUsers", Collection::kUsers, {Is("status", "busy")}},
      {"offlineUsers", Collection::kUsers, {Is("status", "offline")}},
      {"totalRooms", Collection::kRooms, {}},
      {"totalLivechat", Collection::kRooms, {}},
      {"totalLivechatVisitors", Collection::kVisitors, {}},
      {"totalLivechatAgents", Collection::kUsers, {HoldsRole(kAgentRole)}},
      {"totalLivechatManagers", Collection::kUsers, {HoldsRole(kManagerRole)}},
      {"totalMessages", Collection::kMessages, {}},
      {"totalLivechatMessages", Collection::kMessages, {}},
      {"totalCustomFields", Collection::kCustomFields, {}},
      {"totalTriggers", Collection::kTriggers, {}},
      {"departments", Collection::kDepartments, {}},
  };
}

Awaitable<Reply> Statistics(Call& call) {
  if (!call.May("view-statistics")) co_return Fail("error-not-allowed");
  Json answer = Json::Of({{"version", call.options().version}});
  for (const Figure& figure : Figures()) {
    storage::Query query(figure.collection);
    query.where = figure.where;
    const auto count = co_await call.documents().Count(std::move(query));
    if (!count) co_return count.error();
    answer.Append(figure.name, *count);
  }
  answer.Append("livechatEnabled", call.settings().Flag("Livechat_enabled"));
  answer.Append("routingAlgorithm", call.settings().Text("Livechat_Routing_Method"));
  answer.Append("enterprise", Json::Of({{"modules", LicensedModules(call.options().edition)},
                                        {"tags", Json::MakeArray()},
                                        {"seatRequests", 0}}));
  answer.Append("createdAt", IsoTime(call.now));
  co_return answer;
}

}  // namespace

Routes ServerRoutes() {
  return {
      {"GET api/info", Info},
      {"GET statistics", Statistics},
  };
}

}  // namespace parley::backend::embedded
