// Conversations counted by one of their features. Source: omnichannel reference §2.14 (premium).
#include <algorithm>

#include "backend/embedded/analytics.h"

namespace parley::backend::embedded {
namespace {

struct Slice {
  std::string label;
  std::int64_t value = 0;
};
using Slices = std::vector<Slice>;

// A little more than a year passes.
constexpr std::chrono::hours kLongestReport(24 * 369);

Outcome<ChatScope> ReadReportScope(const Call& call) {
  auto scope = ReadScope(call);
  if (!scope) return scope;
  scope->until -= std::chrono::milliseconds(1);  // the end itself is not in
  scope->department.clear();
  if (scope->until - scope->from > kLongestReport) {
    return Fail("The \"start\" and \"end\" query parameters must be less than 1 year apart.");
  }
  if (scope->from > scope->until) {
    return Fail("The \"start\" query parameter must be before the \"end\" query parameter.");
  }
  return scope;
}

enum class Order { kByLabel, kLowestFirst, kHighestFirst };

void Sort(Slices& slices, Order order) {
  std::stable_sort(slices.begin(), slices.end(), [](const Slice& a, const Slice& b) { return a.label < b.label; });
  if (order == Order::kByLabel) return;
  std::stable_sort(slices.begin(), slices.end(), [&](const Slice& a, const Slice& b) {
    return order == Order::kLowestFirst ? a.value < b.value : a.value > b.value;
  });
}

// `sort` of the request: {"total": -1} by numbers, by anything else by labels.
Outcome<Done> SortAsAsked(const Call& call, Slices& slices, Order standard) {
  const auto paging = ReadPaging(call, {});
  if (!paging) return paging.failure();
  if (paging->sort.empty()) {
    Sort(slices, standard);
    return Done();
  }
  const storage::SortKey& key = paging->sort.front();
  const bool by_value = key.path == "total" || key.path == "value";
  Sort(slices, !by_value ? Order::kByLabel : key.descending ? Order::kHighestFirst : Order::kLowestFirst);
  if (!by_value && key.descending) std::reverse(slices.begin(), slices.end());
  return Done();
}

// `unspecified`: chats without the feature, where that is told.
Reply ReportOf(const Slices& slices, std::optional<std::int64_t> unspecified = std::nullopt) {
  std::int64_t total = 0;
  Json data = Json::MakeArray();
  for (const Slice& slice : slices) {
    total += slice.value;
    data.Push(Json::Of({{"label", slice.label}, {"value", slice.value}}));
  }
  if (slices.empty() && unspecified.value_or(0) == 0) return Json::Of({{"data", std::move(data)}});
  Json answer = Json::Of({{"total", total}, {"data", std::move(data)}});
  if (unspecified) answer.Append("unspecified", *unspecified);
  return answer;
}

Awaitable<Reply> BySource(Call& call) {
  const auto scope = ReadReportScope(call);
  if (!scope) co_return scope.failure();
  const auto sources = co_await Figures(call, *scope, ChatKey::kChannel);
  if (!sources) co_return sources.error();
  Slices slices;
  for (const ChatFigures& source : *sources) {
    slices.push_back({source.name.empty() ? source.key : source.name, source.chats});
  }
  Sort(slices, Order::kHighestFirst);
  co_return ReportOf(slices);
}

Awaitable<Reply> ByStatus(Call& call) {
  const auto scope = ReadReportScope(call);
  if (!scope) co_return scope.failure();
  const auto chats = co_await Total(call, *scope);
  if (!chats) co_return chats.error();
  Slices slices;
  if (chats->chats > 0) {
    slices = {{"Open", chats->serving}, {"Closed", chats->closed}, {"Queued", chats->waiting}, {"On_Hold", 0}};
    std::stable_sort(slices.begin(), slices.end(), [](const Slice& a, const Slice& b) { return a.value > b.value; });
  }
  co_return ReportOf(slices);
}

// Counts by `key`, each under what `label` makes of it; an empty label is left out.
template <class Label>
Awaitable<Reply> ByFeature(Call& call, ChatScope scope, ChatKey key, std::vector<ChatFigures> groups, Label label,
                           Order standard) {
  Slices slices;
  for (const ChatFigures& group : groups) {
    if (std::string text = label(group); !text.empty()) slices.push_back({std::move(text), group.chats});
  }
  const auto sorted = SortAsAsked(call, slices, standard);
  if (!sorted) co_return sorted.failure();
  const auto without = co_await call.services.stores.analytics().ChatsWithout(scope, key);
  if (!without) co_return without.error();
  co_return ReportOf(slices, *without);
}

// Departments that have been removed are left out.
Awaitable<Reply> ByDepartment(Call& call) {
  const auto scope = ReadReportScope(call);
  if (!scope) co_return scope.failure();
  auto departments = co_await Figures(call, *scope, ChatKey::kDepartment);
  if (!departments) co_return departments.error();
  const auto names = co_await DepartmentNames(call, *departments);
  if (!names) co_return names.error();
  const auto label = [&names](const ChatFigures& department) {
    const auto name = names->find(department.key);
    return name == names->end() ? std::string() : name->second;
  };
  co_return co_await ByFeature(call, *scope, ChatKey::kDepartment, std::move(*departments), label, Order::kLowestFirst);
}

Awaitable<Reply> ByTags(Call& call) {
  const auto scope = ReadReportScope(call);
  if (!scope) co_return scope.failure();
  auto tags = co_await Figures(call, *scope, ChatKey::kTag);
  if (!tags) co_return tags.error();
  const auto label = [](const ChatFigures& tag) { return tag.key; };
  co_return co_await ByFeature(call, *scope, ChatKey::kTag, std::move(*tags), label, Order::kLowestFirst);
}

Awaitable<Reply> ByAgent(Call& call) {
  const auto scope = ReadReportScope(call);
  if (!scope) co_return scope.failure();
  auto agents = co_await Figures(call, *scope, ChatKey::kAgent);
  if (!agents) co_return agents.error();
  std::map<std::string, std::string> names;
  for (const ChatFigures& agent : *agents) {
    const auto user = co_await FindUser(call.documents(), agent.key);
    if (!user) co_return user.error();
    names[agent.key] = *user && !(*user)->name.empty() ? (*user)->name : agent.key;
  }
  const auto label = [&names](const ChatFigures& agent) { return names[agent.key]; };
  co_return co_await ByFeature(call, *scope, ChatKey::kAgent, std::move(*agents), label, Order::kByLabel);
}

}  // namespace

Routes ConversationReportRoutes() {
  return {
      {"GET livechat/analytics/dashboards/conversations-by-source", &BySource},
      {"GET livechat/analytics/dashboards/conversations-by-status", &ByStatus},
      {"GET livechat/analytics/dashboards/conversations-by-department", &ByDepartment},
      {"GET livechat/analytics/dashboards/conversations-by-tags", &ByTags},
      {"GET livechat/analytics/dashboards/conversations-by-agent", &ByAgent},
  };
}

}  // namespace parley::backend::embedded
