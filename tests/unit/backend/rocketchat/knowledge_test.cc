#include "backend/rocketchat/knowledge.h"

#include <gtest/gtest.h>

namespace parley::backend::rocketchat::test {
namespace {

using std::chrono::seconds;
constexpr std::chrono::minutes kInterval(5);
const SteadyTime kStart{};

Findings With(FeatureState state) {
  Findings findings;
  findings.features.push_back({"tags", state, {}});
  return findings;
}

TEST(Knowledge, IsWantedAtOnceAndThenEveryInterval) {
  Knowledge knowledge;
  EXPECT_TRUE(knowledge.IsDue(kStart, kInterval));
  EXPECT_FALSE(knowledge.state());
  EXPECT_EQ(knowledge.findings(), nullptr);
  knowledge.Note(With(FeatureState::kNative), kStart);
  EXPECT_TRUE(knowledge.state());
  EXPECT_TRUE(knowledge.capabilities()->contains("tags"));
  EXPECT_FALSE(knowledge.IsDue(kStart + seconds(299), kInterval));
  EXPECT_TRUE(knowledge.IsDue(kStart + kInterval, kInterval));
}

TEST(Knowledge, AFailureIsTriedAgainSoonAndForgetsNothing) {
  Knowledge knowledge;
  knowledge.Note(With(FeatureState::kNative), kStart);
  knowledge.Note(Unavailable("the workspace does not answer"), kStart + kInterval);
  EXPECT_EQ(knowledge.state().error().message, "the workspace does not answer");
  EXPECT_TRUE(knowledge.capabilities()->contains("tags"));
  EXPECT_FALSE(knowledge.IsDue(kStart + kInterval + seconds(4), kInterval));
  EXPECT_TRUE(knowledge.IsDue(kStart + kInterval + Knowledge::kSoon, kInterval));
}

TEST(Knowledge, ADoubtIsSettledSoonButNotAtOnce) {
  Knowledge knowledge;
  knowledge.Note(With(FeatureState::kNative), kStart);
  knowledge.Doubt();
  EXPECT_FALSE(knowledge.IsDue(kStart + seconds(4), kInterval));
  EXPECT_TRUE(knowledge.IsDue(kStart + Knowledge::kSoon, kInterval));
  knowledge.Note(With(FeatureState::kLocal), kStart + Knowledge::kSoon);
  EXPECT_FALSE(knowledge.IsDue(kStart + 2 * Knowledge::kSoon, kInterval));
  EXPECT_FALSE(knowledge.capabilities()->contains("tags"));
}

}  // namespace
}  // namespace parley::backend::rocketchat::test
