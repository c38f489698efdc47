#include "base/pattern.h"

#include <gtest/gtest.h>

#include <chrono>

namespace parley {
namespace {

Pattern Usable(std::string_view expression) {
  Result<Pattern> pattern = Pattern::Create(expression);
  EXPECT_TRUE(pattern) << expression;
  return *std::move(pattern);
}

TEST(Pattern, MatchesSomewhereUnlessAnchored) {
  EXPECT_TRUE(Usable("[0-9]+").Matches("order 17"));
  EXPECT_FALSE(Usable("^[0-9]+$").Matches("order 17"));
  EXPECT_TRUE(Usable("^([01][0-9]|2[0-3]):[0-5][0-9]$").Matches("23:59"));
  EXPECT_FALSE(Usable("^([01][0-9]|2[0-3]):[0-5][0-9]$").Matches("24:00"));
}

TEST(Pattern, EndsAreThoseOfTheText) {
  EXPECT_FALSE(Usable("^[0-9]+$").Matches("17\n"));
  EXPECT_FALSE(Usable("^[0-9]+$").Matches("17\n18"));
  EXPECT_FALSE(Usable("^[0-9]+$").Matches(std::string_view("17\0", 3)));
}

TEST(Pattern, TellsCasesApart) {
  EXPECT_FALSE(Usable("^abc$").Matches("ABC"));
}

TEST(Pattern, CountsCharactersNotBytes) {
  EXPECT_TRUE(Usable("^.{3}$").Matches("\u00E4\u20AC\U0001F600"));
}

TEST(Pattern, UnusableExpressionsSayWhy) {
  for (const char* expression : {"(", "[a", "a{2,1}", "(?=a)", "(a)\\1"}) {
    const Result<Pattern> pattern = Pattern::Create(expression);
    ASSERT_FALSE(pattern) << expression;
    EXPECT_EQ(pattern.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(pattern.error().message.find("regular expression"), std::string::npos);
  }
}

TEST(Pattern, TakesTimeInProportionToTheText) {
  const Pattern greedy = Usable("^(a+)+(b*)*c$");
  const std::string hostile(1'000'000, 'a');
  const auto before = std::chrono::steady_clock::now();
  EXPECT_FALSE(greedy.Matches(hostile));
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(5));
}

}  // namespace
}  // namespace parley
