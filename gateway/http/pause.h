// A coroutine that waits for a moment of its shard's timers, or for everybody else's turn.
//
// Threading: the wheel's. Precision: the wheel's. Tests: tests/unit/http/timer_wheel_test.cc
#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>

#include "base/awaitable.h"
#include "http/timer_wheel.h"

namespace parley::http {

// Returns at the first Advance() at or after `due`.
inline Awaitable<> Pause(TimerWheel& timers, SteadyTime due) {
  using Sleep = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                  boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;
  Sleep sleep(co_await boost::asio::this_coro::executor, std::chrono::steady_clock::time_point::max());
  TimerWheel::Timer timer(timers, [&sleep] { sleep.cancel(); });
  timer.Arm(due);
  boost::system::error_code ignored;
  co_await sleep.async_wait(boost::asio::redirect_error(UseAwaitable(), ignored));
}

// Returns when whatever else is ready on this loop has had its turn.
inline Awaitable<> Yield() {
  co_await boost::asio::post(co_await boost::asio::this_coro::executor, UseAwaitable());
}

}  // namespace parley::http
