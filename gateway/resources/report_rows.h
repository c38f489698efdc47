// What the rows of reports share: numbers, the days of a month's row, the ranking of agents.
//
// Source: livechat-v2 reference §14. Threading: pure functions. Tests: tests/unit/resources/reports_test.cc
#pragma once

#include <vector>

#include "json/json.h"
#include "resources/report_period.h"
#include "storage/reports.h"

namespace parley::resources {

inline constexpr double kMillisPerSecond = 1000, kMillisPerMinute = 60'000, kMillisPerHour = 3'600'000;

// With two decimals at most.
Json Number(double value);

// The row of a month says which of its days it is about.
Json WithDays(Json row, const Bucket& bucket);

// {"ranking": [{good, bad, total, score, name}]}, the best first; agents without ratings are left out.
Json Ranking(const std::vector<storage::AgentRatings>& ratings);

}  // namespace parley::resources
