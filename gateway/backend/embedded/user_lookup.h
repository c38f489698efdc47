// Which user a request means: userId, username or user, in the query or in the body.
//
// Source: administration reference §2.7.
// Tests: tests/unit/backend/embedded/users_test.cc
#pragma once

#include "backend/embedded/call.h"

namespace parley::backend::embedded {

// Whether `input` names somebody at all.
bool NamesUser(const Json& input);

// Errors: error-user-param-not-provided, error-invalid-user
Awaitable<Outcome<User>> NamedUser(const Call& call, const Json& input);

// The caller unless `input` names somebody.
Awaitable<Outcome<User>> NamedUserOrCaller(const Call& call, const Json& input);

}  // namespace parley::backend::embedded
