// One answer that another thread gives to a coroutine of a shard.
//
//   OneAnswer<int> answer(co_await boost::asio::this_coro::executor);
//   StartSomewhere(answer.Giver());        // a std::function<void(int)>: called once, from any thread
//   const int given = co_await answer.Wait();
//
// Threading: made and awaited on the shard. The shard's loop must live until the giver was called or has gone.
// Tests: tests/unit/base/worker_pool_test.cc
#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "base/awaitable.h"

namespace parley {

template <class T>
class OneAnswer {
 public:
  explicit OneAnswer(const Executor& executor)
      : executor_(executor), kept_(std::make_shared<std::optional<T>>()), given_(std::make_shared<Timer>(executor)) {
    given_->expires_at(std::chrono::steady_clock::time_point::max());
  }

  std::function<void(T)> Giver() const {
    std::function<void()> wake = [given = given_, busy = boost::asio::make_work_guard(executor_)] { given->cancel(); };
    // What belongs to the loop goes back to it with the last step: once woken, the coroutine may end the loop while the
    // other thread still holds the giver.
    return [executor = executor_, kept = kept_, wake = std::move(wake)](T answer) mutable {
      kept->emplace(std::move(answer));
      boost::asio::post(executor, std::exchange(wake, nullptr));
    };
  }

  // REQUIRES: nothing was awaited on the loop since the giver was handed out
  Awaitable<T> Wait() {
    boost::system::error_code ignored;
    co_await given_->async_wait(boost::asio::redirect_error(UseAwaitable(), ignored));
    co_return std::move(**kept_);
  }

 private:
  // Wakes the coroutine: it never expires by itself and is cancelled on the shard.
  using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                  boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;

  const Executor executor_;
  const std::shared_ptr<std::optional<T>> kept_;
  const std::shared_ptr<Timer> given_;
};

}  // namespace parley
