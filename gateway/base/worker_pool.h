// A few threads for work that would hold up a shard: hashing a password, writing a file, sending a mail.
//
//   std::function<bool()> check = [=] { return Verify(hash, password); };
//   Result<bool> right = co_await pool.Run<bool>(std::move(check));
//
// Bounded: when too much waits, the answer is kUnavailable at once.
// Threading: thread-safe; the awaiting coroutine resumes on its own shard.
// Tests: tests/unit/base/worker_pool_test.cc
#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/redirect_error.hpp>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "base/awaitable.h"

namespace parley {

class WorkerPool {
 public:
  explicit WorkerPool(std::size_t threads = 2, std::size_t most_waiting = 256);
  ~WorkerPool();  // Stop()
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // `work` must not throw.
  template <class T>
  Awaitable<Result<T>> Run(std::function<T()> work);

  // Finishes what is queued and joins the threads. Later work is refused.
  void Stop();

 private:
  // False when the queue is full or the pool has stopped.
  bool Post(std::function<void()> job);
  void Serve();

  const std::size_t most_waiting_;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::function<void()>> jobs_;
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

template <class T>
Awaitable<Result<T>> WorkerPool::Run(std::function<T()> work) {
  const Executor executor = co_await boost::asio::this_coro::executor;
  auto result = std::make_shared<std::optional<T>>();
  // Wakes the coroutine: the timer never expires by itself and is cancelled on the shard.
  auto finished = std::make_shared<boost::asio::basic_waitable_timer<
      std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, Executor>>(executor);
  finished->expires_at(std::chrono::steady_clock::time_point::max());
  std::function<void()> wake = [finished, busy = boost::asio::make_work_guard(executor)] { finished->cancel(); };
  // What belongs to the loop goes back to it with the last step: once woken, the coroutine may end the loop while this
  // thread still holds the job.
  std::function<void()> job = [executor, result, work = std::move(work), wake = std::move(wake)]() mutable {
    result->emplace(work());
    boost::asio::post(executor, std::exchange(wake, nullptr));
  };
  if (!Post(std::move(job))) co_return Unavailable("too much is waiting for a worker");
  boost::system::error_code ignored;
  co_await finished->async_wait(boost::asio::redirect_error(UseAwaitable(), ignored));
  co_return std::move(**result);
}

}  // namespace parley
