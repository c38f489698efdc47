// Ending a chat, whoever ends it: with the tags of its department, the visitor's silence counted, and the transcript
// somebody asked for.
//
// Source: omnichannel reference §2.4. Threading: one shard.
// Tests: tests/unit/backend/embedded/closings_test.cc, rooms_test.cc, transcript_mail_test.cc
#pragma once

#include <string>
#include <vector>

#include "backend/embedded/chats.h"

namespace parley::backend::embedded {

struct ClosingWishes {
  std::vector<std::string> tags;  // added to those the room has
  // An object: of this transcript ({email, subject, ...}). Null: of what was asked for before, else what the settings
  // say. Anything else: of none.
  Json transcript;
};

// Takes everybody out and closes the chat; the changes are in `chat`. True when a transcript was promised: it goes out
// within a minute of the commit, at once after workspace.mails_waiting().Notify().
Awaitable<Result<bool>> EndChat(const Call& call, Conversation& chat, Closing closing, ClosingWishes wishes);

}  // namespace parley::backend::embedded
