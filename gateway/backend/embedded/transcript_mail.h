// The conversation as a mail: composed, sent now, or promised with the closing of the chat (mail_queue.h).
//
// Source: omnichannel reference §2.6. Threading: one shard.
// Tests: tests/unit/backend/embedded/transcript_mail_test.cc, tests/e2e/mail.test.mjs
#pragma once

#include <optional>
#include <string>

#include "backend/embedded/chats.h"
#include "backend/embedded/mail_queue.h"
#include "mail/message.h"

namespace parley::backend::embedded {

// What a room remembers of a request: {email, subject, requestedAt, requestedBy}.
Json TranscriptRequestOf(const Call& call, std::string_view email, std::string_view subject, const Person& by);

// The whole conversation up to its closing.
Awaitable<Result<mail::Message>> ComposeTranscript(const Services& services, const Settings& settings, const Room& room,
                                                   std::string email, std::string subject);

// Notes in the chat that the transcript was mailed, and adds it to `changes`.
// `by`: the agent who asked for it, else it was the visitor.
Awaitable<Status> TellTranscript(const Services& services, Room room, const std::optional<Person>& by,
                                 storage::Changes& changes);

// Promises the transcript. REQUIRES: changes that close the chat
void PromiseTranscript(const Call& call, const std::string& room_id, const Json& request, storage::Changes& changes);

}  // namespace parley::backend::embedded
