#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <set>

#include "backend/embedded/inquiry.h"
#include "chat_fixture.h"

namespace parley::backend::embedded {
namespace {

std::string AgentOf(const Answer& room) {
  return room.Text("room.servedBy.username");
}

TEST(Opening, ReturnsTheOpenRoomAgain) {
  ChatFixture chats;
  chats.AddAgent("ann");
  const Answer first = chats.OpenRoom("vt-1");
  const Answer second = chats.OpenRoom("vt-1");
  EXPECT_EQ(first.Text("room._id"), second.Text("room._id"));
  EXPECT_EQ(*second.body.Find("newRoom"), Json(false));
}

TEST(Opening, NeedsAKnownToken) {
  ChatFixture chats;
  EXPECT_EQ(chats.Get("livechat/room", Query({{"token", "nobody"}})).error(), "invalid-token");
  EXPECT_EQ(chats.Get("livechat/room").error(), "Match error: Missing key 'token'");
  EXPECT_EQ(chats.Get("livechat/room", Query({{"token", "t"}, {"what", "x"}})).error(),
            "Match error: Unknown key in field what");
}

TEST(Opening, TheRoomAskedForMustBeOpenAndTheVisitorsOwn) {
  ChatFixture chats;
  const std::string ann = chats.AddAgent("ann");
  const std::string bobs = chats.RoomOf("vt-1");
  const std::string cias = chats.RoomOf("vt-2");
  const auto ask = [&](const std::string& room) {
    return chats.Get("livechat/room", Query({{"token", "vt-1"}, {"rid", room}}));
  };
  EXPECT_EQ(ask(bobs).Text("room._id"), bobs);
  EXPECT_EQ(ask(cias).error(), "invalid-room");
  chats.Close(ann, bobs);
  EXPECT_EQ(ask(bobs).error(), "invalid-room");
}

TEST(Opening, GoesRoundAmongAgents) {
  ChatFixture chats;
  chats.AddAgent("ben");
  chats.AddAgent("ann");
  EXPECT_EQ(AgentOf(chats.OpenRoom("1")), "ann");
  EXPECT_EQ(AgentOf(chats.OpenRoom("2")), "ben");
  EXPECT_EQ(AgentOf(chats.OpenRoom("3")), "ann");
}

TEST(Opening, IsRefusedWhileNobodyIsAvailable) {
  ChatFixture chats;
  const std::string ann = chats.AddAgent("ann");
  chats.SetAvailable(ann, false);
  EXPECT_EQ(chats.OpenRoom("1").error(), "Sorry, no online agents [no-agent-online]");
  chats.Set("Livechat_accept_chats_with_no_agents", true);
  const Answer accepted = chats.OpenRoom("1");
  EXPECT_EQ(accepted.status, 200);
  EXPECT_EQ(AgentOf(accepted), "");
}

TEST(Opening, IsRefusedWhileOmnichannelIsOff) {
  ChatFixture chats;
  chats.AddAgent("ann");
  chats.Set("Livechat_enabled", false);
  EXPECT_EQ(chats.OpenRoom("1").error(), "[error-omnichannel-is-disabled]");
}

TEST(Opening, StaysInTheVisitorsDepartment) {
  ChatFixture chats;
  const std::string ann = chats.AddAgent("ann");
  const std::string ben = chats.AddAgent("ben");
  chats.AddDepartment("Sales", {ann});
  const std::string support = chats.AddDepartment("Support", {ben});
  const Answer room = chats.OpenRoom("1", "Bob", support);
  EXPECT_EQ(AgentOf(room), "ben");
  EXPECT_EQ(room.Text("room.departmentId"), support);
  chats.SetAvailable(ben, false);
  EXPECT_EQ(chats.OpenRoom("2", "Cia", support).error(), "Sorry, no online agents [no-agent-online]");
}

TEST(Opening, FallsBackToAStaffedDepartment) {
  ChatFixture chats;
  const std::string ann = chats.AddAgent("ann");
  const std::string ben = chats.AddAgent("ben");
  const std::string sales = chats.AddDepartment("Sales", {ann});
  const std::string support = chats.AddDepartment("Support", {ben});
  Department department = *chats.Stored<Department>(support);
  department.fallback = sales;
  chats.Change(department);
  chats.SetAvailable(ben, false);
  const Answer room = chats.OpenRoom("1", "Bob", support);
  EXPECT_EQ(room.Text("room.departmentId"), sales);
  EXPECT_EQ(AgentOf(room), "ann");
}

TEST(Opening, OffersTheFirstStaffedDepartmentOfTheRegistrationForm) {
  ChatFixture chats;
  const std::string ann = chats.AddAgent("ann");
  const std::string billing = chats.AddDepartment("Billing", {});
  const std::string sales = chats.AddDepartment("Sales", {ann});
  for (const std::string& id : {billing, sales}) {
    Department department = *chats.Stored<Department>(id);
    department.show_on_registration = true;
    chats.Change(department);
  }
  EXPECT_EQ(chats.OpenRoom("1").Text("room.departmentId"), sales);
}

TEST(Opening, TheAgentAskedForComesFirst) {
  ChatFixture chats;
  chats.AddAgent("ann");
  const std::string ben = chats.AddAgent("ben");
  chats.RoomOf("other");  // registers nobody else's preference
  chats.Post("livechat/visitor", Json::Of({{"visitor", Json::Of({{"token", "1"}})}}));
  EXPECT_EQ(AgentOf(chats.Get("livechat/room", Query({{"token", "1"}, {"agentId", ben}}))), "ben");
}

TEST(Opening, AgentsAtTheirLimitArePassedOver) {
  ChatFixture chats;
  chats.AddAgent("ann");
  chats.Set("Livechat_maximum_chats_per_agent", 1);
  EXPECT_EQ(AgentOf(chats.OpenRoom("1")), "ann");
  const Answer waiting = chats.OpenRoom("2");
  EXPECT_EQ(waiting.status, 200);
  EXPECT_EQ(AgentOf(waiting), "");
}

TEST(Opening, ManualRoutingLeavesTheChatWaiting) {
  ChatFixture chats;
  const std::string ann = chats.AddAgent("ann");
  chats.Set("Livechat_Routing_Method", "Manual_Selection");
  const Answer room = chats.OpenRoom("1");
  EXPECT_EQ(AgentOf(room), "");
  const Answer inquiry = chats.Get("livechat/inquiries.getOne", Query({{"roomId", room.Text("room._id")}}), ann);
  EXPECT_EQ(inquiry.Text("inquiry.status"), "queued");
  EXPECT_NE(inquiry.body.FindPath("inquiry.queuedAt"), nullptr);
}

TEST(Opening, OneVisitorOpeningTwiceAtOnceGetsOneRoom) {
  ChatFixture chats;
  chats.AddAgent("ann");
  chats.Post("livechat/visitor", Json::Of({{"visitor", Json::Of({{"token", "1"}})}}));
  std::vector<Answer> answers(20);
  for (Answer& answer : answers) {
    boost::asio::co_spawn(test::Loop(),
                          chats.Call(http::Method::kGet, "livechat/room", "token=1", Json(), std::string()),
                          [&answer](std::exception_ptr, Answer got) { answer = std::move(got); });
  }
  chats.OpenRoom("1");
  while (std::any_of(answers.begin(), answers.end(), [](const Answer& answer) { return answer.status == 0; })) {
    test::Loop().run_one();
  }
  std::set<std::string> rooms;
  for (const Answer& answer : answers) rooms.insert(answer.Text("room._id"));
  EXPECT_EQ(rooms.size(), 1u);
  EXPECT_EQ(*test::Await(chats.store().documents().Count(storage::Query(storage::Collection::kRooms))), 1);
  EXPECT_EQ(chats.Stored<User>("ann-id")->livechat_count, 1);
}

TEST(Opening, ManyVisitorsAtOnceAreSharedEvenly) {
  constexpr int kVisitors = 30;
  ChatFixture chats;
  for (const char* agent : {"ann", "ben", "cia"}) chats.AddAgent(agent);
  for (int i = 0; i < kVisitors; ++i) {
    chats.Post("livechat/visitor", Json::Of({{"visitor", Json::Of({{"token", std::to_string(i)}})}}));
  }
  std::vector<Answer> answers(kVisitors);
  for (int i = 0; i < kVisitors; ++i) {
    Answer& answer = answers[static_cast<std::size_t>(i)];
    boost::asio::co_spawn(
        test::Loop(),
        chats.Call(http::Method::kGet, "livechat/room", "token=" + std::to_string(i), Json(), std::string()),
        [&answer](std::exception_ptr, Answer got) { answer = std::move(got); });
  }
  test::Loop().restart();
  while (std::any_of(answers.begin(), answers.end(), [](const Answer& answer) { return answer.status == 0; })) {
    test::Loop().run_one();
  }
  for (const Answer& answer : answers) EXPECT_EQ(answer.status, 200) << Print(answer.body);
  for (const char* agent : {"ann-id", "ben-id", "cia-id"}) {
    EXPECT_EQ(chats.Stored<User>(agent)->livechat_count, kVisitors / 3);
  }
}

}  // namespace
}  // namespace parley::backend::embedded
