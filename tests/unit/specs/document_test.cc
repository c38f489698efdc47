#include "specs/document.h"

#include <gtest/gtest.h>

namespace parley::specs {
namespace {

struct Read {
  std::vector<Node> documents;
  Problems problems;
};

Read ReadYaml(const std::string& text, const DocumentLimits& limits = {}) {
  Read read;
  read.documents = ParseDocuments(text, "f.yaml", read.problems, limits);
  return read;
}

std::string FirstProblem(const Read& read) {
  return read.problems.empty() ? "" : Format(read.problems.list()[0]);
}

TEST(Document, KnowsTheLineOfEveryValue) {
  const Read read = ReadYaml("a: 1\nb:\n  - x\n  - y\n");
  ASSERT_EQ(read.documents.size(), 1u);
  EXPECT_EQ(read.documents[0].Find("b")->items[1].line, 4);
  EXPECT_EQ(read.documents[0].members[1].line, 2);
}

TEST(Document, ReadsSeveralDocuments) {
  const Read read = ReadYaml("---\na: 1\n---\n---\n- b\n---\n");
  ASSERT_EQ(read.documents.size(), 4u);
  EXPECT_TRUE(read.documents[1].IsNull());
  EXPECT_TRUE(read.documents[2].IsList());
}

TEST(Document, ReadsJson) {
  const Read read = ReadYaml(R"({"a": {"b": [1, "2", null]}})");
  EXPECT_EQ(Print(ToJson(read.documents.at(0))), R"({"a":{"b":[1,"2",null]}})");
}

TEST(Document, ScalarsFollowYaml12) {
  const Read read = ReadYaml("[yes, no, on, true, 'true', 1, '1', 1.5, ~, 2019-01-01]");
  EXPECT_EQ(Print(ToJson(read.documents.at(0))), R"(["yes","no","on",true,"true",1,"1",1.5,null,"2019-01-01"])");
}

TEST(Document, ReplacesAliases) {
  const Read read = ReadYaml("a: &x {b: [1]}\nc: *x\nd: *x\n");
  EXPECT_EQ(Print(ToJson(read.documents.at(0))), R"({"a":{"b":[1]},"c":{"b":[1]},"d":{"b":[1]}})");
}

TEST(Document, ReportsMembersGivenTwice) {
  EXPECT_EQ(FirstProblem(ReadYaml("a: 1\nb: 2\na: 3\n")), "f.yaml:3: \"a\" is given twice");
}

TEST(Document, ReportsSyntaxErrorsWithTheirLine) {
  EXPECT_EQ(FirstProblem(ReadYaml("a: 1\nb: [1, 2\n")).rfind("f.yaml:3: not valid YAML", 0), 0u);
  EXPECT_NE(FirstProblem(ReadYaml("a: \xff")), "");
}

TEST(Document, ReportsWhatItDoesNotSupport) {
  EXPECT_EQ(FirstProblem(ReadYaml("? [a]\n: 1\n")), "f.yaml:1: a member's name must be a text");
  EXPECT_NE(FirstProblem(ReadYaml("a: &x {b: 1}\nc:\n  <<: *x\n")).find("merge keys"), std::string::npos);
}

TEST(Document, BoundsAliasesOfAliases) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int k = 1; k < 10; ++k) bomb += ", " + before;
    bomb += "]\n";
  }
  const Read read = ReadYaml(bomb);
  EXPECT_TRUE(read.documents.empty());
  ASSERT_EQ(read.problems.size(), 1u);
  EXPECT_NE(FirstProblem(read).find("more than 500000 values"), std::string::npos);
}

TEST(Document, BoundsDepthOfFlowAndBlock) {
  EXPECT_NE(FirstProblem(ReadYaml(std::string(100'000, '['))), "");
  EXPECT_NE(FirstProblem(ReadYaml(std::string(200, '[') + std::string(200, ']'))).find("nest more than 64 deep"),
            std::string::npos);
  std::string block;
  for (int i = 0; i < 200; ++i) block += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  EXPECT_NE(FirstProblem(ReadYaml(block)).find("nest more than 64 deep"), std::string::npos);
}

TEST(Document, RefusesAnAliasInsideItself) {
  EXPECT_NE(FirstProblem(ReadYaml("a: &x [1, *x]\n")).find("inside what it refers to"), std::string::npos);
}

TEST(Document, BoundsTheFile) {
  DocumentLimits limits;
  limits.bytes = 10;
  EXPECT_NE(FirstProblem(ReadYaml("a: 1234567890", limits)).find("larger than 10 bytes"), std::string::npos);
}

}  // namespace
}  // namespace parley::specs
