// Several coroutines at once on one shard.
//
// Threading: the tasks run on the caller's executor, interleaved. Tests: tests/unit/mapping/runner_test.cc
#pragma once

#include <cstddef>
#include <vector>

#include "base/awaitable.h"

namespace parley {

// Runs all tasks, `at_most` at a time, in order of their start; returns when the last has ended. A single task runs
// within the caller. An exception of a task is rethrown when all have ended. REQUIRES: at_most > 0.
Awaitable<> RunTogether(std::vector<Awaitable<>> tasks, std::size_t at_most);

}  // namespace parley
