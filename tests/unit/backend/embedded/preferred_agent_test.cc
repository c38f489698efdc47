#include "backend/embedded/preferred_agent.h"

#include <gtest/gtest.h>

#include "chat_fixture.h"

namespace parley::backend::embedded {
namespace {

// ann has the first chat of everybody, by her name; whoever is preferred is somebody else.
class PreferredAgent : public testing::Test {
 protected:
  explicit PreferredAgent(Edition edition = Edition::kPremium)
      : chats_(edition), ann_(chats_.AddAgent("ann")), ben_(chats_.AddAgent("ben")) {
    chats_.Pass(std::chrono::seconds(0));
  }

  // A contact that ben looks after, waiting for the visitor vt-1.
  void GiveManager() {
    const Json contact = Json::Of({{"name", "Bob"},
                                   {"emails", Json(Json::Array{"vt-1@x.test"})},
                                   {"phones", Json::MakeArray()},
                                   {"contactManager", ben_}});
    ASSERT_EQ(chats_.Post("omnichannel/contacts", contact, ann_).status, 200);
  }
  // The visitor vt-1 has talked to ben, and their chat is over.
  void TalkToBen() {
    chats_.Post("livechat/visitor", Json::Of({{"visitor", Json::Of({{"token", "vt-1"}})}}));
    const Answer room = chats_.Get("livechat/room", Query({{"token", "vt-1"}, {"agentId", ben_}}));
    ASSERT_EQ(room.Text("room.servedBy._id"), ben_);
    chats_.Close(ben_, room.Text("room._id"));
  }
  std::string Open() { return chats_.OpenRoom("vt-1").Text("room.servedBy.username"); }
  std::string LastAgentNoted() { return chats_.Get("livechat/visitor/vt-1").Text("visitor.lastAgent.username"); }

  ChatFixture chats_;
  std::string ann_, ben_;
};

class PreferredAgentWithoutLicence : public PreferredAgent {
 protected:
  PreferredAgentWithoutLicence() : PreferredAgent(Edition::kCommunity) {}
};

TEST_F(PreferredAgent, IsTheManagerOfTheContact) {
  GiveManager();
  EXPECT_EQ(Open(), "ben");
  EXPECT_FALSE(chats_.Stored<User>(ben_)->livechat_count) << "nobody's turn is used up";
}

TEST_F(PreferredAgent, IsNoManagerWhileTheSettingIsOff) {
  GiveManager();
  chats_.Set("Omnichannel_contact_manager_routing", false);
  EXPECT_EQ(Open(), "ann");
}

TEST_F(PreferredAgentWithoutLicence, IsNobody) {
  GiveManager();
  EXPECT_EQ(Open(), "ann");
}

TEST_F(PreferredAgent, AManagerWhoIsAwayIsPassedOver) {
  GiveManager();
  chats_.SetAvailable(ben_, false);
  EXPECT_EQ(Open(), "ann");
}

TEST_F(PreferredAgent, AManagerWhoIsAwayIsWaitedForWhenChatsNeedNobody) {
  GiveManager();
  chats_.SetAvailable(ben_, false);
  chats_.Set("Livechat_accept_chats_with_no_agents", true);
  chats_.Set("Livechat_waiting_queue", true);
  const Answer room = chats_.OpenRoom("vt-1");
  const Answer inquiry = chats_.Get("livechat/inquiries.getOne", Query({{"roomId", room.Text("room._id")}}), ann_);
  EXPECT_EQ(inquiry.Text("inquiry.status"), "queued");
  EXPECT_EQ(inquiry.Text("inquiry.defaultAgent.agentId"), ben_);
}

TEST_F(PreferredAgent, TheAgentAskedForComesBeforeTheManager) {
  GiveManager();
  chats_.Post("livechat/visitor", Json::Of({{"visitor", Json::Of({{"token", "vt-1"}, {"email", "vt-1@x.test"}})}}));
  const Answer room = chats_.Get("livechat/room", Query({{"token", "vt-1"}, {"agentId", ann_}}));
  EXPECT_EQ(room.Text("room.servedBy.username"), "ann");
}

TEST_F(PreferredAgent, IsTheOneTalkedToLast) {
  chats_.Set("Livechat_last_chatted_agent_routing", true);
  TalkToBen();
  EXPECT_EQ(LastAgentNoted(), "ben");
  EXPECT_EQ(Open(), "ben");
}

TEST_F(PreferredAgent, IsNotTheOneTalkedToLastByDefault) {
  TalkToBen();
  EXPECT_EQ(LastAgentNoted(), "");
  EXPECT_EQ(Open(), "ann");
}

TEST_F(PreferredAgent, OfVisitorsFromBeforeIsTheAgentOfTheirLastChat) {
  TalkToBen();
  chats_.Set("Livechat_last_chatted_agent_routing", true);
  EXPECT_EQ(Open(), "ben");
}

TEST_F(PreferredAgent, IsWhoeverTookTheChatLast) {
  chats_.Set("Livechat_last_chatted_agent_routing", true);
  const std::string room = chats_.RoomOf("vt-1");
  EXPECT_EQ(LastAgentNoted(), "ann");
  const Answer forwarded = chats_.Post("livechat/room.forward", Json::Of({{"roomId", room}, {"userId", ben_}}),
                                       chats_.AddUser("max", {"livechat-manager"}));
  ASSERT_EQ(forwarded.status, 200) << Print(forwarded.body);
  EXPECT_EQ(LastAgentNoted(), "ben");
}

TEST_F(PreferredAgent, NobodyIsNotedWhileAgentsTakeChatsByHand) {
  chats_.Set("Livechat_last_chatted_agent_routing", true);
  chats_.Set("Livechat_Routing_Method", "Manual_Selection");
  const std::string room = chats_.RoomOf("vt-1");
  const Answer inquiry = chats_.Get("livechat/inquiries.getOne", Query({{"roomId", room}}), ann_);
  const Json take = Json::Of({{"inquiryId", inquiry.Text("inquiry._id")}});
  ASSERT_EQ(chats_.Post("livechat/inquiries.take", take, ann_).status, 200);
  EXPECT_EQ(LastAgentNoted(), "");
}

TEST_F(PreferredAgent, WhoTakesAChatFromTheQueueIsNoted) {
  chats_.Set("Livechat_last_chatted_agent_routing", true);
  chats_.Set("Livechat_waiting_queue", true);
  chats_.OpenRoom("vt-1");
  EXPECT_EQ(LastAgentNoted(), "");
  chats_.Pass(std::chrono::seconds(10));
  EXPECT_EQ(LastAgentNoted(), "ann");
}

TEST_F(PreferredAgent, AManagerWithEnoughChatsIsWaitedForInTheQueue) {
  GiveManager();
  chats_.Set("Livechat_waiting_queue", true);
  chats_.Set("Livechat_maximum_chats_per_agent", 1);
  chats_.Post("livechat/visitor", Json::Of({{"visitor", Json::Of({{"token", "busy"}})}}));
  chats_.Get("livechat/room", Query({{"token", "busy"}, {"agentId", ben_}}));
  chats_.Pass(std::chrono::seconds(10));
  const std::string room = chats_.RoomOf("vt-1");
  chats_.Pass(std::chrono::seconds(10));
  EXPECT_FALSE(chats_.Stored<Room>(room)->served_by) << "ann is free, but ben is meant";
  chats_.Set("Livechat_last_chatted_agent_routing", true);
  chats_.Pass(std::chrono::seconds(10));
  EXPECT_EQ(chats_.Stored<Room>(room)->served_by->username, "ann");
}

}  // namespace
}  // namespace parley::backend::embedded
