// Video and browser calls, and Facebook, in the form of the versions that had them. Source: omnichannel reference
// §2.7 (visitor.callStatus), §2.13.
#include "backend/embedded/chats.h"
#include "backend/embedded/opening.h"
#include "base/text.h"

namespace parley::backend::embedded {
namespace {

constexpr const char* kVideoCall = "livechat_video_call";
constexpr const char* kBrowserCall = "livechat_webrtc_video_call";

// ---- Jitsi, before 5.0 ----------------------------------------------------------------------------------------------

Awaitable<Outcome<Room>> FindOrOpenRoom(const Call& call, std::string token, std::string room_id) {
  if (!room_id.empty()) {
    auto chat = co_await FindVisitorChat(call, std::move(token), std::move(room_id));
    if (!chat) co_return chat.failure();
    if (!chat->room.open) co_return Fail("invalid-room");
    co_return std::move(chat->room);
  }
  auto opened = co_await OpenChat(call, std::move(token), std::string());
  if (!opened) co_return opened.failure();
  co_return std::move(opened->room);
}

// Nobody who does not know the chat can guess the room of its call.
Json VideoCallOf(const Room& room, Time now) {
  return Json::Of({{"rid", room.id},
                   {"domain", "meet.jit.si"},
                   {"provider", "jitsi"},
                   {"room", "RocketChat" + Sha256Hex(room.id + room.visitor.token)},
                   {"timeout", IsoTime(now + std::chrono::hours(1))}});
}

Awaitable<Reply> StartVideoCall(Call& call) {
  const std::string token(call.Path("token"));
  auto visitor = co_await FindVisitorByToken(call, token);
  if (!visitor) co_return visitor.error();
  if (!*visitor) co_return FailCoded("invalid-token");
  auto room = co_await FindOrOpenRoom(call, token, std::string(call.query.Text("rid")));
  if (!room) co_return room.failure();
  Json video = VideoCallOf(*room, call.now);
  auto chat = co_await Continue(call, std::move(*room));
  if (!chat) co_return chat.error();
  chat->PostSystem(kVideoCall, "", (*visitor)->AsPerson(), token);
  const Status committed = co_await call.Commit(chat->Finish());
  if (!committed) co_return committed.error();
  co_return Json::Of({{"videoCall", std::move(video)}});
}

// ---- browser calls, 3.18 to 7.x -------------------------------------------------------------------------------------

std::string StatusOf(const Room& room) {
  return std::string(room.extra.Text("callStatus"));
}

void SetStatus(std::string_view status, Room& room) {
  room.extra.Set("callStatus", Json(status));
}

Awaitable<Outcome<Room>> FindOwnRoom(const Call& call, std::string room_id) {
  auto room = co_await FindRoom(call, std::move(room_id));
  if (!room) co_return room.error();
  if (!*room || !(*room)->open) co_return Fail("invalid-room");
  auto allowed = co_await MayAccess(call, **room);
  if (!allowed) co_return allowed.error();
  if (!*allowed) co_return Fail("invalid-room");
  co_return std::move(**room);
}

Awaitable<Reply> StartBrowserCall(Call& call) {
  auto room = co_await FindOwnRoom(call, std::string(call.query.Text("rid")));
  if (!room) co_return room.failure();
  if (call.settings().Text("Omnichannel_call_provider") == "none") co_return Fail("webRTC calling not enabled");
  std::string status = StatusOf(*room);
  const std::string room_id = room->id;
  if (status.empty() || status == "ended" || status == "declined") {
    status = "ringing";
    auto chat = co_await Continue(call, std::move(*room));
    if (!chat) co_return chat.error();
    SetStatus(status, chat->room());
    chat->PostSystem(kBrowserCall, "Join my room to start the video call", PersonOf(call.user()));
    const Status committed = co_await call.Commit(chat->Finish());
    if (!committed) co_return committed.error();
  }
  co_return Json::Of({{"videoCall", Json::Of({{"rid", room_id}, {"provider", "webrtc"}, {"callStatus", status}})}});
}

// The call's message, which is the call's id.
Awaitable<Outcome<Done>> CheckCall(const Call& call, std::string call_id, const Room& room) {
  auto message = co_await Get<Message>(call.documents(), std::move(call_id));
  if (!message) co_return message.error();
  const bool is_call = *message && (*message)->type == kBrowserCall && (*message)->room_id == room.id;
  if (!is_call) co_return Fail("invalid-callId");
  co_return Done();
}

Awaitable<Outcome<Done>> ChangeCall(const Call& call, Room room, std::string call_id, std::string status) {
  auto known = co_await CheckCall(call, std::move(call_id), room);
  if (!known) co_return known.failure();
  SetStatus(status, room);
  storage::Changes changes;
  Save(room, call.now, changes);
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Done();
}

Awaitable<Reply> ChangeCallByUser(Call& call) {
  auto room = co_await FindOwnRoom(call, std::string(call.body.Text("rid")));
  if (!room) co_return room.failure();
  const std::string status(call.body.Text("status"));
  auto changed = co_await ChangeCall(call, std::move(*room), std::string(call.Path("callId")), status);
  if (!changed) co_return changed.failure();
  co_return Json::Of({{"status", status}});
}

Awaitable<Reply> ChangeCallByVisitor(Call& call) {
  auto chat = co_await FindVisitorChat(call, std::string(call.body.Text("token")), std::string(call.body.Text("rid")));
  if (!chat) co_return chat.failure();
  const std::string status(call.body.Text("callStatus"));
  auto changed = co_await ChangeCall(call, std::move(chat->room), std::string(call.body.Text("callId")), status);
  if (!changed) co_return changed.failure();
  co_return Json::Of({{"token", call.body.Text("token")}, {"callStatus", status}});
}

// ---- Facebook, before 5.0 -------------------------------------------------------------------------------------------

// There is no setting any more that would enable the integration, so this is as far as a message gets.
Awaitable<Reply> ReceiveFromFacebook(Call& call) {
  const Json* attachments = call.body.Find("attachments");
  const bool says_nothing = call.body.Text("text").empty() && (attachments == nullptr || attachments->empty());
  if (says_nothing) co_return Fail("No text or attachments provided");
  if (call.Header("x-hub-signature").empty()) co_return Fail("Missing signature");
  co_return Fail("Integration disabled");
}

}  // namespace

Routes CallRoutes() {
  return {
      {"GET livechat/video.call/{token}", &StartVideoCall},
      {"GET livechat/webrtc.call", &StartBrowserCall},
      {"POST livechat/facebook", &ReceiveFromFacebook, Checks::kNone},
      {"POST livechat/visitor.callStatus", &ChangeCallByVisitor},
      {"PUT livechat/webrtc.call/{callId}", &ChangeCallByUser},
  };
}

}  // namespace parley::backend::embedded
