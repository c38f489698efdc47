// Transcripts: mailed now, or asked for and mailed when the chat closes. Source: omnichannel reference §2.6.
#include "backend/embedded/mailing.h"
#include "backend/embedded/transcript_mail.h"
#include "storage/transact.h"

namespace parley::backend::embedded {
namespace {

// The room was read before the mail went out; others may have changed it since.
Awaitable<Status> TellOfMail(const Call& call, std::string room_id) {
  auto attempt = [&]() -> Awaitable<Status> {
    auto room = co_await FindRoom(call, room_id);
    if (!room) co_return room.error();
    if (!*room) co_return Status();
    storage::Changes changes;
    const std::optional<Person> visitor;
    const Status told = co_await TellTranscript(call.services, std::move(**room), visitor, changes);
    if (!told) co_return told;
    co_return co_await call.Commit(std::move(changes));
  };
  co_return co_await storage::Retrying(std::move(attempt));
}

Reply NotSent() {
  return Reply(400, Json::Of({{"success", false}, {"message", "Error sending livechat transcript"}}));
}

Awaitable<Reply> MailNow(Call& call) {
  const std::string token(call.body.Text("token"));
  auto visitor = co_await FindVisitorByToken(call, token);
  if (!visitor) co_return visitor.error();
  if (!*visitor) co_return Fail("error-invalid-token");
  auto room = co_await FindRoom(call, std::string(call.body.Text("rid")));
  if (!room) co_return room.error();
  if (!*room || (*room)->visitor.token != token) co_return Fail("error-invalid-room");
  const std::string email(call.body.Text("email"));
  if (!mail::IsAddress(email)) co_return Fail("error-invalid-email");
  auto mail =
      co_await ComposeTranscript(call.services, call.settings(), **room, email, std::string(call.body.Text("subject")));
  if (!mail) co_return mail.error();
  const Status sent = co_await SendMail(call.services, call.settings(), *std::move(mail));
  if (!sent) co_return NotSent();
  const Status told = co_await TellOfMail(call, (*room)->id);
  if (!told) co_return told.error();
  co_return Json::Of({{"message", "Livechat transcript sent"}});
}

// The room, when it is one the caller may read.
Awaitable<Maybe<Room>> FindReadable(const Call& call) {
  auto room = co_await FindRoom(call, std::string(call.Path("rid")));
  if (!room || !*room) co_return room;
  const auto may = co_await MayAccess(call, **room);
  if (!may) co_return may.error();
  if (!*may) co_return std::optional<Room>();
  co_return room;
}

Awaitable<Reply> AskForMail(Call& call) {
  auto room = co_await FindReadable(call);
  if (!room) co_return room.error();
  if (!*room || !(*room)->open) co_return FailCoded("error-invalid-room", "Invalid room");
  if (!(*room)->transcript_request.IsNull()) {
    co_return FailCoded("error-transcript-already-requested", "Transcript already requested");
  }
  const std::string_view email = call.body.Text("email");
  if (!mail::IsAddress(email)) co_return Fail("error-invalid-email");
  (*room)->transcript_request = TranscriptRequestOf(call, email, call.body.Text("subject"), PersonOf(call.user()));
  storage::Changes changes;
  Save(**room, call.now, changes);
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Reply::Empty();
}

Awaitable<Reply> CancelMail(Call& call) {
  auto room = co_await FindReadable(call);
  if (!room) co_return room.error();
  if (!*room || !(*room)->open) co_return Fail("error-invalid-room");
  if ((*room)->transcript_request.IsNull()) co_return Fail("error-transcript-not-requested");
  (*room)->transcript_request = Json();
  storage::Changes changes;
  Save(**room, call.now, changes);
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Reply::Empty();
}

Awaitable<Reply> CheckMailServer(Call& call) {
  co_return Json::Of({{"isSMTPConfigured", CanMail(call.settings())}});
}

}  // namespace

Routes TranscriptRoutes() {
  return {
      {"POST livechat/transcript", &MailNow},
      {"POST livechat/transcript/{rid}", &AskForMail},
      {"DELETE livechat/transcript/{rid}", &CancelMail},
      {"GET smtp.check", &CheckMailServer},
  };
}

}  // namespace parley::backend::embedded
