// Closing chats, by the visitor and by an agent. Source: omnichannel reference §2.4.
#include <algorithm>

#include "backend/embedded/chats.h"
#include "backend/embedded/duty.h"
#include "backend/embedded/transcript_mail.h"
#include "base/time.h"

namespace parley::backend::embedded {
namespace {

// Tags of the request, of the room and those the department adds, each once.
std::vector<std::string> MergedTags(std::vector<std::string> tags, const Room& room,
                                    const std::optional<Department>& department) {
  const auto add = [&tags](const std::vector<std::string>& more) {
    for (const std::string& tag : more) {
      if (std::find(tags.begin(), tags.end(), tag) == tags.end()) tags.push_back(tag);
    }
  };
  add(room.tags);
  if (department) add(department->closing_tags);
  return tags;
}

bool LacksTags(const std::vector<std::string>& asked, const Room& room, const std::optional<Department>& department) {
  return department && department->request_tag_before_closing && asked.empty() && room.tags.empty();
}

Awaitable<Result<std::optional<Department>>> DepartmentOf(const Call& call, const Room& room) {
  if (room.department.empty()) co_return std::optional<Department>();
  co_return co_await FindDepartment(call.documents(), room.department);
}

// {email, subject, ...} of the transcript somebody gets when the chat closes; null when nobody does.
// `asked`: what this request says of it, null when nothing.
Awaitable<Result<Json>> ResolveTranscript(const Call& call, const Room& room, const Json& asked) {
  if (!asked.IsNull()) co_return asked.IsObject() ? asked : Json();
  if (!room.transcript_request.IsNull()) co_return room.transcript_request;
  if (!call.settings().Flag("Livechat_transcript_send_always")) co_return Json();
  auto visitor = co_await FindVisitor(call, room.visitor.id);
  if (!visitor) co_return visitor.error();
  if (!*visitor || (*visitor)->emails.empty()) co_return Json();
  const Person system{"rocket.cat", "rocket.cat", {}};
  co_return TranscriptRequestOf(call, (*visitor)->emails.front().address, {}, system);
}

// Closes and commits. `tags`: what the request adds; `transcript`: see ResolveTranscript.
Awaitable<Outcome<Done>> CloseChat(const Call& call, Room room, Closing closing, std::vector<std::string> tags,
                                   Json transcript) {
  auto department = co_await DepartmentOf(call, room);
  if (!department) co_return department.error();
  if (LacksTags(tags, room, *department)) co_return Fail("error-tags-must-be-assigned-before-closing-chat");
  auto request = co_await ResolveTranscript(call, room, transcript);
  if (!request) co_return request.error();
  const bool promised = !request->IsNull();
  closing.transcript_requested = promised;
  room.transcript_request = *request;
  const std::string room_id = room.id;
  auto seats = co_await FindSeatsIn(call, room_id);
  if (!seats) co_return seats.error();
  auto chat = co_await Continue(call, std::move(room));
  if (!chat) co_return chat.error();
  chat->SetTags(MergedTags(std::move(tags), chat->room(), *department));
  chat->Close(closing, *seats);
  const Status counted = co_await CountSilenceWithinHours(call, chat->room());
  if (!counted) co_return counted.error();
  const bool asks_for_transcript =
      call.settings().Flag("Livechat_enable_transcript") && !call.settings().Flag("Livechat_transcript_send_always");
  if (asks_for_transcript) chat->PostSystem(message_type::kCommand, "promptTranscript", closing.by);
  if (promised) PromiseTranscript(call, room_id, *request, chat->changes());
  const Status committed = co_await call.Commit(chat->Finish());
  if (!committed) co_return committed.error();
  if (promised) call.services.workspace.mails_waiting().Notify();
  co_return Done();
}

Awaitable<Reply> CloseByVisitor(Call& call) {
  if (!call.settings().Flag("Omnichannel_allow_visitors_to_close_conversation")) {
    co_return Fail("error-not-allowed-to-close-conversation");
  }
  auto found = co_await FindVisitorChat(call, std::string(call.body.Text("token")), std::string(call.body.Text("rid")));
  if (!found) co_return found.failure();
  if (!found->room.open) co_return Fail("room-closed");
  Closing closing;
  closing.by = found->visitor.AsPerson();
  closing.by_visitor = true;
  closing.comment = "Closed by visitor";
  const std::string room_id = found->room.id;
  std::vector<std::string> no_tags;
  auto closed = co_await CloseChat(call, std::move(found->room), closing, std::move(no_tags), Json());
  if (!closed) co_return closed.failure();
  co_return Json::Of({{"rid", room_id}, {"comment", closing.comment}});
}

// What the request says of the transcript: an object that asks for it, `false` for none whatever was asked for before,
// null when it says nothing.
Outcome<Json> AskedTranscript(const Call& call) {
  const Json* mail = call.body.Find("transcriptEmail");
  if (mail == nullptr || !mail->IsObject()) return Json();
  const Json* data = mail->Find("requestData");
  if (!mail->Flag("sendToVisitor") || data == nullptr) return Json(false);
  if (!mail::IsAddress(data->Text("email"))) return Fail("error-invalid-email");
  return TranscriptRequestOf(call, data->Text("email"), data->Text("subject"), PersonOf(call.user()));
}

Awaitable<Reply> CloseByUser(Call& call) {
  auto room = co_await FindRoom(call, std::string(call.body.Text("rid")));
  if (!room) co_return room.error();
  if (!*room) co_return Fail("error-invalid-room");
  const bool forced =
      call.body.Flag("forceClose") && call.settings().Flag("Omnichannel_allow_force_close_conversations");
  if (!(*room)->open && forced) co_return Reply::Empty();  // a closed chat leaves nothing that would need force
  if (!(*room)->open) co_return Fail("error-room-already-closed");
  auto seat = co_await FindSeat(call, (*room)->id, call.user().id);
  if (!seat) co_return seat.error();
  if (!*seat && !call.May("close-others-livechat-room")) co_return Fail("error-not-authorized");
  Closing closing;
  closing.by = PersonOf(call.user());
  closing.login = LedgerAgentOf(call.user()).email;
  closing.comment = call.body.Text("comment");
  if (closing.comment.empty() && call.settings().Flag("Livechat_request_comment_when_closing_conversation")) {
    co_return Fail("error-comment-is-required");
  }
  auto transcript = AskedTranscript(call);
  if (!transcript) co_return transcript.failure();
  auto closed = co_await CloseChat(call, std::move(**room), closing, Texts(call.body, "tags"), *std::move(transcript));
  if (!closed) co_return closed.failure();
  co_return Reply::Empty();
}

}  // namespace

Routes ClosingRoutes() {
  return {
      {"POST livechat/room.close", &CloseByVisitor},
      {"POST livechat/room.closeByUser", &CloseByUser},
  };
}

}  // namespace parley::backend::embedded
