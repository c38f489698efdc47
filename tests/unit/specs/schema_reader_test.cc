#include "specs/schema_reader.h"

#include <gtest/gtest.h>

#include "spec_text.h"

namespace parley::specs {
namespace {

SchemaPtr Thing(const Parsed& parsed) {
  return parsed.spec.Find("ThingsGet")->Success();
}

TEST(SchemaReader, ReadsTypesAndLimits) {
  const Parsed parsed = WithSchema(
      "{type: object, required: [id], properties: {id: {type: integer, minimum: 1}, "
      "mail: {type: string, format: email, minLength: 3, maxLength: 9, pattern: '^a'}, "
      "list: {type: array, minItems: 1, items: {type: number}}}}");
  EXPECT_EQ(parsed.Complaints(), "");
  const SchemaPtr thing = Thing(parsed);
  EXPECT_EQ(thing->name, "Thing");
  EXPECT_TRUE(thing->Find("id")->required);
  EXPECT_EQ(thing->Find("id")->schema->minimum, 1.0);
  EXPECT_EQ(thing->Find("mail")->schema->max_length, 9u);
  EXPECT_EQ(thing->Find("list")->schema->items->type, Type::kNumber);
}

TEST(SchemaReader, ReadsUnionsAndNull) {
  const Parsed parsed = WithSchema(
      "{type: object, properties: {a: {x-parley-types: [string, object]}, b: {type: string, x-nullable: true}}}");
  EXPECT_EQ(parsed.Complaints(), "");
  EXPECT_EQ(Thing(parsed)->Find("a")->schema->types, (std::vector{Type::kString, Type::kObject}));
  EXPECT_TRUE(Thing(parsed)->Find("b")->schema->nullable);
}

TEST(SchemaReader, EnumValuesOfATextAreTexts) {
  const Parsed parsed = WithSchema("{type: string, enum: [0, 1, on]}");
  EXPECT_EQ(parsed.Complaints(), "");
  EXPECT_EQ(Thing(parsed)->enumeration, (std::vector<Json>{"0", "1", "on"}));
}

TEST(SchemaReader, AllOfMergesMembersAndWhatTheyRequire) {
  const Parsed parsed = WithSchema(
      "{allOf: [{type: object, required: [a], properties: {a: {type: string}}}, "
      "{required: [b, a], properties: {b: {type: integer}}}]}");
  EXPECT_EQ(parsed.Complaints(), "");
  EXPECT_EQ(Thing(parsed)->type, Type::kObject);
  EXPECT_TRUE(Thing(parsed)->Find("a")->required);
  EXPECT_TRUE(Thing(parsed)->Find("b")->required);
}

TEST(SchemaReader, OneOfIsTheUnion) {
  const Parsed parsed =
      WithSchema("{oneOf: [{type: string}, {type: object, required: [a], properties: {a: {type: string}}}]}");
  EXPECT_EQ(parsed.Complaints(), "");
  EXPECT_EQ(Thing(parsed)->types, (std::vector{Type::kString, Type::kObject}));
  EXPECT_FALSE(Thing(parsed)->Find("a")->required);
}

struct Fault {
  const char* name;
  const char* schema;
  const char* complaint;
};

class SchemaFault : public testing::TestWithParam<Fault> {};

TEST_P(SchemaFault, IsReportedWithItsLine) {
  EXPECT_EQ(WithSchema(GetParam().schema).Complaints(), std::string("spec.yaml:6: ") + GetParam().complaint + "\n");
}

INSTANTIATE_TEST_SUITE_P(
    SchemaReader, SchemaFault,
    testing::Values(
        Fault{"UnknownType", "{type: integr}",
              "unknown type integr: boolean, integer, number, string, array or object is expected"},
        Fault{"Misspelt", "{type: object, propertys: {}}",
              "unknown key propertys in a schema; did you mean properties"},
        Fault{"UnknownExtension", "{type: string, x-parley-typ: 1}",
              "unknown key x-parley-typ in a schema; did you mean x-parley-types"},
        Fault{"DanglingReference", "{$ref: '#/definitions/Nothing'}",
              "$ref #/definitions/Nothing leads nowhere in this file"},
        Fault{"OtherFile", "{$ref: 'other.yaml#/A'}", "$ref other.yaml#/A leads nowhere in this file"},
        Fault{"Itself", "{type: object, properties: {a: {$ref: '#/definitions/Thing'}}}",
              "definitions contain each other: Thing > Thing"},
        Fault{"RequiredUnknown", "{type: object, required: [b], properties: {a: {type: string}}}",
              "required member b is not described under properties"},
        Fault{"RequiredNoList", "{type: object, required: true}", "required must be a list of member names"},
        Fault{"DefaultOfOtherType", "{type: integer, default: x}", "default \"x\" is not of type integer"},
        Fault{"DefaultOutsideEnum", "{type: string, enum: [a], default: b}",
              "default \"b\" is not among the enum values"},
        Fault{"EnumOfOtherType", "{type: boolean, enum: [1]}", "enum value 1 is not of type boolean"},
        Fault{"NegativeLength", "{type: string, minLength: -1}", "minLength must be a whole number, 0 or more"},
        Fault{"BadPattern", "{type: string, pattern: '['}", "pattern is no regular expression: ["},
        Fault{"NoSchema", "[1]", "a schema must be an object"}),
    [](const auto& test) { return test.param.name; });

TEST(SchemaReader, NamesTheWholeCircle) {
  const Parsed parsed = Parse(
      "swagger: '2.0'\npaths: {}\ndefinitions:\n"
      "  A: {type: array, items: {$ref: '#/definitions/B'}}\n"
      "  B: {type: object, properties: {a: {$ref: '#/definitions/A'}}}\n");
  EXPECT_EQ(parsed.Complaints(), "spec.yaml:5: definitions contain each other: A > B > A\n");
}

}  // namespace
}  // namespace parley::specs
