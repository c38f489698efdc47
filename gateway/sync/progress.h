// How far the synchronisation has come, for whoever asks.
//
// Threading: thread-safe; written by every shard and the thread of the synchronisation.
// Tests: tests/unit/sync/room_sync_test.cc, synchroniser_test.cc
#pragma once

#include <atomic>
#include <cstdint>

#include "base/clock.h"

namespace parley::sync {

struct Progress {
  std::atomic<std::int64_t> events{0};            // told to subscribers so far
  std::atomic<std::int64_t> recovered_events{0};  // of them, those that nobody but Parley's looking found
  std::atomic<std::int64_t> unusable_answers{0};  // what the workspace told and could not be used
  std::atomic<std::int64_t> lag_millis{0};        // how long after it happened the latest of them was told
  std::atomic<std::int64_t> waiting_rooms{0};     // somebody said that there is something new, and it was not read yet
  std::atomic<std::int64_t> polled_at{0};         // the last complete look, UTC milliseconds; 0: none yet
  std::atomic<std::int64_t> fill_done{0}, fill_total{0};
  std::atomic<std::int64_t> fill_seconds_left{-1};  // -1: unknown
  std::atomic<bool> filled{false};
};

}  // namespace parley::sync
