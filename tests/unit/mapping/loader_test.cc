#include "mapping/loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace parley::mapping {
namespace {

using ast::TreeKind;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Loaded {
  ast::File file;
  std::vector<std::string> problems;
};

Loaded Load(const std::string& text, const std::string& name = "pens.yaml") {
  Problems problems;
  Loaded loaded;
  loaded.file = LoadFile(name, text, problems);
  for (const Problem& problem : problems.list()) loaded.problems.push_back(Format(problem));
  return loaded;
}

ast::Tree Answer(const std::string& tree) {
  const Loaded loaded = Load("face: livechat\noperations:\n  PensGet:\n    answer: " + tree + "\n");
  EXPECT_THAT(loaded.problems, IsEmpty()) << tree;
  if (loaded.file.operations.empty()) return {};
  return loaded.file.operations[0].variants[0].answer.value_or(ast::Tree());
}

TEST(LoadedTree, ScalarsFollowYaml12) {
  EXPECT_EQ(Answer("no").literal, Json("no"));
  EXPECT_EQ(Answer("on").literal, Json("on"));
  EXPECT_EQ(Answer("\"2\"").literal, Json("2"));
  EXPECT_EQ(Answer("2").literal, Json(2));
  EXPECT_EQ(Answer("-1.5").literal, Json(-1.5));
  EXPECT_EQ(Answer("true").literal, Json(true));
  EXPECT_TRUE(Answer("null").literal.IsNull());
}

TEST(LoadedTree, LeavesAreTextsExpressionsOrTemplates) {
  EXPECT_EQ(Answer("accepting chats").kind, TreeKind::kLiteral);
  EXPECT_EQ(Answer(".a | lower").kind, TreeKind::kExpr);
  EXPECT_EQ(Answer("= not $in.a").kind, TreeKind::kExpr);
  EXPECT_EQ(Answer("\"hello {.name}\"").kind, TreeKind::kTemplate);
}

TEST(LoadedTree, FormsAreToldByTheirFirstKey) {
  EXPECT_EQ(Answer("{each: $a, as: one, item: {b: .c}}").as, "one");
  EXPECT_EQ(Answer("{when: .a, give: 1}").kind, TreeKind::kWhen);
  const ast::Tree choose = Answer("{choose: [{when: .a, give: 1}, {give: 2}]}");
  ASSERT_EQ(choose.items.size(), 2u);
  EXPECT_EQ(choose.items[1].literal, Json(2));
  const ast::Tree copy = Answer("{copy: [$a, $b], name: x}");
  EXPECT_EQ(copy.items.size(), 2u);
  EXPECT_EQ(copy.members.size(), 1u);
  EXPECT_EQ(Answer("{item: 1, give: 2}").kind, TreeKind::kObject);
}

constexpr char kWhole[] = R"(face: livechat
resource: pen
tables: {tone: {red: warm, 1: one, _: cold}}
shapes: {pen: {id: ._id}}
errors: {pen-gone: missing, 404: 404, busy: 429 try later}
loses: {not_kept: {ink: pens have none}}
operations:
  PensGet:
    - when: $in.color == 'red'
      answer: []
    - needs: [not ink, paper]
      require: [{that: $in.a, else: 400 a is needed}]
      deadline: 800ms
      limit: 50
      parallel: 2
      steps:
        pens:
          for: $in.boxes
          when: .open
          call: POST boxes/{.id}/pens
          query: {a: 1}
          body: {b: 2}
          take: .pens
          keys: [id, name]
          else: 404
          errors: {x: missing}
          undo: {call: "DELETE boxes/{.id}", when: .id}
          stays: never
        one: {read: PenGet, with: {id: 1}}
      answer: $pens
      loses: {made_up: {x: y}}
cases:
  - {table: tone, given: red, gives: warm}
  - {expr: .a, gives: missing}
)";

TEST(LoadedFile, HasEverySection) {
  const Loaded loaded = Load(kWhole);
  EXPECT_THAT(loaded.problems, IsEmpty());
  const ast::File& file = loaded.file;
  EXPECT_EQ(file.resource, "pen");
  ASSERT_EQ(file.tables.size(), 1u);
  EXPECT_EQ(file.tables[0].rows[1].from, Json(1));
  EXPECT_TRUE(file.tables[0].rows[2].rest);
  EXPECT_TRUE(file.errors[0].outcome.missing);
  EXPECT_EQ(file.errors[2].outcome.status, 429);
  ASSERT_EQ(file.operations.size(), 1u);
  const ast::Operation& operation = file.operations[0];
  EXPECT_EQ(operation.place.line, 8);
  ASSERT_EQ(operation.variants.size(), 2u);
  EXPECT_EQ(operation.loses.size(), 1u);
  const ast::Variant& variant = operation.variants[1];
  EXPECT_TRUE(variant.needs[0].negated);
  EXPECT_EQ(variant.needs[0].capability, "ink");
  EXPECT_EQ(*variant.deadline, std::chrono::milliseconds(800));
  EXPECT_EQ(variant.limit, 50);
  const ast::Step& step = variant.steps[0];
  EXPECT_EQ(step.place.line, 17);
  EXPECT_EQ(step.call.target, "boxes/{.id}/pens");
  EXPECT_TRUE(step.each && step.when && step.take && step.otherwise && step.undo);
  EXPECT_EQ(step.keys.size(), 2u);
  EXPECT_EQ(variant.steps[1].kind, ast::StepKind::kRead);
  ASSERT_EQ(file.cases.size(), 2u);
  EXPECT_FALSE(file.cases[1].gives);
}

