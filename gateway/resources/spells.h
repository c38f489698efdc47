// Spells of time: how much of each interval they cover, and how many there are at once.
//
// Threading: pure functions. Tests: tests/unit/resources/spells_test.cc
#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

#include "base/clock.h"

namespace parley::resources {

struct Spell {
  Time since{}, until{};
};

// For each interval between neighbouring edges, how long at least one spell lasted in it. REQUIRES: edges ascend.
std::vector<std::chrono::milliseconds> Covered(std::vector<Spell> spells, const std::vector<Time>& edges);

// For each interval, how many spells there were in it at once at most. One that ends as another begins is not at once
// with it. REQUIRES: edges ascend.
std::vector<std::size_t> MostAtOnce(const std::vector<Spell>& spells, const std::vector<Time>& edges);

}  // namespace parley::resources
