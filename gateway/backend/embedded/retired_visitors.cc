// Giving a room to another visitor, in the form of the last version that had the route (5.x).
// Source: omnichannel reference §2.4.
#include "backend/embedded/chats.h"
#include "backend/embedded/contact_link.h"

namespace parley::backend::embedded {
namespace {

// The room and the visitor it is to be given to.
// Errors: as the last server with this route words them
Awaitable<Outcome<VisitorChat>> FindHandover(const Call& call) {
  auto visitor = co_await FindVisitor(call, std::string(call.body.Text("newVisitorId")));
  if (!visitor) co_return visitor.error();
  if (!*visitor || (*visitor)->disabled) co_return Fail("invalid-visitor");
  auto room = co_await FindRoom(call, std::string(call.body.Text("rid")));
  if (!room) co_return room.error();
  if (!*room) co_return Fail("invalid-room");
  if ((*room)->visitor.id != call.body.Text("oldVisitorId")) co_return Fail("invalid-room-visitor");
  auto allowed = co_await MayAccess(call, **room);
  if (!allowed) co_return allowed.error();
  if (!*allowed || !call.May("change-livechat-room-visitor")) co_return Fail("error-not-authorized");
  VisitorChat handover;
  handover.visitor = std::move(**visitor);
  handover.room = std::move(**room);
  co_return handover;
}

// A visitor has one open chat at a time.
Awaitable<Outcome<Done>> CheckHasNoOther(const Call& call, const VisitorChat& handover) {
  if (!handover.room.open || handover.visitor.id == handover.room.visitor.id) co_return Done();
  auto open = co_await FindOpenRoomOf(call, handover.visitor.token);
  if (!open) co_return open.error();
  if (*open) co_return Fail("invalid-visitor");
  co_return Done();
}

// The archive shows the chat as the new visitor's. Nothing happened in it that a subscriber would be told.
void TellLedger(const Visitor& visitor, const Room& room, storage::Changes& changes) {
  storage::LedgerChat chat;
  chat.id = room.id;
  chat.started = room.created;
  chat.visitor = LedgerVisitorOf(visitor);
  changes.ledger.emplace_back(storage::UpsertLedgerChat{std::move(chat)});
}

Awaitable<Reply> ChangeVisitor(Call& call) {
  auto handover = co_await FindHandover(call);
  if (!handover) co_return handover.failure();
  auto free = co_await CheckHasNoOther(call, *handover);
  if (!free) co_return free.failure();
  auto contact = co_await ContactFor(call, handover->visitor, handover->room.source);
  if (!contact) co_return contact.error();
  auto chat = co_await Continue(call, std::move(handover->room));
  if (!chat) co_return chat.error();
  chat->Rename(handover->visitor);
  chat->room().contact_id = contact->id;
  storage::Changes changes;
  const Status renamed = co_await RenameSeats(call, chat->room().id, chat->room().display_name, changes);
  if (!renamed) co_return renamed.error();
  chat->FinishInto(changes);
  SaveContact(*contact, call.now, changes);
  TellLedger(handover->visitor, chat->room(), changes);
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Json::Of({{"room", ToAnswer(chat->room())}});
}

}  // namespace

Routes RetiredVisitorRoutes() {
  return {
      {"PUT livechat/room.visitor", &ChangeVisitor},
  };
}

}  // namespace parley::backend::embedded
