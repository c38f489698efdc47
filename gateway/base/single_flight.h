// One coroutine works; those that want the same meanwhile wait for what it finds.
//
//   SingleFlight<Result<Page>> reads;
//   const Result<Page> page = co_await reads.Do("GET rooms", read);   // read: std::function<Awaitable<Result<Page>>()>
//
// Purpose: identical reads under way at one moment become one. Nothing is remembered afterwards. T is copied to each.
// Threading: one thread; must outlive whoever waits. Tests: tests/unit/base/single_flight_test.cc
#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/awaitable.h"

namespace parley {

template <class T>
class SingleFlight {
 public:
  // `work` runs in the coroutine of whoever came first. REQUIRES: it does not throw
  Awaitable<T> Do(std::string key, std::function<Awaitable<T>()> work) {
    if (const auto found = flights_.find(key); found != flights_.end()) co_return co_await Follow(found->second);
    const Executor executor = co_await boost::asio::this_coro::executor;
    const auto flight = std::make_shared<Flight>(executor);
    flights_.emplace(key, flight);
    flight->found.emplace(co_await work());
    flights_.erase(key);
    flight->landed.cancel();
    co_return *flight->found;
  }

  bool IsUnderWay(const std::string& key) const { return flights_.contains(key); }
  std::size_t under_way() const { return flights_.size(); }

 private:
  using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                  boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;
  struct Flight {
    explicit Flight(const Executor& executor) : landed(executor) {
      landed.expires_at(std::chrono::steady_clock::time_point::max());
    }
    Timer landed;  // never expires: cancelled, it wakes everybody
    std::optional<T> found;
  };

  static Awaitable<T> Follow(std::shared_ptr<Flight> flight) {
    boost::system::error_code ignored;
    co_await flight->landed.async_wait(boost::asio::redirect_error(UseAwaitable(), ignored));
    co_return *flight->found;
  }

  std::map<std::string, std::shared_ptr<Flight>> flights_;
};

}  // namespace parley
