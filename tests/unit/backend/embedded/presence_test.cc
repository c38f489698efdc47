// Who counts as available (administration reference §8.1).
#include "backend/embedded/presence.h"

#include <gtest/gtest.h>

namespace parley::backend::embedded {
namespace {

Settings WithIdleAgents(bool count) {
  storage::Document document;
  document.id = "Livechat_enabled_when_agent_idle";
  document.body = Json::Of({{"value", count}});
  return Settings(Edition::kPremium, {document});
}

User Agent() {
  User user;
  user.roles = {"livechat-agent"};
  user.status_livechat = "available";
  return user;
}

TEST(Presence, AvailableAgentTakesChatsWhateverTheirPresence) {
  EXPECT_TRUE(CanTakeChats(Agent(), WithIdleAgents(true)));
}

TEST(Presence, RoleActivationAndAvailabilityAreNeeded) {
  const Settings settings = WithIdleAgents(true);
  User user = Agent();
  user.roles = {"user"};
  EXPECT_FALSE(CanTakeChats(user, settings));
  user = Agent();
  user.active = false;
  EXPECT_FALSE(CanTakeChats(user, settings));
  user = Agent();
  user.status_livechat = "not-available";
  EXPECT_FALSE(CanTakeChats(user, settings));
}

TEST(Presence, WithoutIdleAgentsPresenceCounts) {
  const Settings settings = WithIdleAgents(false);
  User user = Agent();
  EXPECT_FALSE(CanTakeChats(user, settings)) << "offline";
  user.status = "busy";
  EXPECT_TRUE(CanTakeChats(user, settings));
  user.status_connection = "away";
  EXPECT_FALSE(CanTakeChats(user, settings));
  user = Agent();
  user.roles.emplace_back("bot");
  EXPECT_TRUE(CanTakeChats(user, settings)) << "bots need no presence";
}

TEST(Presence, LimitIsANumberANumericTextOrNothing) {
  User user = Agent();
  EXPECT_EQ(MaxChatsOf(user), 0);
  user.livechat = Json::Of({{"maxNumberSimultaneousChat", 4}});
  EXPECT_EQ(MaxChatsOf(user), 4);
  user.livechat = Json::Of({{"maxNumberSimultaneousChat", "5"}});
  EXPECT_EQ(MaxChatsOf(user), 5);
  user.livechat = Json::Of({{"maxNumberSimultaneousChat", ""}});
  EXPECT_EQ(MaxChatsOf(user), 0);
}

}  // namespace
}  // namespace parley::backend::embedded
