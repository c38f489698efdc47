// The directory all shards see, and whether it is still true.
//
// Threading: thread-safe. Tests: tests/unit/backend/rocketchat/rocketchat_test.cc
#pragma once

#include <atomic>
#include <memory>
#include <mutex>

#include "backend/backend.h"
#include "base/clock.h"

namespace parley::backend::rocketchat {

class DirectoryCache {
 public:
  struct Held {
    std::shared_ptr<const Directory> directory;  // null: none yet
    SteadyTime read_at{};                        // when its reading began
    std::uint64_t writes = 0;                    // how many writes it has seen
  };

  // A write that may change it was answered.
  void NoteWrite() { ++writes_; }
  std::uint64_t writes() const { return writes_; }

  Held Get() const;
  // One that has seen fewer writes than what is held already is dropped.
  void Put(Held read);

 private:
  std::atomic<std::uint64_t> writes_{0};
  mutable std::mutex mutex_;
  Held held_;
};

}  // namespace parley::backend::rocketchat
