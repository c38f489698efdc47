// Messages of agents: saying, correcting, taking back.
// Source: omnichannel reference §2.5, administration reference §6.3.
#include <algorithm>

#include "backend/embedded/contact_merge.h"
#include "backend/embedded/message_rules.h"
#include "backend/embedded/saying.h"
#include "backend/embedded/transcript.h"
#include "base/time.h"

namespace parley::backend::embedded {
namespace {

constexpr auto kClockTolerance = std::chrono::seconds(60);

// `ts` of a sent message: milliseconds, ISO text or {"$date": milliseconds}.
std::optional<Time> ReadSentTime(const Json& ts) {
  if (auto millis = ts.AsInteger()) return FromUnixMillis(*millis);
  if (auto text = ts.AsString()) return ParseIsoTime(*text);
  const Json* date = ts.Find("$date");
  if (auto millis = date ? date->AsInteger() : std::nullopt) return FromUnixMillis(*millis);
  return std::nullopt;
}

bool IsOutOfSync(const Call& call, const Json& message) {
  const Json* ts = message.Find("ts");
  if (ts == nullptr) return false;
  const std::optional<Time> sent = ReadSentTime(*ts);
  return sent && std::chrono::abs(*sent - call.now) > kClockTolerance;
}

std::string CurrentMonth(Time now) {
  return IsoTime(now).substr(0, 7);
}

Awaitable<Status> MarkContactActive(const Call& call, const std::string& month, Conversation& chat) {
  auto contact = co_await FindContact(call.documents(), chat.room().contact_id);
  if (!contact) co_return contact.error();
  if (!*contact) co_return Status();
  ContactFacts facts;
  facts.activity = {month};
  if (Merge(facts, **contact)) SaveContact(**contact, call.now, chat.changes());
  co_return Status();
}

// The first answer of a month counts the visitor among that month's active contacts.
Awaitable<Status> MarkVisitorActive(const Call& call, Conversation& chat) {
  const std::string month = CurrentMonth(call.now);
  auto& months = chat.room().visitor.activity;
  if (std::find(months.begin(), months.end(), month) != months.end()) co_return Status();
  months.push_back(month);
  if (chat.inquiry()) chat.inquiry()->visitor.activity = months;
  const Status marked = co_await MarkContactActive(call, month, chat);
  if (!marked) co_return marked;
  auto visitor = co_await FindVisitor(call, chat.room().visitor.id);
  if (!visitor) co_return visitor.error();
  if (!*visitor) co_return Status();
  auto& known = (*visitor)->activity;
  if (std::find(known.begin(), known.end(), month) != known.end()) co_return Status();
  known.push_back(month);
  Save(**visitor, call.now, chat.changes());
  co_return Status();
}

}  // namespace

Awaitable<Outcome<Message>> SayAsUser(const Call& call, std::string room_id, Message message, storage::Changes more) {
  auto room = co_await FindRoom(call, std::move(room_id));
  if (!room) co_return room.error();
  if (!*room) co_return Fail("error-invalid-room");
  auto allowed = co_await MayAccess(call, **room);
  if (!allowed) co_return allowed.error();
  if (!*allowed) co_return Fail("error-not-allowed");
  const bool impersonates = !message.alias.empty() || !message.avatar.empty();
  if (impersonates && !call.May("message-impersonate")) co_return Fail("Not enough permission");
  if (!message.id.empty()) {
    auto taken = co_await FindMessage(call, message.id);
    if (!taken) co_return taken.error();
    if (*taken) {
      co_return Fail("E11000 duplicate key error collection: rocketchat_message index: _id_ dup key: { _id: \"" +
                     message.id + "\" }");
    }
  }
  auto chat = co_await Continue(call, std::move(**room));
  if (!chat) co_return chat.error();
  const Status marked = co_await MarkVisitorActive(call, *chat);
  if (!marked) co_return marked.error();
  Message said = chat->PostFromAgent(call.user(), std::move(message));
  chat->FinishInto(more);
  const Status committed = co_await call.Commit(std::move(more));
  if (!committed) co_return committed.error();
  co_return said;
}

namespace {

Awaitable<Reply> SendMessage(Call& call) {
  const Json& sent = *call.body.Find("message");
  if (sent.Find("t") != nullptr) co_return Fail("Cannot send system messages using 'chat.sendMessage'");
  if (sent.Flag("tshow") && sent.Text("tmid").empty()) {
    co_return FailCoded("invalid-params", "tshow provided but missing tmid", MethodDetails("sendMessage"));
  }
  if (IsOutOfSync(call, sent)) {
    co_return FailCoded("error-message-ts-out-of-sync", "Message timestamp is out of sync",
                        MethodDetails("sendMessage"));
  }
  if (ExceedsMessageSize(call, sent.Text("msg"))) co_return MessageSizeExceeded();
  const std::string room_id(sent.Text("rid"));
  if (room_id.empty()) co_return Fail("The 'rid' property on the message object is missing.");
  storage::Changes nothing_more;
  auto said = co_await SayAsUser(call, room_id, ReadMessage(sent, "msg"), std::move(nothing_more));
  if (!said) co_return said.failure();
  co_return Json::Of({{"message", ToAnswer(*said)}});
}

Awaitable<Reply> PostMessage(Call& call) {
  const std::string_view by_id = call.body.Text("roomId");
  const std::string channel(by_id.empty() ? call.body.Text("channel") : by_id);
  if (ExceedsMessageSize(call, call.body.Text("text"))) co_return Fail("error-message-size-exceeded");
  auto room = co_await FindRoom(call, channel);
  if (!room) co_return room.error();
  if (!*room) co_return FailCoded("invalid-channel");
  Message message = ReadMessage(call.body, "text");
  message.id.clear();
  message.groupable = false;
  storage::Changes nothing_more;
  auto said = co_await SayAsUser(call, channel, std::move(message), std::move(nothing_more));
  if (!said) co_return said.failure();
  co_return Json::Of({{"ts", UnixMillis(said->at)}, {"channel", channel}, {"message", ToAnswer(*said)}});
}

// A message named by `msgId` with its room, for update and delete.
struct NamedMessage {
  Message message;
  Room room;
};

Awaitable<Outcome<NamedMessage>> FindNamedMessage(const Call& call) {
  const std::string id(call.body.Text("msgId"));
  auto message = co_await FindMessage(call, id);
  if (!message) co_return message.error();
  if (!*message) co_return Fail("No message found with the id of \"" + id + "\".");
  if ((*message)->room_id != call.body.Text("roomId")) {
    co_return Fail("The room id provided does not match where the message is from.");
  }
  auto room = co_await FindRoom(call, (*message)->room_id);
  if (!room) co_return room.error();
  if (!*room) co_return Fail("error-invalid-room");
  NamedMessage named;
  named.message = std::move(**message);
  named.room = std::move(**room);
  co_return named;
}

Awaitable<Reply> UpdateMessage(Call& call) {
  auto named = co_await FindNamedMessage(call);
  if (!named) co_return named.failure();
  auto allowed = co_await MayAccess(call, named->room);
  if (!allowed) co_return allowed.error();
  if (!*allowed) co_return Fail("error-not-allowed");
  if (const auto refused = CheckMayEdit(call, named->message)) co_return *refused;
  const std::string text(call.body.Text("text"));
  if (ExceedsMessageSize(call, text)) co_return MessageSizeExceeded();
  const Json* fields = call.body.Find("customFields");
  const bool new_fields = fields != nullptr && fields->IsObject() && *fields != named->message.custom_fields;
  if (text == named->message.text && !new_fields) co_return Json::Of({{"message", ToAnswer(named->message)}});
  auto chat = co_await Continue(call, std::move(named->room));
  if (!chat) co_return chat.error();
  if (new_fields) named->message.custom_fields = *fields;
  chat->Edit(named->message, text, PersonOf(call.user()), TracesWanted(call.settings()));
  const Status committed = co_await call.Commit(chat->Finish());
  if (!committed) co_return committed.error();
  co_return Json::Of({{"message", ToAnswer(named->message)}});
}

Awaitable<Reply> DeleteMessage(Call& call) {
  auto named = co_await FindNamedMessage(call);
  if (!named) co_return named.failure();
  auto allowed = co_await MayAccess(call, named->room);
  if (!allowed) co_return allowed.error();
  if (!*allowed) co_return Fail("error-not-allowed");
  const Message& message = named->message;
  if (call.body.Flag("asUser") && message.author.id != call.user().id && !call.May("force-delete-message")) {
    co_return Fail(
        "Unauthorized. You must have the permission \"force-delete-message\" to delete other's message as them.");
  }
  if (!MayDelete(call, message)) co_return FailCoded("error-action-not-allowed", "Not allowed");
  auto before = co_await FindSpokenBefore(call, message);
  if (!before) co_return before.error();
  auto chat = co_await Continue(call, std::move(named->room));
  if (!chat) co_return chat.error();
  chat->Delete(message, *before, PersonOf(call.user()), TracesWanted(call.settings()));
  const Status committed = co_await call.Commit(chat->Finish());
  if (!committed) co_return committed.error();
  co_return Json::Of({{"_id", message.id},
                      {"ts", std::to_string(UnixMillis(call.now))},
                      {"message", Pick(ToAnswer(message), {"_id", "rid", "u"})}});
}

}  // namespace

Routes AgentMessageRoutes() {
  return {
      {"POST chat.sendMessage", &SendMessage},
      {"POST chat.postMessage", &PostMessage},
      {"POST chat.update", &UpdateMessage},
      {"POST chat.delete", &DeleteMessage},
  };
}

}  // namespace parley::backend::embedded
