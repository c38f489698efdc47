// The second factor that changes of accounts and settings ask for once a workspace demands it.
//
// Users have no authenticator and mail carries no codes here, so the factor is the password, presented again: headers
// x-2fa-code with its SHA-256 in hexadecimal, and x-2fa-method `password`. A code that was accepted, and a new account,
// are good for a while (Accounts_TwoFactorAuthentication_RememberFor, seconds). Off by default
// (Accounts_TwoFactorAuthentication_Enabled).
// Source: administration reference §2.8.
// Threading: one shard. Tests: tests/unit/backend/embedded/two_factor_test.cc
#pragma once

#include "backend/embedded/call.h"

namespace parley::backend::embedded {

// Nothing to prove on a route that does not ask for it. Notes an accepted code in the presented token, durably, before the route is served.
// Errors: totp-required, totp-invalid
Awaitable<Outcome<Done>> CheckSecondFactor(const Call& call, const Route& route);

}  // namespace parley::backend::embedded
