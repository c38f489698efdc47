#include "pipeline/bracket_names.h"

#include <gtest/gtest.h>

#include "http/message.h"

namespace parley::pipeline {
namespace {

// The tree of a form as JSON text, or the refusal.
std::string FormTree(const std::string& form) {
  const auto pairs = http::ParseQuery(form);
  if (!pairs) return "broken escape";
  const Result<Json> tree = TreeOf(*pairs);
  return tree ? Print(*tree) : tree.error().message;
}

std::string JsonTree(const std::string& text) {
  const Result<Json> tree = TreeOf(*ParseJson(text));
  return tree ? Print(*tree) : tree.error().message;
}

struct Case {
  const char* name;
  const char* form;
  const char* tree;
};

class BracketNames : public testing::TestWithParam<Case> {};

TEST_P(BracketNames, BecomeATree) {
  EXPECT_EQ(FormTree(GetParam().form), GetParam().tree);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, BracketNames,
    testing::Values(
        Case{"Append", "tags[]=a&tags[]=b", R"({"tags":["a","b"]})"},
        Case{"Index", "tags[0]=a&tags[1]=b", R"({"tags":["a","b"]})"},
        Case{"Escaped", "tags%5B%5D=a&tags%5b%5d=b", R"({"tags":["a","b"]})"},
        Case{"RepeatedIndexAppends", "agents[0]=a&agents[0]=b", R"({"agents":["a","b"]})"},
        Case{"SparseIsSortedAndCompacted", "t[7]=b&t[2]=a", R"({"t":["a","b"]})"},
        Case{"Member", "requester[mail]=m%40x.test", R"({"requester":{"mail":"m@x.test"}})"},
        Case{"DeepRules", "rules[0][urls][0][url]=/a&rules[0][urls][0][operator]=equals&rules[0][type]=url_funnel",
             R"({"rules":[{"urls":[{"url":"/a","operator":"equals"}],"type":"url_funnel"}]})"},
        Case{"TwoObjects", "f[0][name]=Age&f[0][value]=36&f[1][name]=x",
             R"({"f":[{"name":"Age","value":"36"},{"name":"x"}]})"},
        Case{"Dash", "properties[greeting-message_text]=Hi", R"({"properties":{"greeting-message_text":"Hi"}})"},
        Case{"PlusAndPercent", "text=a+b%2Bc%20d", R"({"text":"a b+c d"})"},
        Case{"LastPlainWins", "a=1&a=2", R"({"a":"2"})"}, Case{"LeadingSpace", "%20url=x", R"({"url":"x"})"},
        Case{"StrayAmpersands", "&a=b&", R"({"a":"b"})"}, Case{"NoValue", "a", R"({"a":""})"},
        Case{"Unclosed", "a[0=1", "parameter name \"a[0\" is malformed"},
        Case{"TextAfterBracket", "a[0]b=1", "parameter name \"a[0]b\" is malformed"},
        Case{"OnlyBrackets", "[]=1", "parameter name \"[]\" is malformed"},
        Case{"ValueAndList", "a=1&a[]=2", "a is given both as a list and as an object or value"},
        Case{"ListAndObject", "a[]=1&a[x]=2", "a is given both as a list and as an object or value"},
        Case{"TooDeep", "a[1][1][1][1][1][1][1][1][1]=1",
             "parameter name \"a[1][1][1][1][1][1][1][1][1]\" is malformed"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(BracketNames, JsonMembersGoThroughTheSameGrammar) {
  EXPECT_EQ(JsonTree(R"({"agents[0]":"a","agents[1]":"b"})"), R"({"agents":["a","b"]})");
  EXPECT_EQ(JsonTree(R"({"tag[]":"sales"})"), R"({"tag":["sales"]})");
  EXPECT_EQ(JsonTree(R"({"groups":[1,2],"requester":{"mail":"m"}})"), R"({"groups":[1,2],"requester":{"mail":"m"}})");
}

TEST(BracketNames, RepeatedJsonMembersWithBracketsAreAllKept) {
  ParseLimits limits;
  limits.repeatable_suffix = "[]";
  Result<Json> tree = TreeOf(*ParseJson(R"({"tag[]":"a","tag[]":"b","x":1})", limits));
  ASSERT_TRUE(tree);
  EXPECT_EQ(Print(*tree), R"({"tag":["a","b"],"x":1})");
}

TEST(BracketNames, AreLimitedInNumber) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (std::size_t i = 0; i < kMostNames; ++i) pairs.emplace_back("n" + std::to_string(i), "");
  EXPECT_TRUE(TreeOf(pairs));
  pairs.emplace_back("one_more", "");
  EXPECT_EQ(TreeOf(pairs).error().message, "there are more than 1000 parameters");
}

}  // namespace
}  // namespace parley::pipeline
