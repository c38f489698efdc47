// Reading rooms as any client does: one, as a channel, and those the caller sits in.
// Source: administration reference §6.2.
#include "backend/embedded/chats.h"
#include "backend/embedded/contact_link.h"
#include "backend/embedded/group.h"
#include "backend/embedded/tombstone.h"

namespace parley::backend::embedded {
namespace {

using storage::Match;

// ---- one room -------------------------------------------------------------------------------------------------------

// Livechat rooms have no unique name to be found by.
Awaitable<Outcome<Room>> FindAskedRoom(const Call& call) {
  const std::string id(call.query.Text("roomId"));
  if (id.empty() && call.query.Text("roomName").empty()) {
    co_return FailCoded("error-roomid-param-not-provided", "The parameter \"roomId\" or \"roomName\" is required");
  }
  auto room = co_await FindRoom(call, id);
  if (!room) co_return room.error();
  if (!*room) {
    co_return FailCoded("error-room-not-found",
                        "The required \"roomId\" or \"roomName\" param provided does not match any channel");
  }
  co_return std::move(**room);
}

Awaitable<Reply> ShowRoom(Call& call) {
  const auto group = co_await FindGroupOfCaller(call, std::string(call.query.Text("roomId")),
                                                std::string(call.query.Text("roomName")));
  if (!group) co_return group.error();
  if (*group) co_return Json::Of({{"room", ToAnswer(**group)}});
  const auto room = co_await FindAskedRoom(call);
  if (!room) co_return room.failure();
  auto allowed = co_await MayAccess(call, *room);
  if (!allowed) co_return allowed.error();
  if (!*allowed) co_return Failure(400, "not-allowed", "Not Allowed");
  const auto shown = co_await WithContact(call, *room);
  if (!shown) co_return shown.error();
  co_return Json::Of({{"room", ToAnswer(*shown)}});
}

Awaitable<Reply> ShowChannel(Call& call) {
  const auto room = co_await FindAskedRoom(call);
  if (!room) co_return room.failure();
  auto allowed = co_await MayAccess(call, *room);
  if (!allowed) co_return allowed.error();
  if (!*allowed) co_return Forbidden();
  const auto shown = co_await WithContact(call, *room);
  if (!shown) co_return shown.error();
  co_return Json::Of({{"channel", ToAnswer(*shown)}});
}

// ---- the caller's rooms ---------------------------------------------------------------------------------------------

Json ListedRoom(const Room& room) {
  return Pick(ToAnswer(room), {"_id",        "fname",          "t",        "cl",          "lm",
                               "topic",      "tags",           "open",     "sms",         "livechatData",
                               "priorityId", "priorityWeight", "slaId",    "v",           "contactId",
                               "verified",   "departmentId",   "servedBy", "source",      "transcriptRequest",
                               "onHold",     "usersCount",     "msgs",     "lastMessage", "customFields",
                               "_updatedAt"});
}

Awaitable<Result<std::vector<Room>>> FindRoomsSatIn(const Call& call, std::optional<Time> since) {
  storage::Query seats(Subscription::kCollection);
  seats.where.emplace_back("u._id", Match::kEquals, Json(call.user().id));
  const auto found = co_await Find<Subscription>(call.documents(), std::move(seats));
  if (!found) co_return found.error();
  Json ids = Json::MakeArray();
  for (const Subscription& seat : found->list) ids.Push(Json(seat.room_id));
  storage::Query query(Room::kCollection);
  query.where.emplace_back("_id", Match::kIn, std::move(ids));
  if (since) query.where.emplace_back("_updatedAt", Match::kGreater, Json(UnixMillis(*since)));
  query.sort.emplace_back("ts");
  auto rooms = co_await Find<Room>(call.documents(), std::move(query));
  if (!rooms) co_return rooms.error();
  co_return std::move(rooms->list);
}

Awaitable<Result<std::vector<Tombstone>>> RemovedSince(const Call& call, Time since) {
  storage::Query query(Tombstone::kCollection);
  // '0' is the character after '/': the marks of rooms and no others.
  query.where.emplace_back("_id", Match::kAtLeast, Json("removed-room/"));
  query.where.emplace_back("_id", Match::kLess, Json("removed-room0"));
  query.where.emplace_back("_deletedAt", Match::kGreater, Json(UnixMillis(since)));
  query.sort.emplace_back("_deletedAt");
  auto found = co_await Find<Tombstone>(call.documents(), std::move(query));
  if (!found) co_return found.error();
  co_return std::move(found->list);
}

Awaitable<Reply> ListRooms(Call& call) {
  std::optional<Time> since;
  if (const std::string_view text = call.query.Text("updatedSince"); !text.empty()) {
    since = ParseIsoTime(text);
    if (!since) {
      co_return FailCoded("error-updatedSince-param-invalid",
                          "The \"updatedSince\" query parameter must be a valid date.");
    }
  }
  const auto rooms = co_await FindRoomsSatIn(call, since);
  if (!rooms) co_return rooms.error();
  Json update = Json::MakeArray();
  for (const Room& room : *rooms) update.Push(ListedRoom(room));
  const auto groups = co_await FindGroupsOfCaller(call);
  if (!groups) co_return groups.error();
  for (const Group& group : *groups) {
    if (!since || group.updated_at > *since) update.Push(ToAnswer(group));
  }
  std::vector<Tombstone> removed;
  if (since) {
    auto found = co_await RemovedSince(call, *since);
    if (!found) co_return found.error();
    removed = *std::move(found);
  }
  co_return Json::Of({{"update", std::move(update)}, {"remove", RemovalsOf(removed)}});
}

}  // namespace

Routes RoomReadRoutes() {
  return {
      {"GET channels.info", &ShowChannel},
      {"GET rooms.get", &ListRooms},
      {"GET rooms.info", &ShowRoom},
  };
}

}  // namespace parley::backend::embedded
