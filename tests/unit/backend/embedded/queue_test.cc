#include "backend/embedded/queue.h"

#include <gtest/gtest.h>

#include "chat_fixture.h"

namespace parley::backend::embedded {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class QueueTest : public testing::Test {
 protected:
  explicit QueueTest(Edition edition = Edition::kPremium) : chats_(edition) { chats_.Pass(seconds(0)); }

  // Takes the chat off its agent and puts it into the queue.
  void Return(const std::string& room) {
    const Answer returned = chats_.Post("livechat/inquiries.returnAsInquiry", Json::Of({{"roomId", room}}), boss_);
    EXPECT_EQ(Print(returned.body), R"({"result":true,"success":true})");
  }
  std::string AgentOf(const std::string& room) {
    const auto stored = chats_.Stored<Room>(room);
    return stored && stored->served_by ? stored->served_by->username : "";
  }
  std::string StatusOf(const std::string& room) {
    return chats_.Get("livechat/inquiries.getOne", Query({{"roomId", room}}), boss_).Text("inquiry.status");
  }

  ChatFixture chats_;
  const std::string boss_ = chats_.AddUser("boss", {"admin"});
};

class CommunityQueue : public QueueTest {
 protected:
  CommunityQueue() : QueueTest(Edition::kCommunity) {}
};

TEST_F(CommunityQueue, AReturnedChatIsAssignedAgainAfterThePause) {
  chats_.AddAgent("ann");
  const std::string room = chats_.RoomOf("1");
  Return(room);
  chats_.Pass(seconds(4));
  EXPECT_EQ(StatusOf(room), "queued");
  chats_.Pass(seconds(1));
  EXPECT_EQ(AgentOf(room), "ann");
  EXPECT_EQ(StatusOf(room), "taken");
  EXPECT_EQ(chats_.Stored<User>("ann-id")->livechat_count, 2);
  EXPECT_EQ(chats_.EventsOf(room).back(), "chat.taken");
}

TEST_F(CommunityQueue, ThePauseIsASettingThatCountsAtOnce) {
  chats_.AddAgent("ann");
  const std::string room = chats_.RoomOf("1");
  Return(room);
  chats_.Set("Omnichannel_queue_delay_timeout", 20);
  chats_.Pass(seconds(19));
  EXPECT_EQ(AgentOf(room), "");
  chats_.Set("Omnichannel_queue_delay_timeout", 0);  // stands for 5
  chats_.Pass(seconds(0));
  EXPECT_EQ(AgentOf(room), "ann");
}

TEST_F(CommunityQueue, WaitsWhileNobodyIsAvailable) {
  const std::string ann = chats_.AddAgent("ann");
  const std::string room = chats_.RoomOf("1");
  Return(room);
  chats_.SetAvailable(ann, false);
  chats_.Pass(minutes(1));
  EXPECT_EQ(StatusOf(room), "queued");
  chats_.SetAvailable(ann, true);
  chats_.Pass(seconds(5));
  EXPECT_EQ(AgentOf(room), "ann");
}

TEST_F(CommunityQueue, RestsUnderManualSelectionAndWhileOmnichannelIsOff) {
  chats_.AddAgent("ann");
  const std::string room = chats_.RoomOf("1");
  Return(room);
  chats_.Set("Livechat_Routing_Method", "Manual_Selection");
  chats_.Pass(minutes(1));
  EXPECT_EQ(AgentOf(room), "");
  chats_.Set("Livechat_Routing_Method", "Auto_Selection");
  chats_.Set("Livechat_enabled", false);
  chats_.Pass(minutes(1));
  EXPECT_EQ(AgentOf(room), "");
  chats_.Set("Livechat_enabled", true);
  chats_.Pass(minutes(1));
  EXPECT_EQ(AgentOf(room), "ann");
}

TEST_F(CommunityQueue, ServesTheOldestOfEachDepartmentInARound) {
  const std::string ann = chats_.AddAgent("ann");
  const std::string ben = chats_.AddAgent("ben");
  const std::string sales = chats_.AddDepartment("Sales", {ann});
  const std::string support = chats_.AddDepartment("Support", {ben});
  std::vector<std::string> rooms;
  for (const auto& [token, department] : {std::pair("s1", sales), std::pair("s2", sales), std::pair("t1", support)}) {
    rooms.push_back(chats_.OpenRoom(token, "Bob", department).Text("room._id"));
    chats_.clock().Advance(seconds(1));
  }
  for (const std::string& room : {rooms[1], rooms[0], rooms[2]}) Return(room);
  chats_.Pass(seconds(5));
  EXPECT_EQ(AgentOf(rooms[0]), "ann");
  EXPECT_EQ(AgentOf(rooms[1]), "");
  EXPECT_EQ(AgentOf(rooms[2]), "ben");
  chats_.Pass(seconds(5));
  EXPECT_EQ(AgentOf(rooms[1]), "ann");
}

TEST_F(CommunityQueue, MendsInquiriesTheirRoomsLeftBehind) {
  const std::string ann = chats_.AddAgent("ann");
  const std::string room = chats_.RoomOf("1");
  Inquiry lost;
  lost.id = "lost";
  lost.room_id = "no such room";
  lost.status = inquiry_status::kQueued;
  storage::Changes changes;
  Save(lost, chats_.clock().Now(), changes);
  ASSERT_TRUE(test::Await(chats_.store().committer().Commit(std::move(changes))));
  chats_.Pass(seconds(5));
  EXPECT_FALSE(chats_.Stored<Inquiry>("lost").has_value());
  EXPECT_EQ(StatusOf(room), "taken");
}

TEST_F(CommunityQueue, OldServersListItUnderAnotherName) {
  const std::string ann = chats_.AddAgent("ann");
  const std::string room = chats_.RoomOf("1");
  Return(room);
  EXPECT_EQ(chats_.Get("livechat/inquiries.queued", {}, ann).Each("inquiries", "rid"), room);
}

TEST_F(QueueTest, TheWaitingQueueIsServedUpToTheLimit) {
  chats_.AddAgent("ann");
  chats_.Set("Livechat_waiting_queue", true);
  chats_.Set("Livechat_maximum_chats_per_agent", 1);
  const std::string first = chats_.RoomOf("1");
  chats_.clock().Advance(seconds(1));
  const std::string second = chats_.RoomOf("2");
  EXPECT_EQ(StatusOf(first), "queued");
  chats_.Pass(seconds(10));
  EXPECT_EQ(AgentOf(first), "ann");
  chats_.Pass(seconds(10));
  EXPECT_EQ(AgentOf(second), "");
  chats_.Close(boss_, first);
  chats_.Pass(seconds(10));
  EXPECT_EQ(AgentOf(second), "ann");
}

TEST_F(QueueTest, TheAgentWhoWasAskedForIsOfferedTheChatFirst) {
  chats_.AddAgent("ann");
  const std::string ben = chats_.AddAgent("ben");
  chats_.Set("Livechat_waiting_queue", true);
  chats_.Post("livechat/visitor", Json::Of({{"visitor", Json::Of({{"token", "1"}})}}));
  const Answer opened = chats_.Get("livechat/room", Query({{"token", "1"}, {"agentId", ben}}));
  chats_.Pass(seconds(5));
  EXPECT_EQ(AgentOf(opened.Text("room._id")), "ben");
}

TEST_F(QueueTest, SortsByPriorityWhenToldTo) {
  const auto paths = [&] {
    const auto settings = test::Await(chats_.services().workspace.GetSettings(chats_.store().documents()));
    std::vector<std::string> names;
    for (const storage::SortKey& key : QueueOrder(**settings)) names.push_back(key.path);
    return names;
  };
  EXPECT_EQ(paths(), (std::vector<std::string>{"ts", "_updatedAt"}));
  chats_.Set("Omnichannel_sorting_mechanism", "Priority");
  EXPECT_EQ(paths(), (std::vector<std::string>{"priorityWeight", "ts", "_updatedAt"}));
  chats_.Set("Omnichannel_sorting_mechanism", "SLAs");
  EXPECT_EQ(paths(), (std::vector<std::string>{"estimatedWaitingTimeQueue", "ts", "_updatedAt"}));
}

TEST_F(QueueTest, ChatsThatWaitTooLongAreClosed) {
  chats_.Set("Livechat_Routing_Method", "Manual_Selection");
  chats_.Set("Livechat_max_queue_wait_time", 2);
  chats_.AddAgent("ann");
  const std::string room = chats_.RoomOf("1");
  chats_.Pass(seconds(119));
  EXPECT_TRUE(chats_.Stored<Room>(room)->open);
  chats_.Pass(seconds(1));
  EXPECT_FALSE(chats_.Stored<Room>(room)->open);
  EXPECT_EQ(chats_.Stored<Room>(room)->closed_by->username, "rocket.cat");
  EXPECT_EQ(chats_.Stored<Room>(room)->last_message->message.text,
            "Closed automatically by the system (queue maximum time exceeded)");
}

}  // namespace
}  // namespace parley::backend::embedded
