#include "backend/embedded/closing.h"

#include <algorithm>
#include <utility>

#include "backend/embedded/duty.h"
#include "backend/embedded/transcript_mail.h"
#include "records/visit.h"

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

Awaitable<Maybe<Department>> DepartmentOf(const Call& call, const Room& room) {
  if (room.department.empty()) co_return std::optional<Department>();
  co_return co_await FindDepartment(call.documents(), room.department);
}

// {email, subject, ...} of the transcript somebody gets; null when nobody does. `asked`: see ClosingWishes.
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

bool IsAskedForTranscript(const Settings& settings) {
  return settings.Flag("Livechat_enable_transcript") && !settings.Flag("Livechat_transcript_send_always");
}

}  // namespace

Awaitable<Result<bool>> EndChat(const Call& call, Conversation& chat, Closing closing, ClosingWishes wishes) {
  Room& room = chat.room();
  const auto department = co_await DepartmentOf(call, room);
  if (!department) co_return department.error();
  auto transcript = co_await ResolveTranscript(call, room, wishes.transcript);
  if (!transcript) co_return transcript.error();
  const auto seats = co_await FindSeatsIn(call, room.id);
  if (!seats) co_return seats.error();
  const bool promised = !transcript->IsNull();
  room.transcript_request = *transcript;
  closing.transcript_requested = promised;
  chat.SetTags(MergedTags(std::move(wishes.tags), room, *department));
  chat.Close(closing, *seats);
  const Status noted =
      co_await records::NoteChatEnd(call.documents(), room.visitor.token, room.created, call.now, chat.changes());
  if (!noted) co_return noted.error();
  const Status counted = co_await CountSilenceWithinHours(call, room);
  if (!counted) co_return counted.error();
  if (IsAskedForTranscript(call.settings())) {
    chat.PostSystem(message_type::kCommand, "promptTranscript", closing.by);
  }
  if (promised) PromiseTranscript(call, room.id, *transcript, chat.changes());
  co_return promised;
}

}  // namespace parley::backend::embedded
