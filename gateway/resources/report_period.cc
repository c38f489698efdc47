#include "resources/report_period.h"

#include <algorithm>

#include "base/calendar.h"
#include "base/text.h"

namespace parley::resources {
namespace {

constexpr std::size_t kMostDays = 36'600;

std::string HourKey(std::size_t hour) {
  return (hour < 10 ? "0" : "") + std::to_string(hour) + ":00";
}

std::size_t HourOf(Time at, Zone zone) {
  return static_cast<std::size_t>(*ParseInteger(StampDate(at, zone).substr(11, 2)));
}

std::string MonthOf(const std::string& day) {
  return day.substr(0, 7);
}

void DivideIntoHours(Period& period, Zone zone) {
  for (std::size_t hour = 0; hour < 24; ++hour) period.buckets.push_back({HourKey(hour), {}, {}});
  period.edges = HourEdges(period.from, zone);
  for (std::size_t i = 1; i < period.edges.size(); ++i) period.bucket_of.push_back(HourOf(period.edges[i - 1], zone));
}

void DivideIntoDays(Period& period, std::vector<Time> days, Zone zone) {
  period.edges = std::move(days);
  for (std::size_t i = 1; i < period.edges.size(); ++i) {
    period.bucket_of.push_back(period.buckets.size());
    period.buckets.push_back({LocalDate(period.edges[i - 1], zone), {}, {}});
  }
}

// `today`: no month is said to end after it, unless it begins after it.
void DivideIntoMonths(Period& period, const std::vector<Time>& days, const std::string& today, Zone zone) {
  for (std::size_t i = 0; i + 1 < days.size(); ++i) {
    const std::string day = LocalDate(days[i], zone);
    if (period.buckets.empty() || period.buckets.back().key != MonthOf(day)) {
      period.bucket_of.push_back(period.buckets.size());
      period.buckets.push_back({MonthOf(day), day, day});
      period.edges.push_back(days[i]);
    }
    Bucket& month = period.buckets.back();
    month.end = std::max(month.begin, std::min(day, today));
  }
  if (!days.empty()) period.edges.push_back(days.back());
}

std::optional<Grouping> GroupingNamed(std::string_view name, bool same_day) {
  if (name == "hour" || (name.empty() && same_day)) return Grouping::kHour;
  if (name == "day" || name.empty()) return Grouping::kDay;
  if (name == "month") return Grouping::kMonth;
  return std::nullopt;
}

// Before the first activity there was nothing, but a last day that is earlier still is one.
std::string FirstDay(const PeriodRequest& request, Time first_activity) {
  if (!request.date_from.empty()) return request.date_from;
  const std::string day = LocalDate(first_activity, request.zone);
  return EndOfDay(request.date_to, request.zone) ? std::min(day, request.date_to) : day;
}

}  // namespace

Result<Period> MakePeriod(const PeriodRequest& request, std::optional<Time> first_activity, Time now) {
  const Zone zone = request.zone;
  const std::string today = LocalDate(now, zone);
  const std::string first_day = FirstDay(request, first_activity.value_or(now));
  const std::string last_day = request.date_to.empty() ? std::max(first_day, today) : request.date_to;
  const auto from = StartOfDay(first_day, zone);
  const auto until = EndOfDay(last_day, zone);
  const bool same_day = !request.date_from.empty() && first_day == last_day;
  const auto grouping = GroupingNamed(request.group_by, same_day);
  std::vector<std::string> violations;
  if (!from) violations.push_back("date_from must be a date, YYYY-MM-DD");
  if (!until) violations.push_back("date_to must be a date, YYYY-MM-DD");
  if (!grouping) violations.push_back("group_by must be hour, day or month");
  if (from && until && *until - *from > std::chrono::hours(24) * kMostDays) {
    violations.push_back("date_from must not be more than 100 years before date_to");
  }
  if (!violations.empty()) return InvalidArguments(std::move(violations));

  Period period;
  period.from = *from;
  period.until = std::max(*from, *until);
  std::vector<Time> days = DayEdges(*from, *until, zone);
  const bool one_day = days.size() == 2;
  period.grouping = *grouping == Grouping::kHour && !one_day ? Grouping::kDay : *grouping;
  switch (period.grouping) {
    case Grouping::kHour:
      DivideIntoHours(period, zone);
      break;
    case Grouping::kDay:
      DivideIntoDays(period, std::move(days), zone);
      break;
    case Grouping::kMonth:
      DivideIntoMonths(period, days, today, zone);
      break;
  }
  return period;
}

}  // namespace parley::resources
