#include "backend/embedded/routing.h"

#include <gtest/gtest.h>

namespace parley::backend::embedded {
namespace {

std::string Chosen(const std::vector<Candidate>& candidates) {
  const Candidate* chosen = ChooseAgent(candidates);
  return chosen ? chosen->username : "nobody";
}

TEST(Routing, NobodyWithoutCandidates) {
  EXPECT_EQ(Chosen({}), "nobody");
}

TEST(Routing, FewestPicksComeFirst) {
  EXPECT_EQ(Chosen({{"1", "ann", 5, 0}, {"2", "ben", 2, 9}, {"3", "cia", 3, 0}}), "ben");
}

TEST(Routing, OrderThenNameBreakTies) {
  EXPECT_EQ(Chosen({{"1", "ann", 1, 2}, {"2", "ben", 1, 1}}), "ben");
  EXPECT_EQ(Chosen({{"2", "ben", 1, 1}, {"1", "ann", 1, 1}}), "ann");
}

TEST(Routing, AllButOneMethodAssignByThemselves) {
  for (const char* method : {"Auto_Selection", "External", "Load_Balancing", "Load_Rotation"}) {
    EXPECT_TRUE(AssignsByItself(ParseRoutingMethod(method))) << method;
  }
  for (const char* method : {"Manual_Selection", "nonsense"}) {
    EXPECT_FALSE(AssignsByItself(ParseRoutingMethod(method))) << method;
  }
}

TEST(Routing, MethodsSayWhatAgentsSee) {
  EXPECT_EQ(Print(RoutingConfig(RoutingMethod::kManualSelection)),
            R"({"previewRoom":true,"showConnecting":true,"showQueue":true,"showQueueLink":false,)"
            R"("returnQueue":true,"enableTriggerAction":false,"autoAssignAgent":false})");
  EXPECT_EQ(Print(RoutingConfig(RoutingMethod::kAutoSelection)),
            R"({"previewRoom":false,"showConnecting":false,"showQueue":false,"showQueueLink":true,)"
            R"("returnQueue":false,"enableTriggerAction":true,"autoAssignAgent":true})");
  EXPECT_FALSE(RoutingConfig(RoutingMethod::kExternal).Flag("showQueueLink"));
  EXPECT_TRUE(RoutingConfig(RoutingMethod::kLoadRotation).Flag("autoAssignAgent"));
}

}  // namespace
}  // namespace parley::backend::embedded
