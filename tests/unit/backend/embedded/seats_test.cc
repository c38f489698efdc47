// Subscriptions and rooms as any client of the workspace reads them (administration reference §6.2).
#include <gtest/gtest.h>

#include "chat_fixture.h"

namespace parley::backend::embedded {
namespace {

class Seats : public testing::Test {
 protected:
  Seats() : ann_(chats_.AddAgent("ann")), eve_(chats_.AddUser("eve", {"livechat-agent"})) {
    chats_.SetAvailable(eve_, false);
    room_ = chats_.RoomOf("1");
  }

  Answer Mine(const std::string& since = {}) {
    return chats_.Get("subscriptions.get", since.empty() ? "" : Query({{"updatedSince", since}}), ann_);
  }
  Answer MyRooms(const std::string& since = {}) {
    return chats_.Get("rooms.get", since.empty() ? "" : Query({{"updatedSince", since}}), ann_);
  }
  Json Seat() {
    const Answer answer = chats_.Get("subscriptions.getOne", Query({{"roomId", room_}}), ann_);
    return *answer.body.Find("subscription");
  }
  std::string Now() { return IsoTime(chats_.clock().Now()); }
  void Pass() { chats_.clock().Advance(std::chrono::seconds(1)); }

  ChatFixture chats_;
  std::string ann_, eve_, room_;
};

TEST_F(Seats, TheServingAgentHasOne) {
  const Answer mine = Mine();
  EXPECT_EQ(mine.Each("update", "rid"), room_);
  EXPECT_EQ(mine.Each("update", "t"), "l");
  EXPECT_EQ(mine.Each("update", "fname"), "Bob");
  EXPECT_EQ(mine.Each("update", "v.token"), "1");
  EXPECT_EQ(mine.body.Find("remove")->size(), 0u);
  EXPECT_EQ(chats_.Get("subscriptions.get", {}, eve_).body.Find("update")->size(), 0u);
}

TEST_F(Seats, CountWhatOthersSaidSinceTheRoomWasRead) {
  EXPECT_EQ(Seat().Integer("unread"), 1) << "a new chat";
  EXPECT_EQ(Seat().Integer("userMentions"), 1);
  Pass();
  chats_.Say("1", room_, "one");
  Pass();
  chats_.Say("1", room_, "two");
  EXPECT_EQ(Seat().Integer("unread"), 2);
  ASSERT_EQ(chats_.Post("subscriptions.read", Json::Of({{"rid", room_}}), ann_).status, 200);
  EXPECT_EQ(Seat().Integer("unread"), 0);
  EXPECT_FALSE(Seat().Flag("alert"));
  EXPECT_EQ(Seat().Integer("userMentions"), 0);
  EXPECT_EQ(Seat().Text("ls"), Now());
  Pass();
  chats_.SayAs(ann_, room_, "mine");
  EXPECT_EQ(Seat().Integer("unread"), 0);
  Pass();
  chats_.Say("1", room_, "three");
  EXPECT_EQ(Seat().Integer("unread"), 1);
  EXPECT_TRUE(Seat().Flag("alert"));
}

TEST_F(Seats, ChangesAndRemovalsAreToldOnDemand) {
  const std::string opened = Now();
  EXPECT_EQ(Mine(opened).body.Find("update")->size(), 0u);
  Pass();
  chats_.Say("1", room_, "one");
  EXPECT_EQ(Mine(opened).Each("update", "rid"), room_);
  EXPECT_EQ(Mine(opened).Each("update", "_updatedAt"), Now());
  const std::string seat(Seat().Text("_id"));
  const std::string before = Now();
  Pass();
  chats_.Close(ann_, room_);
  const Answer after = Mine(before);
  EXPECT_EQ(after.body.Find("update")->size(), 0u);
  EXPECT_EQ(after.Each("remove", "_id"), seat);
  EXPECT_EQ(after.Each("remove", "_deletedAt"), Now());
  EXPECT_EQ(Mine("soon").error(),
            "The \"lastUpdate\" query parameter must be a valid date. [error-roomId-param-invalid]");
}

TEST_F(Seats, AreShownWithTheirUser) {
  const Answer info = chats_.Get("users.info", Query({{"userId", ann_}, {"includeUserRooms", "true"}}), ann_);
  EXPECT_EQ(info.Each("user.rooms", "rid"), room_);
  EXPECT_EQ(info.body.FindPath("user.rooms")->AsArray()->front().Integer("unread"), 1);
}

TEST_F(Seats, OneIsNullWithoutASeat) {
  const Answer none = chats_.Get("subscriptions.getOne", Query({{"roomId", room_}}), eve_);
  EXPECT_EQ(none.status, 200);
  EXPECT_TRUE(none.body.Find("subscription")->IsNull());
  EXPECT_EQ(chats_.Get("subscriptions.getOne", {}, eve_).status, 400);
}

TEST_F(Seats, ReadingAnUnknownRoomIsRefused) {
  const auto read = [&](const std::string& room, const std::string& user) {
    return chats_.Post("subscriptions.read", Json::Of({{"roomId", room}}), user);
  };
  EXPECT_EQ(read("x", ann_).error(), "error-invalid-subscription");
  EXPECT_EQ(read(room_, eve_).error(), "error-invalid-subscription");
  EXPECT_EQ(read(room_, chats_.AddUser("boss", {"livechat-manager"})).status, 200) << "who may look may also have read";
}

TEST_F(Seats, RoomsAreThoseTheCallerSitsIn) {
  const Answer mine = MyRooms();
  EXPECT_EQ(mine.Each("update", "_id"), room_);
  EXPECT_EQ(mine.Each("update", "servedBy.username"), "ann");
  EXPECT_EQ(chats_.Get("rooms.get", {}, eve_).body.Find("update")->size(), 0u);
  const std::string opened = Now();
  EXPECT_EQ(MyRooms(opened).body.Find("update")->size(), 0u);
  Pass();
  chats_.Say("1", room_, "one");
  EXPECT_EQ(MyRooms(opened).Each("update", "lastMessage.msg"), "one");
  EXPECT_EQ(MyRooms("soon").error(),
            "The \"updatedSince\" query parameter must be a valid date. [error-updatedSince-param-invalid]");
}

TEST_F(Seats, RemovedRoomsAreTold) {
  const std::string boss = chats_.AddUser("boss", {"admin"});
  chats_.Close(ann_, room_);
  const std::string before = Now();
  Pass();
  ASSERT_EQ(chats_.Post("livechat/rooms.delete", Json::Of({{"roomId", room_}}), boss).status, 200);
  EXPECT_EQ(MyRooms(before).Each("remove", "_id"), room_);
}

TEST_F(Seats, ARoomIsReadAsAChannel) {
  const Answer channel = chats_.Get("channels.info", Query({{"roomId", room_}}), ann_);
  EXPECT_EQ(channel.Text("channel._id"), room_);
  EXPECT_EQ(channel.Text("channel.t"), "l");
  EXPECT_EQ(channel.Text("channel.v.token"), "1");
  const Answer refused = chats_.Get("channels.info", Query({{"roomId", room_}}), eve_);
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.error(), "unauthorized");
  EXPECT_EQ(chats_.Get("channels.info", Query({{"roomId", "x"}}), ann_).error(),
            "The required \"roomId\" or \"roomName\" param provided does not match any channel [error-room-not-found]");
  EXPECT_EQ(chats_.Get("channels.info", {}, ann_).error(),
            "The parameter \"roomId\" or \"roomName\" is required [error-roomid-param-not-provided]");
}

}  // namespace
}  // namespace parley::backend::embedded
