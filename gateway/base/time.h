// Dates as both APIs write them. Zones come from the system's tz database.
//
// Threading: pure functions; a zone pointer is valid for the life of the process.
// Tests: tests/unit/base/time_test.cc
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace date {
class time_zone;
}

namespace parley {

using Zone = const date::time_zone*;

// An IANA zone ("Europe/Berlin"); null when the name is unknown.
Zone FindZone(std::string_view name);

std::string IsoTime(Time time);                           // 2026-01-05T10:15:30.123Z
std::optional<Time> ParseIsoTime(std::string_view text);  // date, or date and time with optional fraction and zone
std::string ArchiveDate(Time time, Zone zone);            // Wed, 01/23/13 11:40:53 am
std::string StampDate(Time time, Zone zone);              // 2019-06-20 10:46:40
std::string LocalDate(Time time, Zone zone);              // 2019-06-20
bool IsDate(std::string_view text);                       // a real day of the form YYYY-MM-DD
// The first instant of `yyyy_mm_dd` in `zone`: midnight, or what takes its place where daylight saving skips or doubles
// it. Empty unless IsDate. REQUIRES: zone not null
std::optional<Time> StartOfDay(std::string_view yyyy_mm_dd, Zone zone);
// The first instant of the next day.
std::optional<Time> EndOfDay(std::string_view yyyy_mm_dd, Zone zone);

}  // namespace parley
