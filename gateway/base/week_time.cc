#include "base/week_time.h"

#include <date/tz.h>

#include <array>
#include <cstdio>
#include <cstdlib>

#include "base/text.h"

namespace parley {
namespace {

constexpr std::array<std::string_view, 7> kWeekdays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                       "Thursday", "Friday", "Saturday"};

constexpr int kThursday = 4;  // 1970-01-01

std::string TwoNumbers(const char* format, int first, int second) {
  char text[32];
  std::snprintf(text, sizeof text, format, first, second);
  return text;
}

}  // namespace

WeekTime WeekTime::FromMinutes(int minutes) {
  const int wrapped = ((minutes % kMinutesOfWeek) + kMinutesOfWeek) % kMinutesOfWeek;
  return {wrapped / kMinutesOfDay, wrapped % kMinutesOfDay};
}

std::chrono::minutes UtcOffset(Time time, Zone zone) {
  if (zone == nullptr) return std::chrono::minutes(0);
  return std::chrono::duration_cast<std::chrono::minutes>(zone->get_info(time).offset);
}

WeekTime LocalWeekTime(Time time, Zone zone) {
  const auto since_epoch = std::chrono::floor<std::chrono::minutes>(time).time_since_epoch() + UtcOffset(time, zone);
  const auto in_week = static_cast<int>(since_epoch.count() % kMinutesOfWeek);
  return WeekTime::FromMinutes(in_week + kThursday * kMinutesOfDay);
}

std::string OffsetText(std::chrono::minutes offset) {
  const auto minutes = static_cast<int>(std::abs(offset.count()));
  return TwoNumbers(offset.count() < 0 ? "-%02d:%02d" : "+%02d:%02d", minutes / 60, minutes % 60);
}

std::string_view WeekdayName(int weekday) {
  return kWeekdays[static_cast<std::size_t>(weekday)];
}

std::optional<int> ParseWeekday(std::string_view name) {
  for (std::size_t i = 0; i < kWeekdays.size(); ++i) {
    if (kWeekdays[i] == name) return static_cast<int>(i);
  }
  return std::nullopt;
}

std::string ClockText(int minute_of_day) {
  return TwoNumbers("%02d:%02d", minute_of_day / 60, minute_of_day % 60);
}

std::optional<int> ParseClock(std::string_view hh_mm) {
  const std::size_t colon = hh_mm.find(':');
  if (colon == std::string_view::npos || colon > 2 || hh_mm.size() - colon != 3) return std::nullopt;
  const auto hours = ParseInteger(hh_mm.substr(0, colon));
  const auto minutes = ParseInteger(hh_mm.substr(colon + 1));
  if (!hours || !minutes || *hours < 0 || *minutes < 0 || *minutes > 59) return std::nullopt;
  const auto all = static_cast<int>(*hours * 60 + *minutes);
  if (all > kMinutesOfDay) return std::nullopt;
  return all;
}

}  // namespace parley
