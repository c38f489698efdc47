#include "base/problems.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

TEST(Problems, NamePlaceAndRule) {
  EXPECT_EQ(Format({"groups.yaml", 12, "no such route"}), "groups.yaml:12: no such route");
}

TEST(Problems, OfAWholeFileHaveNoLine) {
  EXPECT_EQ(Format({"groups.yaml", 0, "cannot be read"}), "groups.yaml: cannot be read");
}

TEST(Problems, AreCollectedInOrder) {
  Problems problems, more;
  EXPECT_TRUE(problems.empty());
  problems.Add("a", 1, "x");
  more.Add("b", 2, "y");
  problems.Append(more);
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_EQ(Format(problems.list()[1]), "b:2: y");
}

}  // namespace
}  // namespace parley
