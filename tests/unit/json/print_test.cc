#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include "json/json.h"

namespace parley {
namespace {

TEST(PrintJson, IsCompactAndKeepsOrder) {
  const Json value = Json::Of({{"z", 1}, {"a", Json::MakeArray()}, {"m", Json::MakeObject()}, {"n", nullptr}});
  EXPECT_EQ(Print(value), R"({"z":1,"a":[],"m":{},"n":null})");
}

// Wherever it stands: text is looked at in words of eight bytes.
TEST(PrintJson, EscapesAtEveryPlace) {
  for (std::size_t before = 0; before < 20; ++before) {
    const std::string plain(before, '~');
    for (const auto& [text, printed] :
         {std::pair("\"", "\\\""), std::pair("\\", "\\\\"), std::pair("\x1f", "\\u001f"), std::pair("\n", "\\n"),
          std::pair(" ", " "), std::pair("!#[]", "!#[]"), std::pair("\x7f", "\x7f"), std::pair("\u00e4", "\u00e4"),
          std::pair("\x80", "\uFFFD"), std::pair("\u00e4\n\U0001F600\x80", "\u00e4\\n\U0001F600\uFFFD")})
      EXPECT_EQ(Print(Json(plain + text + "0123456789")), "\"" + plain + printed + "0123456789\"") << before;
  }
}

TEST(PrintJson, EscapesWhatMustBe) {
  EXPECT_EQ(Print(Json(std::string("\"\\\n\r\t\b\x01/\u00E4\0", 11))),
            "\"\\\"\\\\\\n\\r\\t\\u0008\\u0001/\u00E4\\u0000\"");
  EXPECT_EQ(Print(Json::Of({{"a\"b", 1}})), R"({"a\"b":1})");
}

TEST(PrintJson, IsUtf8EvenWhenTheTextIsNot) {
  EXPECT_EQ(Print(Json("a\xff")), "\"a\uFFFD\"");
}

TEST(PrintJson, WritesWholeNumbersWithoutFraction) {
  EXPECT_EQ(Print(Json(1.0)), "1");
  EXPECT_EQ(Print(Json(-3.0)), "-3");
  EXPECT_EQ(Print(Json(0.5)), "0.5");
  EXPECT_EQ(Print(Json(10.10)), "10.1");
}

TEST(PrintJson, HasNoInfinities) {
  EXPECT_EQ(Print(Json(std::numeric_limits<double>::infinity())), "null");
  EXPECT_EQ(Print(Json(std::numeric_limits<double>::quiet_NaN())), "null");
}

TEST(PrintJson, NumbersComeBackTheSame) {
  std::vector<double> numbers = {0.1,
                                 -0.1,
                                 1e21,
                                 1e-7,
                                 123456789.125,
                                 9007199254740993.0,
                                 std::numeric_limits<double>::max(),
                                 std::numeric_limits<double>::min(),
                                 std::numeric_limits<double>::denorm_min(),
                                 std::numeric_limits<double>::lowest()};
  std::mt19937_64 random(5);
  while (numbers.size() < 5000) {
    const std::uint64_t bits = random();
    double number = 0;
    std::memcpy(&number, &bits, sizeof number);
    if (std::isfinite(number)) numbers.push_back(number);
  }
  for (const double number : numbers) {
    const std::string text = Print(Json(number));
    const Result<Json> parsed = ParseJson(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(parsed->AsNumber(), number) << text;
  }
}

TEST(PrintPretty, IndentsByTwo) {
  EXPECT_EQ(PrintPretty(Json::Of({{"a", Json(Json::Array{1, Json::Of({{"b", 2}})})}, {"c", Json::MakeArray()}})),
            "{\n  \"a\": [\n    1,\n    {\n      \"b\": 2\n    }\n  ],\n  \"c\": []\n}");
  EXPECT_EQ(PrintPretty(Json(3)), "3");
}

TEST(PrintPretty, MeansTheSame) {
  const std::string text = R"({"a":[1,{"b":[]}],"c":{"d":"x\"y"},"e":null})";
  const Result<Json> parsed = ParseJson(text);
  ASSERT_TRUE(parsed);
  const Result<Json> again = ParseJson(PrintPretty(*parsed));
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, *parsed);
  EXPECT_EQ(Print(*again), text);
}

}  // namespace
}  // namespace parley
