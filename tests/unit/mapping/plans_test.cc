// The streamed plan and the plain one must give the same answers to the same bytes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "workbench.h"

namespace parley::mapping {
namespace {

using ::testing::HasSubstr;

std::string Plan(const std::string& operations) {
  Workbench bench("  PensGet:\n" + operations);
  EXPECT_THAT(bench.mistakes, ::testing::IsEmpty());
  return bench.catalog->Find("PensGet")->variants()[0].plan;
}

const char kSteps[] = "    steps: {p: {call: GET pens, all: pens}}\n";

TEST(Plans, AListThatOneEachGoesThroughIsStreamed) {
  EXPECT_EQ(Plan(std::string(kSteps) + "    answer: {each: $p, item: . | pen}\n"), "stream of $p");
  EXPECT_EQ(
      Plan(std::string(kSteps) + "    answer: [{name: x}, {each: $p | where(.a) | where(.b), item: {name: .name}}]\n"),
      "stream of $p");
  EXPECT_EQ(Plan("    steps: {p: {call: GET pens, take: .pens}}\n    answer: {each: $p, item: {name: .name}}\n"),
            "stream of $p");
}

TEST(Plans, SayWhyAListIsNotStreamed) {
  const std::string steps = kSteps;
  EXPECT_THAT(Plan(steps + "    answer: [{each: $p, item: . | pen}, {name: $p | count | text}]\n"),
              HasSubstr("several places"));
  EXPECT_THAT(Plan(steps + "    answer: {each: $p, item: {copy: .}}\n"), HasSubstr("an item is used whole"));
  EXPECT_THAT(Plan(steps + "    answer: {each: $p, as: one, item: {name: $one.name}}\n"),
              HasSubstr("its items have a name"));
  EXPECT_THAT(Plan(steps + "    answer: {each: $p | sort(.name), item: {name: .name}}\n"),
              HasSubstr("not the list of an each"));
  EXPECT_THAT(Plan("    answer: []\n"), HasSubstr("no step calls for a list"));
}

// Everything an item's tree can do with paths.
const char kAllUses[] = R"(  PensGet:
    steps: {p: {call: GET pens, all: pens}}
    answer:
      - {name: first}
      - each: $p | where(not (.kind == 'hidden'))
        item:
          id: ._id | livechat_id(group)
          name: .name else 'none'
          color: .v.tone | tone
          note: "{.v.tone} of {.emails.0.address}"
          owner: {choose: [{when: .tags | any(. == 'mine'), give: me}, {when: .v, give: .v.owner.login}]}
)";

class BothPlans : public ::testing::TestWithParam<const char*> {};

TEST_P(BothPlans, GiveTheSame) {
  CompileOptions plain;
  plain.stream = false;
  Workbench streamed(kAllUses);
  Workbench tree(kAllUses, plain);
  ASSERT_EQ(streamed.catalog->Find("PensGet")->variants()[0].plan, "stream of $p");
  ASSERT_THAT(tree.catalog->Find("PensGet")->variants()[0].plan, HasSubstr("tree"));
  streamed.backend.Answer("GET pens?count=100&offset=0", GetParam());
  tree.backend.Answer("GET pens?count=100&offset=0", GetParam());
  EXPECT_EQ(streamed.Answer("PensGet"), tree.Answer("PensGet")) << GetParam();
  EXPECT_EQ(streamed.observer.surprises, tree.observer.surprises);
  EXPECT_EQ(streamed.ids.log, tree.ids.log);
}

INSTANTIATE_TEST_SUITE_P(
    Answers, BothPlans,
    ::testing::Values(
        R"({"pens":[],"total":0})",
        R"({"pens":[{"_id":"a","name":"A","v":{"tone":"warm","owner":{"login":"x"}},"emails":[{"address":"e"}],"tags":["mine"]}],"total":1})",
        R"({"total":2,"pens":[{"v":{"tone":"cold","owner":{"login":"\u00e9\"\n"}},"_id":"b","kind":"hidden"},{"_id":"c","kind":"x","name":"\ud83d"}]})",
        R"({"pens":[{"name":3,"v":3,"emails":"no","tags":{"a":1}},{"v":[{"tone":"warm"}]},{"v":{"tone":null,"owner":[]}}]})",
        R"({"pens":[null,1,"x",[],{}]})",
        R"({"pens":[{"name":"a","name":"b","v":{"tone":"warm"},"v":{"owner":{"login":"z"}}}]})",
        R"({"pens":[{"_id":"a","name":"1"},{"_id":"a","name":"2"},{"_id":7,"name":"3"}],"total":3})", R"({"pens":{}})",
        R"({})", R"({"pens":[{"name":"a"})", R"({"success":false,"errorType":"file-error"})", "", "[]", "nonsense"));

TEST(Plans, PagesAreMergedWhenStreamedToo) {
  Workbench bench(kAllUses);
  bench.backend.Answer("GET pens?count=100&offset=0",
                       R"({"pens":[{"_id":"a","name":"1"},{"_id":"b","name":"2"}],"total":3})");
  bench.backend.Answer("GET pens?count=100&offset=2",
                       R"({"pens":[{"_id":"b","name":"2"},{"_id":"c","name":"3"}],"total":3})");
  EXPECT_EQ(bench.Answer("PensGet"),
            R"([{"name":"first"},{"id":1,"name":"1"},{"id":2,"name":"2"},{"id":3,"name":"3"}])");
}

}  // namespace
}  // namespace parley::mapping
