#include "mapping/value.h"

#include <gtest/gtest.h>

#include <string>

#include "mapping/writer.h"

namespace parley::mapping {
namespace {

struct ValueTest : public ::testing::Test {
  Value Of(const char* json) {
    kept.push_back(std::make_unique<Json>(*ParseJson(json)));
    return FromJson(*kept.back(), arena);
  }
  static std::string Written(const Value& value) {
    std::string out;
    AppendJson(out, value);
    return out;
  }
  Value At(const Value& value, const char* name) { return Get(value, MakeSegment(name)); }

  Arena arena{1 << 20};
  std::vector<std::unique_ptr<Json>> kept;
};

TEST_F(ValueTest, PathsReadMembersAndElements) {
  const Value value = Of(R"({"emails":[{"address":"a@b"}],"n":null,"t":"text"})");
  EXPECT_EQ(At(At(At(value, "emails"), "0"), "address").text(), "a@b");
  EXPECT_TRUE(At(value, "n").missing());
  EXPECT_TRUE(At(value, "absent").missing());
  EXPECT_TRUE(At(At(value, "t"), "x").missing());
  EXPECT_TRUE(At(At(value, "emails"), "1").missing());
  EXPECT_TRUE(At(At(value, "emails"), "99999999999999999999").missing());
}

TEST_F(ValueTest, NumbersNameMembersToo) {
  EXPECT_EQ(At(Of(R"({"0":"zero"})"), "0").text(), "zero");
}

TEST_F(ValueTest, OnlyFalseNullAndMissingAreNotTrue) {
  EXPECT_FALSE(Value().Truth());
  EXPECT_FALSE(Value::Null().Truth());
  EXPECT_FALSE(Value::Boolean(false).Truth());
  EXPECT_TRUE(Value::Integer(0).Truth());
  EXPECT_TRUE(Value::Text("").Truth());
  EXPECT_TRUE(Of("[]").Truth());
}

TEST_F(ValueTest, EqualityLooksIntoCollections) {
  EXPECT_TRUE(Equal(Of(R"({"a":[1,2],"b":"x"})"), Of(R"({"b":"x","a":[1.0,2]})")));
  EXPECT_FALSE(Equal(Of(R"({"a":1})"), Of(R"({"a":1,"b":2})")));
  EXPECT_FALSE(Equal(Of("1"), Of("\"1\"")));
  EXPECT_FALSE(Equal(Value(), Value()));
}

TEST_F(ValueTest, TheLastOfTwoFieldsWins) {
  const Field few[] = {{"a", Value::Integer(1)}, {"b", Value::Integer(2)}, {"a", Value::Integer(3)}};
  EXPECT_EQ(Written(MakeObject(few, arena)), R"({"a":3,"b":2})");
  std::vector<Field> many;
  std::vector<std::string> names;
  for (int i = 0; i < 100; ++i) names.push_back("n" + std::to_string(i % 50));
  for (int i = 0; i < 100; ++i) many.push_back({names[static_cast<std::size_t>(i)], Value::Integer(i)});
  const Value object = MakeObject(many, arena);
  EXPECT_EQ(object.object().size, 50u);
  EXPECT_EQ(object.object().Find("n7")->integer(), 57);
}

TEST_F(ValueTest, FieldsSetLaterAreSeenThroughEveryReference) {
  const Value object = Of(R"({"a":1})");
  const Value items[] = {object};
  const Value list = Value::List(items);
  object.object().Set("extras", Value::Integer(2), arena);
  object.object().Set("extras", Value::Integer(3), arena);
  EXPECT_EQ(Written(list), R"([{"a":1,"extras":3}])");
}

TEST_F(ValueTest, WritesWhatJsonAllows) {
  std::string out;
  AppendText(out, "a\"b\\c\n\x01\x1f/\xc3\xa9");
  EXPECT_EQ(out, "\"a\\\"b\\\\c\\n\\u0001\\u001f/\xc3\xa9\"");
  EXPECT_EQ(Written(Of(R"([1,-5,0.5,1e300,true,null,[],{}])")), "[1,-5,0.5,1e+300,true,null,[],{}]");
  EXPECT_EQ(Written(Value::Number(3)), "3");
}

TEST_F(ValueTest, JsonRoundTrips) {
  const char* text = R"({"a":[1,"x",null,true,{"b":0.25}],"c":{}})";
  EXPECT_EQ(Print(ToJson(Of(text))), text);
}

TEST(ArenaTest, TellsWhenMoreThanTheLimitIsUsed) {
  Arena arena(100'000);
  arena.Allocate(10'000);
  EXPECT_FALSE(arena.exhausted());
  arena.Charge(60'000);
  EXPECT_FALSE(arena.exhausted());
  arena.Allocate(80'000);
  EXPECT_TRUE(arena.exhausted());
  arena.Reset();
  EXPECT_FALSE(arena.exhausted());
}

TEST(ArenaTest, IsUsableAfterReset) {
  Arena arena(1 << 20);
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(arena.Copy(std::string(50'000, 'x')).size(), 50'000u);
    EXPECT_EQ(arena.Copy("short"), "short");
    arena.Reset();
  }
}

}  // namespace
}  // namespace parley::mapping
