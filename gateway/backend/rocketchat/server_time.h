// What time a server believes it is, as its answers say.
//
// Threading: pure. Tests: tests/unit/backend/rocketchat/server_time_test.cc
#pragma once

#include <optional>
#include <string_view>

#include "backend/backend.h"
#include "base/clock.h"

namespace parley::backend::rocketchat {

// "Sun, 06 Nov 1994 08:49:37 GMT", the one form in use; empty for anything else.
std::optional<Time> ParseHttpDate(std::string_view text);

// Of the answer's Date header.
std::optional<Time> ServerTimeOf(const Response& answer);

}  // namespace parley::backend::rocketchat
