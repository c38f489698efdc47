// Weekday and time of day, as opening times name them: "Monday", "08:00".
//
// Threading: pure functions.
// Tests: tests/unit/base/week_time_test.cc
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace parley {

inline constexpr int kMinutesOfDay = 24 * 60;
inline constexpr int kMinutesOfWeek = 7 * kMinutesOfDay;

// A minute of the week, from Sunday 00:00 on.
struct WeekTime {
  int weekday = 0;  // Sunday is 0
  int minute = 0;   // of the day

  // Any number of minutes from the start of a week; the week wraps at both ends.
  static WeekTime FromMinutes(int minutes);
  int Minutes() const { return weekday * kMinutesOfDay + minute; }
};

// What the clocks of `zone` show; a null zone is UTC.
WeekTime LocalWeekTime(Time time, Zone zone);
// How far ahead of UTC the clocks of `zone` are; zero for a null zone.
std::chrono::minutes UtcOffset(Time time, Zone zone);
std::string OffsetText(std::chrono::minutes offset);  // "+05:30"

std::string_view WeekdayName(int weekday);               // "Sunday" for 0
std::optional<int> ParseWeekday(std::string_view name);  // the English names, exactly
std::string ClockText(int minute_of_day);                // "08:05"
std::optional<int> ParseClock(std::string_view hh_mm);   // "8:05", "08:05", "24:00": minutes of the day

}  // namespace parley
