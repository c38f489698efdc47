// Closing chats, by the visitor and by an agent. Source: omnichannel reference §2.4.
#include "backend/embedded/closing.h"
#include "backend/embedded/transcript_mail.h"
#include "mail/message.h"

namespace parley::backend::embedded {
namespace {

Awaitable<Result<bool>> LacksTags(const Call& call, const Room& room, const std::vector<std::string>& asked) {
  if (room.department.empty() || !asked.empty() || !room.tags.empty()) co_return false;
  auto department = co_await FindDepartment(call.documents(), room.department);
  if (!department) co_return department.error();
  co_return *department && (*department)->request_tag_before_closing;
}

Awaitable<Outcome<Done>> CloseChat(const Call& call, Room room, Closing closing, ClosingWishes wishes) {
  auto lacking = co_await LacksTags(call, room, wishes.tags);
  if (!lacking) co_return lacking.error();
  if (*lacking) co_return Fail("error-tags-must-be-assigned-before-closing-chat");
  auto chat = co_await Continue(call, std::move(room));
  if (!chat) co_return chat.error();
  const auto promised = co_await EndChat(call, *chat, std::move(closing), std::move(wishes));
  if (!promised) co_return promised.error();
  const Status committed = co_await call.Commit(chat->Finish());
  if (!committed) co_return committed.error();
  if (*promised) call.services.workspace.mails_waiting().Notify();
  co_return Done();
}

Awaitable<Reply> CloseByVisitor(Call& call) {
  if (MayForbidVisitorsToClose(call.services.workspace.version()) &&
      !call.settings().Flag("Omnichannel_allow_visitors_to_close_conversation")) {
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
  ClosingWishes none;
  auto closed = co_await CloseChat(call, std::move(found->room), closing, std::move(none));
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
  ClosingWishes wishes{Texts(call.body, "tags"), *std::move(transcript)};
  auto closed = co_await CloseChat(call, std::move(**room), std::move(closing), std::move(wishes));
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
