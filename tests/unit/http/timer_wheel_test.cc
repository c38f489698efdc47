#include "http/timer_wheel.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace parley::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const SteadyTime kStart{seconds(1000)};

// Counts its firings.
struct Probe {
  explicit Probe(TimerWheel& wheel) : timer(wheel, [this] { ++fired; }) {}
  int fired = 0;
  TimerWheel::Timer timer;
};

TEST(TimerWheel, FiresAtTheDeadlineNotBefore) {
  TimerWheel wheel(kStart);
  Probe probe(wheel);
  probe.timer.Arm(kStart + seconds(10));
  wheel.Advance(kStart + milliseconds(9999));
  EXPECT_EQ(probe.fired, 0);
  wheel.Advance(kStart + seconds(10));
  EXPECT_EQ(probe.fired, 1);
  wheel.Advance(kStart + seconds(100));
  EXPECT_EQ(probe.fired, 1);
}

TEST(TimerWheel, DeadlineBetweenTicksIsRoundedUp) {
  TimerWheel wheel(kStart);
  Probe probe(wheel);
  probe.timer.Arm(kStart + milliseconds(260));
  wheel.Advance(kStart + milliseconds(259));
  EXPECT_EQ(probe.fired, 0);
  wheel.Advance(kStart + milliseconds(500));
  EXPECT_EQ(probe.fired, 1);
}

TEST(TimerWheel, LaterDeadlineReplacesAnEarlierOne) {
  TimerWheel wheel(kStart);
  Probe probe(wheel);
  probe.timer.Arm(kStart + seconds(1));
  probe.timer.Arm(kStart + seconds(5));
  wheel.Advance(kStart + seconds(4));
  EXPECT_EQ(probe.fired, 0);
  wheel.Advance(kStart + seconds(5));
  EXPECT_EQ(probe.fired, 1);
}

TEST(TimerWheel, EarlierDeadlineReplacesALaterOne) {
  TimerWheel wheel(kStart);
  Probe probe(wheel);
  probe.timer.Arm(kStart + seconds(50));
  probe.timer.Arm(kStart + seconds(1));
  wheel.Advance(kStart + seconds(1));
  EXPECT_EQ(probe.fired, 1);
}

TEST(TimerWheel, DisarmedTimerDoesNotFire) {
  TimerWheel wheel(kStart);
  Probe probe(wheel);
  probe.timer.Arm(kStart + seconds(1));
  probe.timer.Disarm();
  wheel.Advance(kStart + seconds(2));
  EXPECT_EQ(probe.fired, 0);
  probe.timer.Arm(kStart + seconds(3));
  wheel.Advance(kStart + seconds(3));
  EXPECT_EQ(probe.fired, 1);
}

TEST(TimerWheel, DeadlineBeyondOneTurnWaitsForItsTime) {
  TimerWheel wheel(kStart);
  Probe probe(wheel);
  probe.timer.Arm(kStart + seconds(3600));
  for (int second = 1; second < 3600; ++second) wheel.Advance(kStart + seconds(second));
  EXPECT_EQ(probe.fired, 0);
  wheel.Advance(kStart + seconds(3600));
  EXPECT_EQ(probe.fired, 1);
}

TEST(TimerWheel, OneLongJumpFiresEverythingDue) {
  TimerWheel wheel(kStart);
  std::vector<std::unique_ptr<Probe>> probes;
  for (int i = 1; i <= 1000; ++i) {
    probes.push_back(std::make_unique<Probe>(wheel));
    probes.back()->timer.Arm(kStart + seconds(i));
  }
  wheel.Advance(kStart + seconds(500));
  int fired = 0;
  for (const auto& probe : probes) fired += probe->fired;
  EXPECT_EQ(fired, 500);
}

TEST(TimerWheel, PastDeadlineFiresAtTheNextTick) {
  TimerWheel wheel(kStart);
  Probe probe(wheel);
  probe.timer.Arm(kStart - seconds(5));
  wheel.Advance(kStart + TimerWheel::kTick);
  EXPECT_EQ(probe.fired, 1);
}

TEST(TimerWheel, CallbackMayDestroyItselfAndItsNeighbours) {
  TimerWheel wheel(kStart);
  std::vector<std::unique_ptr<TimerWheel::Timer>> timers;
  int fired = 0;
  for (int i = 0; i < 3; ++i) {
    timers.push_back(std::make_unique<TimerWheel::Timer>(wheel, [&] {
      ++fired;
      timers.clear();
    }));
    timers.back()->Arm(kStart + seconds(1));
  }
  wheel.Advance(kStart + seconds(1));
  EXPECT_EQ(fired, 1);
}

TEST(TimerWheel, CallbackMayArmItselfAgain) {
  TimerWheel wheel(kStart);
  int fired = 0;
  std::unique_ptr<TimerWheel::Timer> timer;
  timer = std::make_unique<TimerWheel::Timer>(wheel, [&] { timer->Arm(kStart + seconds(++fired + 1)); });
  timer->Arm(kStart + seconds(1));
  for (int second = 1; second <= 5; ++second) wheel.Advance(kStart + seconds(second));
  EXPECT_EQ(fired, 5);
}

}  // namespace
}  // namespace parley::http
