// An upstream client on a loop that is no shard's: for the background's own calls of a workspace.
//
// Threading: the loop's thread. Tests: tests/e2e/roundtrip.test.mjs
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>

#include "base/awaitable.h"
#include "base/clock.h"
#include "http/client.h"
#include "http/timer_wheel.h"

namespace parley::app {

class LoopClient {
 public:
  // `executor`'s loop and `clock` outlive it. Errors: as of http::Client::Create
  static Result<std::unique_ptr<LoopClient>> Create(http::ClientOptions options, Executor executor, const Clock& clock);

  http::Client& client() { return *client_; }
  http::TimerWheel& timers() { return timers_; }

 private:
  explicit LoopClient(const Clock& clock) : clock_(clock), timers_(clock.Steady()) {}
  Awaitable<> TickForever();

  const Clock& clock_;
  http::TimerWheel timers_;
  std::unique_ptr<http::Client> client_;
};

}  // namespace parley::app
