// Reading what was said in a chat.
//
// Threading: one shard. Tests: tests/unit/backend/embedded/messages_test.cc
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backend/embedded/chats.h"

namespace parley::backend::embedded {

Awaitable<Maybe<Message>> FindMessage(const Call& call, std::string id);

// What people said, and the closing: neither other system messages nor hidden ones.
std::vector<storage::Condition> Spoken(const std::string& room_id);

// The last thing said before `message` in its room.
Awaitable<Maybe<Message>> FindSpokenBefore(const Call& call, const Message& message);

// A new message as the client sent it: `msg`, and what else a client may set.
Message ReadMessage(const Json& sent, std::string_view text_member);

}  // namespace parley::backend::embedded
