// The directory snapshot: agents, departments and memberships as the LiveChat face and the reports read them.
//
// Threading: a pure function of the records, and one reading of them on a shard.
// Tests: tests/unit/backend/embedded/departments_test.cc
#pragma once

#include <memory>
#include <vector>

#include "backend/backend.h"
#include "backend/embedded/department.h"
#include "backend/embedded/settings.h"
#include "backend/embedded/user.h"

namespace parley::backend::embedded {

// `agents`: users with the role livechat-agent. Archived departments are left out.
Directory MakeDirectory(std::uint64_t version, const std::vector<User>& agents,
                        const std::vector<Department>& departments, const std::vector<DepartmentAgent>& memberships,
                        const Settings& settings);

Awaitable<Result<std::shared_ptr<const Directory>>> ReadDirectory(storage::DocumentStore& documents,
                                                                  std::uint64_t version,
                                                                  std::shared_ptr<const Settings> settings);

}  // namespace parley::backend::embedded
