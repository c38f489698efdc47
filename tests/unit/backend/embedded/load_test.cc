// Who gets a chat by load, and who has enough of them.
#include <gtest/gtest.h>

#include "backend/embedded/chats.h"
#include "chat_fixture.h"

namespace parley::backend::embedded {
namespace {

using std::chrono::seconds;

class Load : public testing::Test {
 protected:
  std::string Open(const std::string& token, const std::string& department = {}) {
    chats_.clock().Advance(seconds(1));
    const Answer opened = chats_.OpenRoom(token, "Bob", department);
    rooms_[token] = opened.Text("room._id");
    return opened.Text("room.servedBy.username");
  }
  void Close(const std::string& token) { chats_.Close(boss_, rooms_[token]); }
  Answer Take(const std::string& token, const Json& options) {
    const Answer inquiry = chats_.Get("livechat/inquiries.getOne", Query({{"roomId", rooms_[token]}}), boss_);
    Json body = Json::Of({{"inquiryId", inquiry.Text("inquiry._id")}});
    if (!options.IsNull()) body.Append("options", options);
    return chats_.Post("livechat/inquiries.take", body, ann_);
  }
  bool IsServed(const std::string& token) { return chats_.Stored<Room>(rooms_[token])->served_by.has_value(); }

  ChatFixture chats_;
  std::map<std::string, std::string> rooms_;
  const std::string ann_ = chats_.AddAgent("ann");
  const std::string ben_ = chats_.AddAgent("ben");
  const std::string boss_ = chats_.AddUser("boss", {"admin"});
};

TEST_F(Load, BalancingLooksAtOpenChats) {
  chats_.Set("Livechat_Routing_Method", "Load_Balancing");
  EXPECT_EQ(Open("1"), "ann");
  EXPECT_EQ(Open("2"), "ben");
  EXPECT_EQ(Open("3"), "ann");
  Close("1");
  Close("3");
  EXPECT_EQ(Open("4"), "ann");
}

TEST_F(Load, BalancingInADepartmentCountsItsChatsAlone) {
  chats_.Set("Livechat_Routing_Method", "Load_Balancing");
  const std::string sales = chats_.AddDepartment("Sales", {ann_, ben_});
  EXPECT_EQ(Open("1"), "ann");
  EXPECT_EQ(Open("2"), "ben");
  EXPECT_EQ(Open("3"), "ann");
  EXPECT_EQ(Open("4", sales), "ben");  // no chat of Sales either, and was given one longer ago
  EXPECT_EQ(Open("5", sales), "ann");
}

TEST_F(Load, RotationGoesByTheLastPickAlone) {
  chats_.Set("Livechat_Routing_Method", "Load_Rotation");
  EXPECT_EQ(Open("1"), "ann");
  EXPECT_EQ(Open("2"), "ben");
  Close("2");
  EXPECT_EQ(Open("3"), "ann");
  EXPECT_EQ(Open("4"), "ben");
  EXPECT_FALSE(chats_.Stored<User>(ann_)->livechat_count.has_value());
}

TEST_F(Load, ADepartmentMayLimitItsOwnChats) {
  const std::string sales = chats_.AddDepartment("Sales", {ann_});
  Department department = *chats_.Stored<Department>(sales);
  department.max_chats_per_agent = 1;
  chats_.Change(department);
  EXPECT_EQ(Open("1", sales), "ann");
  EXPECT_EQ(Open("2", sales), "");
  EXPECT_EQ(Open("3"), "ann");
}

TEST_F(Load, WithTheWaitingQueueNobodyTakesMoreThanEnough) {
  chats_.Set("Livechat_waiting_queue", true);
  chats_.Set("Livechat_maximum_chats_per_agent", 1);
  Open("1");
  Open("2");
  EXPECT_EQ(Take("1", Json()).status, 200);
  EXPECT_TRUE(IsServed("1"));
  EXPECT_EQ(Take("2", Json::Of({{"clientAction", true}})).error(), "[error-max-number-simultaneous-chats-reached]");
  EXPECT_EQ(Print(Take("2", Json()).body), R"({"success":true})");
  EXPECT_FALSE(IsServed("2"));
  chats_.Set("Livechat_waiting_queue", false);
  EXPECT_EQ(Take("2", Json()).status, 200);
  EXPECT_TRUE(IsServed("2"));
}

}  // namespace
}  // namespace parley::backend::embedded
