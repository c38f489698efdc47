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

TEST(Routing, OnlyAutoSelectionAssigns) {
  EXPECT_EQ(ParseRoutingMethod("Auto_Selection"), RoutingMethod::kAutoSelection);
  EXPECT_EQ(ParseRoutingMethod("Manual_Selection"), RoutingMethod::kManualSelection);
  EXPECT_EQ(Print(RoutingConfig(RoutingMethod::kManualSelection)),
            R"({"previewRoom":true,"showConnecting":true,"showQueue":true,"showQueueLink":false,)"
            R"("returnQueue":true,"enableTriggerAction":false,"autoAssignAgent":false})");
}

}  // namespace
}  // namespace parley::backend::embedded
