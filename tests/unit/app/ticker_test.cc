#include "app/ticker.h"

#include <gtest/gtest.h>

#include <future>

#include "base/wake_up.h"

namespace parley::app {
namespace {

TEST(Ticker, RunsItsWorkAgainAndAgain) {
  Ticker ticker(std::chrono::milliseconds(0));
  std::promise<void> third;
  int runs = 0;
  ticker.Start([&]() -> Awaitable<void> {
    if (++runs == 3) third.set_value();
    co_return;
  });
  third.get_future().wait();
  ticker.Stop();
  EXPECT_GE(runs, 3);
}

TEST(Ticker, StopsWithoutWaitingForThePauseToEnd) {
  Ticker ticker(std::chrono::hours(24));
  std::promise<void> ran;
  ticker.Start([&]() -> Awaitable<void> {
    ran.set_value();
    co_return;
  });
  ran.get_future().wait();
  ticker.Stop();  // a test that hangs here has failed
  ticker.Stop();
}

TEST(Ticker, ARunThatWaitsForSomebodyElseIsGivenUp) {
  Ticker ticker(std::chrono::milliseconds(0));
  std::promise<void> waits;
  WakeUp answer;
  const auto run = [&]() -> Awaitable<void> {
    waits.set_value();
    co_await answer.Wait(std::chrono::hours(24));
  };
  ticker.Start(run, [&] { answer.Notify(); });
  waits.get_future().wait();
  ticker.Stop();  // a test that hangs here has failed
}

TEST(Ticker, ThatWasNeverStartedStops) {
  Ticker ticker(std::chrono::milliseconds(1));
  ticker.Stop();
}

}  // namespace
}  // namespace parley::app
