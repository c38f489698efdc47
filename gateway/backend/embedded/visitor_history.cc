// Earlier chats of a visitor. Source: omnichannel reference §2.7.
#include "backend/embedded/chats.h"
#include "backend/embedded/transcript.h"

namespace parley::backend::embedded {
namespace {

using storage::Match;

// Errors: "invalid-room"; "error-not-allowed": the caller may not see the room they ask from
Awaitable<Outcome<Done>> CheckRoomAccess(const Call& call) {
  auto room = co_await FindRoom(call, std::string(call.Path("roomId")));
  if (!room) co_return room.error();
  if (!*room) co_return Fail("invalid-room");
  auto allowed = co_await MayAccess(call, **room);
  if (!allowed) co_return allowed.error();
  if (!*allowed) co_return Fail("error-not-allowed");
  co_return Done();
}

storage::Query RoomsOfVisitor(const Call& call) {
  storage::Query query(Room::kCollection);
  query.where.emplace_back("v._id", Match::kEquals, Json(call.Path("visitorId")));
  return query;
}

Awaitable<Reply> ListChats(Call& call) {
  auto paging = ReadPaging(call, {storage::SortKey("ts", true)});
  if (!paging) co_return paging.failure();
  auto allowed = co_await CheckRoomAccess(call);
  if (!allowed) co_return allowed.failure();
  storage::Query query = RoomsOfVisitor(call);
  paging->ApplyTo(query);
  auto rooms = co_await Find<Room>(call.documents(), std::move(query));
  if (!rooms) co_return rooms.error();
  Json items = Json::MakeArray();
  for (const Room& room : rooms->list) items.Push(ToAnswer(room));
  co_return PageOf("history", std::move(items), *paging, rooms->total);
}

// Ids of the visitor's rooms in which the text was said.
Awaitable<Result<Json>> RoomsWithText(const Call& call, std::string text) {
  auto rooms = co_await Find<Room>(call.documents(), RoomsOfVisitor(call));
  if (!rooms) co_return rooms.error();
  Json ids = Json::MakeArray();
  for (const Room& room : rooms->list) {
    storage::Query query(Message::kCollection);
    query.where = Spoken(room.id);
    query.where.emplace_back("msg", Match::kContains, Json(text));
    auto said = co_await call.documents().Count(std::move(query));
    if (!said) co_return said.error();
    if (*said > 0) ids.Push(room.id);
  }
  co_return ids;
}

// A room in short form, with its closing message.
Awaitable<Result<Json>> FoundRoom(const Call& call, const Room& room) {
  Json item =
      Pick(ToAnswer(room), {"_id", "fname", "ts", "v", "msgs", "servedBy", "closedAt", "closedBy", "closer", "tags"});
  std::vector<storage::Condition> where;
  where.emplace_back("rid", Match::kEquals, Json(room.id));
  where.emplace_back("t", Match::kEquals, Json(message_type::kClosed));
  auto closing = co_await FindFirst<Message>(call.documents(), std::move(where));
  if (!closing) co_return closing.error();
  if (*closing) item.Append("closingMessage", ToAnswer(**closing));
  co_return item;
}

Awaitable<Reply> SearchChats(Call& call) {
  auto paging = ReadPaging(call, {storage::SortKey("ts", true)});
  if (!paging) co_return paging.failure();
  auto allowed = co_await CheckRoomAccess(call);
  if (!allowed) co_return allowed.failure();
  storage::Query query = RoomsOfVisitor(call);
  if (call.query.Flag("closedChatsOnly")) query.where.emplace_back("open", Match::kMissing);
  if (call.query.Flag("servedChatsOnly")) query.where.emplace_back("servedBy", Match::kExists);
  if (const std::string_view source = call.query.Text("source"); !source.empty()) {
    query.where.emplace_back("source.type", Match::kEquals, Json(source));
  }
  if (const std::string_view text = call.query.Text("searchText"); !text.empty()) {
    auto ids = co_await RoomsWithText(call, std::string(text));
    if (!ids) co_return ids.error();
    query.where.emplace_back("_id", Match::kIn, std::move(*ids));
  }
  paging->ApplyTo(query);
  auto rooms = co_await Find<Room>(call.documents(), std::move(query));
  if (!rooms) co_return rooms.error();
  Json items = Json::MakeArray();
  for (const Room& room : rooms->list) {
    auto item = co_await FoundRoom(call, room);
    if (!item) co_return item.error();
    items.Push(std::move(*item));
  }
  co_return PageOf("history", std::move(items), *paging, rooms->total);
}

}  // namespace

Routes VisitorHistoryRoutes() {
  return {
      {"GET livechat/visitors.chatHistory/room/{roomId}/visitor/{visitorId}", &ListChats},
      {"GET livechat/visitors.searchChats/room/{roomId}/visitor/{visitorId}", &SearchChats},
  };
}

}  // namespace parley::backend::embedded
