// Files sent into chats, by visitors and by agents. Source: omnichannel reference §2.4, §2.5.
#include <algorithm>

#include "backend/embedded/routing.h"
#include "backend/embedded/saying.h"
#include "backend/embedded/upload.h"
#include "base/time.h"

namespace parley::backend::embedded {
namespace {

// 400 {"success":false,"reason":...}
Reply RefusedFor(std::string_view reason) {
  return Reply(400, Json::Of({{"success", false}, {"reason", reason}}));
}

bool IsTooLarge(const Call& call, const SentFile& file) {
  const auto largest = LargestFile(call.settings());
  return largest && static_cast<std::int64_t>(file.bytes.size()) > *largest;
}

Upload DescribeFile(const Call& call, const SentFile& file, const std::string& room_id) {
  Upload upload;
  upload.id = call.ids().RoomId();
  upload.room_id = room_id;
  upload.name = file.name;
  upload.type = file.type;
  upload.size = static_cast<std::int64_t>(file.bytes.size());
  upload.uploaded = call.now;
  if (file.type.starts_with("image/")) upload.dimensions = DimensionsOf(file.bytes);
  return upload;
}

// A file whose record was not committed is nobody's.
Awaitable<> Forget(const Call& call, const Upload& upload) {
  const Status removed = co_await call.services.workspace.files().Remove(upload.room_id, upload.id);
  static_cast<void>(removed);  // nothing refers to it
}

// ---- visitors -------------------------------------------------------------------------------------------------------

struct VisitorSide {
  Visitor visitor;
  Room room;
};

// Errors: 403 for a missing or unknown token, and for a room that is not an open one of it
Awaitable<Outcome<VisitorSide>> FindSender(const Call& call) {
  const std::string token(call.Header("x-visitor-token"));
  if (token.empty()) co_return Forbidden();
  auto visitor = co_await FindVisitorByToken(call, token);
  if (!visitor) co_return visitor.error();
  if (!*visitor) co_return Forbidden();
  auto room = co_await FindRoom(call, std::string(call.Path("rid")));
  if (!room) co_return room.error();
  if (!*room || !(*room)->open || (*room)->visitor.token != token) co_return Forbidden();
  VisitorSide side;
  side.visitor = std::move(**visitor);
  side.room = std::move(**room);
  co_return side;
}

Message VisitorMessage(const Upload& upload, const Json& fields) {
  Message message = MessageOf(upload, fields.Text("description"), std::string(fields.Text("msg")));
  message.alias = fields.Text("alias");
  message.avatar = fields.Text("avatar");
  message.emoji = fields.Text("emoji");
  return message;
}

Awaitable<Outcome<Message>> SendAsVisitor(const Call& call, VisitorSide side, Upload upload, const Json& fields) {
  auto chat = co_await Continue(call, std::move(side.room));
  if (!chat) co_return chat.error();
  const Message said = chat->PostFromVisitor(side.visitor, VisitorMessage(upload, fields));
  Save(upload, call.now, chat->changes());
  const Status committed = co_await call.Commit(chat->Finish());
  if (!committed) co_return committed.error();
  co_return said;
}

Awaitable<Reply> UploadByVisitor(Call& call) {
  const bool is_on = call.settings().Flag("Livechat_fileupload_enabled") && call.settings().Flag("FileUpload_Enabled");
  if (!is_on) co_return RefusedFor("error-file-upload-disabled");
  auto side = co_await FindSender(call);
  if (!side) co_return side.failure();
  auto file = ReadSentFile(call);
  if (!file) co_return file.failure();
  if (!IsTypeAllowed(call.settings(), file->type)) co_return RefusedFor("error-type-not-allowed");
  if (IsTooLarge(call, *file)) {
    Reply refused = RefusedFor("error-size-not-allowed");
    refused.body.Append("sizeAllowed", ReadableSize(*LargestFile(call.settings())));
    co_return refused;
  }
  const Upload upload = DescribeFile(call, *file, side->room.id);
  const Status kept = co_await call.services.workspace.files().Write(upload.room_id, upload.id, std::move(file->bytes));
  if (!kept) co_return kept.error();
  auto said = co_await SendAsVisitor(call, std::move(*side), upload, file->fields);
  if (!said) {
    co_await Forget(call, upload);
    co_return said.failure();
  }
  Json answer = ToAnswer(*said);
  answer.Append("newRoom", false);
  const auto method = ParseRoutingMethod(call.settings().Text("Livechat_Routing_Method"));
  answer.Append("showConnecting", method == RoutingMethod::kManualSelection);
  co_return answer;
}

// ---- agents ---------------------------------------------------------------------------------------------------------

// Errors: 403 when the caller may not read the room; the settings' refusals
Awaitable<Outcome<SentFile>> ReadAgentsFile(const Call& call) {
  auto room = co_await FindRoom(call, std::string(call.Path("rid")));
  if (!room) co_return room.error();
  if (!*room) co_return Forbidden();
  const auto may = co_await MayAccess(call, **room);
  if (!may) co_return may.error();
  if (!*may) co_return Forbidden();
  if (!call.settings().Flag("FileUpload_Enabled")) {
    co_return FailCoded("error-file-upload-disabled", "File upload is disabled");
  }
  auto file = ReadSentFile(call);
  if (!file) co_return file;
  if (!IsTypeAllowed(call.settings(), file->type)) {
    co_return FailCoded("error-invalid-file-type", "File type is not accepted");
  }
  if (IsTooLarge(call, *file)) {
    co_return FailCoded("error-file-too-large",
                        "File exceeds allowed size of " + ReadableSize(*LargestFile(call.settings())));
  }
  co_return file;
}

Awaitable<Outcome<Upload>> KeepAgentsFile(const Call& call) {
  auto file = co_await ReadAgentsFile(call);
  if (!file) co_return file.failure();
  Upload upload = DescribeFile(call, *file, std::string(call.Path("rid")));
  upload.user_id = call.user().id;
  upload.extra = std::move(file->fields);  // of the form, until the message is made of it
  const Status kept = co_await call.services.workspace.files().Write(upload.room_id, upload.id, std::move(file->bytes));
  if (!kept) co_return kept.error();
  co_return upload;
}

Awaitable<Reply> UploadByAgent(Call& call) {
  auto upload = co_await KeepAgentsFile(call);
  if (!upload) co_return upload.failure();
  const Json fields = std::exchange(upload->extra, Json());
  Message message = MessageOf(*upload, fields.Text("description"), std::string(fields.Text("msg")));
  message.thread = fields.Text("tmid");
  storage::Changes changes;
  Save(*upload, call.now, changes);
  auto said = co_await SayAsUser(call, upload->room_id, std::move(message), std::move(changes));
  if (!said) {
    co_await Forget(call, *upload);
    co_return said.failure();
  }
  co_return Json::Of({{"message", ToAnswer(*said)}});
}

// First of two steps: the file is kept, nobody is shown it.
Awaitable<Reply> KeepMedia(Call& call) {
  auto upload = co_await KeepAgentsFile(call);
  if (!upload) co_return upload.failure();
  upload->extra = Json();
  upload->waiting = true;
  storage::Changes changes;
  Save(*upload, call.now, changes);
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) {
    co_await Forget(call, *upload);
    co_return committed.error();
  }
  Json file = Json::Of({{"_id", upload->id}, {"url", DownloadPath(*upload)}});
  co_return Json::Of({{"file", std::move(file)}});
}

Awaitable<Reply> ConfirmMedia(Call& call) {
  auto upload = co_await Get<Upload>(call.documents(), std::string(call.Path("fileId")));
  if (!upload) co_return upload.error();
  const bool is_own = *upload && (*upload)->waiting && (*upload)->user_id == call.user().id;
  if (!is_own || (*upload)->room_id != call.Path("rid")) co_return FailCoded("invalid-file");
  if (const std::string_view name = call.body.Text("fileName"); !name.empty()) (*upload)->name = CleanFileName(name);
  (*upload)->waiting = false;
  Message message = MessageOf(**upload, call.body.Text("description"), std::string(call.body.Text("msg")));
  message.thread = call.body.Text("tmid");
  storage::Changes changes;
  Save(**upload, call.now, changes);
  auto said = co_await SayAsUser(call, (*upload)->room_id, std::move(message), std::move(changes));
  if (!said) co_return said.failure();
  co_return Json::Of({{"message", ToAnswer(*said)}});
}

}  // namespace

Routes UploadRoutes() {
  // Forms with a file are read, and judged, by their handlers.
  return {
      {"POST livechat/upload/{rid}", &UploadByVisitor, Checks::kNone},
      {"POST rooms.upload/{rid}", &UploadByAgent, Checks::kNone},
      {"POST rooms.media/{rid}", &KeepMedia, Checks::kNone},
      {"POST rooms.mediaConfirm/{rid}/{fileId}", &ConfirmMedia},
  };
}

}  // namespace parley::backend::embedded
