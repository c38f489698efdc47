#include <gtest/gtest.h>

#include "chat_fixture.h"

namespace parley::backend::embedded {
namespace {

TEST(WidgetConfig, SaysWhetherSomebodyIsThere) {
  ChatFixture chats;
  const auto online = [&](const std::string& query = {}) {
    return chats.Get("livechat/config", query).body.FindPath("config.online")->AsBoolean();
  };
  EXPECT_EQ(online(), false);
  const std::string ann = chats.AddAgent("ann");
  EXPECT_EQ(online(), true);
  chats.AddDepartment("Empty", {});
  EXPECT_EQ(online("department=empty-id"), false);
  chats.SetAvailable(ann, false);
  EXPECT_EQ(online(), false);
  chats.Set("Livechat_accept_chats_with_no_agents", true);
  EXPECT_EQ(online("department=empty-id"), true);
}

TEST(WidgetConfig, KnowsItsVisitor) {
  ChatFixture chats;
  chats.AddAgent("ann");
  const std::string room = chats.RoomOf("1");
  const Answer config = chats.Get("livechat/config", "token=1");
  EXPECT_EQ(config.Text("config.guest.token"), "1");
  EXPECT_EQ(config.Text("config.room._id"), room);
  EXPECT_EQ(config.Text("config.agent.username"), "ann");
  EXPECT_EQ(chats.Get("livechat/config").body.FindPath("config.guest"), nullptr);
  EXPECT_EQ(chats.Get("livechat/config/1").Text("config.room._id"), room);
}

TEST(WidgetConfig, IsShortWhileOmnichannelIsOff) {
  ChatFixture chats;
  chats.Set("Livechat_enabled", false);
  EXPECT_EQ(Print(chats.Get("livechat/config").body), R"({"config":{"enabled":false},"success":true})");
}

TEST(WidgetConfig, TellsWhatTheRoutingMethodImplies) {
  ChatFixture chats;
  const std::string ann = chats.AddAgent("ann");
  EXPECT_EQ(chats.Get("livechat/config/routing", {}, ann).body.FindPath("config.autoAssignAgent")->AsBoolean(), true);
  EXPECT_EQ(chats.Get("livechat/config/routing").status, 401);
}

TEST(AgentInfo, HidesWhatTheSettingsHide) {
  ChatFixture chats;
  chats.AddAgent("ann");
  const std::string room = chats.RoomOf("1");
  const auto info = [&] { return chats.Get("livechat/agent.info/" + room + "/1"); };
  EXPECT_EQ(info().Text("agent.username"), "ann");
  EXPECT_NE(info().body.FindPath("agent.emails"), nullptr);
  chats.Set("Livechat_show_agent_email", false);
  EXPECT_EQ(info().body.FindPath("agent.emails"), nullptr);
  chats.Set("Livechat_show_agent_info", false);
  EXPECT_EQ(Print(*info().body.Find("agent")), R"({"hiddenInfo":true})");
}

TEST(NextAgent, IsSoughtWhereAChatWouldBeOpened) {
  ChatFixture chats;
  chats.AddAgent("ann");
  const std::string ben = chats.AddAgent("ben");
  const std::string sales = chats.AddDepartment("Sales", {ben});
  Department department = *chats.Stored<Department>(sales);
  department.show_on_registration = true;
  chats.Change(department);
  EXPECT_EQ(chats.Get("livechat/agent.next/1").Text("agent.username"), "ben");
  EXPECT_EQ(chats.Get("livechat/agent.next/1", "department=nowhere").error(), "agent-not-found");
  chats.Set("Livechat_Routing_Method", "Manual_Selection");
  EXPECT_EQ(chats.Get("livechat/agent.next/1").error(), "agent-not-found");
}

TEST(NextAgent, IsWhomAChatWouldGoTo) {
  ChatFixture chats;
  EXPECT_EQ(chats.Get("livechat/agent.next/1").error(), "agent-not-found");
  chats.AddAgent("ann");
  chats.AddAgent("ben");
  EXPECT_EQ(chats.Get("livechat/agent.next/1").Text("agent.username"), "ann");
  EXPECT_EQ(chats.Get("livechat/agent.next/1").Text("agent.username"), "ben");  // choosing counts as a pick
  chats.RoomOf("1");
  EXPECT_EQ(Print(chats.Get("livechat/agent.next/1").body), R"({"success":true})");
}

}  // namespace
}  // namespace parley::backend::embedded
