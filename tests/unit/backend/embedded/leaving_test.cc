#include "backend/embedded/leaving.h"

#include <gtest/gtest.h>

#include "chat_fixture.h"

namespace parley::backend::embedded {
namespace {

using std::chrono::seconds;

// Ann is there and serves a chat of Sales, where Ben is a member too.
class Leaving : public testing::Test {
 protected:
  void SetPresence(const std::string& agent, const std::string& presence) {
    chats_.Post("users.setStatus", Json::Of({{"status", presence}}), agent);
  }
  void SetStatus(const std::string& agent, const std::string& status) {
    chats_.Post("livechat/agent.status", Json::Of({{"status", status}}), agent);
  }
  std::string Open(const std::string& token, const std::string& department = {}) {
    SetPresence(ann_, "online");
    const Answer opened = chats_.OpenRoom(token, "Bob", department);
    EXPECT_EQ(opened.Text("room.servedBy.username"), "ann");
    return opened.Text("room._id");
  }

  ChatFixture chats_{Edition::kCommunity};
  const std::string ann_ = chats_.AddAgent("ann");
};

TEST_F(Leaving, NothingHappensUnlessASettingSaysSo) {
  const std::string room = Open("1");
  SetStatus(ann_, "not-available");
  chats_.Set("Livechat_agent_leave_action", "close");
  chats_.Pass(seconds(3600));
  EXPECT_TRUE(chats_.Stored<Room>(room)->open);
}

TEST_F(Leaving, ChatsAreClosedWhenTheAgentStaysAway) {
  chats_.Set("Livechat_agent_leave_action", "close");
  chats_.Set("Livechat_agent_leave_comment", "We had to go");
  const std::string room = Open("1");
  SetStatus(ann_, "not-available");
  chats_.Pass(seconds(59));
  EXPECT_TRUE(chats_.Stored<Room>(room)->open);
  chats_.Pass(seconds(1));
  EXPECT_FALSE(chats_.Stored<Room>(room)->open);
  EXPECT_EQ(chats_.Stored<Room>(room)->closed_by->username, "ann");
  EXPECT_EQ(chats_.Stored<Room>(room)->last_message->message.text, "We had to go");
  EXPECT_EQ(chats_.EventsOf(room).back(), "chat.closed");
}

TEST_F(Leaving, GoingOfflineIsLeavingToo) {
  chats_.Set("Livechat_agent_leave_action", "close");
  const std::string room = Open("1");
  SetPresence(ann_, "offline");
  chats_.Pass(seconds(60));
  EXPECT_FALSE(chats_.Stored<Room>(room)->open);
}

TEST_F(Leaving, WhoWasNeverPresentCannotLeave) {
  chats_.Set("Livechat_agent_leave_action", "close");
  const std::string room = chats_.RoomOf("1");
  SetStatus(ann_, "not-available");
  chats_.Pass(seconds(3600));
  EXPECT_TRUE(chats_.Stored<Room>(room)->open);
}

TEST_F(Leaving, ComingBackKeepsTheChats) {
  chats_.Set("Livechat_agent_leave_action", "close");
  const std::string room = Open("1");
  SetStatus(ann_, "not-available");
  chats_.Pass(seconds(30));
  SetStatus(ann_, "available");
  chats_.Pass(seconds(60));
  EXPECT_TRUE(chats_.Stored<Room>(room)->open);
}

TEST_F(Leaving, SwitchingTheActionOffForgetsWhoLeft) {
  chats_.Set("Livechat_agent_leave_action", "close");
  const std::string room = Open("1");
  SetStatus(ann_, "not-available");
  chats_.Set("Livechat_agent_leave_action", "none");
  chats_.Pass(seconds(0));
  chats_.Set("Livechat_agent_leave_action", "close");
  chats_.Pass(seconds(3600));
  EXPECT_TRUE(chats_.Stored<Room>(room)->open);
}

TEST_F(Leaving, ChatsAreForwardedWithinTheVisitorsDepartment) {
  const std::string ben = chats_.AddAgent("ben");
  const std::string sales = chats_.AddDepartment("Sales", {ann_, ben});
  chats_.Set("Livechat_agent_leave_action", "forward");
  const std::string room = Open("1", sales);
  SetStatus(ann_, "not-available");
  chats_.Pass(seconds(60));
  EXPECT_EQ(chats_.Stored<Room>(room)->served_by->username, "ben");
  EXPECT_FALSE(chats_.Stored<User>(ann_)->away_since.has_value());
}

TEST_F(Leaving, WithNobodyElseInTheDepartmentTheChatWaits) {
  const std::string sales = chats_.AddDepartment("Sales", {ann_});
  chats_.Set("Livechat_agent_leave_action", "forward");
  const std::string room = Open("1", sales);
  SetStatus(ann_, "not-available");
  chats_.Pass(seconds(60));
  EXPECT_FALSE(chats_.Stored<Room>(room)->served_by.has_value());
  const std::string boss = chats_.AddUser("boss", {"admin"});
  EXPECT_EQ(chats_.Get("livechat/inquiries.getOne", Query({{"roomId", room}}), boss).Text("inquiry.status"), "queued");
}

TEST_F(Leaving, ChatsOfVisitorsWithoutADepartmentStay) {
  chats_.Set("Livechat_agent_leave_action", "forward");
  const std::string room = Open("1");
  SetStatus(ann_, "not-available");
  chats_.Pass(seconds(60));
  EXPECT_EQ(chats_.Stored<Room>(room)->served_by->username, "ann");
}

TEST_F(Leaving, TheMarkIsNobodysBusiness) {
  chats_.Set("Livechat_agent_leave_action", "close");
  Open("1");
  SetStatus(ann_, "not-available");
  EXPECT_TRUE(chats_.Stored<User>(ann_)->away_since.has_value());
  const std::string boss = chats_.AddUser("boss", {"admin"});
  EXPECT_EQ(Print(chats_.Get("users.info", Query({{"userId", ann_}}), boss).body).find("awaySince"), std::string::npos);
}

}  // namespace
}  // namespace parley::backend::embedded
