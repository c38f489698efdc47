// The days and hours of a zone as instants, for figures over time, and their names as dashboards print them.
//
// A day has 23, 24 or 25 hours where daylight saving begins or ends.
// Threading: pure functions. REQUIRES, everywhere: zone not null.
// Tests: tests/unit/base/calendar_test.cc
#pragma once

#include <string>
#include <vector>

#include "base/time.h"

namespace parley {

// The first instant of the local day `at` lies in, and of the day after it.
Time DayStart(Time at, Zone zone);
Time DayEnd(Time at, Zone zone);

// Where the days that [from, until) touches begin, and where the last of them ends. Empty unless from < until.
std::vector<Time> DayEdges(Time from, Time until, Zone zone);
// The same for the hours of the local day `at` lies in.
std::vector<Time> HourEdges(Time at, Zone zone);

std::string HourName(Time at, Zone zone);     // 9AM, 12PM
std::string WeekdayName(Time at, Zone zone);  // Tuesday
std::string MonthDay(Time at, Zone zone);     // 10/1

// The zone of clocks that many hours ahead of UTC the year round; null beyond -12 and 14.
Zone FindZoneOfOffset(int hours);

}  // namespace parley
