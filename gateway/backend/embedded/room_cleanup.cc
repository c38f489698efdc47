// Rooms as a whole: where they came from, and removing the closed ones. Source: omnichannel reference §2.4.
#include "backend/embedded/chats.h"

namespace parley::backend::embedded {
namespace {

using storage::Match;

// ---- sources --------------------------------------------------------------------------------------------------------

// The first room in the order of source types after `after`; all of them when it is empty.
Awaitable<Maybe<Room>> FindNextSource(const Call& call, std::string after) {
  storage::Query query(Room::kCollection);
  query.where.emplace_back("source.type", after.empty() ? Match::kExists : Match::kGreater, Json(after));
  query.sort.emplace_back("source.type");
  query.limit = 1;
  auto found = co_await Find<Room>(call.documents(), std::move(query));
  if (!found) co_return found.error();
  if (found->list.empty()) co_return std::optional<Room>();
  co_return std::optional<Room>(std::move(found->list.front()));
}

// From type to type, because there are few of them and many rooms.
Awaitable<Reply> ListSources(Call& call) {
  Json sources = Json::MakeArray();
  std::string type;
  for (;;) {
    auto room = co_await FindNextSource(call, type);
    if (!room) co_return room.error();
    if (!*room) break;
    type = (*room)->source.Text("type");
    sources.Push(Json::Of({{"type", type}}));
  }
  if (sources.empty()) co_return FailBare();
  co_return Json::Of({{"filters", std::move(sources)}});
}

// ---- removing -------------------------------------------------------------------------------------------------------

Awaitable<Result<std::vector<Room>>> FindSomeClosed(const Call& call) {
  constexpr std::int64_t kAtOnce = 200;
  storage::Query query(Room::kCollection);
  query.where.emplace_back("closedAt", Match::kExists);
  query.where.emplace_back("open", Match::kNotEquals, Json(true));
  const Json* departments = call.body.Find("departmentIds");
  if (departments != nullptr && departments->IsArray() && !departments->empty()) {
    query.where.emplace_back("departmentId", Match::kIn, *departments);
  }
  query.limit = kAtOnce;
  auto found = co_await Find<Room>(call.documents(), std::move(query));
  if (!found) co_return found.error();
  co_return std::move(found->list);
}

// Some hundred at a time: there may be as many as the archive holds. A lost race is met here, not by beginning anew, so
// that what is gone stays counted.
Awaitable<Reply> RemoveAllClosed(Call& call) {
  std::int64_t removed = 0;
  for (;;) {
    auto rooms = co_await FindSomeClosed(call);
    if (!rooms) co_return rooms.error();
    if (rooms->empty()) co_return Json::Of({{"removedRooms", removed}});
    storage::Changes changes;
    for (const Room& room : *rooms) RemoveChat(call, room, changes);
    const Status committed = co_await call.Commit(std::move(changes));
    if (committed) {
      removed += static_cast<std::int64_t>(rooms->size());
    } else if (committed.error().code != ErrorCode::kConflict) {
      co_return committed.error();
    }
  }
}

}  // namespace

Routes RoomCleanupRoutes() {
  return {
      {"GET livechat/rooms/filters", &ListSources},
      {"POST livechat/rooms.removeAllClosedRooms", &RemoveAllClosed},
  };
}

}  // namespace parley::backend::embedded
