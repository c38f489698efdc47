// Messages of visitors: saying, correcting, taking back, reading. Source: omnichannel reference §2.5.
#include "backend/embedded/chats.h"
#include "backend/embedded/contact_link.h"
#include "backend/embedded/lead_capture.h"
#include "backend/embedded/message_rules.h"
#include "backend/embedded/opening.h"
#include "backend/embedded/transcript.h"
#include "backend/embedded/upload.h"
#include "base/time.h"

namespace parley::backend::embedded {
namespace {

using storage::Match;

// Keeps what the visitor told of how to reach them.
void NoteLeads(const Call& call, const Visitor& before, std::string_view text, const std::string& message_id,
               Conversation& chat) {
  Visitor after = before;
  if (!CaptureLeads(call.settings(), text, after)) return;
  Save(after, call.now, chat.changes());
  RecordVisitor(call, &before, after, chat.changes());
  chat.TellLead(message_id);
}

// Blocking a channel closes its chat, so only closed ones can be of a blocked one.
Awaitable<Reply> WhyClosed(const Call& call, const VisitorChat& chat) {
  auto blocked = co_await IsBlocked(call, chat.visitor.id, chat.room.source);
  if (!blocked) co_return blocked.error();
  co_return Fail(*blocked ? "error-contact-channel-blocked" : "room-closed");
}

Awaitable<Reply> SayAsVisitor(Call& call) {
  auto found = co_await FindVisitorChat(call, std::string(call.body.Text("token")), std::string(call.body.Text("rid")));
  if (!found) co_return found.failure();
  if (!found->room.open) co_return co_await WhyClosed(call, *found);
  if (ExceedsVisitorLimit(call, call.body.Text("msg"))) co_return Fail("message-length-exceeds-character-limit");
  Message message = ReadMessage(call.body, "msg");
  if (!message.id.empty()) {
    auto taken = co_await FindMessage(call, message.id);
    if (!taken) co_return taken.error();
    if (*taken) co_return FailBare();
  }
  auto chat = co_await Continue(call, std::move(found->room));
  if (!chat) co_return chat.error();
  const Message said = chat->PostFromVisitor(found->visitor, std::move(message));
  NoteLeads(call, found->visitor, said.text, said.id, *chat);
  const Status committed = co_await call.Commit(chat->Finish());
  if (!committed) co_return committed.error();
  co_return Json::Of({{"message", ToAnswer(said)}});
}

// The visitor's chat and one message of it.
struct VisitorMessage {
  VisitorChat chat;
  Message message;
};

Awaitable<Outcome<VisitorMessage>> FindVisitorMessage(const Call& call, const Json& arguments) {
  auto chat = co_await FindVisitorChat(call, std::string(arguments.Text("token")), std::string(arguments.Text("rid")));
  if (!chat) co_return chat.failure();
  auto message = co_await FindMessage(call, std::string(call.Path("_id")));
  if (!message) co_return message.error();
  if (!*message || (*message)->room_id != chat->room.id) co_return Fail("invalid-message");
  VisitorMessage found;
  found.chat = std::move(*chat);
  found.message = std::move(**message);
  co_return found;
}

bool IsOwn(const VisitorMessage& found) {
  return found.message.author.id == found.chat.visitor.id && !found.message.IsSystem();
}

Awaitable<Reply> ReadVisitorMessage(Call& call) {
  auto found = co_await FindVisitorMessage(call, call.query);
  if (!found) co_return found.failure();
  co_return Json::Of({{"message", AnswerWithFile(call, found->message)}});
}

Awaitable<Reply> EditVisitorMessage(Call& call) {
  auto found = co_await FindVisitorMessage(call, call.body);
  if (!found) co_return found.failure();
  if (!call.settings().Flag("Message_AllowEditing") || !IsOwn(*found)) co_return Fail("error-action-not-allowed");
  if (ExceedsVisitorLimit(call, call.body.Text("msg"))) co_return Fail("message-length-exceeds-character-limit");
  auto chat = co_await Continue(call, std::move(found->chat.room));
  if (!chat) co_return chat.error();
  chat->Edit(found->message, std::string(call.body.Text("msg")), found->chat.visitor.AsPerson(),
             TracesWanted(call.settings()));
  const Status committed = co_await call.Commit(chat->Finish());
  if (!committed) co_return committed.error();
  co_return Json::Of({{"message", ToAnswer(found->message)}});
}

Awaitable<Reply> DeleteVisitorMessage(Call& call) {
  auto found = co_await FindVisitorMessage(call, call.body);
  if (!found) co_return found.failure();
  if (!call.settings().Flag("Message_AllowDeleting") || !IsOwn(*found)) co_return Fail("error-action-not-allowed");
  auto before = co_await FindSpokenBefore(call, found->message);
  if (!before) co_return before.error();
  auto chat = co_await Continue(call, std::move(found->chat.room));
  if (!chat) co_return chat.error();
  chat->Delete(found->message, *before, found->chat.visitor.AsPerson(), TracesWanted(call.settings()));
  const Status committed = co_await call.Commit(chat->Finish());
  if (!committed) co_return committed.error();
  co_return Json::Of({{"message", Json::Of({{"_id", found->message.id}, {"ts", IsoTime(call.now)}})}});
}

Awaitable<Reply> ReadHistory(Call& call) {
  if (call.query.Text("token").empty()) co_return Fail("error-token-param-not-provided");
  auto found = co_await FindVisitorChat(call, std::string(call.query.Text("token")), std::string(call.Path("rid")));
  if (!found) co_return found.failure();
  storage::Query query(Message::kCollection);
  query.where.emplace_back("rid", Match::kEquals, Json(found->room.id));
  query.where.emplace_back("_hidden", Match::kMissing);
  if (const std::string_view end = call.query.Text("end"); !end.empty()) {
    const std::optional<Time> before = ParseIsoTime(end);
    if (!before) co_return Fail("The \"end\" query parameter must be a valid date.");
    query.where.emplace_back("ts", Match::kLess, Json(UnixMillis(*before)));
  }
  query.sort.emplace_back("ts", true);
  query.offset = std::max<std::int64_t>(0, call.query.Integer("offset"));
  query.limit = std::max<std::int64_t>(0, call.query.Integer("limit", 20));
  auto messages = co_await Find<Message>(call.documents(), std::move(query));
  if (!messages) co_return messages.error();
  Json items = Json::MakeArray();
  for (const Message& message : messages->list) items.Push(AnswerWithFile(call, message));
  co_return Json::Of({{"messages", std::move(items)}});
}

// Says everything in one change, in the order given.
Awaitable<Reply> SayMany(Call& call) {
  const std::string token(call.body.Find("visitor")->Text("token"));
  auto visitor = co_await FindVisitorByToken(call, token);
  if (!visitor) co_return visitor.error();
  if (!*visitor) co_return Fail("error-invalid-token");
  auto opened = co_await OpenChat(call, token, std::string());
  if (!opened) co_return opened.failure();
  auto room = co_await FindRoom(call, opened->room.id);
  if (!room) co_return room.error();
  if (!*room || !(*room)->open) co_return Fail("room-closed");
  auto chat = co_await Continue(call, std::move(**room));
  if (!chat) co_return chat.error();
  Json items = Json::MakeArray();
  std::string all;
  std::string last;
  for (const Json& sent : *call.body.Find("messages")->AsArray()) {
    if (ExceedsVisitorLimit(call, sent.Text("msg"))) co_return Fail("message-length-exceeds-character-limit");
    const Message said = chat->PostFromVisitor(**visitor, ReadMessage(sent, "msg"));
    all += said.text + "\n";
    last = said.id;
    items.Push(Json::Of({{"username", said.author.username}, {"msg", said.text}, {"ts", IsoTime(said.at)}}));
  }
  NoteLeads(call, **visitor, all, last, *chat);
  const Status committed = co_await call.Commit(chat->Finish());
  if (!committed) co_return committed.error();
  co_return Json::Of({{"messages", std::move(items)}});
}

}  // namespace

Routes VisitorMessageRoutes() {
  return {
      {"POST livechat/message", &SayAsVisitor},
      {"GET livechat/message/{_id}", &ReadVisitorMessage},
      {"PUT livechat/message/{_id}", &EditVisitorMessage},
      {"DELETE livechat/message/{_id}", &DeleteVisitorMessage},
      {"GET livechat/messages.history/{rid}", &ReadHistory},
      {"POST livechat/messages", &SayMany},
  };
}

}  // namespace parley::backend::embedded
