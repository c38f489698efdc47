#include "resources/spells.h"

#include <algorithm>
#include <utility>

namespace parley::resources {
namespace {

// Spells that overlap or touch become one; ordered.
std::vector<Spell> Merged(std::vector<Spell> spells) {
  std::sort(spells.begin(), spells.end(), [](const Spell& a, const Spell& b) { return a.since < b.since; });
  std::vector<Spell> merged;
  for (const Spell& spell : spells) {
    if (spell.since >= spell.until) continue;
    if (merged.empty() || merged.back().until < spell.since) {
      merged.push_back(spell);
    } else {
      merged.back().until = std::max(merged.back().until, spell.until);
    }
  }
  return merged;
}

}  // namespace

std::vector<std::chrono::milliseconds> Covered(std::vector<Spell> spells, const std::vector<Time>& edges) {
  std::vector<std::chrono::milliseconds> covered;
  const std::vector<Spell> merged = Merged(std::move(spells));
  auto spell = merged.begin();
  for (std::size_t i = 1; i < edges.size(); ++i) {
    std::chrono::milliseconds sum(0);
    while (spell != merged.end() && spell->until <= edges[i - 1]) ++spell;
    for (auto at = spell; at != merged.end() && at->since < edges[i]; ++at) {
      sum += std::min(at->until, edges[i]) - std::max(at->since, edges[i - 1]);
    }
    covered.push_back(sum);
  }
  return covered;
}

std::vector<std::size_t> MostAtOnce(const std::vector<Spell>& spells, const std::vector<Time>& edges) {
  // Ends before beginnings of the same instant.
  std::vector<std::pair<Time, int>> steps;
  for (const Spell& spell : spells) {
    if (spell.since >= spell.until) continue;
    steps.emplace_back(spell.since, 1);
    steps.emplace_back(spell.until, -1);
  }
  std::sort(steps.begin(), steps.end());
  std::vector<std::size_t> most;
  auto step = steps.begin();
  int now = 0;
  for (std::size_t i = 1; i < edges.size(); ++i) {
    for (; step != steps.end() && step->first <= edges[i - 1]; ++step) now += step->second;
    int highest = now;
    for (; step != steps.end() && step->first < edges[i]; ++step) {
      now += step->second;
      highest = std::max(highest, now);
    }
    most.push_back(static_cast<std::size_t>(highest));
  }
  return most;
}

}  // namespace parley::resources
