// Sessions: what logging in does to tokens and to the user.
//
// Source: administration reference §2.1, §8.5.
// Tests: tests/unit/backend/embedded/accounts_test.cc
#pragma once

#include <optional>
#include <string>

#include "backend/embedded/call.h"
#include "backend/embedded/token.h"

namespace parley::backend::embedded {

Time ExpiryOf(const Token& token, const Settings& settings);

// The record of a token that may still be used.
Awaitable<Result<std::optional<Token>>> FindSession(const Call& call, const std::string& token);

// Keeps a new session token, drops the oldest beyond fifty, and notes the login. Answers the user as it is now.
Awaitable<Outcome<User>> StartSession(const Call& call, User user, std::string token);

// Notes the login of an existing session: lastLogin, and an agent's availability.
Awaitable<Outcome<User>> TouchLogin(const Call& call, User user);

// Adds the token to `changes` and drops the oldest sessions beyond fifty.
Awaitable<Status> AddSession(const Call& call, const std::string& user_id, const std::string& token,
                             storage::Changes& changes);

}  // namespace parley::backend::embedded
