// What all shards know of what a workspace can do, and whether it is time to ask again.
//
// Threading: thread-safe. Tests: tests/unit/backend/rocketchat/knowledge_test.cc
#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "backend/rocketchat/capabilities.h"
#include "base/clock.h"

namespace parley::backend::rocketchat {

class Knowledge {
 public:
  static constexpr std::chrono::milliseconds kSoon{5'000};  // after a failure, or something that does not fit

  // Null: nothing was found out yet. What was found out stays while later attempts fail.
  std::shared_ptr<const Findings> findings() const;
  std::shared_ptr<const Capabilities> capabilities() const;
  // Why the workspace cannot be used, as of the last attempt; ok where it answered.
  Status state() const;

  // The end of an attempt.
  void Note(Result<Findings> probed, SteadyTime now);
  // An answer that does not fit what is known: a licence may have ended, an account been closed.
  void Doubt();
  bool IsDue(SteadyTime now, std::chrono::milliseconds interval) const;

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Findings> findings_;
  std::shared_ptr<const Capabilities> capabilities_;
  std::optional<Error> failure_;
  std::optional<SteadyTime> tried_at_;
  bool doubted_ = false;
};

}  // namespace parley::backend::rocketchat
