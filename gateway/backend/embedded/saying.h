// A user says something in a chat.
//
// Threading: one shard. Tests: tests/unit/backend/embedded/messages_test.cc, uploads_test.cc
#pragma once

#include <string>

#include "backend/embedded/chats.h"

namespace parley::backend::embedded {

// The checks every message of a logged-in user passes, then the message, durably, together with `more`.
// Errors: error-invalid-room, error-not-allowed, ...
Awaitable<Outcome<Message>> SayAsUser(const Call& call, std::string room_id, Message message, storage::Changes more);

}  // namespace parley::backend::embedded
