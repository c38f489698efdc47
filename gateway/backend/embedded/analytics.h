// What the dashboards share: which chats a request asks about, whose days they count by, and how figures are printed.
//
// Source: omnichannel reference §2.14. The figures themselves come from storage/analytics.h.
// Threading: one shard. Tests: tests/unit/backend/embedded/dashboards_test.cc
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "backend/embedded/call.h"
#include "base/calendar.h"
#include "storage/analytics.h"

namespace parley::backend::embedded {

using storage::ChatFigures;
using storage::ChatKey;
using storage::ChatScope;

// `start`, `end` (which is included) and `departmentId`, or the interval under other names.
// Errors: The "start" query parameter must be a valid date.
Outcome<ChatScope> ReadScope(const Call& call, std::string_view from = "start", std::string_view to = "end");

// The setting Default_Timezone_For_Reporting: the server's zone, the caller's offset, or one of its own.
Zone ReportingZone(const Call& call);
// From the beginning of the first day to the end of the last.
ChatScope InWholeDays(ChatScope scope, Zone zone);

// The one group of all chats.
Awaitable<Result<ChatFigures>> Total(const Call& call, ChatScope scope);
Awaitable<Result<std::vector<ChatFigures>>> Figures(const Call& call, ChatScope scope, ChatKey key);
// Names of the departments that are there, by id.
Awaitable<Result<std::map<std::string, std::string>>> DepartmentNames(const Call& call,
                                                                      const std::vector<ChatFigures>& departments);

// The hour with the most messages of the day with the most; nothing when no message was sent.
struct BusiestTime {
  std::optional<Time> day, hour;
};
Awaitable<Result<BusiestTime>> FindBusiestTime(const Call& call, ChatScope scope, Zone zone);

// Avg_response_time, Avg_first_response_time, Avg_reaction_time.
Json::Array ProductivityOf(const ChatFigures& chats);

double Seconds(double millis);
std::string DurationText(double millis);  // "HH:MM:SS"
std::string NumberText(double value);     // "11", "33.5"
Json NumberJson(double value);            // without a fraction when it has none
double Hundredths(double value);          // rounded to two digits
std::string TwoDigits(double value);      // "0.74"
Json Totalizer(std::string_view title, Json value);
std::string HourSpan(Time hour, Zone zone, std::string_view between);  // "9AM - 10AM"

}  // namespace parley::backend::embedded
