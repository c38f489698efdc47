// Who is in which department, and what the agent role brings and takes.
//
// Functions here read what they need and add to `changes`; nothing is written until the caller commits.
// Source: administration reference §8.5, omnichannel reference §2.2.
// Tests: tests/unit/backend/embedded/departments_test.cc, agents_test.cc
#pragma once

#include <string>
#include <vector>

#include "backend/embedded/call.h"
#include "backend/embedded/department.h"

namespace parley::backend::embedded {

// How an agent is to stand in a department. Unset numbers leave an existing row's as they are.
struct Seat {
  std::string agent_id;
  std::optional<std::int64_t> count, order;
};

// Adds or changes the seats of a department and keeps its `agents` count; unknown users are skipped. The department
// itself is not added to `changes`.
Awaitable<Status> SeatAgents(const Call& call, Department& department, std::vector<Seat> seats,
                             storage::Changes& changes);
Awaitable<Status> UnseatAgents(const Call& call, Department& department, std::vector<std::string> agent_ids,
                               storage::Changes& changes);

// Makes `department_ids` the exact departments of an agent. Unknown departments are skipped.
Awaitable<Status> SetDepartmentsOf(const Call& call, const User& agent, std::vector<std::string> department_ids,
                                   storage::Changes& changes);

// Follows a changed role set: `after` gains or loses what agents have; a lost agent leaves every department.
Awaitable<Status> ApplyRoleChange(const Call& call, const User& before, User& after, storage::Changes& changes);

}  // namespace parley::backend::embedded
