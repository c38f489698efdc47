#include "backend/embedded/chats.h"

#include <algorithm>
#include <tuple>

#include "backend/embedded/department.h"
#include "backend/embedded/routing.h"
#include "backend/embedded/tombstone.h"

namespace parley::backend::embedded {
namespace {

using storage::Condition;
using storage::Match;

template <class Record>
Awaitable<Maybe<Record>> FindByText(const Call& call, const char* path, std::string value) {
  std::vector<Condition> where;
  where.emplace_back(path, Match::kEquals, Json(std::move(value)));
  return FindFirst<Record>(call.documents(), std::move(where));
}

std::vector<Condition> OpenRoomOf(std::string visitor_token) {
  std::vector<Condition> where;
  where.emplace_back("v.token", Match::kEquals, Json(std::move(visitor_token)));
  where.emplace_back("open", Match::kEquals, Json(true));
  return where;
}

// A closed room of a department the caller serves in.
Awaitable<Result<bool>> ServesIn(const Call& call, std::string department) {
  auto departments = co_await FindDepartmentIdsOf(call.documents(), call.user().id);
  if (!departments) co_return departments.error();
  co_return std::find(departments->begin(), departments->end(), department) != departments->end();
}

// Manual routing lets agents look into the chats they may take.
Awaitable<Result<bool>> MayPreview(const Call& call, const Room& room) {
  const bool previews =
      ParseRoutingMethod(call.settings().Text("Livechat_Routing_Method")) == RoutingMethod::kManualSelection;
  if (!previews || !room.open) co_return false;
  auto inquiry = co_await FindInquiryOf(call, room.id);
  if (!inquiry) co_return inquiry.error();
  if (!*inquiry || (*inquiry)->status != inquiry_status::kQueued) co_return false;
  if ((*inquiry)->department.empty()) co_return true;
  co_return co_await ServesIn(call, (*inquiry)->department);
}

}  // namespace

Awaitable<Maybe<Visitor>> FindVisitorByToken(const Call& call, std::string token) {
  return FindByText<Visitor>(call, "token", std::move(token));
}

Awaitable<Maybe<Visitor>> FindVisitor(const Call& call, std::string id) {
  return Get<Visitor>(call.documents(), std::move(id));
}

Awaitable<Maybe<Room>> FindRoom(const Call& call, std::string id) {
  return Get<Room>(call.documents(), std::move(id));
}

Awaitable<Maybe<Room>> FindOpenRoomOf(const Call& call, std::string visitor_token) {
  return FindFirst<Room>(call.documents(), OpenRoomOf(std::move(visitor_token)));
}

Awaitable<Result<std::vector<Room>>> FindOpenRoomsOf(const Call& call, std::string visitor_token) {
  storage::Query query(Room::kCollection);
  query.where = OpenRoomOf(std::move(visitor_token));
  auto found = co_await Find<Room>(call.documents(), std::move(query));
  if (!found) co_return found.error();
  co_return std::move(found->list);
}

Awaitable<Maybe<Inquiry>> FindInquiryOf(const Call& call, std::string room_id) {
  return FindByText<Inquiry>(call, "rid", std::move(room_id));
}

Awaitable<Maybe<Inquiry>> FindInquiry(const Call& call, std::string id) {
  return Get<Inquiry>(call.documents(), std::move(id));
}

Awaitable<Maybe<Subscription>> FindSeat(const Call& call, std::string room_id, std::string user_id) {
  std::vector<Condition> where;
  where.emplace_back("rid", Match::kEquals, Json(std::move(room_id)));
  where.emplace_back("u._id", Match::kEquals, Json(std::move(user_id)));
  return FindFirst<Subscription>(call.documents(), std::move(where));
}

Awaitable<Result<std::vector<Subscription>>> FindSeatsIn(const Call& call, std::string room_id) {
  storage::Query query(Subscription::kCollection);
  query.where.emplace_back("rid", Match::kEquals, Json(std::move(room_id)));
  auto found = co_await Find<Subscription>(call.documents(), std::move(query));
  if (!found) co_return found.error();
  co_return std::move(found->list);
}

Awaitable<Outcome<VisitorChat>> FindVisitorChat(const Call& call, std::string token, std::string room_id) {
  auto visitor = co_await FindVisitorByToken(call, token);
  if (!visitor) co_return visitor.error();
  if (!*visitor) co_return Fail("invalid-token");
  auto room = co_await FindRoom(call, std::move(room_id));
  if (!room) co_return room.error();
  if (!*room || (*room)->visitor.token != token) co_return Fail("invalid-room");
  VisitorChat chat;
  chat.visitor = std::move(**visitor);
  chat.room = std::move(**room);
  co_return chat;
}

Awaitable<Result<Conversation>> Continue(const Call& call, Room room) {
  auto inquiry = co_await FindInquiryOf(call, room.id);
  if (!inquiry) co_return inquiry.error();
  co_return Conversation(ContextOf(call), std::move(room), std::move(*inquiry));
}

ConversationContext ContextOf(const Call& call) {
  ConversationContext context;
  context.now = call.now;
  context.ids = &call.ids();
  context.recorder = &call.services.recorder;
  return context;
}

Staffing StaffingOf(const Call& call) {
  Staffing staffing;
  staffing.documents = &call.documents();
  staffing.settings = &call.settings();
  staffing.limits_apply = call.options().edition == Edition::kPremium;
  return staffing;
}

Awaitable<Result<bool>> MayAccess(const Call& call, const Room& room) {
  if (call.May("view-livechat-rooms") || room.ServedBy(call.user().id) || call.user().id == "rocket.cat")
    co_return true;
  if (!room.open) {
    if (call.May("view-livechat-room-closed-by-another-agent")) co_return true;
    if (room.department.empty() || !call.May("view-livechat-room-closed-same-department")) co_return false;
    co_return co_await ServesIn(call, room.department);
  }
  co_return co_await MayPreview(call, room);
}

void RecordVisitor(const Call& call, const Visitor* before, const Visitor& after, storage::Changes& changes) {
  const auto facts = [](const storage::LedgerVisitor& visitor) {
    return std::tie(visitor.name, visitor.email, visitor.ip, visitor.user_agent, visitor.custom_variables);
  };
  events::VisitorChanged changed;
  changed.visitor = LedgerVisitorOf(after);
  if (before == nullptr) return;  // nobody has chatted with a new visitor yet
  const storage::LedgerVisitor known = LedgerVisitorOf(*before);
  if (facts(known) == facts(changed.visitor)) return;
  call.Record(after.id, std::move(changed), changes);
}

// People's lists show the chat under `name`.
Awaitable<Status> RenameSeats(const Call& call, std::string room_id, std::string name, storage::Changes& changes) {
  storage::Query query(Subscription::kCollection);
  query.where.emplace_back("rid", Match::kEquals, Json(std::move(room_id)));
  auto seats = co_await Find<Subscription>(call.documents(), std::move(query));
  if (!seats) co_return seats.error();
  for (Subscription& seat : seats->list) {
    seat.name = name;
    Save(seat, call.now, changes);
  }
  co_return Status();
}

Awaitable<Status> RefreshOpenRooms(const Call& call, const Visitor& visitor, storage::Changes& changes) {
  auto rooms = co_await FindOpenRoomsOf(call, visitor.token);
  if (!rooms) co_return rooms.error();
  for (Room& room : *rooms) {
    const std::string called = room.display_name;
    auto chat = co_await Continue(call, std::move(room));
    if (!chat) co_return chat.error();
    chat->Rename(visitor);
    if (chat->room().display_name != called) {
      const Status renamed = co_await RenameSeats(call, chat->room().id, chat->room().display_name, changes);
      if (!renamed) co_return renamed;
    }
    chat->FinishInto(changes);
  }
  co_return Status();
}

Awaitable<Status> CallChat(const Call& call, Room room, std::string name, storage::Changes& changes) {
  if (room.display_name == name) co_return Status();
  const bool open = room.open;
  auto chat = co_await Continue(call, std::move(room));
  if (!chat) co_return chat.error();
  chat->room().display_name = name;
  if (chat->inquiry()) chat->inquiry()->name = name;
  const std::string room_id = chat->room().id;
  chat->FinishInto(changes);
  if (!open) co_return Status();
  co_return co_await RenameSeats(call, room_id, std::move(name), changes);
}

void RemoveChat(const Call& call, const Room& room, storage::Changes& changes) {
  Remove(room, changes);
  for (const auto collection : {Message::kCollection, Inquiry::kCollection, Subscription::kCollection,
                                storage::Collection::kMails, storage::Collection::kUploads, Tombstone::kCollection}) {
    changes.Sweep(collection, "rid", Json(room.id));
  }
  Bury(tombstone_kind::kRoom, room.id, {}, {}, call.now, changes);
  call.Record(room.id, events::ChatRemoved(), changes);
}

Error OrReadAgain(Error error) {
  if (error.code == ErrorCode::kAlreadyExists) return Conflict(error.message);
  return error;
}

}  // namespace parley::backend::embedded
