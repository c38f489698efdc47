#include "app/loop_client.h"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>

namespace parley::app {

Result<std::unique_ptr<LoopClient>> LoopClient::Create(http::ClientOptions options, Executor executor,
                                                       const Clock& clock) {
  std::unique_ptr<LoopClient> made(new LoopClient(clock));
  Result<std::unique_ptr<http::Client>> client =
      http::Client::Create(std::move(options), executor.context(), made->timers_, clock);
  if (!client) return client.error();
  made->client_ = *std::move(client);
  boost::asio::co_spawn(executor, made->TickForever(), boost::asio::detached);
  return made;
}

Awaitable<> LoopClient::TickForever() {
  using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                  boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;
  Timer timer(co_await boost::asio::this_coro::executor);
  for (;;) {
    timer.expires_after(http::TimerWheel::kTick);
    boost::system::error_code ignored;
    co_await timer.async_wait(boost::asio::redirect_error(UseAwaitable(), ignored));
    timers_.Advance(clock_.Steady());
  }
}

}  // namespace parley::app
