// Figures of every department by the formulas of omnichannel reference §2.14. The dashboards' averages are means over
// these, a department counting once however many chats it has.
//
// Threading: one shard. Tests: tests/unit/backend/embedded/analytics_test.cc
#pragma once

#include <string>
#include <vector>

#include "backend/embedded/analytics.h"

namespace parley::backend::embedded {

struct DepartmentFigure {
  std::string department;  // empty: chats of none
  std::int64_t value = 0;
  std::int64_t chats = 0;
};

using DepartmentFigureList = Awaitable<Result<std::vector<DepartmentFigure>>>;

// Durations in seconds, rounded up. By department id, chats of none first; departments without such a chat are left out.
DepartmentFigureList AmountsOfChats(const Call& call, ChatScope scope);
DepartmentFigureList AverageServiceTimes(const Call& call, ChatScope scope);
DepartmentFigureList AverageChatDurations(const Call& call, ChatScope scope);
DepartmentFigureList TotalServiceTimes(const Call& call, ChatScope scope);
DepartmentFigureList AverageWaitingTimes(const Call& call, ChatScope scope);
DepartmentFigureList TransferredChats(const Call& call, ChatScope scope);
DepartmentFigureList AbandonedChats(const Call& call, ChatScope scope);
DepartmentFigureList PercentagesOfAbandonedChats(const Call& call, ChatScope scope);

// 0 of none.
double MeanOf(const std::vector<DepartmentFigure>& figures);
std::int64_t SumOf(const std::vector<DepartmentFigure>& figures);

}  // namespace parley::backend::embedded
