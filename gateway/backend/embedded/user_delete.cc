// users.delete (administration reference §2.5).
#include <algorithm>

#include "backend/embedded/call.h"
#include "backend/embedded/chats.h"
#include "backend/embedded/memberships.h"
#include "backend/embedded/presence.h"
#include "backend/embedded/token.h"
#include "backend/embedded/user_lookup.h"

namespace parley::backend::embedded {
namespace {

using storage::Collection;
using storage::Match;

constexpr std::string_view kSystemUser = "rocket.cat";

Awaitable<Result<std::int64_t>> SeatsIn(const Call& call, const std::string& room_id) {
  storage::Query query(Collection::kSubscriptions);
  query.where.emplace_back("rid", Match::kEquals, Json(room_id));
  co_return co_await call.documents().Count(std::move(query));
}

// Rooms nobody else sits in.
Awaitable<Result<std::vector<Room>>> RoomsLeftAlone(const Call& call, const User& user) {
  storage::Query query(Collection::kSubscriptions);
  query.where.emplace_back("u._id", Match::kEquals, Json(user.id));
  const auto seats = co_await Find<Subscription>(call.documents(), std::move(query));
  if (!seats) co_return seats.error();
  std::vector<Room> rooms;
  for (const Subscription& seat : seats->list) {
    const auto members = co_await SeatsIn(call, seat.room_id);
    if (!members) co_return members.error();
    if (*members > 1) continue;
    auto room = co_await FindRoom(call, seat.room_id);
    if (!room) co_return room.error();
    if (*room) rooms.push_back(**std::move(room));
  }
  co_return rooms;
}

Failure LastOwner(const std::vector<Room>& rooms) {
  Json names = Json::MakeArray();
  for (const Room& room : rooms) names.Push(Json(room.display_name));
  return FailCoded("user-last-owner", "",
                   Json::Of({{"shouldBeRemoved", std::move(names)}, {"shouldChangeOwner", Json::MakeArray()}}));
}

// What the user wrote: removed, handed to the system user, or kept, as the setting says.
Awaitable<Status> EraseMessages(const Call& call, const User& user, storage::Changes& changes) {
  const std::string_view erasure = call.settings().Text("Message_ErasureType");
  if (erasure == "Keep") co_return Status();
  if (erasure == "Delete") {
    changes.Sweep(Collection::kMessages, "u._id", Json(user.id));
    co_return Status();
  }
  storage::Query query(Collection::kMessages);
  query.where.emplace_back("u._id", Match::kEquals, Json(user.id));
  const auto messages = co_await call.documents().Find(std::move(query));
  if (!messages) co_return messages.error();
  for (const storage::Document& message : messages->documents) {
    Json body = message.body;
    body.Set("u", Json::Of({{"_id", kSystemUser}, {"username", kSystemUser}}));
    body.Set("alias", "Removed User");
    changes.Update(Collection::kMessages, message, std::move(body));
  }
  co_return Status();
}

void TellAgentGone(const Call& call, const User& user, storage::Changes& changes) {
  if (!CanTakeChats(user, call.settings())) return;
  events::AgentStatusChanged changed;
  changed.agent = ForLedger(user);
  changed.accepting = false;
  call.Record(user.id, std::move(changed), changes);
}

Awaitable<Reply> Delete(Call& call) {
  const Outcome<User> user = co_await NamedUser(call, call.body);
  if (!user) co_return user.failure();
  if (user->id == kSystemUser) {
    co_return FailCoded("error-action-not-allowed", "Deleting the rocket.cat user is not allowed",
                        Json::Of({{"method", "deleteUser"}, {"action", "Delete_user"}}));
  }
  const auto alone = co_await RoomsLeftAlone(call, *user);
  if (!alone) co_return alone.error();
  if (!alone->empty() && !call.body.Flag("confirmRelinquish")) co_return LastOwner(*alone);

  storage::Changes changes;
  Json deleted = Json::MakeArray();
  for (const Room& room : *alone) {
    RemoveChat(call, room, changes);
    deleted.Push(Json(room.id));
  }
  const Status erased = co_await EraseMessages(call, *user, changes);
  if (!erased) co_return erased.error();
  std::vector<std::string> no_departments;
  const Status left = co_await SetDepartmentsOf(call, *user, std::move(no_departments), changes);
  if (!left) co_return left.error();
  changes.Sweep(Collection::kSubscriptions, "u._id", Json(user->id));
  RemoveTokensOf(user->id, changes);
  TellAgentGone(call, *user, changes);
  Remove(*user, changes);
  const Status status = co_await call.Commit(std::move(changes));
  if (!status) co_return status.error();
  co_return Json::Of({{"deletedRooms", std::move(deleted)}});
}

}  // namespace

Routes UserDeleteRoutes() {
  return {{"POST users.delete", Delete, Checks::kNone}};
}

}  // namespace parley::backend::embedded
