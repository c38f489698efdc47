#include "backend/embedded/validation.h"

#include <gtest/gtest.h>

#include "specs/loader.h"

namespace parley::backend::embedded {
namespace {

// One operation with this body schema and these query parameters, as YAML flow text.
specs::Spec SpecWith(const std::string& schema, const std::string& query = "") {
  const std::string text =
      "swagger: '2.0'\n"
      "info: {title: t, version: '1'}\n"
      "paths:\n"
      "  /x:\n"
      "    post:\n"
      "      operationId: POST x\n"
      "      parameters: [{name: body, in: body, schema: " +
      schema + "}" + query +
      "]\n"
      "      responses: {'200': {description: d, schema: {}}}\n";
  Problems problems;
  specs::Spec spec = specs::ParseSpec(text, "x.yaml", problems);
  for (const Problem& problem : problems.list()) ADD_FAILURE() << Format(problem);
  return spec;
}

struct Case {
  const char* name;
  const char* schema;
  const char* value;
  const char* violation;  // empty: fits
};

class Bodies : public testing::TestWithParam<Case> {};

TEST_P(Bodies, AreJudgedInTheValidatorsWords) {
  const specs::Spec spec = SpecWith(GetParam().schema);
  const auto violation = FirstViolation(*spec.operations.at(0).body, *ParseJson(GetParam().value));
  EXPECT_EQ(violation.value_or(""), GetParam().violation);
}

INSTANTIATE_TEST_SUITE_P(
    Schemas, Bodies,
    testing::Values(
        Case{"Fits", "{type: object, required: [a], properties: {a: {type: string}}}", R"({"a":"x","b":1})", ""},
        Case{"Required", "{type: object, required: [a], properties: {a: {type: string}}}", "{}",
             "must have required property 'a'"},
        Case{"TypeComesFirst", "{type: object, required: [a], properties: {a: {type: string}}}", "[]",
             "must be object"},
        Case{"RequiredBeforeAdditional",
             "{type: object, required: [a], additionalProperties: false, properties: {a: {type: string}}}",
             R"({"b":1})", "must have required property 'a'"},
        Case{"Additional", "{type: object, additionalProperties: false, properties: {a: {type: string}}}",
             R"({"a":1,"b":1})", "must NOT have additional properties"},
        Case{"Integer", "{type: integer}", "1.5", "must be integer"},
        Case{"WholeNumberIsAnInteger", "{type: integer}", "2.0", ""},
        Case{"TextIsNoNumber", "{type: integer}", "\"2\"", "must be integer"},
        Case{"NullWhereAllowed", "{type: string, x-nullable: true}", "null", ""},
        Case{"NullWhereNot", "{type: string}", "null", "must be string"},
        Case{"Minimum", "{type: integer, minimum: 1}", "0", "must be >= 1"},
        Case{"Maximum", "{type: number, maximum: 1.5}", "2", "must be <= 1.5"},
        Case{"TooShort", "{type: string, minLength: 1}", "\"\"", "must NOT have fewer than 1 characters"},
        Case{"LengthCountsCharacters", "{type: string, maxLength: 2}", "\"\xC3\xA9\xC3\xA9\"", ""},
        Case{"Pattern", "{type: string, pattern: '^[a-z]+$'}", "\"A\"", "must match pattern \"^[a-z]+$\""},
        Case{"Enumeration", "{type: string, enum: [a, b]}", "\"c\"", "must be equal to one of the allowed values"},
        Case{"FewItems", "{type: array, items: {type: string}, minItems: 1}", "[]", "must NOT have fewer than 1 items"},
        Case{"ItemType", "{type: array, items: {type: string}}", "[\"a\",1]", "must be string"},
        Case{"NullThatIsNotAmongTheValues", "{type: string, x-nullable: true, enum: [a]}", "null",
             "must be equal to one of the allowed values"},
        Case{"Nested",
             "{type: object, properties: {a: {type: object, required: [b], properties: {b: {type: string}}}}}",
             R"({"a":{}})", "must have required property 'b'"},
        Case{"Union", "{x-parley-types: [string, object]}", "5", "must be string,object"}),
    [](const auto& tested) { return tested.param.name; });

TEST(Query, IsConvertedToTheTypesOfItsParameters) {
  const specs::Spec spec = SpecWith("{type: object}",
                                    ", {name: n, in: query, type: integer}, {name: f, in: query, type: boolean}"
                                    ", {name: l, in: query, type: array, items: {type: string}}"
                                    ", {name: t, in: query, type: string}");
  const Json query =
      ConvertQuery(spec.operations.at(0), {{"n", "5"}, {"f", "true"}, {"l", "a"}, {"t", "7"}, {"x", "8"}});
  EXPECT_EQ(Print(query), R"({"n":5,"f":true,"l":["a"],"t":"7","x":"8"})");
}

TEST(Query, RepetitionAndBracketsMakeLists) {
  const specs::Spec spec = SpecWith("{type: object}", ", {name: l, in: query, type: array, items: {type: integer}}");
  const specs::Operation& operation = spec.operations.at(0);
  EXPECT_EQ(Print(ConvertQuery(operation, {{"l[]", "1"}, {"l[]", "2"}})), R"({"l":[1,2]})");
  EXPECT_EQ(Print(ConvertQuery(operation, {{"l", "1"}, {"l", "2"}})), R"({"l":[1,2]})");
  EXPECT_EQ(Print(ConvertQuery(operation, {{"l[0]", "1"}})), R"({"l":[1]})");
}

TEST(Query, NamesInBracketsMakeAnObject) {
  const specs::Spec spec = SpecWith("{type: object}", ", {name: t, in: query, type: string}");
  const Json query = ConvertQuery(spec.operations.at(0), {{"t[from]", "a"}, {"t[to]", "b"}});
  EXPECT_EQ(Print(query), R"({"t":{"from":"a","to":"b"}})");
  EXPECT_EQ(FirstQueryViolation(spec.operations.at(0), query), "must be string");
}

TEST(Query, TextThatFitsALenientParameterNotCountsAsAbsent) {
  const specs::Spec spec = SpecWith("{type: object}",
                                    ", {name: a, in: query, type: boolean, x-parley-lenient: true}"
                                    ", {name: b, in: query, type: boolean, x-parley-lenient: true, required: true}");
  const specs::Operation& operation = spec.operations.at(0);
  const Json query = ConvertQuery(operation, {{"a", "perhaps"}, {"b", "perhaps"}});
  EXPECT_EQ(Print(query), R"({"b":false})");
  EXPECT_FALSE(FirstQueryViolation(operation, query));
  EXPECT_EQ(FirstQueryViolation(operation, ConvertQuery(operation, {{"a", "x"}, {"a", "y"}, {"b", "true"}})),
            "must be boolean");
}

TEST(Query, OfAnOperationWithoutParametersIsFree) {
  const specs::Spec spec = SpecWith("{type: object}");
  EXPECT_FALSE(FirstQueryViolation(spec.operations.at(0), Json::Of({{"anything", "goes"}})));
}

TEST(Query, TextGivenTwiceIsNoText) {
  const specs::Spec spec = SpecWith("{type: object}", ", {name: t, in: query, type: string}");
  const Json query = ConvertQuery(spec.operations.at(0), {{"t", "a"}, {"t", "b"}});
  EXPECT_EQ(FirstQueryViolation(spec.operations.at(0), query), "must be string");
}

}  // namespace
}  // namespace parley::backend::embedded
