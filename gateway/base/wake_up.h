// A coroutine that does something now and then, and at once when somebody asks.
//
//   for (;;) {
//     co_await DoWhatIsDue();
//     co_await wake_up.Wait(std::chrono::minutes(1));
//   }
//   wake_up.Notify();   // from any thread
//
// Threading: Notify is thread-safe; one coroutine waits. What it waits on belongs to its loop and goes with it.
// Tests: tests/unit/base/wake_up_test.cc
#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <chrono>
#include <memory>
#include <mutex>
#include <utility>

#include "base/awaitable.h"

namespace parley {

class WakeUp {
 public:
  // Returns after `at_most`, or once Notify was called since the last Wait began to return.
  Awaitable<> Wait(std::chrono::milliseconds at_most) {
    const Executor executor = co_await boost::asio::this_coro::executor;
    const auto timer = std::make_shared<Timer>(executor);
    timer->expires_after(at_most);
    if (!Arm(timer)) co_return;
    boost::system::error_code ignored;
    co_await timer->async_wait(boost::asio::redirect_error(UseAwaitable(), ignored));
    const std::lock_guard lock(mutex_);
    waiting_.reset();
    asked_ = false;
  }

  void Notify() {
    const std::lock_guard lock(mutex_);
    asked_ = true;
    const std::shared_ptr<Timer> timer = waiting_.lock();
    if (timer == nullptr) return;
    // Cancelled before it is waited for, it would still expire in its time; expired it is either way.
    boost::asio::post(timer->get_executor(), [timer] { timer->expires_after(std::chrono::milliseconds(0)); });
  }

 private:
  using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                  boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;

  // False when somebody asked already.
  bool Arm(const std::shared_ptr<Timer>& timer) {
    const std::lock_guard lock(mutex_);
    if (std::exchange(asked_, false)) return false;
    waiting_ = timer;
    return true;
  }

  std::mutex mutex_;
  std::weak_ptr<Timer> waiting_;
  bool asked_ = false;
};

}  // namespace parley
