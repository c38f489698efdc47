// Who a visitor's chats are meant for: the agent who looks after the contact, else the one they talked to last.
//
// In the premium edition, under the settings Omnichannel_contact_manager_routing and
// Livechat_last_chatted_agent_routing.
// Source: administration reference §8.3. Threading: one shard; reads the store as it is now.
// Tests: tests/unit/backend/embedded/preferred_agent_test.cc
#pragma once

#include "backend/embedded/chats.h"
#include "backend/embedded/contact.h"

namespace parley::backend::embedded {

// Who the next chat is meant for; nobody when they cannot take it. A manager who is away is meant all the same while
// chats are accepted without agents.
Awaitable<Maybe<User>> FindPreferredAgent(const Call& call, const Visitor& visitor, const Contact& contact);

// Whether it is noted which agent a visitor talks to.
bool RemembersAgents(const Settings& settings);

// The visitor has got an agent. The saving of the visitor is the caller's business.
void NoteAgent(const Call& call, const Room& room, Visitor& visitor);
// The same, with the visitor saved in the change of the chat.
Awaitable<Status> NoteAgentOf(const Call& call, Conversation& chat);

}  // namespace parley::backend::embedded
