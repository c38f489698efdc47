#include "base/parallel.h"

#include <algorithm>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <chrono>
#include <exception>
#include <utility>

namespace parley {
namespace {

using SteadyClock = std::chrono::steady_clock;
using Timer = boost::asio::basic_waitable_timer<SteadyClock, boost::asio::wait_traits<SteadyClock>, Executor>;

// Lives in the frame of RunTogether, which outlasts every worker.
struct Group {
  Group(const Executor& executor, std::vector<Awaitable<>> work) : tasks(std::move(work)), done(executor) {
    done.expires_at(SteadyClock::time_point::max());
  }

  std::vector<Awaitable<>> tasks;
  std::size_t next = 0;
  std::size_t workers = 0;
  std::exception_ptr failure;
  Timer done;  // never expires: cancelled by the last worker
};

Awaitable<> Work(Group& group) {
  while (group.next < group.tasks.size()) {
    Awaitable<> task = std::move(group.tasks[group.next++]);
    try {
      co_await std::move(task);
    } catch (...) {
      if (!group.failure) group.failure = std::current_exception();
    }
  }
  if (--group.workers == 0) group.done.cancel();
}

}  // namespace

Awaitable<> RunTogether(std::vector<Awaitable<>> tasks, std::size_t at_most) {
  if (tasks.empty()) co_return;
  if (tasks.size() == 1) {
    Awaitable<> only = std::move(tasks.front());
    co_await std::move(only);
    co_return;
  }
  const Executor executor = co_await boost::asio::this_coro::executor;
  Group group(executor, std::move(tasks));
  group.workers = std::min(at_most, group.tasks.size());
  for (std::size_t i = group.workers; i > 0; --i) boost::asio::co_spawn(executor, Work(group), boost::asio::detached);
  // Workers that never suspend may all have ended before there was anything to cancel.
  while (group.workers > 0) {
    boost::system::error_code ignored;
    co_await group.done.async_wait(boost::asio::redirect_error(UseAwaitable(), ignored));
  }
  if (group.failure) std::rethrow_exception(group.failure);
}

}  // namespace parley
