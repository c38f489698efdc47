#include "sync/shape.h"

#include <gmock/gmock.h>

namespace parley::sync {
namespace {

using testing::HasSubstr;

constexpr const char* kRoom = R"({"_id":"R1","t":"l","ts":"2026-01-05T10:15:30.123Z","v":{"_id":"v1","token":"vt"},
  "_updatedAt":{"$date":1767608130123},"open":true,"tags":["a",7,"b"],"msgs":"12","topic":null,"custom":"x",
  "servedBy":{"username":"ann"},"metrics":{"v":{"lq":1767608130123},"response":{"avg":1.5}},"closedAt":"soon"})";

TEST(Shape, TakesWhatIsListedAndOfItsType) {
  const Result<Taken> room = Take(*ParseJson(kRoom), kRoomShape, "room");
  ASSERT_TRUE(room);
  EXPECT_EQ(room->id, "R1");
  EXPECT_EQ(Print(room->body),
            R"({"t":"l","ts":1767608130123,"open":true,"v":{"_id":"v1","token":"vt"},"tags":["a","b"],)"
            R"("metrics":{"v":{"lq":1767608130123},"response":{"avg":1.5}},"_updatedAt":1767608130123})");
}

TEST(Shape, NamesARequiredMemberThatIsMissingOrWrong) {
  Json record = *ParseJson(kRoom);
  record.Set("ts", Json("yesterday"));
  const Result<Taken> room = Take(record, kRoomShape, "room");
  ASSERT_FALSE(room);
  EXPECT_EQ(room.error().code, ErrorCode::kBadGateway);
  EXPECT_THAT(room.error().detail, HasSubstr("ts is missing or of the wrong type"));
  EXPECT_FALSE(Take(Json("R1"), kRoomShape, "room"));
}

TEST(Shape, AnIdIsShortAndPlain) {
  EXPECT_TRUE(IsId("rocket.cat"));
  EXPECT_FALSE(IsId(""));
  EXPECT_FALSE(IsId("a/b"));
  EXPECT_FALSE(IsId(std::string(65, 'a')));
}

TEST(Shape, AMomentOutsideOfTheCalendarIsNone) {
  EXPECT_FALSE(MomentOf(Json(std::int64_t{9'000'000'000'000'000})));
  EXPECT_FALSE(MomentOf(Json(-1)));
  EXPECT_TRUE(MomentOf(Json("2026-01-05T10:15:30.123Z")));
}

}  // namespace
}  // namespace parley::sync
