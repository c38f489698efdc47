// Mutated texts, the same ones every time: whatever is accepted prints, and what was printed means the same.
#include <gtest/gtest.h>

#include <random>

#include "base/text.h"
#include "json/json.h"

namespace parley {
namespace {

constexpr std::string_view kSeeds[] = {
    R"({"departments":[{"_id":"d7","name":"Sales","numAgents":0,"enabled":true}],"total":1,"success":true})",
    R"({"login":"a@b.test","groups":[1,"2",3.5e2],"active":"0","notifications":{"x":null}})",
    R"([[[[]]],{"a":{"b":{"c":[-0.0,1e-7,9223372036854775807,-9223372036854775808]}}}])",
    R"("\ud83d\ude00 \u00e4 \\ \" \/ \b\f\n\r\t")",
    "{\"tag[]\":\"sales\",\"tag[]\":\"caf\xC3\xA9\",\"agents[0]\":\"a\"}"};

constexpr std::string_view kPieces[] = {"{",    "}",    "[", "]",   ",", ":", "\"", "\\",   "\\u",  "\\ud800",
                                        "null", "true", "-", "1e9", "0", ".", " ",  "\xff", "\xC3", "\xED\xA0\x80",
                                        "\n",   "/*"};

class Mutator {
 public:
  std::string Mutate(std::string text) {
    const std::size_t edits = 1 + Below(4);
    for (std::size_t i = 0; i < edits; ++i) Edit(text);
    return text;
  }
  std::size_t Below(std::size_t bound) { return random_() % bound; }

 private:
  void Edit(std::string& text) {
    const std::size_t at = Below(text.size() + 1);
    switch (Below(5)) {
      case 0:
        text.erase(at, Below(8));
        break;
      case 1:
        text.insert(at, kPieces[Below(std::size(kPieces))]);
        break;
      case 2:
        if (at < text.size()) text[at] = static_cast<char>(Below(256));
        break;
      case 3:
        text.insert(at, text.substr(Below(text.size() + 1), Below(20)));
        break;
      default:
        text.insert(at, 1, '\0');
    }
  }

  std::mt19937_64 random_{20260105};
};

TEST(JsonFuzz, WhateverIsAcceptedRoundTrips) {
  Mutator mutator;
  ParseLimits limits;
  limits.depth = 16;
  limits.values = 200;
  int accepted = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = mutator.Mutate(std::string(kSeeds[mutator.Below(std::size(kSeeds))]));
    const Result<Json> value = ParseJson(text, limits);
    if (!value) {
      ASSERT_EQ(value.error().code, ErrorCode::kInvalidArgument);
      continue;
    }
    ++accepted;
    const std::string printed = Print(*value);
    ASSERT_TRUE(IsValidUtf8(printed)) << PercentEncode(text);
    const Result<Json> again = ParseJson(printed, limits);
    ASSERT_TRUE(again) << printed;
    ASSERT_EQ(*again, *value) << printed;
    ASSERT_EQ(Print(*again), printed);
  }
  EXPECT_GT(accepted, 1000);
}

}  // namespace
}  // namespace parley
