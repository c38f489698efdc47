// Opening a chat: who may, where it goes and who gets it.
//
// Source: administration reference §8.3.
// Threading: one shard. Tests: tests/unit/backend/embedded/opening_test.cc
#pragma once

#include <string>

#include "backend/embedded/chats.h"
#include "backend/embedded/contact.h"

namespace parley::backend::embedded {

// What is asked of a new chat.
struct ChatWish {
  std::string agent_id;  // who is asked for, or empty
  Json source;           // where it comes from, as rooms show it
};

// A new chat of the visitor, who is saved with it; committing it is the caller's business.
// Errors: error-omnichannel-is-disabled, error-contact-channel-blocked, no-agent-online
Awaitable<Outcome<Conversation>> StartChat(const Call& call, Visitor visitor, ChatWish wish);

// The chat that begins is one more of its visitor, and the last one of them and their contact, who has its channel. The
// saving of both is the caller's business.
void CountChat(const Room& room, Visitor& visitor, Contact& contact);

struct OpenedChat {
  Room room;
  bool is_new = false;
};

// The visitor's open room, or a new one, committed. `agent_id`: the agent asked for, or empty. Two openings of one
// visitor at the same time give one room: both write the visitor's record. Errors: "invalid-token",
// error-omnichannel-is-disabled, no-agent-online
Awaitable<Outcome<OpenedChat>> OpenChat(const Call& call, std::string visitor_token, std::string agent_id);

// Gives a chat nobody serves to the next agent of its department, or leaves it waiting. `except`: passed over.
// True when somebody was found.
Awaitable<Result<bool>> AssignNext(const Call& call, Conversation& chat, std::string except);

// The same for somebody who waits for the answer: where a service names the agent, naming nobody is a refusal.
// Errors: no-agent-online
Awaitable<Outcome<bool>> AssignNextOrRefuse(const Call& call, Conversation& chat);

}  // namespace parley::backend::embedded
