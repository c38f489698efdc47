#include "base/ordered_id.h"

#include <gtest/gtest.h>

#include <set>

namespace parley {
namespace {

bool OnlyFrom(std::string_view alphabet, std::string_view id) {
  return id.find_first_not_of(alphabet) == std::string_view::npos;
}

TEST(OrderedIds, SortAsTheirTimesDo) {
  const auto ids = MakeSecureIdGenerator();
  const std::int64_t times[] = {0, 1, 54, 55, 1'767'225'599'999, 1'767'225'600'000, 17'592'186'044'415};
  for (std::size_t i = 1; i < std::size(times); ++i) {
    const Time before = FromUnixMillis(times[i - 1]), after = FromUnixMillis(times[i]);
    EXPECT_LT(OrderedRoomId(*ids, before), OrderedRoomId(*ids, after));
    EXPECT_LT(OrderedObjectId(*ids, before), OrderedObjectId(*ids, after));
  }
}

TEST(OrderedIds, HaveTheFormsOfTheOthersAndDoNotRepeatWithinAMillisecond) {
  const auto ids = MakeSecureIdGenerator();
  const Time at = FromUnixMillis(1'767'225'600'000);
  std::set<std::string> seen;
  for (int i = 0; i < 10'000; ++i) {
    const std::string room = OrderedRoomId(*ids, at), object = OrderedObjectId(*ids, at);
    ASSERT_TRUE(room.size() == 17 && OnlyFrom("23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz", room)) << room;
    ASSERT_TRUE(object.size() == 24 && OnlyFrom("0123456789abcdef", object)) << object;
    ASSERT_TRUE(seen.insert(room).second && seen.insert(object).second);
  }
}

TEST(OrderedIds, TakeATimeBeforeTheEpochForTheEpoch) {
  const auto ids = MakeSecureIdGenerator();
  EXPECT_TRUE(OrderedRoomId(*ids, FromUnixMillis(-1)).starts_with("22222222"));
  EXPECT_TRUE(OrderedObjectId(*ids, FromUnixMillis(-1)).starts_with("00000000000"));
}

}  // namespace
}  // namespace parley
