#include "outgoing/name_lookup.h"

#include <gtest/gtest.h>

#include <boost/asio/detached.hpp>
#include <optional>

#include "support/await.h"
#include "waiting_names.h"

namespace parley::outgoing {
namespace {

TEST(NameLookup, FindsWhatThereIs) {
  NameLookup lookup(test::Loop());
  const auto found = test::Await(lookup.Find("127.0.0.1"));
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 1u);
  EXPECT_EQ(found->front().to_string(), "127.0.0.1");
  const auto none = test::Await(lookup.Find("nobody.invalid"));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::kBadGateway);
}

// A name server that does not answer holds up neither other names nor the end.
TEST(NameLookup, NobodyWaitsForSomebodyElsesName) {
  const test::WaitingName waiting("slow.waiting.test");
  std::optional<Result<NameLookup::Addresses>> slow;
  NameLookup lookup(test::Loop());
  boost::asio::co_spawn(
      test::Loop(), [&]() -> Awaitable<> { slow.emplace(co_await lookup.Find("slow.waiting.test")); },
      boost::asio::detached);
  test::Poll();
  EXPECT_TRUE(test::Await(lookup.Find("127.0.0.1")));
  EXPECT_FALSE(slow);
  lookup.Cancel();
  test::Poll();
  ASSERT_TRUE(slow);
  EXPECT_EQ(slow->error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace parley::outgoing
