// How often one address may call one route: so many calls in a window of time that begins with the first of them.
//
// Source: omnichannel reference §1.5.
// Threading: thread-safe, shared by all shards; addresses are spread over many small tables with a lock each. Kept in
// memory and bounded: when a table is full, the window that began first is forgotten.
// Tests: tests/unit/backend/embedded/rate_limiter_test.cc, tests/e2e/rate_limit.test.mjs
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "backend/embedded/settings.h"
#include "base/clock.h"

namespace parley::backend::embedded {

struct RateLimit {
  std::int64_t calls = 0;
  std::chrono::milliseconds window{};
};

// The limit of a route ("GET livechat/room"): its own, else the one of the settings; none when it is not limited.
std::optional<RateLimit> LimitOf(std::string_view route, const Settings& settings);

// How a call stands within its window.
struct RateCount {
  bool allowed = true;
  std::int64_t limit = 0;
  std::int64_t remaining = 0;
  Time reset{};  // when the window ends
};

class RateLimiter {
 public:
  static constexpr std::size_t kTables = 64;
  static constexpr std::size_t kMostPerTable = 2048;

  // Counts a call of `route` from `address`, also one that is not allowed.
  RateCount Count(std::string_view route, std::string_view address, const RateLimit& limit, Time now);
  // Windows that are remembered.
  std::size_t size() const;

 private:
  struct Window {
    std::string key;
    std::int64_t calls = 0;
    Time reset{};
  };
  struct Table {
    mutable std::mutex mutex;
    std::list<Window> windows;                                                 // in the order they began
    std::unordered_map<std::string_view, std::list<Window>::iterator> by_key;  // views into the windows' keys

    Window& Current(std::string&& key, const RateLimit& limit, Time now);
    void ForgetFirst();
  };

  std::array<Table, kTables> tables_;
};

}  // namespace parley::backend::embedded
