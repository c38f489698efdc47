#include "resources/report_rows.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace parley::resources {
namespace {

// The lower bound of the Wilson interval: few ratings say little.
double Score(double good, double all) {
  constexpr double kZ = 2.684;  // of the published rankings
  const double p = good / all;
  const double spread = kZ * std::sqrt((p * (1 - p) + kZ * kZ / (4 * all)) / all);
  return (p + kZ * kZ / (2 * all) - spread) / (1 + kZ * kZ / all);
}

}  // namespace

Json Number(double value) {
  const double rounded = std::round(value * 100) / 100;
  if (rounded == std::floor(rounded)) return Json(static_cast<std::int64_t>(rounded));
  return Json(rounded);
}

Json WithDays(Json row, const Bucket& bucket) {
  if (bucket.begin.empty()) return row;
  row.Set("begin", Json(bucket.begin));
  row.Set("end", Json(bucket.end));
  return row;
}

Json Ranking(const std::vector<storage::AgentRatings>& ratings) {
  std::vector<std::pair<double, Json>> ranked;
  for (const storage::AgentRatings& agent : ratings) {
    const std::int64_t total = agent.good + agent.bad;
    if (total == 0) continue;
    const double score = Score(static_cast<double>(agent.good), static_cast<double>(total));
    ranked.emplace_back(score, Json::Of({{"good", agent.good},
                                         {"bad", agent.bad},
                                         {"total", total},
                                         {"score", std::round(score * 1e7) / 1e7},
                                         {"name", agent.login}}));
  }
  std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  Json list = Json::MakeArray();
  for (auto& [score, row] : ranked) list.Push(std::move(row));
  return Json::Of({{"ranking", std::move(list)}});
}

}  // namespace parley::resources
