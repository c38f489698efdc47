// Who is there to take chats: departments with somebody available, and the agent a new chat goes to.
//
// Source: administration reference §8.1 to §8.3. Available is what CanTakeChats (presence.h) says.
// Threading: one shard; every call reads the store as it is now.
// Tests: tests/unit/backend/embedded/opening_test.cc, transfers_test.cc, widget_test.cc
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backend/embedded/department.h"
#include "backend/embedded/settings.h"
#include "backend/embedded/user.h"
#include "storage/changes.h"

namespace parley::backend::embedded {

struct Staffing {
  storage::DocumentStore* documents = nullptr;
  const Settings* settings = nullptr;
  bool limits_apply = false;  // agents at their limit of simultaneous chats are passed over (premium)
};

// The agent a chat goes to, and the record whose counter says so.
struct NextAgent {
  User agent;
  std::optional<DepartmentAgent> membership;  // when the department's own counter decides
  bool counted = true;                        // false: asked for by name, no counter moves
  bool by_load = false;                       // the moment of the pick is noted instead of a counter (Load_*)
};

// Whether somebody can answer, in `department` (empty: anywhere) or along its fallbacks.
Awaitable<Result<bool>> IsOnline(Staffing staffing, std::string department);

// The department itself when one of its members is available, else the first such fallback. An id of no department
// finds nothing. `most_fallbacks`: how many are tried, all of them unless given.
Awaitable<Result<std::optional<Department>>> FindStaffedDepartment(
    Staffing staffing, std::string department, std::optional<std::int64_t> most_fallbacks = std::nullopt);

// By name, the first enabled department offered at registration that has an available member.
Awaitable<Result<std::optional<Department>>> FindStaffedRegistrationDepartment(Staffing staffing);

// Who the routing method gives the next chat; nobody when none is available. `except` is passed over.
Awaitable<Result<std::optional<NextAgent>>> PickNextAgent(Staffing staffing, std::string department,
                                                          std::string except);

// The next bot while the settings let bots take new chats, else nobody.
Awaitable<Result<std::optional<NextAgent>>> PickBot(Staffing staffing, std::string department);

// Whether the agent has as many chats as the limits allow: the agent's own, else the workspace's, and on top of it the
// department's (empty: none). Never while limits do not apply.
Awaitable<Result<bool>> IsAtLimit(Staffing staffing, User agent, std::string department);

// Moves the pick's counter in the change that assigns the chat. A conflict means another chat was faster.
void CountPick(NextAgent& pick, Time now, storage::Changes& changes);

}  // namespace parley::backend::embedded
