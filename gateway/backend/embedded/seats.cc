// The caller's subscriptions. Source: administration reference §6.2.
#include "backend/embedded/seats.h"

#include <algorithm>
#include <map>

#include "backend/embedded/chats.h"
#include "backend/embedded/tombstone.h"

namespace parley::backend::embedded {
namespace {

using storage::Match;

Awaitable<Result<Json>> Shown(const Call& call, const Subscription& seat, Time changed) {
  auto unread = co_await CountUnread(call, seat);
  if (!unread) co_return unread.error();
  Json shown = ToAnswer(seat);
  shown.Set("fname", Json(seat.name));
  shown.Set("alert", Json(*unread > 0));
  shown.Set("unread", Json(*unread));
  shown.Set("userMentions", Json(seat.last_seen ? 0 : 1));
  shown.Set("groupMentions", Json(0));
  shown.Set("_updatedAt", Json(IsoTime(changed)));
  co_return shown;
}

Awaitable<Result<std::vector<Subscription>>> FindSeatsOf(const Call& call, std::string user_id) {
  storage::Query query(Subscription::kCollection);
  query.where.emplace_back("u._id", Match::kEquals, Json(std::move(user_id)));
  query.sort.emplace_back("ts");
  auto found = co_await Find<Subscription>(call.documents(), std::move(query));
  if (!found) co_return found.error();
  co_return std::move(found->list);
}

// When something was last said in the rooms of these seats, by room.
Awaitable<Result<std::map<std::string, Time>>> ActivityIn(const Call& call, const std::vector<Subscription>& seats) {
  Json ids = Json::MakeArray();
  for (const Subscription& seat : seats) ids.Push(Json(seat.room_id));
  storage::Query query(Room::kCollection);
  query.where.emplace_back("_id", Match::kIn, std::move(ids));
  auto rooms = co_await Find<Room>(call.documents(), std::move(query));
  if (!rooms) co_return rooms.error();
  std::map<std::string, Time> activity;
  for (const Room& room : rooms->list) activity.emplace(room.id, room.last_activity);
  co_return activity;
}

Awaitable<Result<std::vector<Tombstone>>> GivenUpSince(const Call& call, Time since) {
  storage::Query query(Tombstone::kCollection);
  query.where.emplace_back("uid", Match::kEquals, Json(call.user().id));
  query.where.emplace_back("kind", Match::kEquals, Json(tombstone_kind::kSubscription));
  query.where.emplace_back("_deletedAt", Match::kGreater, Json(UnixMillis(since)));
  query.sort.emplace_back("_deletedAt");
  auto found = co_await Find<Tombstone>(call.documents(), std::move(query));
  if (!found) co_return found.error();
  co_return std::move(found->list);
}

// Errors: error-roomId-param-invalid
Outcome<std::optional<Time>> ReadUpdatedSince(const Call& call) {
  const std::string_view text = call.query.Text("updatedSince");
  if (text.empty()) return std::optional<Time>();
  const auto since = ParseIsoTime(text);
  if (since) return since;
  return FailCoded("error-roomId-param-invalid", "The \"lastUpdate\" query parameter must be a valid date.");
}

Awaitable<Reply> ListSeats(Call& call) {
  const auto since = ReadUpdatedSince(call);
  if (!since) co_return since.failure();
  const auto seats = co_await FindSeatsOf(call, call.user().id);
  if (!seats) co_return seats.error();
  const auto activity = co_await ActivityIn(call, *seats);
  if (!activity) co_return activity.error();
  Json update = Json::MakeArray();
  for (const Subscription& seat : *seats) {
    const auto room = activity->find(seat.room_id);
    const Time changed = room == activity->end() ? seat.updated_at : std::max(seat.updated_at, room->second);
    if (*since && changed <= **since) continue;
    auto shown = co_await Shown(call, seat, changed);
    if (!shown) co_return shown.error();
    update.Push(*std::move(shown));
  }
  std::vector<Tombstone> given_up;
  if (*since) {
    auto found = co_await GivenUpSince(call, **since);
    if (!found) co_return found.error();
    given_up = *std::move(found);
  }
  co_return Json::Of({{"update", std::move(update)}, {"remove", RemovalsOf(given_up)}});
}

Awaitable<Reply> ShowSeat(Call& call) {
  const auto seat = co_await FindSeat(call, std::string(call.query.Text("roomId")), call.user().id);
  if (!seat) co_return seat.error();
  if (!*seat) co_return Json::Of({{"subscription", nullptr}});
  const std::vector<Subscription> only = {**seat};
  const auto activity = co_await ActivityIn(call, only);
  if (!activity) co_return activity.error();
  const auto room = activity->find((*seat)->room_id);
  const Time changed = room == activity->end() ? (*seat)->updated_at : std::max((*seat)->updated_at, room->second);
  auto shown = co_await Shown(call, **seat, changed);
  if (!shown) co_return shown.error();
  co_return Json::Of({{"subscription", *std::move(shown)}});
}

// Somebody who may see the room but does not sit in it has nothing to read: done.
Awaitable<Reply> ReadRoom(Call& call) {
  if (call.body.Find("rid") == nullptr && call.body.Find("roomId") == nullptr) {
    co_return FailCoded("invalid-params",
                        "must have required property 'rid'\n must have required property 'roomId'\n must match a "
                        "schema in anyOf");
  }
  const std::string_view rid = call.body.Text("rid");
  const std::string room_id(rid.empty() ? call.body.Text("roomId") : rid);
  auto seat = co_await FindSeat(call, room_id, call.user().id);
  if (!seat) co_return seat.error();
  if (!*seat) {
    auto room = co_await FindRoom(call, room_id);
    if (!room) co_return room.error();
    if (!*room) co_return Fail("error-invalid-subscription");
    auto allowed = co_await MayAccess(call, **room);
    if (!allowed) co_return allowed.error();
    if (!*allowed) co_return Fail("error-invalid-subscription");
    co_return Reply::Empty();
  }
  (*seat)->last_seen = call.now;
  storage::Changes changes;
  Save(**seat, call.now, changes);
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Reply::Empty();
}

}  // namespace

Awaitable<Result<std::int64_t>> CountUnread(const Call& call, const Subscription& seat) {
  storage::Query query(Message::kCollection);
  query.where.emplace_back("rid", Match::kEquals, Json(seat.room_id));
  query.where.emplace_back("ts", Match::kGreater, Json(UnixMillis(seat.last_seen.value_or(seat.since))));
  query.where.emplace_back("t", Match::kMissing);
  query.where.emplace_back("_hidden", Match::kMissing);
  query.where.emplace_back("u._id", Match::kNotEquals, Json(seat.user.id));
  auto others = co_await call.documents().Count(std::move(query));
  if (!others) co_return others.error();
  co_return seat.last_seen ? *others : std::max<std::int64_t>(1, *others);
}

Routes SeatRoutes() {
  return {
      {"GET subscriptions.get", &ListSeats},
      {"GET subscriptions.getOne", &ShowSeat},
      {"POST subscriptions.read", &ReadRoom},
  };
}

}  // namespace parley::backend::embedded
