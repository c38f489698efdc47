#include <gtest/gtest.h>

#include "backend/embedded/chats.h"
#include "chat_fixture.h"

namespace parley::backend::embedded {
namespace {

using std::chrono::seconds;

class Unanswered : public testing::Test {
 protected:
  Unanswered() {
    chats_.Set("Livechat_auto_transfer_chat_timeout", 30);
    chats_.Set("Omnichannel_queue_delay_timeout", 3600);
  }
  std::string AgentOf(const std::string& room) {
    const auto stored = chats_.Stored<Room>(room);
    return stored->served_by ? stored->served_by->username : "";
  }

  ChatFixture chats_;
  const std::string ann_ = chats_.AddAgent("ann");
};

TEST_F(Unanswered, ChatsGoToSomebodyElseOnce) {
  chats_.AddAgent("ben");
  const std::string room = chats_.RoomOf("1");
  chats_.Say("1", room, "Hello?");
  chats_.Pass(seconds(29));
  EXPECT_EQ(AgentOf(room), "ann");
  chats_.Pass(seconds(1));
  EXPECT_EQ(AgentOf(room), "ben");
  chats_.Pass(seconds(3000));
  EXPECT_EQ(AgentOf(room), "ben");
}

TEST_F(Unanswered, WithNobodyElseTheyWait) {
  const std::string room = chats_.RoomOf("1");
  chats_.Pass(seconds(30));
  EXPECT_EQ(AgentOf(room), "");
  const std::string boss = chats_.AddUser("boss", {"admin"});
  EXPECT_EQ(chats_.Get("livechat/inquiries.list", {}, boss).Each("inquiries", "rid"), room);
}

TEST_F(Unanswered, AnAnswerKeepsTheChat) {
  chats_.AddAgent("ben");
  const std::string room = chats_.RoomOf("1");
  chats_.clock().Advance(seconds(1));
  chats_.SayAs(ann_, room, "Hello");
  chats_.Pass(seconds(3000));
  EXPECT_EQ(AgentOf(room), "ann");
}

}  // namespace
}  // namespace parley::backend::embedded
