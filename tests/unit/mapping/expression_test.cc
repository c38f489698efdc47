#include "mapping/expression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/text.h"

namespace parley::mapping {
namespace {

using ast::Expr;
using ast::ExprKind;
using ::testing::HasSubstr;

// The tree as nested calls: "pipe(.a, lower)" is (lower .a).
std::string Shown(const Expr& expr) {
  std::string operands;
  for (const Expr& operand : expr.operands) operands += " " + Shown(operand);
  const std::string path = expr.path.empty() ? "" : "." + Join(expr.path, ".");
  switch (expr.kind) {
    case ExprKind::kPath:
      return expr.path.empty() ? "." : path;
    case ExprKind::kName:
      return "$" + expr.name + path;
    case ExprKind::kLiteral:
      return Print(expr.literal);
    case ExprKind::kWord:
      return expr.name;
    case ExprKind::kInto:
      return "(into" + operands + " " + path + ")";
    case ExprKind::kApply:
    case ExprKind::kCompare:
      return "(" + expr.name + operands + ")";
    case ExprKind::kElse:
      return "(else" + operands + ")";
    case ExprKind::kNot:
      return "(not" + operands + ")";
    case ExprKind::kAnd:
      return "(and" + operands + ")";
    case ExprKind::kOr:
      return "(or" + operands + ")";
  }
  return "?";
}

std::string Parsed(std::string_view text) {
  const Result<Expr> expr = ParseExpression(text, {});
  return expr ? Shown(*expr) : "error: " + expr.error().message;
}

struct Row {
  const char* text;
  const char* tree;
};

class ExpressionReads : public ::testing::TestWithParam<Row> {};

TEST_P(ExpressionReads, AsThisTree) {
  EXPECT_EQ(Parsed(GetParam().text), GetParam().tree) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Grammar, ExpressionReads,
    ::testing::Values(Row{".", "."}, Row{".a.b", ".a.b"}, Row{".emails.0.address", ".emails.0.address"},
                      Row{"$in.greeting-message_text", "$in.greeting-message_text"}, Row{"$agents", "$agents"},
                      Row{"'it''s'", "\"it's\""}, Row{"''", "\"\""}, Row{"''''", "\"'\""}, Row{"-3", "-3"},
                      Row{"2.5", "2.5"}, Row{"true", "true"}, Row{"null", "null"}, Row{".a | lower", "(lower .a)"},
                      Row{".a|lower|trim", "(trim (lower .a))"},
                      Row{".id | agents.by_id | .login", "(into (agents.by_id .id) .login)"},
                      Row{"._id | livechat_id(group)", "(livechat_id ._id group)"},
                      Row{". | any(. | agent_status == 'x')", "(any . (== (agent_status .) \"x\"))"},
                      Row{".x | map(.id | agents.by_id | .login)", "(map .x (into (agents.by_id .id) .login))"},
                      Row{".a else .b else 1", "(else .a .b 1)"}, Row{".a | lower else .b", "(else (lower .a) .b)"},
                      Row{"(.a else .b) | lower", "(lower (else .a .b))"},
                      Row{".a else (.b | lower)", "(else .a (lower .b))"}, Row{"(.a else 1) > 2", "(> (else .a 1) 2)"},
                      Row{".a else (1 > 2)", "(else .a (> 1 2))"}, Row{"not .a == 1", "(not (== .a 1))"},
                      Row{"not not .a", "(not (not .a))"}, Row{".a and .b or not .c", "(or (and .a .b) (not .c))"},
                      Row{".a and (.b or .c)", "(and .a (or .b .c))"},
                      Row{"$in.group == 0 and ($in.rules | all(.type | condition)) and not $in.subtype",
                          "(and (== $in.group 0) (all $in.rules (condition .type)) (not $in.subtype))"},
                      Row{"not (.agentId in ($want | map(.id)))", "(not (in .agentId (map $want .id)))"},
                      Row{".a <= 1", "(<= .a 1)"}, Row{".a<1", "(< .a 1)"}, Row{".a != null", "(!= .a null)"},
                      Row{".inner", ".inner"}, Row{".order", ".order"}, Row{".notes | first", "(first .notes)"},
                      Row{"((((.a))))", ".a"}));

class ExpressionRefuses : public ::testing::TestWithParam<Row> {};

TEST_P(ExpressionRefuses, AndSaysWhy) {
  const std::string answer = Parsed(GetParam().text);
  EXPECT_THAT(answer, HasSubstr("error: in \""));
  EXPECT_THAT(answer, HasSubstr(GetParam().tree)) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Grammar, ExpressionRefuses,
    ::testing::Values(Row{".a else .b | lower",
                          "reads two ways: write \"(.a else .b) | lower\" or \".a else (.b | lower)\""},
                      Row{".a else 1 > 2", "\"else\" beside \">\" reads two ways"},
                      Row{"1 == .a else 2", "reads two ways"}, Row{".a else .b | f else .c", "reads two ways"},
                      Row{"", "ends where a value is expected"}, Row{".a |", "after \"|\" comes the name"},
                      Row{".a | and", "after \"|\" comes the name"}, Row{".a | .", "\"| .\" changes nothing"},
                      Row{".a | map(.b", "\")\" is missing"}, Row{"(.a", "\")\" is missing"},
                      Row{"'open", "closing ' of a text is missing"}, Row{".a = 1", "comparisons are =="},
                      Row{".a ! 1", "comparisons are =="}, Row{".a == 1 == 2", "cannot be chained"},
                      Row{"$", "a name is missing"}, Row{".a.", "member name is missing"},
                      Row{"$in.", "member name is missing"}, Row{".a .b", "left over"},
                      Row{".a | agents.", "a name is missing after \"agents.\""}, Row{"1.2.3", "is no number"},
                      Row{"else", "stands where a value"}, Row{".a, .b", "left over"}, Row{"?", "is no value"}));

TEST(Expression, NestingIsBounded) {
  EXPECT_THAT(Parsed(std::string(5000, '(') + ".a"), HasSubstr("nested too deeply"));
  std::string nots, pipes = ".a", maps;
  for (int i = 0; i < 5000; ++i) {
    nots += "not ";
    pipes += " | f";
    maps += ". | map(";
  }
  EXPECT_THAT(Parsed(nots + ".a"), HasSubstr("nested too deeply"));
  EXPECT_THAT(Parsed(pipes), HasSubstr("too many pipes"));
  EXPECT_THAT(Parsed(maps), HasSubstr("nested too deeply"));
}

TEST(Expression, KeepsItsText) {
  EXPECT_EQ(ParseExpression(" .a | lower ", {})->text, ".a | lower");
}

TEST(TextOfATree, IsAnExpressionWhenItBeginsLikeOne) {
  EXPECT_TRUE(IsExpression(".a"));
  EXPECT_TRUE(IsExpression("$in"));
  EXPECT_TRUE(IsExpression("= not $in.a"));
  EXPECT_FALSE(IsExpression("en"));
  EXPECT_FALSE(IsExpression(""));
  EXPECT_EQ(ExpressionIn("= not .a"), " not .a");
}

TEST(Template, HasTextsAndHoles) {
  const auto parts = ParseTemplate("livechat/department/{.id | lower}/agents", {});
  ASSERT_TRUE(parts);
  ASSERT_EQ(parts->size(), 3u);
  EXPECT_EQ((*parts)[0].text, "livechat/department/");
  EXPECT_EQ(Shown(*(*parts)[1].hole), "(lower .id)");
  EXPECT_EQ((*parts)[2].text, "/agents");
}

TEST(Template, BracesCanBeQuoted) {
  const auto parts = ParseTemplate("{'{'}x{'}'}", {});
  ASSERT_TRUE(parts);
  ASSERT_EQ(parts->size(), 3u);
  EXPECT_EQ(Shown(*(*parts)[0].hole), "\"{\"");
  EXPECT_EQ(Shown(*(*parts)[2].hole), "\"}\"");
}

TEST(Template, RefusesOpenHoles) {
  EXPECT_THAT(ParseTemplate("a{.b", {}).error().message, HasSubstr("a { is not closed"));
  EXPECT_FALSE(ParseTemplate("a{}", {}));
}

}  // namespace
}  // namespace parley::mapping
