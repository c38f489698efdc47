#include "app/ticker.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace parley::app {

Awaitable<void> Ticker::Loop() {
  while (!stopping_) {
    co_await work_();
    if (stopping_) break;
    timer_.expires_after(pause_);
    boost::system::error_code cancelled;
    co_await timer_.async_wait(boost::asio::redirect_error(UseAwaitable(), cancelled));
  }
  // What the work left on the loop, connections for example, does not hold it open.
  io_.stop();
}

void Ticker::Start(Work work, std::function<void()> give_up) {
  work_ = std::move(work);
  give_up_ = std::move(give_up);
  boost::asio::co_spawn(io_, Loop(), boost::asio::detached);
  thread_ = std::thread([this] { io_.run(); });
}

void Ticker::Stop() {
  if (!thread_.joinable()) return;
  boost::asio::post(io_, [this] {
    stopping_ = true;
    timer_.cancel();
    if (give_up_) give_up_();
  });
  thread_.join();
}

}  // namespace parley::app
