// A clock that moves only when told to.
//
// Threading: thread-safe.
#pragma once

#include <atomic>

#include "base/clock.h"

namespace parley::test {

class FakeClock final : public Clock {
 public:
  // 2026-01-05T10:15:30.000Z, a Monday.
  explicit FakeClock(Time start = FromUnixMillis(1'767'608'130'000)) : now_(UnixMillis(start)) {}

  Time Now() const override { return FromUnixMillis(now_.load()); }
  SteadyTime Steady() const override { return SteadyTime(std::chrono::milliseconds(steady_.load())); }

  // Both clocks.
  void Advance(std::chrono::milliseconds by) {
    now_ += by.count();
    steady_ += by.count();
  }
  // The calendar alone, as when an administrator sets the machine's date.
  void SetNow(Time now) { now_ = UnixMillis(now); }

 private:
  std::atomic<std::int64_t> now_;
  std::atomic<std::int64_t> steady_{1'000'000};
};

}  // namespace parley::test
