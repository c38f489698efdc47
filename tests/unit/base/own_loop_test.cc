#include "base/own_loop.h"

#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <stdexcept>
#include <string>

namespace parley {
namespace {

Awaitable<Result<std::string>> Later(Executor executor, std::string text) {
  boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                    Executor>
      timer(executor, std::chrono::milliseconds(0));
  co_await timer.async_wait(UseAwaitable());
  co_return text;
}

Awaitable<std::unique_ptr<int>> Made() {
  co_return std::make_unique<int>(3);
}

Awaitable<Status> Failing() {
  throw std::runtime_error("no");
  co_return Status();
}

TEST(OwnLoop, RunsACoroutineToItsEnd) {
  OwnLoop loop;
  EXPECT_EQ(*loop.Run(Later(loop.executor(), "done")), "done");
}

TEST(OwnLoop, MayBeUsedAgain) {
  OwnLoop loop;
  for (const char* text : {"one", "two", "three"}) EXPECT_EQ(*loop.Run(Later(loop.executor(), text)), text);
}

TEST(OwnLoop, HandsOutWhatCannotBeCopied) {
  OwnLoop loop;
  EXPECT_EQ(*loop.Run(Made()), 3);
}

TEST(OwnLoop, ThrowsWhatTheWorkThrew) {
  OwnLoop loop;
  EXPECT_THROW((void)loop.Run(Failing()).ok(), std::runtime_error);
  EXPECT_EQ(*loop.Run(Later(loop.executor(), "still alive")), "still alive");
}

}  // namespace
}  // namespace parley
