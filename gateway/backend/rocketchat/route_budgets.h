// How many more calls of a route the workspace takes, and from when on it takes more.
//
// Purpose: Rocket.Chat counts calls by address, route and method, says with every answer how many are left and until
// when (X-RateLimit-Remaining, X-RateLimit-Reset), and refuses the rest with 429. Calls that would be refused wait here
// instead.
// Threading: thread-safe: all shards call from one address. Tests: tests/unit/backend/rocketchat/route_budgets_test.cc
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "backend/backend.h"
#include "base/clock.h"

namespace parley::backend::rocketchat {

class RouteBudgets {
 public:
  static constexpr std::chrono::milliseconds kLongestWait = std::chrono::minutes(10);  // whatever the workspace says

  // Takes one call of the route when one is left: empty. Otherwise from when on it is worth asking again.
  std::optional<Time> Take(const std::string& route, Time now);
  // What an answer says of its route.
  void Note(const std::string& route, const Response& answer, Time now);
  // Of a 429: how long to wait, from its headers or the sentence it says; a second when it says nothing.
  static std::chrono::milliseconds WaitOf(const Response& refused, Time now);

 private:
  struct Budget {
    std::int64_t left = 0;
    Time until{};  // when a new one begins
  };

  std::mutex mutex_;
  std::map<std::string, Budget> budgets_;  // of routes that said so, until their time is over
};

}  // namespace parley::backend::rocketchat
