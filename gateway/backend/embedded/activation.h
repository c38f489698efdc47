// Activating, deactivating and deleting users, with what hangs on them: their open chats, tokens and memberships.
//
// Source: administration reference §2.5, §2.7.
// Tests: tests/unit/backend/embedded/users_test.cc
#pragma once

#include "backend/embedded/call.h"

namespace parley::backend::embedded {

// Turns `user` active or inactive; the caller saves it. Deactivating closes every open chat the user sits in and ends
// all sessions.
// Errors: error-action-not-allowed  nobody would be left to administer
Awaitable<Outcome<Done>> SetActive(const Call& call, bool active, User& user, storage::Changes& changes);

}  // namespace parley::backend::embedded
