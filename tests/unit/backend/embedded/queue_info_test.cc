#include <gtest/gtest.h>

#include "backend/embedded/department.h"
#include "chat_fixture.h"

namespace parley::backend::embedded {
namespace {

using std::chrono::seconds;

// Chats wait in the queue: nobody's pass serves it.
class QueueInfo : public testing::Test {
 protected:
  explicit QueueInfo(Edition edition = Edition::kPremium) : chats_(edition) {
    chats_.Set("Livechat_waiting_queue", true);
    chats_.Set("Livechat_Routing_Method", "Manual_Selection");
    chats_.Set("Livechat_waiting_queue_message", "Please hold");
  }
  void Open(const std::string& token, const std::string& department = {}) {
    chats_.OpenRoom(token, "Bob", department);
    chats_.clock().Advance(seconds(1));
  }
  Json Of(const std::string& token) {
    const Answer config = chats_.Get("livechat/config", Query({{"token", token}}));
    const Json* info = config.body.FindPath("config.queueInfo");
    return info == nullptr ? Json() : *info;
  }

  ChatFixture chats_;
  const std::string ann_ = chats_.AddAgent("ann");
};

class CommunityQueueInfo : public QueueInfo {
 protected:
  CommunityQueueInfo() : QueueInfo(Edition::kCommunity) {}
};

TEST_F(QueueInfo, SaysTheSpotInTheLine) {
  Open("1");
  Open("2");
  EXPECT_EQ(Print(Of("2")),
            R"({"spot":2,"message":{"text":"Please hold","user":{"_id":"rocket.cat","username":"rocket.cat"}}})");
  EXPECT_EQ(Of("1").Integer("spot"), 1);
}

TEST_F(QueueInfo, DepartmentsHaveLinesAndMessagesOfTheirOwn) {
  const std::string sales = chats_.AddDepartment("Sales", {ann_});
  Department department = *chats_.Stored<Department>(sales);
  department.waiting_queue_message = "Sales is busy";
  chats_.Change(department);
  Open("1");
  Open("2", sales);
  EXPECT_EQ(Of("2").Integer("spot"), 1);
  EXPECT_EQ(Of("2").FindPath("message.text")->AsString(), "Sales is busy");
}

TEST_F(QueueInfo, EstimatesFromTheChatsClosedLast) {
  chats_.Set("Livechat_number_most_recent_chats_estimate_wait_time", 2);
  const std::string boss = chats_.AddUser("boss", {"admin"});
  const std::string room = chats_.RoomOf("0");
  chats_.clock().Advance(seconds(100));
  chats_.Close(boss, room);
  for (const char* token : {"1", "2", "3"}) Open(token);
  EXPECT_EQ(Of("1").Find("estimatedWaitTimeSeconds")->AsNumber(), 100.0);
  EXPECT_EQ(Of("3").Find("estimatedWaitTimeSeconds")->AsNumber(), 200.0);
}

TEST_F(QueueInfo, IsForThoseWhoWait) {
  Open("1");
  const std::string boss = chats_.AddUser("boss", {"admin"});
  const std::string inquiry = chats_.Get("livechat/inquiries.list", {}, boss).Each("inquiries", "_id");
  EXPECT_EQ(chats_.Post("livechat/inquiries.take", Json::Of({{"inquiryId", inquiry}}), ann_).status, 200);
  EXPECT_TRUE(Of("1").IsNull());
}

TEST_F(QueueInfo, StatisticsMayBeOff) {
  Open("1");
  chats_.Set("Omnichannel_calculate_dispatch_service_queue_statistics", false);
  EXPECT_TRUE(Of("1").IsNull());
}

TEST_F(CommunityQueueInfo, IsNotTold) {
  Open("1");
  EXPECT_TRUE(Of("1").IsNull());
}

}  // namespace
}  // namespace parley::backend::embedded
