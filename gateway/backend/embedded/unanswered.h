// Chats whose agents say nothing: after Livechat_auto_transfer_chat_timeout seconds the next agent gets them (premium).
//
// Once in the life of a chat. Source: administration reference §8.4. Threading: one pass of the timed work.
// Tests: tests/unit/backend/embedded/unanswered_test.cc
#pragma once

#include "backend/embedded/chats.h"

namespace parley::backend::embedded {

// To somebody else, or into the queue when there is nobody else. Commits each chat by itself.
Awaitable<Status> PassOnUnanswered(const Call& call);

}  // namespace parley::backend::embedded
