// Agents who leave: what becomes of their chats, under the setting Livechat_agent_leave_action.
//
// An agent who was there (available, and present) and ceases to be is marked with the moment; when the agent does not
// come back within Livechat_agent_leave_action_timeout seconds, all of their open chats are closed or forwarded to the
// departments of their visitors.
// Source: administration reference §8.5. Threading: one request or one pass of the timed work.
// Tests: tests/unit/backend/embedded/leaving_test.cc
#pragma once

#include "backend/embedded/chats.h"

namespace parley::backend::embedded {

// Marks `after` as it leaves, unmarks it as it comes back. `before`: null for a new user.
void NoteLeaving(const Settings& settings, const User* before, User& after, Time now);

// Deals with everybody who has been away for too long. Commits each chat by itself.
Awaitable<Status> FollowLeavers(const Call& call);

}  // namespace parley::backend::embedded
