// Time as a dependency: nothing in the gateway reads the machine's clock but SystemClock.
//
// Threading: implementations are thread-safe.
#pragma once

#include <chrono>

namespace parley {

// A point in UTC, millisecond resolution: what records, events and answers carry.
using Time = std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>;
// A point on the monotonic clock: deadlines and measured durations.
using SteadyTime = std::chrono::steady_clock::time_point;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time Now() const = 0;
  virtual SteadyTime Steady() const = 0;
};

class SystemClock final : public Clock {
 public:
  Time Now() const override {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }
  SteadyTime Steady() const override { return std::chrono::steady_clock::now(); }
};

inline std::int64_t UnixMillis(Time time) {
  return time.time_since_epoch().count();
}
inline std::int64_t UnixSeconds(Time time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}
inline Time FromUnixMillis(std::int64_t millis) {
  return Time(std::chrono::milliseconds(millis));
}

}  // namespace parley
