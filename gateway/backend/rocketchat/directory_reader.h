// The workspace's agents, departments and memberships as one snapshot.
//
// Purpose: few calls whatever the size: one list each of agents, managers, administrators, bots and departments.
// Who belongs to a department stands with the agents; the order within a department is read for those departments
// alone whose members have changed since the snapshot before.
// Refuses to know: when to read, who asks.
// Threading: one shard. Tests: tests/unit/backend/rocketchat/directory_reader_test.cc
#pragma once

#include <memory>

#include "backend/backend.h"

namespace parley::backend::rocketchat {

// `before` may be null. Errors: as of pages.h. What the account may not see (who is administrator) counts as nobody.
Awaitable<Result<std::shared_ptr<const Directory>>> ReadDirectory(Service& workspace,
                                                                  std::shared_ptr<const Directory> before,
                                                                  bool idle_agents_take_chats, SteadyTime deadline);

}  // namespace parley::backend::rocketchat
