// What a seat's user has not read yet.
//
// Threading: one shard. Tests: tests/unit/backend/embedded/seats_test.cc
#pragma once

#include <cstdint>

#include "backend/embedded/call.h"
#include "backend/embedded/subscription.h"

namespace parley::backend::embedded {

// Messages of others since the user last looked. A seat nobody read from yet counts the chat itself.
Awaitable<Result<std::int64_t>> CountUnread(const Call& call, const Subscription& seat);

}  // namespace parley::backend::embedded
