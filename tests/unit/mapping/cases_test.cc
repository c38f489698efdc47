#include "mapping/cases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "mapping/loader.h"

namespace parley::mapping {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kShared[] = R"(
face: livechat
directories:
  agents: {from: agents, keys: [id, login]}
  departments: {from: departments, keys: [id]}
  members: {from: memberships, by: department}
)";

constexpr char kFile[] = R"(
face: livechat
resource: group
tables: {mood: {good: rated_good, bad: rated_bad, _: not_rated}}
shapes:
  group: {id: ._id | livechat_id(group), name: .name, language: $account.language, agents: ._id | members.by_department | map(.id | agents.by_id | .login)}
cases:
)";

std::vector<std::string> Results(const std::string& cases, std::size_t* count = nullptr) {
  Problems problems;
  ast::Face face;
  face.files.push_back(LoadFile("_shared.yaml", kShared, problems));
  face.files.push_back(LoadFile("groups.yaml", kFile + cases, problems));
  std::size_t ran = RunCases(face, problems);
  if (count) *count = ran;
  std::vector<std::string> texts;
  for (const Problem& problem : problems.list()) texts.push_back(Format(problem));
  return texts;
}

TEST(Cases, PassWhenTheyGiveWhatTheySay) {
  std::size_t count = 0;
  EXPECT_THAT(Results("  - {table: mood, given: good, gives: rated_good}\n"
                      "  - {table: mood, given: awful, gives: not_rated}\n"
                      "  - {table: mood.back, given: rated_bad, gives: bad}\n"
                      "  - {expr: .a | list | count, given: {a: [1, 2]}, gives: 2}\n"
                      "  - {expr: .b, given: {a: 1}, gives: missing}\n",
                      &count),
              IsEmpty());
  EXPECT_EQ(count, 5u);
}

TEST(Cases, BringTheirSurroundings) {
  EXPECT_THAT(Results("  - shape: group\n"
                      "    given: {_id: d7, name: Sales}\n"
                      "    with:\n"
                      "      ids: {group: {d7: 3}}\n"
                      "      account: {language: de}\n"
                      "      agents: [{id: u1, login: ann@acme.test}]\n"
                      "      members: {d7: [u1]}\n"
                      "    gives: {id: 3, name: Sales, language: de, agents: [ann@acme.test]}\n"),
              IsEmpty());
}

TEST(Cases, TellWhatCameInstead) {
  EXPECT_THAT(Results("  - {table: mood, given: good, gives: rated_bad}\n"),
              ElementsAre("groups.yaml:8: case of mood: gives \"rated_good\", not \"rated_bad\""));
  EXPECT_THAT(Results("  - {expr: .b, given: {a: 1}, gives: 7}\n"), ElementsAre(HasSubstr("gives nothing, not 7")));
  EXPECT_THAT(Results("  - {expr: .a, given: {a: 1}, gives: missing}\n"),
              ElementsAre(HasSubstr("gives 1, not missing")));
}

TEST(Cases, NeedTheIdsTheyUse) {
  EXPECT_THAT(Results("  - {shape: group, given: {_id: d7, name: Sales}, gives: missing}\n"),
              ElementsAre(HasSubstr("an id is not among its with.ids: add it")));
}

TEST(Cases, RefuseSurroundingsNobodyKnows) {
  EXPECT_THAT(
      Results("  - {expr: .a, given: {a: 1}, with: {agent: []}, gives: 1}\n"),
      ElementsAre(HasSubstr("with holds \"agent\": only ids, in, account, caller, now and directories are known")));
}

TEST(Cases, RefuseASubjectNobodyKnows) {
  EXPECT_THAT(Results("  - {shape: grupp, given: 1, gives: 1}\n"), ::testing::Not(IsEmpty()));
}

TEST(Cases, OfOurOwnMappingsPass) {
  Problems problems;
  EXPECT_GT(RunCases(std::string(PARLEY_SOURCE_DIR) + "/mappings/livechat-v2", problems), 10u);
  for (const Problem& problem : problems.list()) ADD_FAILURE() << Format(problem);
}

}  // namespace
}  // namespace parley::mapping
