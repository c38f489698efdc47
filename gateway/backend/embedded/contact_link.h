// Which contact a visitor's chats belong to, and what contacts learn from their visitors.
//
// Source: administration reference §5.3. Threading: one shard; everything reads the store as it is now.
// Tests: tests/unit/backend/embedded/contact_link_test.cc
#pragma once

#include <functional>
#include <string>

#include "backend/embedded/chats.h"
#include "backend/embedded/contact.h"

namespace parley::backend::embedded {

// The way a visitor comes in by, new. `source`: as rooms show it.
ContactChannel ChannelOf(const Visitor& visitor, const Json& source);

// The contact of a visitor's chats by `source`, with the channel: the one that has the channel already, else one that
// waits for somebody with such an address or number, else a new one. Not saved.
Awaitable<Result<Contact>> ContactFor(const Call& call, const Visitor& visitor, const Json& source);

// Rooms of the visitor by `source` that are older than contacts belong to `contact` from now on, and are called as it is.
Awaitable<Status> AdoptRooms(const Call& call, const Contact& contact, const std::string& visitor_id,
                             const Json& source, storage::Changes& changes);

// The room as it is; one that is older than contacts gets its contact first, durably. Doing it again changes nothing.
Awaitable<Result<Room>> WithContact(const Call& call, Room room);

// Whether an agent blocked the channel.
Awaitable<Result<bool>> IsBlocked(const Call& call, const std::string& visitor_id, const Json& source);

// Notes the chat as the last one of the contact and of its channel.
void NoteLastChat(Contact& contact, const ChannelVisitor& visitor, const LastChat& chat);

// Saves every contact of the visitor that `change` says it changed.
Awaitable<Status> TellContacts(const Call& call, std::string visitor_id, std::function<bool(Contact&)> change,
                               storage::Changes& changes);

// The agent who looks after the contact of an e-mail address, as visitors show them, when they can take chats now.
// Null: nobody.
Awaitable<Result<Json>> FindManagerByEmail(const Call& call, std::string address);

}  // namespace parley::backend::embedded
