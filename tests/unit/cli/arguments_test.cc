#include "cli/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::vector<OptionSpec> kOptions = {{"--set", "key=value"}, {"--face", "livechat|rocketchat"}, {"--json", ""}};

std::string MistakeOf(const std::vector<std::string>& given) {
  const Result<Arguments> arguments = ParseArguments(given, kOptions);
  return arguments ? "" : arguments.error().message;
}

TEST(Arguments, NothingGivenIsNothing) {
  const Result<Arguments> arguments = ParseArguments({}, kOptions);
  ASSERT_TRUE(arguments);
  EXPECT_THAT(arguments->words, IsEmpty());
  EXPECT_FALSE(arguments->Has("--json"));
  EXPECT_FALSE(arguments->Value("--face"));
}

TEST(Arguments, AValueFollowsOrIsAppended) {
  const Result<Arguments> arguments = ParseArguments({"--face", "livechat", "--set=a=b=c", "--set", ""}, kOptions);
  ASSERT_TRUE(arguments);
  EXPECT_EQ(arguments->Value("--face"), "livechat");
  EXPECT_THAT(arguments->Values("--set"), ElementsAre("a=b=c", ""));
}

TEST(Arguments, TheLastValueCounts) {
  const Result<Arguments> arguments = ParseArguments({"--face", "livechat", "--face", "rocketchat"}, kOptions);
  ASSERT_TRUE(arguments);
  EXPECT_EQ(arguments->Value("--face"), "rocketchat");
}

TEST(Arguments, WordsKeepTheirOrderAroundOptions) {
  const Result<Arguments> arguments = ParseArguments({"GET", "--json", "/agents"}, kOptions);
  ASSERT_TRUE(arguments);
  EXPECT_THAT(arguments->words, ElementsAre("GET", "/agents"));
  EXPECT_TRUE(arguments->Has("--json"));
}

TEST(Arguments, AfterTwoDashesNothingIsAnOption) {
  const Result<Arguments> arguments = ParseArguments({"--", "--json", "--unknown"}, kOptions);
  ASSERT_TRUE(arguments);
  EXPECT_THAT(arguments->words, ElementsAre("--json", "--unknown"));
  EXPECT_FALSE(arguments->Has("--json"));
}

TEST(Arguments, AValueMayBeginWithADash) {
  const Result<Arguments> arguments = ParseArguments({"--set", "--json"}, kOptions);
  ASSERT_TRUE(arguments);
  EXPECT_EQ(arguments->Value("--set"), "--json");
}

TEST(Arguments, MistakesAreNamed) {
  EXPECT_EQ(MistakeOf({"--jsn"}), "no option is called --jsn; did you mean --json");
  EXPECT_EQ(MistakeOf({"--colour"}), "no option is called --colour");
  EXPECT_THAT(MistakeOf({"--face"}), HasSubstr("--face needs a value: --face livechat|rocketchat"));
  EXPECT_EQ(MistakeOf({"--json=yes"}), "--json takes no value");
}

}  // namespace
}  // namespace parley::cli
