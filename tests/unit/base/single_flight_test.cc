#include "base/single_flight.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <vector>

namespace parley {
namespace {

struct Asked {
  boost::asio::io_context io{1};
  SingleFlight<int> flights;
  int worked = 0;
  std::vector<int> answers;

  void Ask(std::string key) {
    const auto work = [this]() -> Awaitable<int> {
      co_await boost::asio::post(co_await boost::asio::this_coro::executor, UseAwaitable());
      co_return ++worked;
    };
    const auto ask = [](Asked& asked, std::string of, std::function<Awaitable<int>()> by) -> Awaitable<> {
      asked.answers.push_back(co_await asked.flights.Do(std::move(of), std::move(by)));
    };
    boost::asio::co_spawn(io, ask(*this, std::move(key), work), boost::asio::detached);
  }
  void RunAll() {
    io.restart();
    io.run();
  }
};

TEST(SingleFlight, WhoeverAsksTheSameMeanwhileGetsTheSame) {
  Asked asked;
  for (int i = 0; i < 3; ++i) asked.Ask("rooms");
  asked.RunAll();
  EXPECT_EQ(asked.worked, 1);
  EXPECT_EQ(asked.answers, (std::vector<int>{1, 1, 1}));
}

TEST(SingleFlight, DifferentThingsAreDifferentWork) {
  Asked asked;
  asked.Ask("rooms");
  asked.Ask("visitors");
  asked.RunAll();
  EXPECT_EQ(asked.worked, 2);
}

TEST(SingleFlight, RemembersNothing) {
  Asked asked;
  asked.Ask("rooms");
  asked.RunAll();
  EXPECT_EQ(asked.flights.under_way(), 0u);
  asked.Ask("rooms");
  asked.RunAll();
  EXPECT_EQ(asked.answers, (std::vector<int>{1, 2}));
}

}  // namespace
}  // namespace parley
