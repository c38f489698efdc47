#include "specs/parameters.h"

#include <gtest/gtest.h>

namespace parley::specs {
namespace {

Parameter Form(const std::string& name, bool required = false) {
  auto text = std::make_shared<Schema>();
  text->type = Type::kString;
  return {name, In::kForm, required, text, "", false};
}

std::vector<Parameter> Gathered(const std::vector<std::string>& names) {
  std::vector<Parameter> parameters;
  for (const std::string& name : names) AddParameter(parameters, Form(name));
  return parameters;
}

TEST(Parameters, IndexedNamesAreOneArray) {
  const auto parameters = Gathered({"tags[0]", "tags[1]", "text"});
  ASSERT_EQ(parameters.size(), 2u);
  EXPECT_EQ(parameters[0].name, "tags");
  EXPECT_EQ(parameters[0].schema->type, Type::kArray);
  EXPECT_EQ(parameters[0].schema->items->type, Type::kString);
}

TEST(Parameters, EmptyBracketsAreAnArray) {
  EXPECT_EQ(Gathered({"group[]"})[0].schema->type, Type::kArray);
}

TEST(Parameters, NamedBracketsAreAnObject) {
  const auto parameters = Gathered({"requester[mail]", "requester[name]", "properties[greeting-message_text]"});
  ASSERT_EQ(parameters.size(), 2u);
  EXPECT_EQ(parameters[0].schema->type, Type::kObject);
  EXPECT_EQ(parameters[0].schema->properties.size(), 2u);
  EXPECT_NE(parameters[1].schema->Find("greeting-message_text"), nullptr);
}

TEST(Parameters, BracketsNest) {
  const auto parameters = Gathered({"rules[0][type]", "rules[0][urls][0][url]", "rules[1][value]"});
  ASSERT_EQ(parameters.size(), 1u);
  const SchemaPtr rule = parameters[0].schema->items;
  EXPECT_NE(rule->Find("type"), nullptr);
  EXPECT_NE(rule->Find("value"), nullptr);
  EXPECT_NE(rule->Find("urls")->schema->items->Find("url"), nullptr);
}

TEST(Parameters, UnmatchedBracketsAreJustAName) {
  EXPECT_EQ(Gathered({"a[b"})[0].name, "a[b");
}

TEST(Parameters, ALaterOneReplacesOneOfItsName) {
  std::vector<Parameter> parameters;
  AddParameter(parameters, Form("name"));
  AddParameter(parameters, Form("name", true));
  ASSERT_EQ(parameters.size(), 1u);
  EXPECT_TRUE(parameters[0].required);
}

TEST(Parameters, AFormIsAnObject) {
  std::vector<Parameter> parameters;
  AddParameter(parameters, Form("requester[mail]", true));
  const SchemaPtr form = FormSchema(parameters);
  EXPECT_TRUE(form->Find("requester")->required);
  EXPECT_TRUE(form->Find("requester")->schema->Find("mail")->required);
}

}  // namespace
}  // namespace parley::specs
