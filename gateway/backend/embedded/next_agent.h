// Who gets the next chat: chosen by the routing method, or named by the service that the method External asks.
//
// The service is asked at Livechat_External_Queue_URL, several times at once; the first answer that names somebody who
// can take chats counts. Nothing is held while it is waited for, and what it said is kept for the call (call.h: Learnt).
// Source: administration reference §8.2. Threading: one shard. Tests: tests/unit/backend/embedded/next_agent_test.cc
#pragma once

#include <optional>
#include <string>

#include "backend/embedded/chats.h"

namespace parley::backend::embedded {

// Nobody when none can be had. `except`: passed over.
Awaitable<Result<std::optional<NextAgent>>> FindNextAgent(const Call& call, std::string department, std::string except);

// no-agent-online
Failure NobodyOnline();

}  // namespace parley::backend::embedded
