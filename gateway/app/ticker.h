// A thread of its own that calls the embedded backend's timed work again and again.
//
// It only makes sure that somebody looks; what is due is for the work and the injected clock to say.
// Threading: made, started and stopped by one thread. Tests: tests/unit/app/ticker_test.cc
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <thread>

#include "base/awaitable.h"

namespace parley::app {

class Ticker {
 public:
  using Work = std::function<Awaitable<void>()>;

  explicit Ticker(std::chrono::milliseconds pause) : pause_(pause), timer_(io_.get_executor()) {}
  ~Ticker() { Stop(); }
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

  // Where the work runs.
  Executor executor() { return io_.get_executor(); }

  // The first run is at once; the next ones `pause` after the end of the one before. `give_up`: makes a run that waits
  // for somebody else end soon; called on the loop, when it is stopped.
  void Start(Work work, std::function<void()> give_up = {});
  // Lets a run that has begun finish and joins the thread. What the work uses must still answer. Safe to call twice.
  void Stop();

 private:
  Awaitable<void> Loop();

  const std::chrono::milliseconds pause_;
  boost::asio::io_context io_{1};
  boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                    Executor>
      timer_;
  bool stopping_ = false;  // touched on the thread only
  Work work_;
  std::function<void()> give_up_;  // may be empty
  std::thread thread_;
};

}  // namespace parley::app
