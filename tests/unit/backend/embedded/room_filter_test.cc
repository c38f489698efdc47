#include "backend/embedded/room_filter.h"

#include <gtest/gtest.h>

#include "json/json.h"

namespace parley::backend::embedded {
namespace {

using storage::Match;

// "open=, servedBy+": the paths with a sign for how they are matched.
std::string Shape(const RoomFilter& filter) {
  std::string shape;
  for (const storage::Condition& condition : ConditionsOf(filter)) {
    if (!shape.empty()) shape += ", ";
    shape += condition.path;
    switch (condition.match) {
      case Match::kEquals:
        shape += "=" + Print(condition.value);
        break;
      case Match::kExists:
        shape += "+";
        break;
      case Match::kMissing:
        shape += "-";
        break;
      case Match::kIn:
        shape += " in " + Print(condition.value);
        break;
      case Match::kHasAny:
        shape += " any " + Print(condition.value);
        break;
      case Match::kAtLeast:
        shape += ">=" + Print(condition.value);
        break;
      case Match::kAtMost:
        shape += "<=" + Print(condition.value);
        break;
      case Match::kContains:
        shape += "~" + Print(condition.value);
        break;
      case Match::kRegex:
        shape += "/" + Print(condition.value);
        break;
      default:
        shape += "?";
    }
  }
  return shape;
}

TEST(RoomFilter, NothingAskedListsEverything) {
  EXPECT_EQ(Shape({}), "");
}

TEST(RoomFilter, OpenMeansServedAndNotOnHold) {
  RoomFilter filter;
  filter.open = true;
  EXPECT_EQ(Shape(filter), "open=true, servedBy+, onHold-");
  filter.open = false;
  EXPECT_EQ(Shape(filter), "open-");
}

TEST(RoomFilter, QueuedMeansOpenAndUnserved) {
  RoomFilter filter;
  filter.queued = true;
  EXPECT_EQ(Shape(filter), "open=true, servedBy-, onHold-");
}

TEST(RoomFilter, OnHoldStandsForItself) {
  RoomFilter filter;
  filter.on_hold = true;
  EXPECT_EQ(Shape(filter), "onHold=true");
}

TEST(RoomFilter, ListsMatchAnyOfTheirElements) {
  RoomFilter filter;
  filter.agents = {"a1", "a2"};
  filter.departments = {"d1"};
  filter.tags = {"vip"};
  EXPECT_EQ(Shape(filter), R"(servedBy._id in ["a1","a2"], departmentId in ["d1"], tags any ["vip"])");
}

TEST(RoomFilter, QuotedNamesAreWhole) {
  RoomFilter filter;
  filter.room_name = "bo";
  EXPECT_EQ(Shape(filter), R"(fname~"bo")");
  filter.room_name = "\"Bob\"";
  EXPECT_EQ(Shape(filter), R"(fname="Bob")");
}

TEST(RoomFilter, PeriodsAreBoundedOnEitherSideAlone) {
  RoomFilter filter;
  filter.created = *ParsePeriod("createdAt", R"({"start":"2026-01-05T10:00:00.000Z"})");
  filter.closed = *ParsePeriod("closedAt", R"({"end":"2026-01-05"})");
  EXPECT_EQ(Shape(filter), "ts>=1767607200000, closedAt<=1767571200000");
}

TEST(RoomFilter, ABadDateNamesItsParameter) {
  EXPECT_EQ(ParsePeriod("createdAt", R"({"start":"soon"})").failure().error,
            "The \"createdAt.start\" query parameter must be a valid date.");
  EXPECT_EQ(ParsePeriod("closedAt", R"({"end":5})").failure().error,
            "The \"closedAt.end\" query parameter must be a valid date.");
  EXPECT_FALSE(ParsePeriod("createdAt", "{"));
  EXPECT_FALSE(ParsePeriod("createdAt", "[]"));
}

TEST(RoomFilter, CustomFieldsAreExpressions) {
  RoomFilter filter;
  filter.custom_fields = *ParseCustomFieldFilter(R"({"docId":"^03"})");
  EXPECT_EQ(Shape(filter), R"(livechatData.docId/"^03")");
  for (const char* bad : {"docId", "[1]", R"({"docId":1})"}) {
    EXPECT_EQ(ParseCustomFieldFilter(bad).failure().error,
              "The \"customFields\" query parameter must be a valid JSON.");
  }
}

}  // namespace
}  // namespace parley::backend::embedded
