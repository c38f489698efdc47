// A loop of its own for code outside any shard: start-up and commands run coroutines to their end with it.
//
//   OwnLoop loop;
//   Result<std::unique_ptr<ShardStores>> stores = store.OpenShard(loop.executor());
//   Status done = loop.Run(Bootstrap(**stores));
//
// Threading: one thread.
// Tests: tests/unit/base/own_loop_test.cc
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>
#include <utility>

#include "base/awaitable.h"

namespace parley {

class OwnLoop {
 public:
  Executor executor() { return io_.get_executor(); }

  // Blocks until `work` has finished. What it throws is thrown here.
  template <class T>
  T Run(Awaitable<T> work) {
    std::optional<T> kept;
    std::exception_ptr failure;
    const auto guard = boost::asio::make_work_guard(io_);
    bool finished = false;
    boost::asio::co_spawn(io_, Keep(std::move(work), kept), [&](std::exception_ptr thrown) {
      failure = thrown;
      finished = true;
    });
    io_.restart();
    while (!finished) io_.run_one();
    if (failure) std::rethrow_exception(failure);
    return std::move(*kept);
  }

 private:
  template <class T>
  static Awaitable<> Keep(Awaitable<T> work, std::optional<T>& kept) {
    kept.emplace(co_await std::move(work));
  }

  boost::asio::io_context io_{1};
};

}  // namespace parley
