// Which rooms GET livechat/rooms lists, as a condition on stored rooms.
//
// Pure. Tests: tests/unit/backend/embedded/room_filter_test.cc
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "backend/embedded/reply.h"
#include "base/clock.h"
#include "storage/documents.h"

namespace parley::backend::embedded {

struct Period {
  std::optional<Time> from, until;  // both included
};

// Empty members do not filter; all others must hold.
struct RoomFilter {
  std::vector<std::string> agents;       // ids of serving agents
  bool agents_by_name = false;           // or their user names
  std::vector<std::string> departments;  // any of them
  std::optional<bool> open;              // true: open, served and not on hold; false: closed
  bool on_hold = false;
  bool queued = false;  // open, unserved and not on hold
  Period created, closed;
  std::vector<std::string> tags;                                   // any of them
  std::vector<std::pair<std::string, std::string>> custom_fields;  // key, regular expression
  std::string room_name;  // contained, case ignored; in double quotes: exactly this
};

std::vector<storage::Condition> ConditionsOf(const RoomFilter& filter);

// A period as it is written in a query: {"start": date, "end": date}, each optional. `name` is the parameter's.
Outcome<Period> ParsePeriod(std::string_view name, std::string_view text);

// {"key": "expression"} of `customFields`.
Outcome<std::vector<std::pair<std::string, std::string>>> ParseCustomFieldFilter(std::string_view text);

}  // namespace parley::backend::embedded
