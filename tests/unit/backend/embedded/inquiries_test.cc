#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>

#include "chat_fixture.h"

namespace parley::backend::embedded {
namespace {

// Manual routing: every chat waits.
class Inquiries : public testing::Test {
 protected:
  Inquiries() : ann_(chats_.AddAgent("ann")), ben_(chats_.AddAgent("ben")) {
    boss_ = chats_.AddUser("boss", {"livechat-manager"});
    sales_ = chats_.AddDepartment("Sales", {ann_});
    chats_.Set("Livechat_Routing_Method", "Manual_Selection");
  }

  std::string InquiryOf(const std::string& room) {
    return chats_.Get("livechat/inquiries.getOne", Query({{"roomId", room}}), boss_).Text("inquiry._id");
  }
  Answer Take(const std::string& inquiry, const std::string& user) {
    return chats_.Post("livechat/inquiries.take", Json::Of({{"inquiryId", inquiry}}), user);
  }
  std::string ServedBy(const std::string& room) {
    return chats_.Get("rooms.info", Query({{"roomId", room}}), boss_).Text("room.servedBy.username");
  }

  ChatFixture chats_;
  std::string ann_, ben_, boss_, sales_;
};

TEST_F(Inquiries, WaitUntilTaken) {
  const std::string room = chats_.RoomOf("1");
  const Answer list = chats_.Get("livechat/inquiries.list", {}, boss_);
  EXPECT_EQ(list.Each("inquiries", "rid"), room);
  EXPECT_EQ(list.Each("inquiries", "status"), "queued");
  EXPECT_EQ(Print(Take(InquiryOf(room), ann_).body), R"({"success":true})");
  EXPECT_EQ(ServedBy(room), "ann");
  EXPECT_EQ(chats_.Get("livechat/inquiries.list", {}, boss_).body.Integer("total"), 0);
  EXPECT_EQ(chats_.EventsOf(room), (std::vector<std::string>{"chat.started", "chat.queued", "chat.taken"}));
}

TEST_F(Inquiries, AreTakenOnce) {
  const std::string inquiry = InquiryOf(chats_.RoomOf("1"));
  Take(inquiry, ann_);
  const Answer late = Take(inquiry, ben_);
  EXPECT_EQ(late.error(), "Inquiry already taken [error-inquiry-taken]");
  EXPECT_EQ(late.Text("errorType"), "error-inquiry-taken");
  EXPECT_EQ(late.Text("details.method"), "livechat:takeInquiry");
  EXPECT_EQ(Take("unknown", ann_).error(), "Inquiry not found [error-not-found]");
}

TEST_F(Inquiries, OfTwoAgentsAtOnceOneWins) {
  for (int round = 0; round < 10; ++round) {
    const std::string room = chats_.RoomOf("visitor-" + std::to_string(round));
    const Json body = Json::Of({{"inquiryId", InquiryOf(room)}});
    std::vector<Answer> answers(2);
    const std::string users[] = {ann_, ben_};
    for (std::size_t i = 0; i < 2; ++i) {
      Answer& answer = answers[i];
      boost::asio::co_spawn(test::Loop(),
                            chats_.Call(http::Method::kPost, "livechat/inquiries.take", std::string(), body, users[i]),
                            [&answer](std::exception_ptr, Answer got) { answer = std::move(got); });
    }
    test::Loop().restart();
    while (answers[0].status == 0 || answers[1].status == 0) test::Loop().run_one();
    EXPECT_EQ(answers[0].status + answers[1].status, 600);
    const Answer& loser = answers[0].status == 200 ? answers[1] : answers[0];
    EXPECT_EQ(loser.Text("errorType"), "error-inquiry-taken");
    EXPECT_EQ(ServedBy(room), answers[0].status == 200 ? "ann" : "ben");
    EXPECT_EQ(chats_.LedgerOf(room)->agents.size(), 1u);
  }
}

TEST_F(Inquiries, AreOnlyForAvailableAgents) {
  const std::string inquiry = InquiryOf(chats_.RoomOf("1"));
  chats_.SetAvailable(ann_, false);
  EXPECT_EQ(Take(inquiry, ann_).Text("errorType"), "error-agent-status-service-offline");
  const Json for_other = Json::Of({{"inquiryId", inquiry}, {"userId", ben_}});
  EXPECT_EQ(chats_.Post("livechat/inquiries.take", for_other, ann_).status, 200);
  const Json for_nobody = Json::Of({{"inquiryId", inquiry}, {"userId", "x"}});
  EXPECT_EQ(chats_.Post("livechat/inquiries.take", for_nobody, ann_).error(), "The user is invalid");
}

TEST_F(Inquiries, AreOfferedToTheDepartmentsAgents) {
  const std::string of_sales = chats_.OpenRoom("1", "Bob", sales_).Text("room._id");
  const std::string of_all = chats_.RoomOf("2");
  const auto offered = [&](const std::string& user) {
    return chats_.Get("livechat/inquiries.queuedForUser", {}, user).Each("inquiries", "rid");
  };
  EXPECT_NE(offered(ann_).find(of_sales), std::string::npos);
  EXPECT_NE(offered(ann_).find(of_all), std::string::npos);
  EXPECT_EQ(offered(ben_), of_all);
  EXPECT_EQ(chats_.Get("livechat/inquiries.queuedForUser", "department=Sales", ben_).error(), "error-not-authorized");
  EXPECT_EQ(chats_.Get("livechat/inquiries.list", "department=Sales", boss_).Each("inquiries", "rid"), of_sales);
}

TEST_F(Inquiries, GoBackToTheQueue) {
  const std::string room = chats_.RoomOf("1");
  const auto give_back = [&](const std::string& id) {
    return chats_.Post("livechat/inquiries.returnAsInquiry", Json::Of({{"roomId", id}}), ann_);
  };
  EXPECT_EQ(give_back(room).body.Flag("result", true), false);
  Take(InquiryOf(room), ann_);
  EXPECT_EQ(give_back(room).body.Flag("result"), true);
  EXPECT_EQ(ServedBy(room), "");
  EXPECT_EQ(chats_.Get("livechat/inquiries.list", {}, boss_).body.Integer("total"), 1);
  EXPECT_EQ(chats_.Get("livechat/transfer.history/" + room, {}, boss_).Each("history", "scope"), "queue");
  EXPECT_EQ(give_back("x").error(), "error-room-not-found");
}

}  // namespace
}  // namespace parley::backend::embedded
