#include "backend/embedded/coercion.h"

#include <gtest/gtest.h>

#include "specs/loader.h"

namespace parley::backend::embedded {
namespace {

// The schema of member `v`, as YAML flow text.
Json Coerced(const std::string& schema, Source source, const std::string& value) {
  const std::string text =
      "swagger: '2.0'\n"
      "info: {title: t, version: '1'}\n"
      "paths:\n"
      "  /x:\n"
      "    post:\n"
      "      operationId: POST x\n"
      "      parameters: [{name: body, in: body, schema: " +
      schema +
      "}]\n"
      "      responses: {'200': {description: d, schema: {}}}\n";
  Problems problems;
  const specs::Spec spec = specs::ParseSpec(text, "x.yaml", problems);
  for (const Problem& problem : problems.list()) ADD_FAILURE() << Format(problem);
  Json json = *ParseJson(value);
  Coerce(*spec.operations.at(0).body, source, json);
  return json;
}

struct Case {
  const char* name;
  const char* schema;
  Source source;
  const char* value;
  const char* coerced;
};

class Coercions : public testing::TestWithParam<Case> {};

TEST_P(Coercions, GiveTheWantedTypeWhereTheyCan) {
  EXPECT_EQ(Print(Coerced(GetParam().schema, GetParam().source, GetParam().value)), GetParam().coerced);
}

constexpr Source kBody = Source::kBody, kQuery = Source::kQuery;

INSTANTIATE_TEST_SUITE_P(
    Values, Coercions,
    testing::Values(Case{"NumberToText", "{type: string}", kBody, "1.5", "\"1.5\""},
                    Case{"WholeNumberToText", "{type: string}", kBody, "12", "\"12\""},
                    Case{"FlagToText", "{type: string}", kBody, "true", "\"true\""},
                    Case{"NullToText", "{type: string}", kBody, "null", "\"\""},
                    Case{"ListIsNoText", "{type: string}", kBody, R"(["a"])", R"(["a"])"},
                    Case{"ObjectIsNoText", "{type: string}", kBody, "{}", "{}"},
                    Case{"TextToNumber", "{type: number}", kBody, "\"1.5\"", "1.5"},
                    Case{"ExponentToNumber", "{type: number}", kBody, "\"1e3\"", "1000"},
                    Case{"HexadecimalToNumber", "{type: number}", kBody, "\"0x1F\"", "31"},
                    Case{"SpaceAroundANumber", "{type: number}", kBody, "\" 7 \"", "7"},
                    Case{"SpaceIsZero", "{type: number}", kBody, "\" \"", "0"},
                    Case{"EmptyTextIsNoNumber", "{type: number}", kBody, "\"\"", "\"\""},
                    Case{"WordIsNoNumber", "{type: number}", kBody, "\"many\"", "\"many\""},
                    Case{"FlagToNumber", "{type: number}", kBody, "true", "1"},
                    Case{"NullToNumber", "{type: number}", kBody, "null", "0"},
                    Case{"FractionIsNoInteger", "{type: integer}", kBody, "\"1.5\"", "\"1.5\""},
                    Case{"TextToFlag", "{type: boolean}", kBody, "\"true\"", "true"},
                    Case{"OneToFlag", "{type: boolean}", kBody, "1", "true"},
                    Case{"NullToFlag", "{type: boolean}", kBody, "null", "false"},
                    Case{"OneAsTextIsNoFlag", "{type: boolean}", kBody, "\"1\"", "\"1\""},
                    Case{"EmptyTextToNull", "{type: number, x-nullable: true}", kBody, "\"\"", "null"},
                    Case{"NullStaysWhereAllowed", "{type: string, x-nullable: true}", kBody, "null", "null"},
                    Case{"FalseToNullInPlaceOfAnObject", "{type: object, x-nullable: true}", kBody, "false", "null"},
                    Case{"FirstTypeThatCan", "{x-parley-types: [number, boolean]}", kBody, "\"true\"", "true"},
                    Case{"AnyTypeStays", "{}", kBody, "\"1\"", "\"1\""},
                    Case{"BodyMakesNoLists", "{type: array}", kBody, "\"a\"", "\"a\""},
                    Case{"QueryMakesLists", "{type: array, items: {type: number}}", kQuery, "\"1\"", "[1]"},
                    Case{"QueryTakesTheOnlyElement", "{type: string}", kQuery, R"(["a"])", "\"a\""},
                    Case{"QueryConvertsTheOnlyElement", "{type: number}", kQuery, R"(["5"])", "5"},
                    Case{"QueryKeepsTwoElements", "{type: string}", kQuery, R"(["a","b"])", R"(["a","b"])"},
                    Case{"MembersAndElements", "{type: object, properties: {a: {type: array, items: {type: string}}}}",
                         kBody, R"({"a":[1,"b"],"c":1})", R"({"a":["1","b"],"c":1})"},
                    Case{"AdditionalMembers", "{type: object, additionalProperties: {type: string}}", kBody,
                         R"({"a":1})", R"({"a":"1"})"}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace parley::backend::embedded
