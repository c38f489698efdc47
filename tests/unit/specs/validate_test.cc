#include "specs/validate.h"

#include <gtest/gtest.h>

#include "spec_text.h"

namespace parley::specs {
namespace {

// The violations of `json` against a schema written as one line of YAML, one a line.
std::string Violations(const std::string& schema, const std::string& json, bool closed = false) {
  const Parsed parsed = WithSchema(schema);
  if (!parsed.problems.empty()) return parsed.Complaints();
  ValidateOptions options;
  options.closed = closed;
  std::string text;
  for (const Violation& violation : Validate(*parsed.spec.Find("ThingsGet")->Success(), *ParseJson(json), options))
    text += Format(violation) + "\n";
  return text;
}

struct Case {
  const char* name;
  const char* schema;
  const char* json;
  const char* violations;
};

class Checked : public testing::TestWithParam<Case> {};

TEST_P(Checked, AgainstItsSchema) {
  EXPECT_EQ(Violations(GetParam().schema, GetParam().json), GetParam().violations);
}

INSTANTIATE_TEST_SUITE_P(
    Validate, Checked,
    testing::Values(
        Case{"Anything", "{}", R"([1, null, {}])", ""},
        Case{"Integer", "{type: integer}", R"("1")", "the value must be an integer, not a string\n"},
        Case{"WholeNumber", "{type: integer}", "3.0", ""},
        Case{"Fraction", "{type: integer}", "3.5", "the value must be an integer, not a number\n"},
        Case{"Null", "{type: string}", "null", "the value must be a string, not null\n"},
        Case{"Nullable", "{type: string, x-nullable: true}", "null", ""},
        Case{"UnionFits", "{x-parley-types: [integer, string]}", R"("")", ""},
        Case{"UnionFails", "{x-parley-types: [integer, string]}", "true",
             "the value must be an integer or a string, not a boolean\n"},
        Case{"Required", "{type: object, required: [a], properties: {a: {type: string}}}", "{}", "a is required\n"},
        Case{"Nested",
             "{type: object, properties: {a: {type: array, items: {type: object, properties: {b: {type: boolean}}}}}}",
             R"({"a": [{"b": true}, {"b": 1}]})", "a[1].b must be a boolean, not an integer\n"},
        Case{"Enum", "{type: string, enum: [a, b]}", R"("c")", "the value must be one of: a, b\n"},
        Case{"Range", "{type: array, items: {type: number, minimum: 1, maximum: 2}}", "[0, 1, 2.5]",
             "[0] must be at least 1\n[2] must be at most 2\n"},
        Case{"Empty", "{type: string, minLength: 1}", R"("")", "the value must not be empty\n"},
        Case{"LengthInCharacters", "{type: string, maxLength: 2}", R"("éé")", ""},
        Case{"TooLong", "{type: string, maxLength: 2}", R"("ééé")", "the value must have at most 2 characters\n"},
        Case{"Email", "{type: string, format: email}", R"("a.test")", "the value must be a correct e-mail address\n"},
        Case{"Date", "{type: string, format: date}", R"("2021-02-30")",
             "the value must be a date of the form YYYY-MM-DD\n"},
        Case{"DateTime", "{type: string, format: date-time}", R"("2021-02-28T10:00:00.000Z")", ""},
        Case{"Uri", "{type: string, format: uri}", R"("acme.test")", "the value must be an absolute URL\n"},
        Case{"Zone", "{type: string, format: timezone}", R"("Europe/Nowhere")",
             "the value must be the name of a time zone\n"},
        Case{"ArchiveDate", "{type: string, format: archive-date}", R"("Wed, 01/23/13 11:40:53 am")", ""},
        Case{"Pattern", "{type: string, pattern: '^[0-9]+$'}", R"("1a")", "the value must match ^[0-9]+$\n"},
        Case{"Values", "{type: object, additionalProperties: {type: integer}}", R"({"a": 1, "b": "x"})",
             "b must be an integer, not a string\n"},
        Case{"Closed", "{type: object, additionalProperties: false}", R"({"a": 1})", "a is not described\n"}),
    [](const auto& test) { return test.param.name; });

TEST(Validate, FindsUndescribedMembersWhenAsked) {
  const std::string schema =
      "{type: object, properties: {a: {type: object}, b: {type: object, properties: {c: {type: string}}, "
      "additionalProperties: true}}}";
  EXPECT_EQ(Violations(schema, R"({"a": {"free": 1}, "b": {"more": 1}, "x": 1})", true), "x is not described\n");
  EXPECT_EQ(Violations(schema, R"({"x": 1})", false), "");
}

TEST(Validate, HoldsALongTextToItsPatternWithoutHanging) {
  const std::string schema = "{type: string, pattern: '^(a|b|ab)*$'}";
  EXPECT_EQ(Violations(schema, "\"" + std::string(1'000'000, 'a') + "\""), "");
  EXPECT_NE(Violations(schema, "\"" + std::string(1'000'000, 'a') + "c\""), "");
}

TEST(Validate, StopsLookingAfterEnough) {
  std::string json = "[";
  for (int i = 0; i < 1000; ++i) json += i == 0 ? "1" : ",1";
  const Parsed parsed = WithSchema("{type: array, items: {type: string}}");
  EXPECT_EQ(Validate(*parsed.spec.Find("ThingsGet")->Success(), *ParseJson(json + "]")).size(), 50u);
}

}  // namespace
}  // namespace parley::specs
