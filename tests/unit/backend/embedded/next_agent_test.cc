#include "backend/embedded/next_agent.h"

#include <gtest/gtest.h>

#include "chat_fixture.h"

namespace parley::backend::embedded {
namespace {

using std::chrono::seconds;
using test::CalledServices;
using test::HeaderOf;

class ExternalRouting : public testing::Test {
 protected:
  ExternalRouting() {
    chats_.Set("Livechat_Routing_Method", "External");
    chats_.Set("Livechat_External_Queue_URL", "https://router.test/next?team=a#top");
    chats_.Set("Livechat_External_Queue_Token", "router-secret");
  }
  static std::string Naming(const std::string& username) { return Print(Json::Of({{"username", username}})); }
  void Name(const std::string& username) { chats_.outside().Say(200, Naming(username)); }
  std::size_t Asked() { return chats_.outside().requests().size(); }
  std::string AgentOf(const std::string& room) {
    const auto stored = chats_.Stored<Room>(room);
    return stored->served_by ? stored->served_by->username : "";
  }
  // A new chat in the queue.
  std::string Waiting(const std::string& token) {
    chats_.Set("Livechat_waiting_queue", true);
    return chats_.RoomOf(token);
  }

  ChatFixture chats_;
  const std::string ann_ = chats_.AddAgent("ann");
  const std::string ben_ = chats_.AddAgent("ben");
};

constexpr const char* kNobody = "Sorry, no online agents [no-agent-online]";

TEST_F(ExternalRouting, TheServiceNamesTheAgent) {
  Name("ben");
  const Answer room = chats_.OpenRoom("1");
  EXPECT_EQ(room.Text("room.servedBy.username"), "ben");
  EXPECT_EQ(Asked(), 10u);
  const auto& request = chats_.outside().requests().front();
  EXPECT_EQ(request.method, http::Method::kGet);
  EXPECT_EQ(request.url, "https://router.test/next?team=a");
  EXPECT_EQ(HeaderOf(request, "X-RocketChat-Secret-Token"), "router-secret");
  EXPECT_FALSE(chats_.Stored<User>(ben_)->livechat_count);
}

TEST_F(ExternalRouting, TheServiceLearnsTheDepartment) {
  const std::string sales = chats_.AddDepartment("Sales", {ann_});
  Name("ben");
  const Answer room = chats_.OpenRoom("1", "Bob", sales);
  EXPECT_EQ(chats_.outside().requests().front().url, "https://router.test/next?team=a&departmentId=sales-id");
  EXPECT_EQ(room.Text("room.servedBy.username"), "ben");
}

TEST_F(ExternalRouting, TheFirstAnswerThatNamesSomebodyAvailableCounts) {
  chats_.SetAvailable(ben_, false);
  chats_.AddAgent("cia");
  chats_.outside().SayInTurn({CalledServices::Of(200, Naming("ben")), Unavailable("gone"),
                              CalledServices::Of(200, "no JSON"), CalledServices::Of(200, R"({"username":5})"),
                              CalledServices::Of(200, Naming("nobody")), CalledServices::Of(500, Naming("cia")),
                              CalledServices::Of(200, Naming("ann"))});
  EXPECT_EQ(chats_.OpenRoom("1").Text("room.servedBy.username"), "cia");
}

TEST_F(ExternalRouting, NamingNobodyWhoCanIsARefusal) {
  for (const CalledServices::Answer& answer :
       {CalledServices::Of(200, "{}"), CalledServices::Of(200, Naming("nobody")), CalledServices::Of(404, ""),
        CalledServices::Answer(DeadlineExceeded("late"))}) {
    chats_.outside().Say(answer);
    EXPECT_EQ(chats_.OpenRoom("1").error(), kNobody);
    EXPECT_EQ(Asked(), 10u);
  }
  chats_.Set("Livechat_External_Queue_URL", "");
  Name("ann");
  EXPECT_EQ(chats_.OpenRoom("1").error(), kNobody);
  EXPECT_EQ(Asked(), 0u);
}

TEST_F(ExternalRouting, AgentsAtTheirLimitAreNotGivenMore) {
  chats_.Set("Livechat_maximum_chats_per_agent", 1);
  Name("ann");
  EXPECT_EQ(chats_.OpenRoom("1").status, 200);
  EXPECT_EQ(chats_.OpenRoom("2").error(), kNobody);
}

TEST_F(ExternalRouting, WhoLosesARaceDoesNotAskAgain) {
  Name("ben");
  chats_.Post("livechat/visitor", Json::Of({{"visitor", Json::Of({{"token", "1"}, {"name", "Bob"}})}}));
  bool changed = false;
  chats_.outside().Meanwhile([&]() -> Awaitable<> {
    Json visitor = Json::Of({{"visitor", Json::Of({{"token", "1"}, {"name", "Robert"}})}});
    const Answer renamed =
        co_await chats_.Call(http::Method::kPost, "livechat/visitor", std::string(), std::move(visitor), std::string());
    changed = renamed.status == 200;
  });
  const Answer room = chats_.Get("livechat/room", Query({{"token", "1"}}));
  EXPECT_TRUE(changed);
  EXPECT_EQ(room.Text("room.servedBy.username"), "ben");
  EXPECT_EQ(room.Text("room.v.username"), chats_.Stored<Room>(room.Text("room._id"))->visitor.username);
  EXPECT_EQ(room.Text("room.fname"), "Robert");
  EXPECT_EQ(Asked(), 10u);
}

TEST_F(ExternalRouting, AgentNextAsksTheService) {
  Name("ben");
  EXPECT_EQ(chats_.Get("livechat/agent.next/new").Text("agent.username"), "ben");
  Name("nobody");
  EXPECT_EQ(chats_.Get("livechat/agent.next/new").error(), kNobody);
}

TEST_F(ExternalRouting, AForwardNobodyIsNamedForIsRefusedAndTheChatStays) {
  const std::string boss = chats_.AddUser("boss", {"admin"});
  const std::string sales = chats_.AddDepartment("Sales", {ben_});
  Name("ann");
  const std::string room = chats_.RoomOf("1");
  chats_.outside().Say(200, "{}");
  const auto forward = [&] {
    return chats_.Post("livechat/room.forward", Json::Of({{"roomId", room}, {"departmentId", sales}}), boss);
  };
  EXPECT_EQ(forward().error(), kNobody);
  EXPECT_EQ(AgentOf(room), "ann");
  Name("ben");
  EXPECT_EQ(forward().status, 200);
  EXPECT_EQ(AgentOf(room), "ben");
}

TEST_F(ExternalRouting, TheQueueAsksForTheFirstOfEachDepartment) {
  Name("ben");
  chats_.Pass(seconds(0));
  const std::string first = Waiting("1");
  chats_.Pass(seconds(1));
  const std::string second = Waiting("2");
  EXPECT_EQ(AgentOf(first), "");
  EXPECT_EQ(Asked(), 0u);
  chats_.Pass(seconds(4));
  EXPECT_EQ(AgentOf(first), "ben");
  EXPECT_EQ(AgentOf(second), "");
  EXPECT_EQ(Asked(), 10u);
}

TEST_F(ExternalRouting, ASilentServiceHoldsUpARoundOfTheQueueOnce) {
  const std::string sales = chats_.AddDepartment("Sales", {ann_});
  chats_.Pass(seconds(0));
  const std::string first = Waiting("1");
  const std::string second = chats_.OpenRoom("2", "Cia", sales).Text("room._id");
  chats_.outside().Say(DeadlineExceeded("late"));
  chats_.Pass(seconds(5));
  EXPECT_EQ(Asked(), 10u);
  EXPECT_EQ(AgentOf(first) + AgentOf(second), "");
  Name("ann");
  chats_.Pass(seconds(5));
  EXPECT_EQ(AgentOf(first) + AgentOf(second), "annann");
}

TEST_F(ExternalRouting, AnUnansweredChatGoesToSomebodyElseOrWaits) {
  chats_.Set("Livechat_auto_transfer_chat_timeout", 30);
  chats_.Set("Omnichannel_queue_delay_timeout", 3600);
  Name("ann");
  const std::string room = chats_.RoomOf("1");
  Name("ann");
  chats_.Pass(seconds(31));
  EXPECT_EQ(chats_.outside().requests().front().url, "https://router.test/next?team=a&ignoreAgentId=ann-id");
  EXPECT_EQ(AgentOf(room), "");
}

}  // namespace
}  // namespace parley::backend::embedded
