#include "mapping/reader.h"

#include <gtest/gtest.h>

#include <string>

#include "mapping/writer.h"

namespace parley::mapping {
namespace {

std::string Written(const Value& value) {
  std::string out;
  AppendJson(out, value);
  return out;
}

struct ReaderTest : public ::testing::Test {
  std::string Read(std::string bytes) {
    kept.push_back(std::make_unique<std::string>(std::move(bytes)));
    const auto value = reader.Read(*kept.back(), arena);
    return value ? Written(*value) : "refused";
  }
  // Rows as lists of their slots, absent ones as null.
  std::string Rows(const RowPlan& plan, std::string bytes) {
    kept.push_back(std::make_unique<std::string>(std::move(bytes)));
    const auto page = reader.ReadRows(*kept.back(), plan, arena);
    if (!page) return "refused";
    if (!page->has_list) return "no list";
    std::string out;
    for (const Value* slots : page->rows) {
      out += '(';
      for (std::size_t i = 0; i < plan.slots.size(); ++i) out += (i == 0 ? "" : " ") + Written(slots[i]);
      out += ')';
    }
    if (page->total) out += " of " + std::to_string(*page->total);
    return out;
  }

  Reader reader;
  Arena arena{16 << 20};
  std::vector<std::unique_ptr<std::string>> kept;
};

TEST_F(ReaderTest, ReadsEveryKindOfValue) {
  const char* text = R"({"a":[1,-2,9223372036854775807,0.5,true,false,null,"x"],"b":{"c":{}},"d":[]})";
  EXPECT_EQ(Read(text), text);
  EXPECT_EQ(Read(" [ 1 , 2 ] "), "[1,2]");
  EXPECT_EQ(Read("18446744073709551615"), "18446744073709551616") << "beyond 64 bits as near as a double comes";
  EXPECT_EQ(Read("\"x\""), "\"x\"");
  EXPECT_EQ(Read("true"), "true");
  EXPECT_EQ(Read("null"), "null");
}

TEST_F(ReaderTest, UnescapesTexts) {
  EXPECT_EQ(Read(R"(["a\"b\\c\/\n\u00e9\ud83d\ude00"])"), "[\"a\\\"b\\\\c/\\n\xc3\xa9\xf0\x9f\x98\x80\"]");
  EXPECT_EQ(Read(R"({"k\u0065y":"\\"})"), R"({"key":"\\"})");
}

TEST_F(ReaderTest, ALoneSurrogateLosesOneCharacterOnly) {
  EXPECT_EQ(Read(R"(["a\ud83dz","\udc00"])"), "[\"a\xef\xbf\xbdz\",\"\xef\xbf\xbd\"]");
  EXPECT_EQ(Read(R"(["\ud83d\u0041"])"),
            "[\"\xef\xbf\xbd"
            "A\"]");
}

TEST_F(ReaderTest, TheLastOfTwoMembersWins) {
  EXPECT_EQ(Read(R"({"a":1,"a":2})"), R"({"a":2})");
}

TEST_F(ReaderTest, RefusesWhatIsNoJson) {
  for (const char* text :
       {"",     " ",      "{",       "[1,",        "[1}",        "{\"a\"}",    "{\"a\":}",    "[1 2]", "[01]",
        "[1e]", "tru",    "[tru]",   "nul",        "\"open",     "[\"\\x\"]",  "[\"\\u12\"]", "{} x",  "[] []",
        "1 2",  "<html>", "{'a':1}", "[\"\x01\"]", "[\"\xff\"]", "{\"a\":1,}", "[,]"})
    EXPECT_EQ(Read(text), "refused") << text;
}

TEST_F(ReaderTest, RefusesDeepNesting) {
  EXPECT_EQ(Read(std::string(5000, '[') + std::string(5000, ']')), "refused");
  EXPECT_EQ(Read(std::string(40, '[') + std::string(40, ']')).size(), 80u);
}

TEST_F(ReaderTest, ReadsMembersIntoSlots) {
  RowPlan plan;
  plan.list = "pens";
  EXPECT_EQ(plan.Slot({"_id"}), 0);
  EXPECT_EQ(plan.Slot({"name"}), 1);
  EXPECT_EQ(plan.Slot({"v", "token"}), 2);
  EXPECT_EQ(plan.Slot({"name"}), 1);
  EXPECT_EQ(
      Rows(plan, R"({"pens":[{"name":"red","x":[{"y":1}],"v":{"token":"t","z":{}},"_id":"1"},{"_id":2,"v":"no"},{}],)"
                 R"("total":7,"success":true})"),
      "(\"1\" \"red\" \"t\")(2 null null)(null null null) of 7");
}

TEST_F(ReaderTest, SlotsHoldWholeCollections) {
  RowPlan plan;
  plan.list = "pens";
  plan.Slot({"v"});
  plan.Slot({"v", "a", "b"});
  EXPECT_EQ(Rows(plan, R"({"pens":[{"v":{"a":{"b":[1]}}},{"v":3}]})"), R"(({"a":{"b":[1]}} [1])(3 null))");
}

TEST_F(ReaderTest, TheLastOfTwoMembersWinsInSlotsToo) {
  RowPlan plan;
  plan.list = "pens";
  plan.Slot({"v", "a"});
  plan.Slot({"n"});
  EXPECT_EQ(Rows(plan, R"({"pens":[{"v":{"a":1},"n":1,"v":{},"n":2}]})"), "(null 2)");
  EXPECT_EQ(Rows(plan, R"({"pens":[{"n":1}],"pens":[]})"), "");
}

TEST_F(ReaderTest, ListsOfOddItems) {
  RowPlan plan;
  plan.list = "pens";
  plan.Slot({"n"});
  EXPECT_EQ(Rows(plan, R"({"pens":[null,3,"x",[1],{"n":1}]})"), "(null)(null)(null)(1)");
  EXPECT_EQ(Rows(plan, R"({"pens":{}})"), "no list");
  EXPECT_EQ(Rows(plan, R"({"total":1})"), "no list");
  EXPECT_EQ(Rows(plan, R"([1])"), "no list");
  EXPECT_EQ(Rows(plan, R"(1)"), "refused");
  EXPECT_EQ(Rows(plan, R"({"pens":[{"n":1})"), "refused");
}

}  // namespace
}  // namespace parley::mapping
