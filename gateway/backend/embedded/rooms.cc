// Rooms: opening, reading, rating, joining, removing. Source: omnichannel reference §2.4.
#include <algorithm>

#include "backend/embedded/arguments.h"
#include "backend/embedded/chats.h"
#include "backend/embedded/opening.h"

namespace parley::backend::embedded {
namespace {

// ---- the visitor's room ---------------------------------------------------------------------------------------------

Json RoomAnswer(const Room& room, bool is_new) {
  return Json::Of({{"room", ToAnswer(room)}, {"newRoom", is_new}});
}

Awaitable<Reply> OpenRoom(Call& call) {
  const ExpectedTexts expected{{"token"}, {"rid", "agentId", "sla", "priority"}};
  if (auto mismatch = FirstMismatch(call.query, expected, "")) co_return *mismatch;
  const std::string token(call.query.Text("token"));
  const std::string room_id(call.query.Text("rid"));
  if (!room_id.empty()) {
    auto chat = co_await FindVisitorChat(call, token, room_id);
    if (!chat) co_return chat.failure();
    if (!chat->room.open) co_return Fail("invalid-room");
    co_return RoomAnswer(chat->room, false);
  }
  auto opened = co_await OpenChat(call, token, std::string(call.query.Text("agentId")));
  if (!opened) co_return opened.failure();
  co_return RoomAnswer(opened->room, opened->is_new);
}

// ---- the survey -----------------------------------------------------------------------------------------------------

bool IsMark(std::string_view value) {
  return value.size() == 1 && value[0] >= '1' && value[0] <= '5';
}

// The known questions among the answers; null when there is none.
Json ReadSurvey(const Json& data) {
  // "agentResposiveness" is spelled as the API spells it.
  constexpr std::string_view kMarked[] = {"satisfaction", "agentKnowledge", "agentResposiveness", "agentFriendliness"};
  Json survey;
  for (const Json& item : *data.AsArray()) {
    const std::string_view name = item.Text("name");
    const std::string_view value = item.Text("value");
    const bool marked = std::find(std::begin(kMarked), std::end(kMarked), name) != std::end(kMarked);
    if ((marked && IsMark(value)) || name == "additionalFeedback") survey.Set(name, Json(value));
  }
  return survey;
}

Awaitable<Reply> RateRoom(Call& call) {
  auto found = co_await FindVisitorChat(call, std::string(call.body.Text("token")), std::string(call.body.Text("rid")));
  if (!found) co_return found.failure();
  Json survey = ReadSurvey(*call.body.Find("data"));
  if (survey.IsNull()) co_return Fail("invalid-data");
  auto chat = co_await Continue(call, std::move(found->room));
  if (!chat) co_return chat.error();
  chat->Rate(survey);
  const Status committed = co_await call.Commit(chat->Finish());
  if (!committed) co_return committed.error();
  co_return Json::Of({{"rid", chat->room().id}, {"data", std::move(survey)}});
}

// ---- joining and removing -------------------------------------------------------------------------------------------

Awaitable<Reply> JoinRoom(Call& call) {
  auto room = co_await FindRoom(call, std::string(call.query.Text("roomId")));
  if (!room) co_return room.error();
  if (!*room) co_return Fail("error-invalid-room");
  if (!(*room)->open) co_return Fail("room-closed");
  auto allowed = co_await MayAccess(call, **room);
  if (!allowed) co_return allowed.error();
  if (!*allowed) co_return Fail("error-not-allowed");
  auto seat = co_await FindSeat(call, (*room)->id, call.user().id);
  if (!seat) co_return seat.error();
  if (*seat) co_return Reply::Empty();
  if (!call.user().IsAgent() && !call.MayAny({"view-livechat-rooms", "view-livechat-manager"})) {
    co_return FailCoded("error-user-is-not-agent", "User is not an Omnichannel Agent");
  }
  auto chat = co_await Continue(call, std::move(**room));
  if (!chat) co_return chat.error();
  chat->Join(call.user());
  const Status committed = co_await call.Commit(chat->Finish());
  if (!committed) co_return OrReadAgain(committed.error());
  co_return Reply::Empty();
}

Awaitable<Reply> DeleteRoom(Call& call) {
  auto room = co_await FindRoom(call, std::string(call.body.Text("roomId")));
  if (!room) co_return room.error();
  if (!*room) co_return Fail("Invalid room");
  storage::Changes changes;
  RemoveChat(call, **room, changes);
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Reply::Empty();
}

}  // namespace

Routes RoomRoutes() {
  return {
      {"GET livechat/room", &OpenRoom, Checks::kNone},
      {"POST livechat/room.survey", &RateRoom},
      {"GET livechat/room.join", &JoinRoom},
      {"POST livechat/rooms.delete", &DeleteRoom, Checks::kTyped},
  };
}

}  // namespace parley::backend::embedded
