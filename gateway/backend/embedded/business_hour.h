// A business hour: when a workspace, or the departments it is linked to, is open.
//
// Times are kept as they were entered, in the record's own zone; what else answers show (UTC, the server's zone, the
// zone's offset) follows from them and the present, so that daylight saving never leaves it stale. The server's zone is
// UTC.
// Source: administration reference §4.2, §4.3. Threading: plain values.
// Tests: tests/unit/backend/embedded/business_hour_test.cc
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backend/embedded/record.h"

namespace parley::backend::embedded {

inline constexpr std::string_view kDefaultHours = "default";
inline constexpr std::string_view kCustomHours = "custom";

struct WorkHours {
  std::string day;            // "Monday"
  std::string start, finish;  // "08:00"; never past midnight
  bool open = false;
  std::optional<std::int64_t> code;  // of the weekday, only in the record a workspace begins with

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit("day", self.day);
    visit("start", self.start);
    visit("finish", self.finish);
    visit("open", self.open);
    visit("code", self.code);
  }
};

struct BusinessHour {
  static constexpr storage::Collection kCollection = storage::Collection::kBusinessHours;

  std::string id;
  std::int64_t version = 0;
  Json extra;  // further members as they were saved: daysOpen, daysTime

  std::string name;
  bool active = true;
  std::string type;
  Time created{};
  std::vector<WorkHours> work_hours;
  std::string timezone;       // an IANA name; an unknown one counts as UTC
  std::string stated_offset;  // shown instead of the zone's offset until somebody saves the record
  Time updated_at{};

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit.Always("name", self.name);
    visit("active", self.active);
    visit("type", self.type);
    visit("ts", self.created);
    visit("workHours", self.work_hours);
    visit("timezoneName", self.timezone);
    visit("statedOffset", self.stated_offset);
    visit("_updatedAt", self.updated_at);
  }
};

// The record a workspace begins with: Monday to Friday, 08:00 to 20:00.
BusinessHour StandardBusinessHour(std::string id, Time now);

bool IsOpen(const BusinessHour& hour, Time at);

// How much of the time between two moments the hour was open.
std::chrono::milliseconds OpenTime(const BusinessHour& hour, Time from, Time until);

// As routes show it.
Json BusinessHourAnswer(const BusinessHour& hour, Time now);

// By the type "default"; nothing before the first start.
Awaitable<Result<std::optional<BusinessHour>>> FindDefaultBusinessHour(storage::DocumentStore& documents);

}  // namespace parley::backend::embedded
