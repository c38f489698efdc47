#include "json/json.h"

#include <gtest/gtest.h>

#include <chrono>
#include <type_traits>

namespace parley {
namespace {

Json Parsed(std::string_view text) {
  Result<Json> parsed = ParseJson(text);
  EXPECT_TRUE(parsed) << text;
  return parsed ? *std::move(parsed) : Json();
}

const Json kOneOfEach[] = {Json(), Json(true), Json(7), Json(1.5), Json("text"), Json::MakeArray(), Json::MakeObject()};

TEST(Json, KnowsItsKind) {
  const char* names[] = {"null", "boolean", "integer", "number", "string", "array", "object"};
  for (std::size_t i = 0; i < std::size(kOneOfEach); ++i) EXPECT_EQ(NameOf(kOneOfEach[i].kind()), names[i]);
  EXPECT_TRUE(Json(7).IsNumber());
  EXPECT_TRUE(Json(1.5).IsNumber());
  EXPECT_FALSE(Json(1.5).IsInteger());
}

TEST(Json, IsNeverMadeOfAPointerByAccident) {
  static_assert(!std::is_convertible_v<const Json*, Json>);
  static_assert(!std::is_convertible_v<const int*, Json>);
  static_assert(std::is_convertible_v<const char*, Json>);
  static_assert(std::is_convertible_v<bool, Json>);
  EXPECT_TRUE(Json("x").IsString());
  EXPECT_TRUE(Json(true).IsBoolean());
}

TEST(Json, AWrongTypeIsEmptyNeverACrash) {
  for (const Json& value : kOneOfEach) {
    EXPECT_EQ(value.AsBoolean().has_value(), value.IsBoolean());
    EXPECT_EQ(value.AsInteger().has_value(), value.IsInteger());
    EXPECT_EQ(value.AsNumber().has_value(), value.IsNumber());
    EXPECT_EQ(value.AsString().has_value(), value.IsString());
    EXPECT_EQ(value.AsArray() != nullptr, value.IsArray());
    EXPECT_EQ(value.AsObject() != nullptr, value.IsObject());
    EXPECT_EQ(value.Find("x"), nullptr);
    EXPECT_EQ(value.FindPath("x.y"), nullptr);
    EXPECT_EQ(value.Text("x", "-"), "-");
    EXPECT_EQ(value.Integer("x", 3), 3);
    EXPECT_TRUE(value.Flag("x", true));
    EXPECT_TRUE(value.empty());
    Json copy = value;
    EXPECT_FALSE(copy.Remove("x"));
  }
}

TEST(Json, AMemberOfAnotherTypeCountsAsAbsent) {
  const Json value = Parsed(R"({"a":1,"b":"x","c":true,"d":null})");
  EXPECT_EQ(value.Text("a", "-"), "-");
  EXPECT_EQ(value.Integer("b", 5), 5);
  EXPECT_FALSE(value.Flag("a"));
  EXPECT_EQ(value.Text("d", "-"), "-");
  EXPECT_EQ(value.Integer("a"), 1);
  EXPECT_EQ(value.Text("b"), "x");
  EXPECT_TRUE(value.Flag("c"));
}

TEST(Json, IntegersMayBeWrittenAsNumbers) {
  EXPECT_EQ(Json(3.0).AsInteger(), 3);
  EXPECT_EQ(Json(-0.0).AsInteger(), 0);
  EXPECT_EQ(Json(1e15).AsInteger(), 1'000'000'000'000'000);
  EXPECT_EQ(Json(3.5).AsInteger(), std::nullopt);
  EXPECT_EQ(Json(1e300).AsInteger(), std::nullopt);
  EXPECT_EQ(Json(-1e300).AsInteger(), std::nullopt);
  EXPECT_EQ(Json(9223372036854775808.0).AsInteger(), std::nullopt);
}

TEST(Json, FindsThroughObjects) {
  const Json value = Parsed(R"({"v":{"token":"t","list":[{"x":1}]},"":{"":2}})");
  EXPECT_EQ(value.FindPath("v.token")->AsString(), "t");
  EXPECT_EQ(value.FindPath("v.missing"), nullptr);
  EXPECT_EQ(value.FindPath("v.token.deeper"), nullptr);
  EXPECT_EQ(value.FindPath("v.list.x"), nullptr);
  EXPECT_EQ(value.FindPath(".")->AsInteger(), 2);
}

TEST(Json, SetReplacesInPlaceOrAppends) {
  Json value;
  value.Set("a", 1);
  value.Set("b", 2);
  value.Set("a", "x").IsString();
  EXPECT_EQ(Print(value), R"({"a":"x","b":2})");
}

TEST(Json, RemoveTellsWhetherThereWasAnything) {
  Json value = Parsed(R"({"a":1,"b":2})");
  EXPECT_TRUE(value.Remove("a"));
  EXPECT_FALSE(value.Remove("a"));
  EXPECT_EQ(Print(value), R"({"b":2})");
}

TEST(Json, PushMakesAnArrayOfNull) {
  Json value;
  value.Push(1);
  value.Push(Json());
  EXPECT_EQ(Print(value), "[1,null]");
  EXPECT_EQ(value.size(), 2u);
}

TEST(JsonEquality, LooksAtKindAndValue) {
  EXPECT_EQ(Json(1), Json(1.0));
  EXPECT_FALSE(Json(1) == Json("1"));
  EXPECT_FALSE(Json(0) == Json(false));
  EXPECT_FALSE(Json() == Json(0));
  EXPECT_FALSE(Json("") == Json());
  EXPECT_EQ(Parsed("[1,[2]]"), Parsed("[1.0,[2]]"));
  EXPECT_FALSE(Parsed("[1,2]") == Parsed("[2,1]"));
}

TEST(JsonEquality, TellsNeighboursOfLargeIntegersApart) {
  EXPECT_FALSE(Json(9'007'199'254'740'993L) == Json(9'007'199'254'740'992.0));
  EXPECT_EQ(Json(9'007'199'254'740'992L), Json(9'007'199'254'740'992.0));
}

TEST(JsonEquality, IgnoresTheOrderOfMembersOnly) {
  EXPECT_EQ(Parsed(R"({"a":1,"b":[1]})"), Parsed(R"({"b":[1],"a":1})"));
  EXPECT_FALSE(Parsed(R"({"a":1})") == Parsed(R"({"a":1,"b":1})"));
  EXPECT_FALSE(Parsed(R"({"a":1,"b":1})") == Parsed(R"({"a":1,"c":1})"));
  EXPECT_FALSE(Parsed(R"({"a":1,"b":2})") == Parsed(R"({"b":1,"a":2})"));
}

TEST(JsonEquality, OfHostileObjectsStaysFast) {
  Json forwards, backwards;
  constexpr int kMembers = 100'000;
  for (int i = 0; i < kMembers; ++i) {
    forwards.Append(std::to_string(i), i);
    backwards.Append(std::to_string(kMembers - 1 - i), kMembers - 1 - i);
  }
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(forwards, backwards);
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(5));
}

}  // namespace
}  // namespace parley
