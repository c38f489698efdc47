#include "base/wake_up.h"

#include <gtest/gtest.h>

#include <boost/asio/detached.hpp>
#include <thread>

#include "support/await.h"

namespace parley {
namespace {

Awaitable<> CountWakings(WakeUp& wake_up, int times, int& woken) {
  for (int i = 0; i < times; ++i) {
    co_await wake_up.Wait(std::chrono::hours(24));
    ++woken;
  }
}

TEST(WakeUp, WaitsUntilSomebodyAsks) {
  WakeUp wake_up;
  int woken = 0;
  boost::asio::co_spawn(test::Loop(), CountWakings(wake_up, 2, woken), boost::asio::detached);
  test::Poll();
  EXPECT_EQ(woken, 0);
  std::thread([&] { wake_up.Notify(); }).join();
  test::Poll();
  EXPECT_EQ(woken, 1);
  wake_up.Notify();
  wake_up.Notify();
  test::Poll();
  EXPECT_EQ(woken, 2);
}

TEST(WakeUp, DoesNotWaitWhenSomebodyAskedBefore) {
  WakeUp wake_up;
  wake_up.Notify();
  test::Await(wake_up.Wait(std::chrono::hours(24)));
}

TEST(WakeUp, WaitsNoLongerThanItMay) {
  WakeUp wake_up;
  test::Await(wake_up.Wait(std::chrono::milliseconds(1)));
}

}  // namespace
}  // namespace parley
