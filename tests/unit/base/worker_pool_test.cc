#include "base/worker_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/detached.hpp>

#include "support/await.h"

namespace parley {
namespace {

TEST(WorkerPool, WorksBesideTheShard) {
  WorkerPool pool(1);
  const auto shard = std::this_thread::get_id();
  std::function<bool()> work = [shard] { return std::this_thread::get_id() != shard; };
  EXPECT_TRUE(*test::Await(pool.Run<bool>(work)));
}

Awaitable<> ExpectDone(WorkerPool& pool, std::function<int()> work) {
  const Result<int> result = co_await pool.Run<int>(std::move(work));
  EXPECT_TRUE(result);
}

TEST(WorkerPool, RefusesWhenTooMuchWaits) {
  WorkerPool pool(1, 1);
  std::mutex gate;
  std::unique_lock closed(gate);
  std::atomic<int> done = 0;
  std::atomic<bool> started = false;
  std::function<int()> wait = [&] {
    started = true;
    const std::lock_guard open(gate);
    return ++done;
  };
  boost::asio::co_spawn(test::Loop(), ExpectDone(pool, wait), boost::asio::detached);
  test::Poll();
  while (!started) std::this_thread::yield();
  boost::asio::co_spawn(test::Loop(), ExpectDone(pool, wait), boost::asio::detached);
  test::Poll();
  const Result<int> refused = test::Await(pool.Run<int>(wait));
  EXPECT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  closed.unlock();
  pool.Stop();
  test::Poll();
  EXPECT_EQ(done, 2);
}

TEST(WorkerPool, RefusesAfterItStopped) {
  WorkerPool pool(1);
  pool.Stop();
  std::function<int()> work = [] { return 1; };
  EXPECT_FALSE(test::Await(pool.Run<int>(work)));
}

}  // namespace
}  // namespace parley
