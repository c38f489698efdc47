// The time a report is about: its intervals, and the buckets they are shown under.
//
// Source: livechat-v2 reference §14.1. Threading: pure functions. Tests: tests/unit/resources/report_period_test.cc
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace parley::resources {

enum class Grouping { kHour, kDay, kMonth };

struct Bucket {
  std::string key;         // 09:00, 2026-03-29, 2026-03
  std::string begin, end;  // of a month: its first and last day within the period
};

struct Period {
  Time from{}, until{};
  Grouping grouping = Grouping::kDay;
  std::vector<Time> edges;             // of the intervals, ascending
  std::vector<std::size_t> bucket_of;  // one for each interval; an hour may come twice in a day, or not at all
  std::vector<Bucket> buckets;         // by key; every one of the period
};

struct PeriodRequest {
  std::string date_from, date_to;  // YYYY-MM-DD; empty: since the first activity; until today
  std::string group_by;            // hour, day, month; empty: day, or hour when both dates are the same
  Zone zone = nullptr;             // REQUIRES: not null
};

// Several days have no hours: they are grouped by day. Between dates in the wrong order lies nothing: no bucket.
// `first_activity`: nothing when there was none.
// Errors: kInvalidArgument  a date or a grouping that is none, dates over a hundred years apart
Result<Period> MakePeriod(const PeriodRequest& request, std::optional<Time> first_activity, Time now);

}  // namespace parley::resources
