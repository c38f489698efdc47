#include "base/pattern_matches.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

using Texts = std::vector<std::string>;

TEST(PatternMatches, AreFoundFromLeftToRight) {
  EXPECT_EQ(FindMatches("[a-z]+[0-9]", "x1 Y2 z3z4"), (Texts{"x1", "Y2", "z3", "z4"}));
}

TEST(PatternMatches, AreNeverEmpty) {
  EXPECT_EQ(FindMatches("a*", "baab"), (Texts{"aa"}));
}

TEST(PatternMatches, AnUnusableExpressionFindsNothing) {
  EXPECT_EQ(FindMatches("(", "((("), Texts());
  EXPECT_EQ(FindMatches("", "abc"), Texts());
}

TEST(PatternMatches, WordEndsAreThoseOfTheWholeText) {
  EXPECT_EQ(FindMatches(R"(\bb)", "ab b"), (Texts{"b"}));
}

}  // namespace
}  // namespace parley
