#include "backend/rocketchat/route_budgets.h"

#include <gtest/gtest.h>

namespace parley::backend::rocketchat {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const Time kNow = FromUnixMillis(1'767'608'130'000);
const std::string kRoute = "GET livechat/rooms";

Response Says(int left, Time until, int status = 200) {
  Response answer(status, "{}");
  answer.headers = {{"X-RateLimit-Remaining", std::to_string(left)},
                    {"x-ratelimit-reset", std::to_string(UnixMillis(until))}};
  return answer;
}

TEST(RouteBudgets, WhatIsNotLimitedIsNeverHeldBack) {
  RouteBudgets budgets;
  budgets.Note(kRoute, Response(200, "{}"), kNow);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(budgets.Take(kRoute, kNow), std::nullopt);
}

TEST(RouteBudgets, HoldBackWhatTheWorkspaceWouldRefuse) {
  RouteBudgets budgets;
  const Time until = kNow + seconds(60);
  budgets.Note(kRoute, Says(2, until), kNow);
  EXPECT_EQ(budgets.Take(kRoute, kNow), std::nullopt);
  EXPECT_EQ(budgets.Take(kRoute, kNow), std::nullopt);
  EXPECT_EQ(budgets.Take(kRoute, kNow), until);
  EXPECT_EQ(budgets.Take("GET livechat/department", kNow), std::nullopt);
  EXPECT_EQ(budgets.Take(kRoute, until), std::nullopt);
}

TEST(RouteBudgets, ALateAnswerGivesNothingBack) {
  RouteBudgets budgets;
  const Time until = kNow + seconds(60);
  budgets.Note(kRoute, Says(3, until), kNow);
  for (int i = 0; i < 3; ++i) budgets.Take(kRoute, kNow);
  budgets.Note(kRoute, Says(2, until), kNow);
  EXPECT_EQ(budgets.Take(kRoute, kNow), until);
  budgets.Note(kRoute, Says(9, until + seconds(60)), kNow + seconds(61));
  EXPECT_EQ(budgets.Take(kRoute, kNow + seconds(61)), std::nullopt);
}

TEST(RouteBudgets, ARefusalSaysHowLongInOneWayOrAnother) {
  EXPECT_EQ(RouteBudgets::WaitOf(Says(0, kNow + seconds(7), 429), kNow), seconds(7));
  const Response spoken(429,
                        R"({"success":false,"error":"Error, too many requests. Please slow down. You must wait 42 )"
                        R"(seconds before trying this endpoint again. [error-too-many-requests]"})");
  EXPECT_EQ(RouteBudgets::WaitOf(spoken, kNow), seconds(42));
  Response after(429, "{}");
  after.headers = {{"Retry-After", "9"}};
  EXPECT_EQ(RouteBudgets::WaitOf(after, kNow), seconds(9));
  EXPECT_EQ(RouteBudgets::WaitOf(Response(429, "<html>"), kNow), seconds(1));
}

TEST(RouteBudgets, NobodyIsBelievedToMeanForEver) {
  EXPECT_EQ(RouteBudgets::WaitOf(Says(0, kNow + std::chrono::hours(9'000), 429), kNow), RouteBudgets::kLongestWait);
  Response after(429, "{}");
  after.headers = {{"Retry-After", "999999999999"}};
  EXPECT_EQ(RouteBudgets::WaitOf(after, kNow), RouteBudgets::kLongestWait);
}

TEST(RouteBudgets, ARefusalEmptiesTheBudget) {
  RouteBudgets budgets;
  budgets.Note(kRoute, Says(5, kNow + seconds(2), 429), kNow);
  EXPECT_EQ(budgets.Take(kRoute, kNow), kNow + seconds(2));
}

}  // namespace
}  // namespace parley::backend::rocketchat
