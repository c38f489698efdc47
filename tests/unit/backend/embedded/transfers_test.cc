#include <gtest/gtest.h>

#include "chat_fixture.h"

namespace parley::backend::embedded {
namespace {

class Transfers : public testing::Test {
 protected:
  Transfers() {
    boss_ = chats_.AddUser("boss", {"livechat-manager"});
    ann_ = chats_.AddAgent("ann");
    room_ = chats_.RoomOf("1");
    ben_ = chats_.AddAgent("ben");
    support_ = chats_.AddDepartment("Support", {ben_});
  }

  Answer Forward(Json to, const std::string& as = {}) {
    to.Set("roomId", room_);
    return chats_.Post("livechat/room.forward", to, as.empty() ? boss_ : as);
  }
  Answer Info() { return chats_.Get("rooms.info", Query({{"roomId", room_}}), boss_); }

  ChatFixture chats_;
  std::string boss_, ann_, ben_, support_, room_;
};

TEST_F(Transfers, ToAnAgent) {
  EXPECT_EQ(Print(Forward(Json::Of({{"userId", ben_}, {"comment", "yours"}})).body), R"({"success":true})");
  EXPECT_EQ(Info().Text("room.servedBy.username"), "ben");
  EXPECT_EQ(Info().body.FindPath("room.usersCount")->AsInteger(), 2);
  EXPECT_EQ(chats_.SayAs(ann_, room_, "x").error(), "error-not-allowed");
  EXPECT_EQ(chats_.SayAs(ben_, room_, "Hi").status, 200);
  const Answer history = chats_.Get("livechat/transfer.history/" + room_, {}, boss_);
  EXPECT_EQ(history.Each("history", "transferredTo.username"), "ben");
  EXPECT_EQ(history.Each("history", "transferredBy.userType"), "user");
  EXPECT_EQ(history.Each("history", "comment"), "yours");
  EXPECT_EQ(history.body.Integer("total"), 1);
  EXPECT_EQ(chats_.LedgerOf(room_)->agents.size(), 2u);
}

TEST_F(Transfers, ToADepartment) {
  EXPECT_EQ(Forward(Json::Of({{"departmentId", support_}})).status, 200);
  EXPECT_EQ(Info().Text("room.servedBy.username"), "ben");
  EXPECT_EQ(Info().Text("room.departmentId"), support_);
  EXPECT_EQ(chats_.LedgerOf(room_)->department, support_);
  EXPECT_EQ(Forward(Json::Of({{"departmentId", support_}})).error(), "error-forwarding-chat-same-department");
}

TEST_F(Transfers, FollowAsManyFallbacksAsTheSettingAllows) {
  const std::string second = chats_.AddDepartment("Second", {});
  const std::string third = chats_.AddDepartment("Third", {});
  for (const auto& [id, fallback] : {std::pair(second, support_), std::pair(third, second)}) {
    Department department = *chats_.Stored<Department>(id);
    department.fallback = fallback;
    chats_.Change(department);
  }
  chats_.Set("Omnichannel_max_fallback_forward_depth", 1);
  EXPECT_EQ(Forward(Json::Of({{"departmentId", third}})).error(), "error-no-agents-online-in-department");
  EXPECT_EQ(Forward(Json::Of({{"departmentId", second}})).status, 200);
  EXPECT_EQ(Info().Text("room.departmentId"), support_);
}

TEST_F(Transfers, ToADepartmentThatIsRoutedByHandWait) {
  chats_.Set("Livechat_Routing_Method", "Manual_Selection");
  EXPECT_EQ(Forward(Json::Of({{"departmentId", support_}})).status, 200);
  EXPECT_EQ(Info().body.FindPath("room.servedBy"), nullptr);
  EXPECT_EQ(chats_.Get("livechat/inquiries.queuedForUser", {}, ben_).body.Integer("total"), 1);
}

TEST_F(Transfers, AreRefusedWithTheReason) {
  EXPECT_EQ(Forward(Json::MakeObject()).error(), "error-forwarding-chat");
  EXPECT_EQ(Forward(Json::Of({{"userId", ann_}})).error(), "error-selected-agent-room-agent-are-same");
  EXPECT_EQ(Forward(Json::Of({{"userId", "x"}})).error(), "error-user-is-offline");
  EXPECT_EQ(Forward(Json::Of({{"departmentId", "x"}})).error(), "error-invalid-department");
  EXPECT_EQ(Forward(Json::Of({{"departmentId", support_}, {"userId", ann_}})).error(),
            "error-user-not-belong-to-department");
  EXPECT_EQ(Forward(Json::Of({{"userId", ben_}}), ann_).status, 403);
  chats_.SetAvailable(ben_, false);
  EXPECT_EQ(Forward(Json::Of({{"userId", ben_}})).error(), "error-user-is-offline");
  EXPECT_EQ(Forward(Json::Of({{"departmentId", support_}})).error(), "error-no-agents-online-in-department");
  chats_.Close(ann_, room_);
  EXPECT_EQ(Forward(Json::Of({{"userId", ben_}})).error(), "This_conversation_is_already_closed");
}

TEST_F(Transfers, ByTheVisitor) {
  const auto move = [&](const char* token) {
    return chats_.Post("livechat/visitor/department.transfer",
                       Json::Of({{"token", token}, {"rid", room_}, {"department", support_}}));
  };
  EXPECT_EQ(move("nobody").error(), "invalid-token");
  EXPECT_EQ(Print(move("1").body), R"({"success":true})");
  EXPECT_EQ(Info().Text("room.departmentId"), support_);
  chats_.RoomOf("2");
  EXPECT_EQ(move("2").error(), "error-invalid-room");
}

}  // namespace
}  // namespace parley::backend::embedded
