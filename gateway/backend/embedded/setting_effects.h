// What a changed setting does at once, beyond what everybody reads from it at their next call.
//
// Source: administration reference §3.2 (end), §4.4. Threading: one shard.
// Tests: tests/unit/backend/embedded/duty_test.cc
#pragma once

#include <string_view>

#include "backend/embedded/call.h"

namespace parley::backend::embedded {

// After the commit that changed it. A failure is logged: the setting is changed by then, and the timed work comes by.
Awaitable<void> ApplySetting(Services& services, std::string_view id);

}  // namespace parley::backend::embedded
