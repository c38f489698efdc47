#include "base/breaker.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

using State = Breakers::State;

const Time kNow = FromUnixMillis(1'767'608'130'000);

void Fail(Breakers& breakers, int times, Time at = kNow) {
  for (int i = 0; i < times; ++i) breakers.Note("a.test", false, at);
}

TEST(Breakers, OpenAfterFailuresInARow) {
  Breakers breakers;
  Fail(breakers, Breakers::kFailuresToOpen - 1);
  EXPECT_EQ(breakers.StateOf("a.test", kNow), State::kClosed);
  breakers.Note("a.test", true, kNow);
  Fail(breakers, Breakers::kFailuresToOpen - 1);
  EXPECT_EQ(breakers.StateOf("a.test", kNow), State::kClosed);
  Fail(breakers, 1);
  EXPECT_EQ(breakers.StateOf("a.test", kNow), State::kOpen);
  EXPECT_EQ(breakers.StateOf("b.test", kNow), State::kClosed);
}

TEST(Breakers, ASuccessClosesThem) {
  Breakers breakers;
  Fail(breakers, Breakers::kFailuresToOpen);
  breakers.Note("a.test", true, kNow);
  EXPECT_EQ(breakers.StateOf("a.test", kNow), State::kClosed);
}

TEST(Breakers, StayOpenLongerWithEveryTrialThatFails) {
  Breakers breakers;
  Fail(breakers, Breakers::kFailuresToOpen);
  Time now = kNow;
  std::chrono::milliseconds pause = Breakers::kFirstPause;
  for (int trial = 0; trial < 10; ++trial) {
    EXPECT_EQ(breakers.OpenUntil("a.test"), now + pause);
    now += pause;
    EXPECT_EQ(breakers.StateOf("a.test", now - std::chrono::milliseconds(1)), State::kOpen);
    EXPECT_EQ(breakers.StateOf("a.test", now), State::kHalfOpen);
    Fail(breakers, 1, now);
    pause = std::min(2 * pause, Breakers::kLongestPause);
  }
}

TEST(Breakers, FailuresOfCallsThatWereUnderWayDoNotLengthenThePause) {
  Breakers breakers;
  Fail(breakers, Breakers::kFailuresToOpen + 7);
  EXPECT_EQ(breakers.OpenUntil("a.test"), kNow + Breakers::kFirstPause);
}

}  // namespace
}  // namespace parley
