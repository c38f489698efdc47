#include <gtest/gtest.h>

#include <chrono>

#include "base/text.h"
#include "json/json.h"

namespace parley {
namespace {

// The value printed again, or the refusal.
std::string Parsed(std::string_view text, const ParseLimits& limits = {}) {
  const Result<Json> parsed = ParseJson(text, limits);
  return parsed ? Print(*parsed) : parsed.error().message;
}

bool Refused(std::string_view text) {
  const Result<Json> parsed = ParseJson(text);
  if (parsed) return false;
  EXPECT_EQ(parsed.error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(parsed.error().message.starts_with("invalid JSON at byte ")) << parsed.error().message;
  EXPECT_NE(parsed.error().message.back(), '.');
  return true;
}

std::string Nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

TEST(ParseJson, ReadsEveryKind) {
  EXPECT_EQ(Parsed(R"( {"a":[null,true,false,1,-2,1.5,"x",{}],"b":{}} )"),
            R"({"a":[null,true,false,1,-2,1.5,"x",{}],"b":{}})");
  for (const char* scalar : {"null", "true", "0", "\"x\"", "[]", "{}"}) EXPECT_EQ(Parsed(scalar), scalar);
}

TEST(ParseJson, DecodesEscapes) {
  const Result<Json> parsed = ParseJson(R"("\"\\\/\b\f\n\r\t\u00e4\ud83d\ude00\u0000")");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(*parsed->AsString(), std::string("\"\\/\b\f\n\r\t\u00E4\U0001F600\0", 15));
}

TEST(ParseJson, SkipsAByteOrderMark) {
  EXPECT_EQ(Parsed("\xEF\xBB\xBF{}"), "{}");
}

TEST(ParseJson, NamesTheByteAndTheRule) {
  EXPECT_EQ(Parsed("{\"a\":}"), "invalid JSON at byte 5: Invalid value");
  EXPECT_EQ(Parsed("[1,]"), "invalid JSON at byte 3: Invalid value");
}

TEST(ParseJson, RefusesWhatIsNotJson) {
  for (const std::string_view text : {"",          " ",          "{",       "}",         "[",       "]",
                                      "{\"a\"}",   "{\"a\":1,}", "[1,]",    "{a:1}",     "{'a':1}", "nul",
                                      "True",      "+1",         "01",      "1.",        ".5",      "1e",
                                      "--1",       "0x1",        "NaN",     "Infinity",  "\"",      "\"\\x\"",
                                      "\"\\u12\"", "\"a\nb\"",   "// x\n1", "/* x */ 1", "[1 2]",   "{\"a\":1 \"b\":2}",
                                      "{1:2}"})
    EXPECT_TRUE(Refused(text)) << text;
}

TEST(ParseJson, RefusesTrailingBytes) {
  for (const std::string_view text : {std::string_view("{} x"), std::string_view("{}{}"), std::string_view("1 2"),
                                      std::string_view("{}\0", 3), std::string_view("1\0garbage", 9)})
    EXPECT_TRUE(Refused(text)) << PercentEncode(text);
}

TEST(ParseJson, RefusesBytesThatAreNoUtf8) {
  for (const std::string_view text : {"\"\xff\"", "\"\xC3\"", "\"\xC0\x80\"", "\"\xED\xA0\x80\"", "{\"\xff\":1}"})
    EXPECT_TRUE(Refused(text)) << PercentEncode(text);
}

TEST(ParseJson, RefusesHalfASurrogatePair) {
  for (const char* text : {R"("\ud800")", R"("\udc00")", R"("\ud800x")", R"("\ud800\u0041")", R"("\udfff\ud800")"}) {
    EXPECT_TRUE(Refused(text)) << text;
  }
}

TEST(ParseJson, LimitsDepth) {
  ParseLimits limits;
  limits.depth = 4;
  EXPECT_EQ(Parsed(Nested(4), limits), Nested(4));
  EXPECT_EQ(Parsed(Nested(5), limits), "invalid JSON at byte 4: nested too deeply");
  EXPECT_EQ(Parsed(R"({"a":{"a":{"a":{"a":{}}}}})", limits).substr(0, 12), "invalid JSON");
  EXPECT_TRUE(Refused(std::string(1'000'000, '[')));
}

TEST(ParseJson, LimitsTheNumberOfValues) {
  ParseLimits limits;
  limits.values = 4;
  EXPECT_EQ(Parsed("[1,2,3]", limits), "[1,2,3]");
  EXPECT_EQ(Parsed("[1,2,3,4]", limits).substr(0, 12), "invalid JSON");
  EXPECT_NE(Parsed("[1,2,3,4]", limits).find("too many values"), std::string::npos);
}

TEST(ParseJson, KeepsTheLastOfRepeatedMembers) {
  EXPECT_EQ(Parsed(R"({"a":1,"b":2,"a":3})"), R"({"b":2,"a":3})");
  EXPECT_EQ(Parsed(R"([{"a":{"x":1,"x":2},"a":{"x":3,"x":4}}])"), R"([{"a":{"x":4}}])");
}

TEST(ParseJson, KeepsRepeatedMembersWhereAsked) {
  ParseLimits limits;
  limits.repeatable_suffix = "[]";
  EXPECT_EQ(Parsed(R"({"tag[]":"a","x":1,"tag[]":"b","x":2})", limits), R"({"tag[]":"a","tag[]":"b","x":2})");
}

TEST(ParseJson, KeepsSixtyFourBits) {
  EXPECT_EQ(Parsed("9223372036854775807"), "9223372036854775807");
  EXPECT_EQ(Parsed("-9223372036854775808"), "-9223372036854775808");
  EXPECT_EQ(ParseJson("9223372036854775807")->AsInteger(), INT64_MAX);
  EXPECT_EQ(ParseJson("-9223372036854775808")->AsInteger(), INT64_MIN);
}

TEST(ParseJson, LargerNumbersBecomeFloatingPoint) {
  EXPECT_EQ(ParseJson("9223372036854775808")->AsNumber(), 9223372036854775808.0);
  EXPECT_EQ(ParseJson("-9223372036854775809")->AsNumber(), -9223372036854775808.0);
  EXPECT_EQ(ParseJson("18446744073709551615")->AsNumber(), 18446744073709551615.0);
  EXPECT_EQ(ParseJson("18446744073709551615")->AsInteger(), std::nullopt);
  for (const char* text : {"1e999", "1e99999999999", "-1e999", "1e309", "693134862315e300", "1.7976931348623159e308"})
    EXPECT_TRUE(Refused(text)) << text;
  EXPECT_EQ(ParseJson("1e-999")->AsNumber(), 0.0);
}

// What a client can send within the largest body must not cost seconds.
TEST(ParseJson, HostileTextsStayFast) {
  std::string members = "{", repeated = "{";
  for (int i = 0; i < 200'000; ++i) {
    members += "\"" + std::to_string(i) + "\":0,";
    repeated += "\"same\":0,";
  }
  members.back() = repeated.back() = '}';
  const std::string texts[] = {members,
                               repeated,
                               std::string(5'000'000, '1'),
                               "0." + std::string(5'000'000, '1'),
                               "1e" + std::string(5'000'000, '9'),
                               "\"" + std::string(5'000'000, '\\') + "\"",
                               std::string(5'000'000, ' ')};
  const auto before = std::chrono::steady_clock::now();
  for (const std::string& text : texts) (void)ParseJson(text).ok();
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(20));
}

}  // namespace
}  // namespace parley