TEST(LoadedFile, AllMistakesAreReportedAtOnceWithTheirLine) {
  const Loaded loaded = Load(
      "face: chat\n"
      "colour: 1\n"
      "operations:\n"
      "  PensGet:\n"
      "    anwser: 1\n"
      "    steps:\n"
      "      a: {call: GETT pens}\n"
      "      b: {}\n"
      "      c: {value: .a |, with: {x: 1}}\n"
      "    answer: {each: $a}\n");
  EXPECT_THAT(loaded.problems, Contains(HasSubstr("pens.yaml:1: face must be livechat or rocketchat")));
  EXPECT_THAT(loaded.problems, Contains(HasSubstr("pens.yaml:2: key \"colour\" is not known in a mapping file")));
  EXPECT_THAT(
      loaded.problems,
      Contains(HasSubstr("pens.yaml:5: key \"anwser\" is not known in operation PensGet; did you mean answer")));
  EXPECT_THAT(loaded.problems, Contains(HasSubstr("pens.yaml:7: \"GETT pens\" is no call")));
  EXPECT_THAT(loaded.problems, Contains(HasSubstr("pens.yaml:8: step b needs exactly one of call, value and read")));
  EXPECT_THAT(loaded.problems, Contains(HasSubstr("pens.yaml:9: in \".a |\"")));
  EXPECT_THAT(loaded.problems, Contains(HasSubstr("pens.yaml:9: with belongs to a read")));
  EXPECT_THAT(loaded.problems, Contains(HasSubstr("pens.yaml:10: each needs item")));
}

struct Mistake {
  const char* name;
  const char* text;
  const char* says;
};

class LoaderRefuses : public ::testing::TestWithParam<Mistake> {};

TEST_P(LoaderRefuses, AndSaysWhere) {
  EXPECT_THAT(Load(GetParam().text).problems, Contains(HasSubstr(GetParam().says)));
}

INSTANTIATE_TEST_SUITE_P(
    Files, LoaderRefuses,
    ::testing::Values(
        Mistake{"NotYaml", "face: [", "not YAML"}, Mistake{"NoMap", "[1]", "pens.yaml:1: a mapping file is a map"},
        Mistake{"Empty", "", "a mapping file is a map"}, Mistake{"NoFace", "resource: pen\n", "face is missing"},
        Mistake{"Duplicate", "face: livechat\nshapes:\n  a: 1\n  a: 2\n", "pens.yaml:4: a is given twice"},
        Mistake{"DirectoriesElsewhere", "face: livechat\ndirectories: {}\n", "key \"directories\" is not known"},
        Mistake{"FormLater", "face: livechat\nshapes: {a: {b: 1, copy: $c}}\n",
                "\"copy\" is a form and must be the first key"},
        Mistake{"ChoiceInTheMiddle", "face: livechat\nshapes: {a: {choose: [{give: 1}, {when: .a, give: 2}]}}\n",
                "a choice without when ends the list"},
        Mistake{"Outcome", "face: livechat\nerrors: {a: 200 fine}\n", "an outcome is"},
        Mistake{"OutcomeText", "face: livechat\nerrors: {a: {b: c}}\n", "an outcome is"},
        Mistake{"Limit", "face: livechat\noperations: {A: {limit: 0}}\n", "limit must be a whole number"},
        Mistake{"Deadline", "face: livechat\noperations: {A: {deadline: soon}}\n", "deadline must be a length of time"},
        Mistake{"Query", "face: livechat\noperations: {A: {steps: {a: {call: \"GET pens?x=1\"}}}}\n",
                "put what follows the ? under query:"},
        Mistake{"Slash", "face: livechat\noperations: {A: {steps: {a: {call: GET /pens}}}}\n", "without a slash"},
        Mistake{"TwoKinds", "face: livechat\noperations: {A: {steps: {a: {call: GET pens, value: 1}}}}\n",
                "exactly one of"},
        Mistake{"OrderOfVariants", "face: livechat\noperations: {A: [{answer: 1}, {answer: 2}]}\n", "must be the last"},
        Mistake{"RequireMissing", "face: livechat\noperations: {A: {require: [{that: $in.a, else: missing}]}}\n",
                "must end the request"},
        Mistake{"RequireMap", "face: livechat\noperations: {A: {require: {that: $in.a}}}\n", "require must be a list"},
        Mistake{"Case", "face: livechat\ncases: [{given: 1}]\n", "a case needs exactly one of"},
        Mistake{"OperationsList", "face: livechat\noperations: [1]\n", "operations must be a map"},
        Mistake{"Cyclic", "face: livechat\nshapes: &a {b: *a}\n", "pens.yaml:"}),
    [](const auto& row) { return row.param.name; });

TEST(LoadedFile, AliasesCannotExplode) {
  std::string text = "face: livechat\nx0: &x0 [1,1,1,1,1,1,1,1,1,1]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string before = "*x" + std::to_string(i - 1);
    text += "x" + std::to_string(i) + ": &x" + std::to_string(i) + " [" + before;
    for (int j = 0; j < 9; ++j) text += ", " + before;
    text += "]\n";
  }
  EXPECT_THAT(Load(text).problems, Contains(HasSubstr("nested too deeply or too large")));
}

TEST(LoadedFile, SharedFilesMayDeclareDirectories) {
  const Loaded loaded = Load("face: livechat\ndirectories: {agents: {from: agents, keys: [id]}}\n", "a/_shared.yaml");
  EXPECT_THAT(loaded.problems, IsEmpty());
  EXPECT_TRUE(loaded.file.shared);
  ASSERT_EQ(loaded.file.directories.size(), 1u);
  EXPECT_EQ(loaded.file.directories[0].from, "agents");
}

}  // namespace
}  // namespace parley::mapping
