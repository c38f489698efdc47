#include "mapping/evaluate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "bench.h"

namespace parley::mapping {
namespace {

using ::testing::HasSubstr;

constexpr char kFile[] = R"(
face: livechat
resource: group
tables:
  availability: {accepting chats: available, not accepting chats: not-available, 3: three, _: other}
  strict: {a: 1, b: 2}
shapes:
  status: {choose: [{when: .available, give: on}, {give: off}]}
  pen: {name: .name, status: . | status, kind: pen}
  names: = . | map(.name)
)";

struct Row {
  const char* expression;
  const char* input;
  const char* result;
};

class ExpressionGives : public ::testing::TestWithParam<Row> {};

TEST_P(ExpressionGives, This) {
  EXPECT_EQ(Bench(kFile).Expression(GetParam().expression, GetParam().input), GetParam().result)
      << GetParam().input << " | " << GetParam().expression;
}

INSTANTIATE_TEST_SUITE_P(Missing, ExpressionGives,
                         ::testing::Values(Row{".a", R"({"a":null})", "missing"},
                                           Row{".a.b.c", R"({"a":"x"})", "missing"}, Row{".a", "", "missing"},
                                           Row{".a else 1", "{}", "1"}, Row{".a else .b else 2", R"({"b":0})", "0"},
                                           Row{".a else null", "{}", "null"}, Row{".a else false", "{}", "false"},
                                           Row{".a == null", "{}", "true"}, Row{".a == null", R"({"a":1})", "false"},
                                           Row{".a != null", "{}", "false"}, Row{".a != null", R"({"a":1})", "true"},
                                           Row{"null == .a", R"({"a":null})", "true"}, Row{".a == .b", "{}", "false"},
                                           Row{".a != 'x'", "{}", "false"}, Row{".a < 1", "{}", "false"}));

INSTANTIATE_TEST_SUITE_P(
    Conditions, ExpressionGives,
    ::testing::Values(Row{"not .a", "{}", "true"}, Row{"not .a", R"({"a":0})", "false"},
                      Row{".a and .b", R"({"a":1,"b":""})", "true"}, Row{".a and .b", R"({"a":1})", "false"},
                      Row{".a or .b", R"({"b":1})", "true"}, Row{".a or .b", R"({"a":false})", "false"},
                      Row{".a == 1", R"({"a":1.0})", "true"}, Row{".a == '1'", R"({"a":1})", "false"},
                      Row{".a != 'x'", R"({"a":"y"})", "true"}, Row{".a < 'b'", R"({"a":"a"})", "true"},
                      Row{".a >= 2", R"({"a":2})", "true"}, Row{".a <= 2", R"({"a":2.5})", "false"},
                      Row{".a > 1", R"({"a":"x"})", "false"}, Row{".a in .b", R"({"a":1,"b":[2,1]})", "true"},
                      Row{".a in .b", R"({"a":3,"b":[2,1]})", "false"}, Row{".a in .b", R"({"a":3,"b":3})", "false"}));

INSTANTIATE_TEST_SUITE_P(
    Names, ExpressionGives,
    ::testing::Values(Row{"$account.language", "{}", "\"en\""}, Row{"$in.none", "{}", "missing"},
                      Row{". | pen", R"({"name":"n","available":true})", R"({"name":"n","status":"on","kind":"pen"})"},
                      Row{".x | pen", "{}", "missing"}, Row{".x | status", "{}", "\"off\""},
                      Row{". | names", R"([{"name":1}])", "[1]"},
                      Row{". | availability", "\"accepting chats\"", "\"available\""},
                      Row{". | availability", "\"?\"", "\"other\""}, Row{". | availability", "3", "\"three\""},
                      Row{". | availability.back", "\"available\"", "\"accepting chats\""},
                      Row{". | availability.back", "\"?\"", "missing"}, Row{". | strict", "\"c\"", "missing"},
                      Row{". | strict.back", "2", "\"b\""}, Row{". | map(. | strict)", R"(["a","c","b"])", "[1,2]"},
                      Row{".a.0.b | lower", R"({"a":[{"b":"X"}]})", "\"x\""},
                      Row{". | first | .a", R"([{"a":1}])", "1"}));

class ExpressionIsRefused : public ::testing::TestWithParam<Row> {};

TEST_P(ExpressionIsRefused, WithThisText) {
  EXPECT_THAT(Bench(kFile).Expression(GetParam().expression, "{}"), HasSubstr(GetParam().result));
}

INSTANTIATE_TEST_SUITE_P(Names, ExpressionIsRefused,
                         ::testing::Values(Row{". | lowr", "", "no function, shape, table or lookup is called lowr"},
                                           Row{"$usr", "", "$usr is no step or directory"},
                                           Row{". | lower(1)", "", "lower takes no argument"},
                                           Row{". | map", "", "map needs an argument"},
                                           Row{". | pen(1)", "", "pen takes no argument"},
                                           Row{". | agents.by_id", "", "no lookup is called agents.by_id"},
                                           Row{"group", "", "\"group\" is no value"},
                                           Row{". | livechat_id(groop)", "", "needs a kind of id"}));

TEST(Shapes, CannotUseThemselves) {
  const std::string answer =
      Bench("face: livechat\nshapes: {a: {x: .x | b}, b: {y: .y | a}}\n").Expression(". | a", "{}");
  EXPECT_THAT(answer, HasSubstr("shape a uses itself: a > b > a"));
}

TEST(Shapes, CannotMultiplyWithoutEnd) {
  std::string file = "face: livechat\nshapes:\n  s0: {x: .}\n";
  for (int i = 1; i < 40; ++i) {
    const std::string before = ". | s" + std::to_string(i - 1);
    file += "  s" + std::to_string(i) + ": {a: " + before + ", b: " + before + ", c: " + before + "}\n";
  }
  EXPECT_THAT(Bench(file).Expression(". | s39", "{}"), HasSubstr("program becomes too large"));
}

TEST(Trees, LookLikeWhatTheyMake) {
  Bench bench(kFile);
  EXPECT_EQ(bench.Tree("{a: .x, b: [1, .y, .x], c: {d: text}}", R"({"x":5})"), R"({"a":5,"b":[1,5],"c":{"d":"text"}})");
  EXPECT_EQ(bench.Tree("{}", "{}"), "{}");
  EXPECT_EQ(bench.Tree("{a: .x}", "{}"), "{}");
  EXPECT_EQ(bench.Tree("{a: null}", "{}"), R"({"a":null})");
  EXPECT_EQ(bench.Tree("[]", "{}"), "[]");
}

TEST(Trees, TemplatesAreMissingWithAHole) {
  Bench bench;
  EXPECT_EQ(bench.Tree("\"{.a} and {.b | lower}\"", R"({"a":1,"b":"X"})"), "\"1 and x\"");
  EXPECT_EQ(bench.Tree("\"{.a} and {.b}\"", R"({"a":1})"), "missing");
  EXPECT_EQ(bench.Tree("\"{.a}\"", R"({"a":[1]})"), "wrong");
  EXPECT_EQ(bench.Tree("\"{'{'}{'.x'}\"", "{}"), "\"{.x\"");
}

TEST(Trees, EachGoesThroughAList) {
  Bench bench(kFile);
  EXPECT_EQ(bench.Tree("{each: .l, item: {n: .name}}", R"({"l":[{"name":"a"},null,{}]})"), R"([{"n":"a"},{}])");
  EXPECT_EQ(bench.Tree("{each: .l, item: .name}", R"({"l":[{"name":"a"},{}]})"), R"(["a"])");
  EXPECT_EQ(bench.Tree("{each: .l, item: .}", "{}"), "missing");
  EXPECT_EQ(bench.Tree("{each: .l, item: .}", R"({"l":{}})"), "wrong");
  EXPECT_EQ(bench.Tree("[0, {each: .l, item: .}, 9]", R"({"l":[1,2]})"), "[0,1,2,9]");
  EXPECT_EQ(bench.Tree("[0, {each: .l, item: .}]", "{}"), "[0]");
  EXPECT_EQ(bench.Tree("{each: .l, as: outer, item: {each: .m, item: {o: $outer.n, i: .}}}",
                       R"({"l":[{"n":1,"m":[5,6]},{"n":2,"m":[7]}]})"),
            R"([[{"o":1,"i":5},{"o":1,"i":6}],[{"o":2,"i":7}]])");
}

TEST(Trees, WhenAndChooseDecide) {
  Bench bench;
  EXPECT_EQ(bench.Tree("{a: {when: .x, give: {b: 1}}}", "{}"), "{}");
  EXPECT_EQ(bench.Tree("{when: .x, give: {b: 1}}", R"({"x":1})"), R"({"b":1})");
  EXPECT_EQ(bench.Tree("{choose: [{when: .x == 1, give: one}, {when: .x == 2, give: two}]}", R"({"x":2})"), "\"two\"");
  EXPECT_EQ(bench.Tree("{choose: [{when: .x == 1, give: one}, {when: .x == 2, give: two}]}", R"({"x":3})"), "missing");
}

specs::SchemaPtr Schema(specs::Type type) {
  auto schema = std::make_shared<specs::Schema>();
  schema->type = type;
  return schema;
}

specs::SchemaPtr Record(std::vector<specs::Property> properties) {
  auto schema = std::make_shared<specs::Schema>();
  schema->type = specs::Type::kObject;
  schema->properties = std::move(properties);
  return schema;
}

TEST(Copy, TakesTheMembersTheTargetNames) {
  Bench bench;
  const auto target = Record({{"a", Schema(specs::Type::kAny), false}, {"b", Schema(specs::Type::kAny), false}});
  EXPECT_EQ(bench.Tree("{copy: ., b: .z}", R"({"a":1,"b":2,"c":3,"z":9})", target), R"({"a":1,"b":9})");
  EXPECT_EQ(bench.Tree("{copy: ., b: .none}", R"({"a":1,"b":2})", target), R"({"a":1,"b":2})");
  EXPECT_EQ(bench.Tree("{copy: [.x, .y]}", R"({"x":{"a":1,"b":1},"y":{"b":2,"a":null}})", target), R"({"a":1,"b":2})");
  EXPECT_EQ(bench.Tree("{copy: .}", R"({"a":{"deep":[null]},"q":1})"), R"({"a":{"deep":[null]},"q":1})");
  EXPECT_EQ(bench.Tree("{copy: .x}", "{}", target), "missing");
  EXPECT_EQ(bench.Tree("{copy: .x}", R"({"x":3})", target), "wrong");
}

TEST(Schemas, RequiredMembersMustBeThere) {
  Bench bench;
  const auto target = Record({{"a", Schema(specs::Type::kString), true}});
  EXPECT_EQ(bench.Tree("{a: .a}", R"({"a":"x"})", target), R"({"a":"x"})");
  EXPECT_EQ(bench.Tree("{a: .a}", "{}", target), "failed: the backend's answer lacks a");
  EXPECT_EQ(bench.Tree("{copy: .}", R"({"b":1})", target), "failed: the backend's answer lacks a");
}

TEST(Schemas, ValuesOfAnotherTypeAreMissing) {
  Bench bench;
  const auto target = Record({{"i", Schema(specs::Type::kInteger), false},
                              {"t", Schema(specs::Type::kString), false},
                              {"n", Schema(specs::Type::kNumber), false},
                              {"l", Schema(specs::Type::kArray), false}});
  EXPECT_EQ(bench.Tree("{i: .x, t: .x, n: .x, l: .x}", R"({"x":"a"})", target), R"({"t":"a"})");
  EXPECT_EQ(bench.Tree("{i: .x, t: .x, n: .x, l: .x}", R"({"x":3})", target), R"({"i":3,"n":3})");
  EXPECT_EQ(bench.Tree("{i: .x, n: .x}", R"({"x":3.0})", target), R"({"i":3,"n":3})");
  EXPECT_EQ(bench.Tree("{i: .x, n: .x}", R"({"x":3.5})", target), R"({"n":3.5})");
  EXPECT_EQ(bench.Tree("{i: null}", "{}", target), R"({"i":null})");
}

TEST(Ids, AreFoundInMemoryOrWanted) {
  Bench bench(kFile);
  bench.ids().Remember(IdKind::kGroup, "7", "d7");
  bench.ids().Remember(IdKind::kChat, "OENTCQXXLI", "r1");
  EXPECT_EQ(bench.Expression(". | livechat_id(group)", "\"d7\""), "7");
  EXPECT_EQ(bench.Expression(". | livechat_id", "\"d7\""), "7") << "the file's resource is the default kind";
  EXPECT_EQ(bench.Expression(". | livechat_id(chat)", "\"r1\""), "\"OENTCQXXLI\"");
  EXPECT_EQ(bench.Expression(". | backend_id(group)", "7"), "\"d7\"");
  EXPECT_EQ(bench.Expression(". | backend_id(group)", "\"7\""), "\"d7\"");
  EXPECT_EQ(bench.Expression(". | livechat_id(group)", "\"d8\""), "ids wanted");
  EXPECT_EQ(bench.Expression(". | livechat_id(group)", "7"), "wrong");
}

TEST(Secrets, DependOnKindAndId) {
  Bench bench;
  const std::string a = bench.Expression(". | secret_for(visitor)", "\"v1\"");
  EXPECT_EQ(a.size(), 66u);
  EXPECT_EQ(bench.Expression(". | secret_for(visitor)", "\"v1\""), a);
  EXPECT_NE(bench.Expression(". | secret_for(visitor)", "\"v2\""), a);
  EXPECT_NE(bench.Expression(". | secret_for(chat)", "\"v1\""), a);
}

TEST(Directories, AreListedAndLookedUp) {
  Bench bench("face: livechat\n",
              "face: livechat\ndirectories:\n  agents: {from: agents, keys: [id, login]}\n"
              "  members: {from: memberships, by: department}\n");
  backend::Directory directory;
  backend::DirectoryAgent ann;
  ann.id = "u1";
  ann.login = "ann@acme.test";
  ann.name = "Ann";
  directory.agents.push_back(ann);
  backend::DirectoryDepartment sales;
  sales.id = "d1";
  sales.agents = {"u1"};
  directory.departments.push_back(sales);
  bench.SetDirectory(std::move(directory));
  EXPECT_EQ(bench.Expression(". | agents.by_login | .name", "\"ann@acme.test\""), "\"Ann\"");
  EXPECT_EQ(bench.Expression("$agents | map(.name)", "{}"), R"(["Ann"])");
  EXPECT_EQ(bench.Expression("._id | members.by_department | map(.id | agents.by_id | .login)", R"({"_id":"d1"})"),
            R"(["ann@acme.test"])");
  EXPECT_THAT(bench.Expression(". | agents.by_username", "{}"), HasSubstr("no lookup is called agents.by_username"));
}

}  // namespace
}  // namespace parley::mapping
