#include "base/week_time.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

std::string Shown(std::string_view iso, std::string_view zone) {
  const WeekTime local = LocalWeekTime(ParseIsoTime(iso).value(), FindZone(zone));
  return std::string(WeekdayName(local.weekday)) + " " + ClockText(local.minute);
}

TEST(WeekTime, IsWhatTheClocksOfAZoneShow) {
  EXPECT_EQ(Shown("2026-01-05T10:15:30.000Z", "UTC"), "Monday 10:15");
  EXPECT_EQ(Shown("2026-01-05T10:15:30.000Z", "Asia/Kolkata"), "Monday 15:45");
  EXPECT_EQ(Shown("2026-01-04T23:30:00.000Z", "Europe/Paris"), "Monday 00:30");
  EXPECT_EQ(Shown("2026-01-05T02:00:00.000Z", "America/New_York"), "Sunday 21:00");
  EXPECT_EQ(Shown("1969-12-31T23:59:59.000Z", "UTC"), "Wednesday 23:59");
}

TEST(WeekTime, FollowsDaylightSaving) {
  EXPECT_EQ(Shown("2026-03-29T00:59:00.000Z", "Europe/Paris"), "Sunday 01:59");
  EXPECT_EQ(Shown("2026-03-29T01:00:00.000Z", "Europe/Paris"), "Sunday 03:00");
}

TEST(WeekTime, WithoutAZoneIsUtc) {
  EXPECT_EQ(Shown("2026-01-05T10:15:30.000Z", "Nowhere/Atall"), "Monday 10:15");
}

TEST(WeekTime, WrapsAtBothEndsOfTheWeek) {
  EXPECT_EQ(WeekTime::FromMinutes(-1).Minutes(), kMinutesOfWeek - 1);
  EXPECT_EQ(WeekTime::FromMinutes(kMinutesOfWeek + 5).Minutes(), 5);
}

TEST(OffsetText, HasASignAndTwoDigits) {
  EXPECT_EQ(OffsetText(std::chrono::minutes(330)), "+05:30");
  EXPECT_EQ(OffsetText(std::chrono::minutes(-210)), "-03:30");
  EXPECT_EQ(OffsetText(std::chrono::minutes(0)), "+00:00");
}

TEST(Clock, IsReadWithOneOrTwoDigitsOfTheHour) {
  EXPECT_EQ(ParseClock("08:05"), 485);
  EXPECT_EQ(ParseClock("8:05"), 485);
  EXPECT_EQ(ParseClock("24:00"), kMinutesOfDay);
  for (const char* wrong : {"", ":", "8", "08:5", "08:60", "24:01", "-1:00", "ab:cd", "008:00", "08:00 ", "1e:00"})
    EXPECT_EQ(ParseClock(wrong), std::nullopt) << wrong;
}

TEST(Weekday, HasItsEnglishName) {
  EXPECT_EQ(ParseWeekday("Sunday"), 0);
  EXPECT_EQ(ParseWeekday("Saturday"), 6);
  EXPECT_EQ(ParseWeekday("sunday"), std::nullopt);
}

}  // namespace
}  // namespace parley
