#include "backend/embedded/business_hour.h"

#include <algorithm>

#include "base/week_time.h"

namespace parley::backend::embedded {
namespace {

// From `hours.start` until before `hours.finish`, on one day.
bool Covers(const WorkHours& hours, const WeekTime& local) {
  const auto start = ParseClock(hours.start);
  const auto finish = ParseClock(hours.finish);
  if (!hours.open || !start || !finish || ParseWeekday(hours.day) != local.weekday) return false;
  return *start <= local.minute && local.minute < *finish;
}

Json DayAndTime(const WeekTime& at) {
  return Json::Of({{"dayOfWeek", WeekdayName(at.weekday)}, {"time", ClockText(at.minute)}});
}

// Minute by minute: where the clocks of the zone jump, nothing shorter is right.
std::chrono::milliseconds OpenTimeOfDays(const BusinessHour& hour, Time from, Time until) {
  std::chrono::milliseconds open{0};
  for (Time at = from; at < until;) {
    const Time next = std::min<Time>(until, std::chrono::floor<std::chrono::minutes>(at) + std::chrono::minutes(1));
    if (IsOpen(hour, at)) open += next - at;
    at = next;
  }
  return open;
}

// One end of the hours of a day: as entered, in UTC, and in the zone of the server, which is UTC too.
Json End(const std::string& day, const std::string& clock, std::chrono::minutes offset) {
  Json end = Json::Of({{"time", clock}});
  const auto weekday = ParseWeekday(day);
  const auto minute = ParseClock(clock);
  if (!weekday || !minute) return end;
  const int local = WeekTime{*weekday, *minute}.Minutes();
  const Json utc = DayAndTime(WeekTime::FromMinutes(local - static_cast<int>(offset.count())));
  end.Append("utc", utc);
  end.Append("cron", utc);
  return end;
}

Json WorkHoursAnswer(const WorkHours& hours, std::chrono::minutes offset) {
  Json answer = Json::Of({{"day", hours.day},
                          {"start", End(hours.day, hours.start, offset)},
                          {"finish", End(hours.day, hours.finish, offset)}});
  if (hours.code) answer.Append("code", *hours.code);
  answer.Append("open", hours.open);
  return answer;
}

}  // namespace

BusinessHour StandardBusinessHour(std::string id, Time now) {
  constexpr int kSunday = 0, kMonday = 1, kSaturday = 6;
  BusinessHour hour;
  hour.id = std::move(id);
  hour.type = kDefaultHours;
  hour.created = now;
  hour.timezone = "UTC";
  hour.stated_offset = "0";
  for (int i = 0; i < 7; ++i) {
    const int weekday = (kMonday + i) % 7;
    WorkHours day;
    day.day = WeekdayName(weekday);
    day.start = "08:00";
    day.finish = "20:00";
    day.code = weekday;
    day.open = weekday != kSunday && weekday != kSaturday;
    hour.work_hours.push_back(std::move(day));
  }
  return hour;
}

bool IsOpen(const BusinessHour& hour, Time at) {
  if (!hour.active) return false;
  const WeekTime local = LocalWeekTime(at, FindZone(hour.timezone));
  return std::any_of(hour.work_hours.begin(), hour.work_hours.end(),
                     [&](const WorkHours& hours) { return Covers(hours, local); });
}

// Whole weeks count by what one of them has.
std::chrono::milliseconds OpenTime(const BusinessHour& hour, Time from, Time until) {
  constexpr auto kWeek = std::chrono::hours(24 * 7);
  if (until <= from) return std::chrono::milliseconds(0);
  const auto weeks = (until - from) / kWeek;
  if (weeks == 0) return OpenTimeOfDays(hour, from, until);
  return weeks * OpenTimeOfDays(hour, from, from + kWeek) + OpenTimeOfDays(hour, from + weeks * kWeek, until);
}

Json BusinessHourAnswer(const BusinessHour& hour, Time now) {
  const std::chrono::minutes offset = UtcOffset(now, FindZone(hour.timezone));
  Json days = Json::MakeArray();
  for (const WorkHours& hours : hour.work_hours) days.Push(WorkHoursAnswer(hours, offset));
  Json answer = ToAnswer(hour);
  answer.Remove("timezoneName");
  answer.Remove("statedOffset");
  answer.Set("workHours", std::move(days));
  const std::string shown_offset = hour.stated_offset.empty() ? OffsetText(offset) : hour.stated_offset;
  answer.Set("timezone", Json::Of({{"name", hour.timezone}, {"utc", shown_offset}}));
  return answer;
}

Awaitable<Result<std::optional<BusinessHour>>> FindDefaultBusinessHour(storage::DocumentStore& documents) {
  std::vector<storage::Condition> where;
  where.emplace_back("type", storage::Match::kEquals, Json(kDefaultHours));
  return FindFirst<BusinessHour>(documents, std::move(where));
}

}  // namespace parley::backend::embedded
