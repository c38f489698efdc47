#include "backend/embedded/department_figures.h"

#include <cmath>

namespace parley::backend::embedded {
namespace {

using Value = std::optional<std::int64_t> (*)(const ChatFigures& chats);

std::int64_t RoundedUp(double millis) {
  return static_cast<std::int64_t>(std::ceil(Seconds(millis)));
}

DepartmentFigureList ByDepartment(const Call& call, ChatScope scope, Value value_of) {
  auto groups = co_await Figures(call, std::move(scope), ChatKey::kDepartment);
  if (!groups) co_return groups.error();
  std::vector<DepartmentFigure> figures;
  for (const ChatFigures& group : *groups) {
    const std::optional<std::int64_t> value = value_of(group);
    if (value) figures.push_back({group.key, *value, group.chats});
  }
  co_return figures;
}

ChatScope Ended(ChatScope scope) {
  scope.ended_before = scope.until;
  return scope;
}

}  // namespace

DepartmentFigureList AmountsOfChats(const Call& call, ChatScope scope) {
  return ByDepartment(call, std::move(scope), [](const ChatFigures& chats) { return std::optional(chats.chats); });
}

DepartmentFigureList AverageServiceTimes(const Call& call, ChatScope scope) {
  return ByDepartment(call, std::move(scope), [](const ChatFigures& chats) -> std::optional<std::int64_t> {
    if (chats.attention.chats == 0) return std::nullopt;
    return RoundedUp(chats.attention.mean());
  });
}

DepartmentFigureList AverageChatDurations(const Call& call, ChatScope scope) {
  return ByDepartment(call, Ended(std::move(scope)),
                      [](const ChatFigures& chats) { return std::optional(RoundedUp(chats.duration.mean())); });
}

DepartmentFigureList TotalServiceTimes(const Call& call, ChatScope scope) {
  auto groups = co_await Figures(call, Ended(std::move(scope)), ChatKey::kDepartment);
  if (!groups) co_return groups.error();
  std::vector<DepartmentFigure> figures;
  for (const ChatFigures& group : *groups) {
    if (group.service.chats == 0) continue;
    figures.push_back({group.key, RoundedUp(group.service.sum), group.service.chats});
  }
  co_return figures;
}

DepartmentFigureList AverageWaitingTimes(const Call& call, ChatScope scope) {
  scope.answered = true;
  return ByDepartment(call, std::move(scope), [](const ChatFigures& chats) {
    return std::optional(RoundedUp(chats.first_response.sum / static_cast<double>(chats.chats)));
  });
}

DepartmentFigureList TransferredChats(const Call& call, ChatScope scope) {
  auto counts = co_await call.services.stores.analytics().Transfers(std::move(scope));
  if (!counts) co_return counts.error();
  std::vector<DepartmentFigure> figures;
  for (const storage::DepartmentCount& count : *counts) figures.push_back({count.department, count.count, count.count});
  co_return figures;
}

DepartmentFigureList AbandonedChats(const Call& call, ChatScope scope) {
  return ByDepartment(call, Ended(std::move(scope)), [](const ChatFigures& chats) -> std::optional<std::int64_t> {
    if (chats.abandoned == 0) return std::nullopt;
    return chats.abandoned;
  });
}

DepartmentFigureList PercentagesOfAbandonedChats(const Call& call, ChatScope scope) {
  return ByDepartment(call, std::move(scope),
                      [](const ChatFigures& chats) { return std::optional(chats.abandoned * 100 / chats.chats); });
}

double MeanOf(const std::vector<DepartmentFigure>& figures) {
  return figures.empty() ? 0 : static_cast<double>(SumOf(figures)) / static_cast<double>(figures.size());
}

std::int64_t SumOf(const std::vector<DepartmentFigure>& figures) {
  std::int64_t sum = 0;
  for (const DepartmentFigure& figure : figures) sum += figure.value;
  return sum;
}

}  // namespace parley::backend::embedded
