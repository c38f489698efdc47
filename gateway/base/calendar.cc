#include "base/calendar.h"

#include <date/date.h>
#include <date/tz.h>

#include <cstdlib>

namespace parley {
namespace {

date::local_time<std::chrono::milliseconds> LocalTime(Time at, Zone zone) {
  return zone->to_local(at);
}

// Midnight, or the earliest instant that carries the date where daylight saving skips or doubles midnight.
Time StartOf(date::local_days day, Zone zone) {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(zone->to_sys(day, date::choose::earliest));
}

int LocalHour(Time at, Zone zone) {
  const auto local = LocalTime(at, zone);
  return static_cast<int>(std::chrono::floor<std::chrono::hours>(local - date::floor<date::days>(local)).count());
}

}  // namespace

Time DayStart(Time at, Zone zone) {
  return StartOf(date::floor<date::days>(LocalTime(at, zone)), zone);
}

Time DayEnd(Time at, Zone zone) {
  return StartOf(date::floor<date::days>(LocalTime(at, zone)) + date::days(1), zone);
}

std::vector<Time> DayEdges(Time from, Time until, Zone zone) {
  std::vector<Time> edges;
  if (from >= until) return edges;
  edges.push_back(DayStart(from, zone));
  while (edges.back() < until) edges.push_back(DayEnd(edges.back(), zone));
  return edges;
}

std::vector<Time> HourEdges(Time at, Zone zone) {
  const Time end = DayEnd(at, zone);
  std::vector<Time> edges;
  for (Time edge = DayStart(at, zone); edge < end; edge += std::chrono::hours(1)) edges.push_back(edge);
  edges.push_back(end);
  return edges;
}

std::string HourName(Time at, Zone zone) {
  const int hour = LocalHour(at, zone);
  return std::to_string((hour + 11) % 12 + 1) + (hour < 12 ? "AM" : "PM");
}

std::string WeekdayName(Time at, Zone zone) {
  constexpr const char* kNames[] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
  return kNames[date::weekday(date::floor<date::days>(LocalTime(at, zone))).c_encoding()];
}

std::string MonthDay(Time at, Zone zone) {
  const date::year_month_day day(date::floor<date::days>(LocalTime(at, zone)));
  return std::to_string(static_cast<unsigned>(day.month())) + "/" + std::to_string(static_cast<unsigned>(day.day()));
}

Zone FindZoneOfOffset(int hours) {
  if (hours == 0) return FindZone("UTC");
  // POSIX counts westwards.
  return FindZone("Etc/GMT" + std::string(hours < 0 ? "+" : "-") + std::to_string(std::abs(hours)));
}

}  // namespace parley
