// Lists and single answers of the workspace, read whole and checked.
//
// Errors: whatever the Service says; kBadGateway naming call and member when an answer is not what it should be; the
// workspace's own refusals as errors with its words.
// Threading: one shard. Tests: tests/unit/backend/rocketchat/pages_test.cc
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "backend/backend.h"
#include "json/json.h"

namespace parley::backend::rocketchat {

// A GET as the gateway itself; `target`: "livechat/department?includeAgents=true".
Request OwnRead(std::string_view target, SteadyTime deadline);

// The answer's object. Refusals (any status but 200) are errors with the workspace's errorType.
Awaitable<Result<Json>> ReadObject(Service& workspace, Request request);

// All elements of the array `list` over all pages. REQUIRES: the target has no offset and count
Awaitable<Result<std::vector<Json>>> ReadPages(Service& workspace, std::string target, std::string list,
                                               SteadyTime deadline);

}  // namespace parley::backend::rocketchat
