#include "specs/loader.h"

#include <gtest/gtest.h>

#include "spec_text.h"

namespace parley::specs {
namespace {

std::string RouteOf(const Parsed& parsed, std::string_view id) {
  const Operation* operation = parsed.spec.Find(id);
  return operation == nullptr ? "none" : std::string(http::NameOf(operation->method)) + " " + operation->path;
}

TEST(Loader, ReadsAPublishedSwaggerWithItsQuirks) {
  const Parsed parsed = Fixture("legacy_swagger.yaml");
  EXPECT_EQ(parsed.Complaints(), "");
  EXPECT_EQ(parsed.spec.name, "legacy_swagger.yaml");
  EXPECT_EQ(RouteOf(parsed, "Hooks12345Delete"), "DELETE /hooks/{hook_id}");
  EXPECT_EQ(RouteOf(parsed, "RepliesABC123Put"), "PUT /replies/{reply_id}");
  EXPECT_EQ(RouteOf(parsed, "TeamsABC123Put"), "PUT /teams/{team_id}");
  EXPECT_EQ(RouteOf(parsed, "PeopleMiaGet"), "GET /people/{people_id}");
  EXPECT_EQ(RouteOf(parsed, "Issues5FUEDTagsPut"), "PUT /issues/{issue_id}/tags");
  EXPECT_EQ(RouteOf(parsed, "TagsUrgentDelete"), "DELETE /tags/{tag_id}");
  EXPECT_EQ(RouteOf(parsed, "ReportsIssuesRankingGet"), "GET /reports/issues/ranking");
}

TEST(Loader, GathersBracketedParameters) {
  const Parsed parsed = Fixture("legacy_swagger.yaml");
  const SchemaPtr body = parsed.spec.Find("RepliesABC123Put")->body;
  EXPECT_EQ(body->Find("tags")->schema->type, Type::kArray);
  EXPECT_NE(body->Find("requester")->schema->Find("mail"), nullptr);
  EXPECT_NE(body->Find("rules")->schema->items->Find("value"), nullptr);
  EXPECT_EQ(parsed.spec.Find("TagsGet")->FindParameter("group")->schema->type, Type::kArray);
}

TEST(Loader, ReadsEveryDescriptionOfAFileAndSkipsOtherDocuments) {
  const Parsed parsed = Parse(
      "---\nswagger: '2.0'\npaths: {/a: {get: {operationId: A}}}\n---\nnotes: [1]\n---\n"
      "swagger: '2.0'\npaths: {/b: {get: {operationId: B}}}\n---\n");
  EXPECT_EQ(parsed.Complaints(), "");
  EXPECT_NE(parsed.spec.Find("A"), nullptr);
  EXPECT_NE(parsed.spec.Find("B"), nullptr);
}

TEST(Loader, ReadsJson) {
  const Parsed parsed =
      Parse("{\n  \"swagger\": \"2.0\",\n  \"paths\": {\"/a\": {\"get\": {\"operationId\": \"A\"}}}\n}\n");
  EXPECT_EQ(parsed.Complaints(), "");
  EXPECT_EQ(RouteOf(parsed, "A"), "GET /a");
}

TEST(Loader, RefusesTwoOperationsOfOneId) {
  const Parsed parsed =
      Parse("swagger: '2.0'\npaths:\n  /a:\n    get: {operationId: A}\n  /b:\n    get: {operationId: A}\n");
  EXPECT_EQ(parsed.Complaints(), "spec.yaml:6: operation A is already given at spec.yaml:4\n");
}

TEST(Loader, RefusesTwoOperationsOnOneRoute) {
  const Parsed parsed = Parse(
      "swagger: '2.0'\npaths:\n  /a/ABC123:\n    get: {operationId: A}\n  /a/{x}:\n"
      "    get: {operationId: B, parameters: [{in: path, name: x, required: true, type: string}]}\n");
  EXPECT_EQ(parsed.Complaints(), "spec.yaml:6: B: GET /a/{} is already given at spec.yaml:4\n");
}

TEST(Loader, SaysWhenAFileIsNoDescription) {
  EXPECT_EQ(Parse("hello\n").Complaints(),
            "spec.yaml: neither a Swagger or OpenAPI description nor a Markdown table with a URL column\n");
  EXPECT_EQ(Parse("swagger: '1.2'\n").Complaints(),
            "spec.yaml:1: only swagger 2.x and openapi 3.x descriptions are known\n");
  EXPECT_EQ(Parse("swagger: '2.0'\n").Complaints(), "spec.yaml:1: a description needs paths\n");
  EXPECT_EQ(Parse("").problems.size(), 1u);
}

TEST(Loader, SaysWhenAFileCannotBeRead) {
  Problems problems;
  LoadSpec("/nowhere/spec.yaml", problems);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(Format(problems.list()[0]), "/nowhere/spec.yaml: cannot be read");
}

TEST(Loader, SurvivesEveryTruncationOfAFile) {
  const std::string text =
      "swagger: '2.0'\npaths:\n  /a/{id}:\n    put:\n      operationId: A\n      parameters:\n"
      "        - {in: path, name: id, required: true, type: string}\n"
      "        - {in: body, name: body, schema: {type: object, required: [x], properties: {x: {$ref: "
      "'#/definitions/X'}}}}\n"
      "definitions:\n  X: &x {type: array, items: {type: string}}\n  Y: *x\n";
  for (std::size_t length = 0; length <= text.size(); ++length) Parse(text.substr(0, length));
  EXPECT_EQ(Parse(text).Complaints(), "");
}

}  // namespace
}  // namespace parley::specs
