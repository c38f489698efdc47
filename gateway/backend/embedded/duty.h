// What business hours do to agents: whose hours are open, and who is made available or unavailable by it.
//
// A user's `openBusinessHours` are the ids of the open hours that apply to them. A sweep brings them up to the present:
//   raise  an agent of an hour that opens, present (exactly "online") and not available, becomes available
//   drop   an available agent without open hours, bots aside, becomes unavailable
// Chats are neither closed nor moved. Only while the setting Livechat_enable_business_hours is on.
// Source: administration reference §4.4. Threading: one request or one pass of the timed work.
// Tests: tests/unit/backend/embedded/duty_test.cc
#pragma once

#include <string>
#include <vector>

#include "backend/embedded/business_hour.h"
#include "backend/embedded/call.h"
#include "backend/embedded/department.h"
#include "backend/embedded/room.h"

namespace parley::backend::embedded {

// Everything that decides whose hours are open.
struct Hours {
  bool multiple = false;  // departments have hours of their own (premium); else the default hour is everybody's
  std::vector<BusinessHour> all;
  std::vector<Department> departments;       // only of multiple
  std::vector<DepartmentAgent> memberships;  // only of multiple, of enabled departments

  BusinessHour* Find(std::string_view id);
  // Ids of the hours that are open at `at`, sorted.
  std::vector<std::string> OpenAt(Time at) const;
  // The same, of those that apply to the agent.
  std::vector<std::string> OpenFor(const std::string& agent_id, Time at) const;
};

bool HoursAreOn(const Settings& settings);
bool HoursAreMultiple(const Settings& settings);
Awaitable<Result<Hours>> ReadHours(const Call& call);

struct Sweep {
  std::vector<std::string> raised;  // hours whose agents are raised though they were open before
  std::vector<std::string> only;    // agents; empty: all
};

// Adds to `changes` what the hours as they are in hand ask of agents.
Awaitable<Status> SweepAgents(const Call& call, const Hours& hours, Sweep sweep, storage::Changes& changes);

// The setting as it is now, applied to every agent: on, with everybody of an open hour raised, or off, with no open
// hours kept. Commits.
Awaitable<Status> ApplyHours(const Call& call);
// After agents came into or left departments: the same for `agents`, where departments have hours. Commits; a failure
// is logged, the next sweep mends it.
Awaitable<void> ApplyHoursToMembers(const Call& call, std::vector<std::string> agents);

// Of somebody who has just become an agent, or active again.
Awaitable<Status> PlaceInHours(const Call& call, User& agent);

// While hours are on, a visitor's silence before the closing counts only as far as the default hour was open.
// REQUIRES: the room is closed
Awaitable<Status> CountSilenceWithinHours(const Call& call, Room& room);

// A department that is closed for good leaves its hour; an hour nobody is linked to any more is not active.
Awaitable<Status> LeaveHours(const Call& call, Department& department, storage::Changes& changes);

}  // namespace parley::backend::embedded
