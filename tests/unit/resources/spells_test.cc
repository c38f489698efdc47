#include "resources/spells.h"

#include <gmock/gmock.h>

#include <random>

namespace parley::resources {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

Time At(std::int64_t millis) {
  return FromUnixMillis(millis);
}

std::vector<Time> Edges(std::vector<std::int64_t> millis) {
  std::vector<Time> edges;
  for (const std::int64_t edge : millis) edges.push_back(At(edge));
  return edges;
}

std::vector<std::int64_t> Covering(std::vector<Spell> spells, std::vector<std::int64_t> edges) {
  std::vector<std::int64_t> counts;
  for (const milliseconds covered : Covered(std::move(spells), Edges(std::move(edges))))
    counts.push_back(covered.count());
  return counts;
}

TEST(Spells, WhatOverlapsIsCoveredOnce) {
  EXPECT_THAT(Covering({{At(5), At(15)}, {At(12), At(18)}, {At(25), At(26)}}, {0, 10, 20, 30}), ElementsAre(5, 8, 1));
}

TEST(Spells, WhatLiesOutsideCoversNothing) {
  EXPECT_THAT(Covering({{At(-9), At(0)}, {At(-5), At(3)}, {At(30), At(40)}, {At(8), At(8)}}, {0, 10, 30}),
              ElementsAre(3, 0));
  EXPECT_THAT(Covering({}, {0, 10}), ElementsAre(0));
}

TEST(Spells, OneMayCoverSeveralIntervals) {
  EXPECT_THAT(Covering({{At(5), At(25)}}, {0, 10, 20, 30}), ElementsAre(5, 10, 5));
}

TEST(Spells, AtOnceAreThoseThatOverlapInTheInterval) {
  const std::vector<Spell> spells = {{At(0), At(15)}, {At(5), At(8)}, {At(8), At(12)}, {At(25), At(26)}};
  EXPECT_THAT(MostAtOnce(spells, Edges({0, 10, 20, 25, 30})), ElementsAre(2, 2, 0, 1));
  EXPECT_THAT(MostAtOnce({}, Edges({0, 10})), ElementsAre(0));
}

// Millisecond by millisecond, the plain way.
TEST(Spells, AgreeWithCounting) {
  std::mt19937 random(7);
  const std::vector<std::int64_t> edges = {10, 30, 31, 60, 90};
  for (int round = 0; round < 200; ++round) {
    std::vector<Spell> spells;
    for (std::size_t i = random() % 6; i > 0; --i) {
      const auto since = static_cast<std::int64_t>(random() % 100);
      spells.push_back({At(since), At(since + static_cast<std::int64_t>(random() % 40))});
    }
    std::vector<std::int64_t> covered;
    std::vector<std::size_t> most;
    for (std::size_t i = 1; i < edges.size(); ++i) {
      covered.push_back(0);
      most.push_back(0);
      for (std::int64_t now = edges[i - 1]; now < edges[i]; ++now) {
        std::size_t at_once = 0;
        for (const Spell& spell : spells) at_once += spell.since <= At(now) && At(now) < spell.until ? 1 : 0;
        covered.back() += at_once > 0 ? 1 : 0;
        most.back() = std::max(most.back(), at_once);
      }
    }
    EXPECT_EQ(Covering(spells, edges), covered);
    EXPECT_EQ(MostAtOnce(spells, Edges(edges)), most);
  }
}

}  // namespace
}  // namespace parley::resources
