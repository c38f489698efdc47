// A few threads for work that would hold up a shard: hashing a password, writing a file, sending a mail.
//
//   std::function<bool()> check = [=] { return Verify(hash, password); };
//   Result<bool> right = co_await pool.Run<bool>(std::move(check));
//
// Bounded: when too much waits, the answer is kUnavailable at once.
// Threading: thread-safe; the awaiting coroutine resumes on its own shard.
// Tests: tests/unit/base/worker_pool_test.cc
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "base/awaitable.h"
#include "base/one_answer.h"

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
  OneAnswer<T> answer(co_await boost::asio::this_coro::executor);
  std::function<void()> job = [work = std::move(work), give = answer.Giver()] { give(work()); };
  if (!Post(std::move(job))) co_return Unavailable("too much is waiting for a worker");
  co_return co_await answer.Wait();
}

}  // namespace parley
