// Closing chats, by the visitor and by an agent. Source: omnichannel reference §2.4.
#include <algorithm>

#include "backend/embedded/chats.h"

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

// Closes and commits. `tags`: what the request adds.
Awaitable<Outcome<Done>> CloseChat(const Call& call, Room room, Closing closing, std::vector<std::string> tags) {
  auto department = co_await DepartmentOf(call, room);
  if (!department) co_return department.error();
  if (LacksTags(tags, room, *department)) co_return Fail("error-tags-must-be-assigned-before-closing-chat");
  auto seats = co_await FindSeatsIn(call, room.id);
  if (!seats) co_return seats.error();
  auto chat = co_await Continue(call, std::move(room));
  if (!chat) co_return chat.error();
  chat->SetTags(MergedTags(std::move(tags), chat->room(), *department));
  chat->Close(closing, *seats);
  const bool asks_for_transcript =
      call.settings().Flag("Livechat_enable_transcript") && !call.settings().Flag("Livechat_transcript_send_always");
  if (asks_for_transcript) chat->PostSystem(message_type::kCommand, "promptTranscript", closing.by);
  const Status committed = co_await call.Commit(chat->Finish());
  if (!committed) co_return committed.error();
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
  auto closed = co_await CloseChat(call, std::move(found->room), closing, std::move(no_tags));
  if (!closed) co_return closed.failure();
  co_return Json::Of({{"rid", room_id}, {"comment", closing.comment}});
}

// The transcript the visitor gets by mail once the chat is closed.
Json TranscriptRequest(const Call& call) {
  const Json* mail = call.body.Find("transcriptEmail");
  const Json* data = mail ? mail->Find("requestData") : nullptr;
  if (data == nullptr || !mail->Flag("sendToVisitor")) return {};
  return Json::Of({{"email", data->Text("email")},
                   {"subject", data->Text("subject")},
                   {"requestedAt", IsoTime(call.now)},
                   {"requestedBy", Mention(call.user(), true)}});
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
  if (Json request = TranscriptRequest(call); !request.IsNull()) {
    closing.transcript_requested = true;
    (*room)->transcript_request = std::move(request);
  }
  auto closed = co_await CloseChat(call, std::move(**room), closing, Texts(call.body, "tags"));
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
