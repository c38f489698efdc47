// Finding chats and deciding who may see them.
//
// Threading: one shard; every call reads the store as it is now.
// Tests: tests/unit/backend/embedded/rooms_test.cc, messages_test.cc
#pragma once

#include <optional>
#include <string>

#include "backend/embedded/call.h"
#include "backend/embedded/conversation.h"
#include "backend/embedded/inquiry.h"
#include "backend/embedded/room.h"
#include "backend/embedded/staffing.h"
#include "backend/embedded/subscription.h"
#include "backend/embedded/visitor.h"

namespace parley::backend::embedded {

template <class Record>
using Maybe = Result<std::optional<Record>>;

// Erased visitors are not found: they have no token any more.
Awaitable<Maybe<Visitor>> FindVisitorByToken(const Call& call, std::string token);
Awaitable<Maybe<Visitor>> FindVisitor(const Call& call, std::string id);
Awaitable<Maybe<Room>> FindRoom(const Call& call, std::string id);
Awaitable<Maybe<Room>> FindOpenRoomOf(const Call& call, std::string visitor_token);
Awaitable<Result<std::vector<Room>>> FindOpenRoomsOf(const Call& call, std::string visitor_token);
Awaitable<Maybe<Inquiry>> FindInquiryOf(const Call& call, std::string room_id);
Awaitable<Maybe<Inquiry>> FindInquiry(const Call& call, std::string id);
Awaitable<Maybe<Subscription>> FindSeat(const Call& call, std::string room_id, std::string user_id);
Awaitable<Result<std::vector<Subscription>>> FindSeatsIn(const Call& call, std::string room_id);

// The visitor of `token` and their room `room_id`: what every visitor route about a chat needs.
// Errors: "invalid-token"; "invalid-room" when it is unknown or of another token
struct VisitorChat {
  Visitor visitor;
  Room room;
};
Awaitable<Outcome<VisitorChat>> FindVisitorChat(const Call& call, std::string token, std::string room_id);

// The room with its inquiry, ready to be changed.
Awaitable<Result<Conversation>> Continue(const Call& call, Room room);
ConversationContext ContextOf(const Call& call);
Staffing StaffingOf(const Call& call);

// Whether the caller may read the chat (omnichannel reference §1.8). Membership alone does not open it.
Awaitable<Result<bool>> MayAccess(const Call& call, const Room& room);

// Tells of a visitor whose name, address or fields are not what they were; `before` is null for a new one.
void RecordVisitor(const Call& call, const Visitor* before, const Visitor& after, storage::Changes& changes);

// People's lists show the chat under `name` from now on.
Awaitable<Status> RenameSeats(const Call& call, std::string room_id, std::string name, storage::Changes& changes);
// The visitor's open chats show the visitor as they are now.
Awaitable<Status> RefreshOpenRooms(const Call& call, const Visitor& visitor, storage::Changes& changes);
// The chat is called `name` from now on: the room, the waiting line, people's lists.
Awaitable<Status> CallChat(const Call& call, Room room, std::string name, storage::Changes& changes);

// Removes the room and everything that belongs to it.
void RemoveChat(const Call& call, const Room& room, storage::Changes& changes);

// The error of a commit in which another request may have taken a unique value: read again and decide anew.
Error OrReadAgain(Error error);

}  // namespace parley::backend::embedded
