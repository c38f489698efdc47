#include <gtest/gtest.h>

#include "backend/embedded/chats.h"
#include "chat_fixture.h"

namespace parley::backend::embedded {
namespace {

class RoomCleanup : public testing::Test {
 protected:
  std::int64_t Count(storage::Collection collection) {
    return *test::Await(chats_.store().documents().Count(storage::Query(collection)));
  }
  Answer RemoveAll(const Json& body) { return chats_.Post("livechat/rooms.removeAllClosedRooms", body, boss_); }

  ChatFixture chats_;
  const std::string ann_ = chats_.AddAgent("ann");
  const std::string boss_ = chats_.AddUser("boss", {"admin"});
};

TEST_F(RoomCleanup, RemovesEveryClosedRoomAndNoOpenOne) {
  const std::string open = chats_.RoomOf("1");
  for (const char* token : {"2", "3"}) chats_.Close(ann_, chats_.RoomOf(token));
  EXPECT_EQ(Print(RemoveAll(Json()).body), R"({"removedRooms":2,"success":true})");
  EXPECT_EQ(Count(Room::kCollection), 1);
  EXPECT_TRUE(chats_.Stored<Room>(open).has_value());
  EXPECT_EQ(chats_.LedgerOf(open)->id, open);
  EXPECT_EQ(Print(RemoveAll(Json()).body), R"({"removedRooms":0,"success":true})");
}

TEST_F(RoomCleanup, TakesTheMessagesAndTheArchiveAlong) {
  const std::string room = chats_.RoomOf("1");
  chats_.Say("1", room, "Hello");
  chats_.Close(ann_, room);
  RemoveAll(Json::MakeObject());
  EXPECT_EQ(Count(Message::kCollection), 0);
  EXPECT_FALSE(chats_.LedgerOf(room).has_value());
}

TEST_F(RoomCleanup, MayBeLimitedToDepartments) {
  const std::string sales = chats_.AddDepartment("Sales", {ann_});
  const std::string support = chats_.AddDepartment("Support", {ann_});
  for (const auto& [token, department] : {std::pair("1", sales), std::pair("2", support)}) {
    chats_.Close(ann_, chats_.OpenRoom(token, "Bob", department).Text("room._id"));
  }
  const Answer removed = RemoveAll(Json::Of({{"departmentIds", Json(Json::Array{Json(sales)})}}));
  EXPECT_EQ(removed.body.Find("removedRooms")->AsInteger(), 1);
  EXPECT_EQ(Count(Room::kCollection), 1);
}

TEST_F(RoomCleanup, GoesThroughMoreThanOneHandful) {
  storage::Changes changes;
  for (int i = 0; i < 450; ++i) {
    Room room;
    room.id = "room-" + std::to_string(i);
    room.closed_at = chats_.clock().Now();
    Save(room, chats_.clock().Now(), changes);
  }
  ASSERT_TRUE(test::Await(chats_.store().committer().Commit(std::move(changes))));
  EXPECT_EQ(RemoveAll(Json()).body.Find("removedRooms")->AsInteger(), 450);
}

TEST_F(RoomCleanup, NeedsAPermission) {
  EXPECT_EQ(chats_.Post("livechat/rooms.removeAllClosedRooms", Json(), ann_).status, 403);
}

TEST_F(RoomCleanup, SourcesAreListedOnce) {
  EXPECT_EQ(Print(chats_.Get("livechat/rooms/filters", {}, ann_).body), R"({"success":false})");
  chats_.RoomOf("1");
  chats_.RoomOf("2");
  chats_.Post("livechat/visitor", Json::Of({{"visitor", Json::Of({{"token", "3"}})}}));
  Request from_widget(http::Method::kGet, "livechat/room");
  from_widget.query = "token=3";
  from_widget.headers.emplace_back("Cookie", "rc_room_type=l; rc_is_widget=t");
  ASSERT_EQ(test::Await(chats_.backend().Call(from_widget))->status, 200);
  EXPECT_EQ(chats_.Get("livechat/rooms/filters", {}, ann_).Each("filters", "type"), "api widget");
}

}  // namespace
}  // namespace parley::backend::embedded
