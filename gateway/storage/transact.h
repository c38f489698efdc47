// Read, decide, commit, and again from the read when somebody else was faster.
//
//   auto attempt = [&]() -> Awaitable<Result<Room>> { ...read...; ...decide...; co_await committer.Commit(changes); ...
//   }; Result<Room> room = co_await Retrying(std::move(attempt));
//
// Name the lambda first: g++ 12 destroys a temporary one inside a co_await expression twice.
// Threading: one shard. Tests: tests/contract/storage/commit_contract_test.cc
#pragma once

#include <type_traits>
#include <utility>

#include "base/awaitable.h"

namespace parley::storage {

inline constexpr int kCommitAttempts = 8;

// Calls `attempt`, which returns Awaitable<Result<T>> (T may be void), until it answers anything but kConflict, at most
// `attempts` times; then the last kConflict stands. The attempt must read afresh every time.
template <class Attempt>
std::invoke_result_t<Attempt&> Retrying(Attempt attempt, int attempts = kCommitAttempts) {
  for (int left = attempts;; --left) {
    auto result = co_await attempt();
    if (result.ok() || result.error().code != ErrorCode::kConflict || left <= 1) co_return std::move(result);
  }
}

}  // namespace parley::storage
