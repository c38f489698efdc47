// Runs coroutines to their end from a plain test body. (Not "Run": that is a private member of testing::Test.)
//
//   Result<Found> found = Await(stores.documents().Find(query));
//
// Everything runs on this thread's loop; what a test opens for "a shard" is opened for Loop().get_executor().
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>
#include <utility>

#include "base/awaitable.h"

namespace parley::test {

// This thread's loop, alive until the thread ends.
inline boost::asio::io_context& Loop() {
  thread_local boost::asio::io_context loop(1);
  return loop;
}

namespace internal {

template <class T>
Awaitable<> Keep(Awaitable<T> work, std::optional<T>& kept) {
  kept.emplace(co_await std::move(work));
}

}  // namespace internal

// On a loop of the caller's; for tests with several shards.
inline void Await(boost::asio::io_context& loop, Awaitable<> work) {
  const auto guard = boost::asio::make_work_guard(loop);
  bool finished = false;
  std::exception_ptr failure;
  boost::asio::co_spawn(loop, std::move(work), [&](std::exception_ptr thrown) {
    failure = thrown;
    finished = true;
  });
  loop.restart();
  while (!finished) loop.run_one();
  if (failure) std::rethrow_exception(failure);
}

template <class T>
T Await(boost::asio::io_context& loop, Awaitable<T> work) {
  std::optional<T> kept;
  Await(loop, internal::Keep(std::move(work), kept));
  return std::move(*kept);
}

inline void Await(Awaitable<> work) {
  Await(Loop(), std::move(work));
}

template <class T>
T Await(Awaitable<T> work) {
  return Await(Loop(), std::move(work));
}

// Lets everything that is ready run: what was spawned or posted without anybody waiting for it.
inline void Poll() {
  Loop().restart();
  Loop().poll();
}

}  // namespace parley::test
