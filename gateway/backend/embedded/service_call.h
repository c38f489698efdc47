// Calls of other services on behalf of a call: how long they may take, what is logged of a failure.
//
// Threading: one shard. Tests: tests/unit/backend/embedded/outgoing_test.cc
#pragma once

#include <chrono>
#include <string_view>

#include "backend/embedded/call.h"
#include "outgoing/outgoing.h"

namespace parley::backend::embedded {

// No service is waited for longer, whatever is set.
inline constexpr std::chrono::milliseconds kLongestServiceWait{20'000};

// Livechat_http_timeout.
std::chrono::milliseconds ServiceTimeout(const Settings& settings);

// Sends `request`, with its timeout cut to what is left of the call's time.
// Errors: those of outgoing::Caller::Send
Awaitable<Result<outgoing::OutgoingResponse>> CallService(const Call& call, outgoing::OutgoingRequest request);

// `service`: webhook, trigger, routing.
void LogFailedService(std::string_view service, const Error& error);

}  // namespace parley::backend::embedded
