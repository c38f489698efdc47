// A circuit breaker per host: one that does not answer is left alone for a while, then asked once.
//
// Threading: one thread. Tests: tests/unit/base/breaker_test.cc
#pragma once

#include <chrono>
#include <map>
#include <string>

#include "base/clock.h"

namespace parley {

class Breakers {
 public:
  static constexpr int kFailuresToOpen = 5;  // in a row
  static constexpr std::chrono::milliseconds kFirstPause = std::chrono::seconds(5);
  static constexpr std::chrono::milliseconds kLongestPause = std::chrono::minutes(5);

  enum class State {
    kClosed,    // go on
    kOpen,      // until OpenUntil
    kHalfOpen,  // one call may find out
  };

  State StateOf(const std::string& host, Time now) const;
  // REQUIRES: StateOf is not kClosed
  Time OpenUntil(const std::string& host) const { return hosts_.at(host).open_until; }

  // `answered`: whatever it said, it is there.
  void Note(const std::string& host, bool answered, Time now);

 private:
  struct Host {
    int failures = 0;
    std::chrono::milliseconds pause{};  // the last one; 0: none yet
    Time open_until{};
  };

  std::map<std::string, Host> hosts_;  // those that failed last
};

}  // namespace parley
