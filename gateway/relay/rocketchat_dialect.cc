#include "relay/rocketchat_dialect.h"

#include <algorithm>
#include <array>

#include "base/time.h"
#include "events/webhook_names.h"
#include "storage/transact.h"

namespace parley::relay {
namespace {

using events::Event;
using storage::Collection;
using storage::Document;
using storage::Match;

constexpr const char* kClosing = "livechat-close";
constexpr const char* kNavigation = "livechat_navigation_history";
constexpr std::size_t kMostAnswerBytes = 4'096;

bool HasSomething(const Json& value) {
  return !value.IsNull() && !(value.IsString() && value.AsString()->empty()) &&
         !((value.IsArray() || value.IsObject()) && value.empty());
}

// What is empty is left out.
void Copy(const Json& from, std::string_view member, Json& to, std::string_view name) {
  const Json* value = from.Find(member);
  if (value != nullptr && HasSomething(*value)) to.Append(name, *value);
}

// A stored moment, as Rocket.Chat writes it.
void CopyMoment(const Json& from, std::string_view member, Json& to, std::string_view name) {
  const Json* value = from.Find(member);
  if (value != nullptr && value->IsInteger()) to.Append(name, IsoTime(FromUnixMillis(*value->AsInteger())));
}

// With the moment it began.
void CopyAssignment(const Json& from, std::string_view member, Json& to, std::string_view name) {
  const Json* assigned = from.Find(member);
  if (assigned == nullptr || !assigned->IsObject()) return;
  Json copy;
  Copy(*assigned, "_id", copy, "_id");
  Copy(*assigned, "username", copy, "username");
  CopyMoment(*assigned, "ts", copy, "ts");
  to.Append(name, std::move(copy));
}

bool IsTold(const Json& message, bool with_navigation) {
  const std::string_view type = message.Text("t");
  return (type.empty() || type == kClosing || (with_navigation && type == kNavigation)) && !message.Flag("_hidden");
}

Json MessageJson(const Document& document, const std::string& visitor_id) {
  const Json& stored = document.body;
  Json author = Json::MakeObject();
  if (const Json* person = stored.Find("u"); person != nullptr && person->IsObject()) author = *person;
  const std::string author_id(author.Text("_id"));
  const std::string username(author.Text("username"));
  Json message;
  message.Append("u", std::move(author));
  message.Append("_id", document.id);
  message.Append("username", username);
  message.Append("msg", stored.Text("msg"));
  CopyMoment(stored, "ts", message, "ts");
  message.Append("rid", stored.Text("rid"));
  if (author_id != visitor_id) message.Append("agentId", author_id);
  if (stored.Text("t") == kClosing) message.Append("closingMessage", true);
  CopyMoment(stored, "editedAt", message, "editedAt");
  for (const char* name : {"navigation", "blocks", "file", "attachments"}) Copy(stored, name, message, name);
  CopyMoment(stored, "_updatedAt", message, "_updatedAt");
  return message;
}

Json OfflineJson(const events::OfflineMessage& left, Time at) {
  Json body;
  body.Append("type", events::kOfflineMessageLeft);
  body.Append("sentAt", IsoTime(at));
  body.Append("visitor", Json::Of({{"name", left.name}, {"email", left.email}}));
  body.Append("message", left.text);
  return body;
}

// What the session events say beside the common members.
void AppendTransfer(const events::ChatTransferred& transfer, Json& body) {
  if (!transfer.old_agent.id.empty() && transfer.scope == "agent") {
    body.Append("oldServedBy", Json::Of({{"_id", transfer.old_agent.id}, {"username", transfer.old_agent.username}}));
  }
  if (transfer.scope == "department" && !transfer.old_department.empty())
    body.Append("oldDepartmentId", transfer.old_department);
}

void AppendExtras(const Event& event, std::string_view type, const Json& room, Json& body) {
  if (!type.starts_with("LivechatSession")) return;
  Copy(room, "departmentId", body, "departmentId");
  if (type == events::kSessionStart || type == events::kSessionQueued) return;
  CopyAssignment(room, "servedBy", body, "servedBy");
  if (const auto* transfer = std::get_if<events::ChatTransferred>(&event.payload)) AppendTransfer(*transfer, body);
  if (type != events::kSessionClosed) return;
  CopyMoment(room, "closedAt", body, "closedAt");
  Copy(room, "closedBy", body, "closedBy");
  Copy(room, "closer", body, "closer");
}

Json CommonJson(const std::string& room_id, const Json& room) {
  Json body;
  body.Append("_id", room_id);
  Copy(room, "fname", body, "label");
  Copy(room, "topic", body, "topic");
  CopyMoment(room, "ts", body, "createdAt");
  CopyMoment(room, "lm", body, "lastMessageAt");
  Copy(room, "tags", body, "tags");
  Copy(room, "livechatData", body, "customFields");
  return body;
}

}  // namespace

std::vector<std::string> RocketChatDialect::Types() const {
  std::vector<std::string> types;
  for (const std::string_view name : events::kWebhookNames) {
    types.emplace_back(name);
    if (name != events::kMessageSent) continue;
    types.emplace_back(events::kVisitorMessage);
    types.emplace_back(events::kAgentMessage);
  }
  return types;
}

std::vector<std::string> RocketChatDialect::TypesOf(const Event& event) const {
  const std::string_view kind = events::KindOf(event.payload);
  if (kind == "chat.started") return {std::string(events::kSessionStart)};
  if (kind == "chat.queued") return {std::string(events::kSessionQueued)};
  if (kind == "chat.taken" && !std::get<events::ChatTaken>(event.payload).supervising)
    return {std::string(events::kSessionTaken)};
  if (kind == "chat.transferred") return {std::string(events::kSessionForwarded)};
  if (kind == "chat.closed") return {std::string(events::kSessionClosed)};
  if (kind == "chat.edited") return {std::string(events::kSessionEdited)};
  if (kind == "chat.lead_captured") return {std::string(events::kLeadCapture)};
  if (kind == "visitor.left_message") return {std::string(events::kOfflineMessageLeft)};
  if (kind == "chat.message") {
    const bool visitors = std::get<events::ChatMessage>(event.payload).user_type == "visitor";
    return {std::string(visitors ? events::kVisitorMessage : events::kAgentMessage)};
  }
  return {};
}

Awaitable<RocketChatDialect::Found> RocketChatDialect::Read(Collection collection, std::string id) {
  Result<std::optional<Document>> found = co_await stores_.documents().Get(collection, std::move(id));
  if (!found) co_return found.error();
  if (!*found) co_return std::optional<Json>();
  co_return std::optional<Json>(std::move((*found)->body));
}

Awaitable<RocketChatDialect::Found> RocketChatDialect::Compose(const Occurrence& occurrence, std::string type,
                                                               const Endpoint& /*endpoint*/) {
  const Event& event = occurrence.event;
  if (const auto* left = std::get_if<events::OfflineMessage>(&event.payload))
    co_return std::optional<Json>(OfflineJson(*left, event.at));
  const Found room = co_await Read(Collection::kRooms, event.subject);
  if (!room) co_return room.error();
  if (!*room) co_return std::optional<Json>();
  Json body = CommonJson(event.subject, **room);
  const Status visitor = co_await AppendVisitor(**room, body);
  if (!visitor) co_return visitor.error();
  if (type != events::kSessionStart) {
    const Status agent = co_await AppendAgent(**room, body);
    if (!agent) co_return agent.error();
  }
  Copy(**room, "crmData", body, "crmData");
  const std::string told = type.substr(0, type.find(':'));
  body.Append("type", told);
  const Status messages = co_await AppendMessages(event, told, **room, body);
  if (!messages) co_return messages.error();
  AppendExtras(event, told, **room, body);
  co_return std::optional<Json>(std::move(body));
}

Awaitable<Status> RocketChatDialect::AppendVisitor(const Json& room, Json& body) {
  const Json* snapshot = room.Find("v");
  const std::string id(snapshot == nullptr ? "" : snapshot->Text("_id"));
  const Found found = co_await Read(Collection::kVisitors, id);
  if (!found) co_return found.error();
  const Json visitor = found->value_or(snapshot == nullptr ? Json::MakeObject() : *snapshot);
  Json told;
  told.Append("_id", id);
  told.Append("token", visitor.Text("token"));
  Copy(visitor, "name", told, "name");
  told.Append("username", visitor.Text("username"));
  Copy(visitor, "department", told, "department");
  Copy(visitor, "ip", told, "ip");
  Copy(visitor, "livechatData", told, "customFields");
  Copy(visitor, "visitorEmails", told, "email");
  Copy(visitor, "phone", told, "phone");
  body.Append("visitor", std::move(told));
  co_return Status();
}

Awaitable<Status> RocketChatDialect::AppendAgent(const Json& room, Json& body) {
  const Json* assigned = room.Find("servedBy");
  if (assigned == nullptr) co_return Status();
  const std::string id(assigned->Text("_id"));
  const Found user = co_await Read(Collection::kUsers, id);
  if (!user) co_return user.error();
  if (!*user) co_return Status();
  Json agent;
  agent.Append("_id", id);
  agent.Append("username", (*user)->Text("username"));
  Copy(**user, "name", agent, "name");
  Copy(**user, "customFields", agent, "customFields");
  if (const Json* emails = (*user)->Find("emails"); emails != nullptr && emails->size() > 0 && emails->IsArray())
    Copy(emails->AsArray()->front(), "address", agent, "email");
  body.Append("agent", std::move(agent));
  co_return Status();
}

Awaitable<Status> RocketChatDialect::AppendMessages(const Event& event, const std::string& type, const Json& room,
                                                    Json& body) {
  const Json* visitor = room.Find("v");
  const std::string visitor_id(visitor == nullptr ? "" : visitor->Text("_id"));
  if (type == events::kLeadCapture) {
    body.Append("messages", Json::MakeArray());
    co_return Status();
  }
  if (const auto* said = std::get_if<events::ChatMessage>(&event.payload)) {
    const Result<std::optional<Document>> message =
        co_await stores_.documents().Get(Collection::kMessages, said->message_id);
    if (!message) co_return message.error();
    Json list = Json::MakeArray();
    if (*message) list.Push(MessageJson(**message, visitor_id));
    body.Append("messages", std::move(list));
    co_return Status();
  }
  Result<Json> messages = co_await MessagesOf(event.subject, visitor_id, event.at);
  if (!messages) co_return messages.error();
  body.Append("messages", *std::move(messages));
  co_return Status();
}

Awaitable<Result<bool>> RocketChatDialect::TellsNavigation() {
  for (const char* id :
       {"Livechat_Visitor_navigation_as_a_message", "Send_visitor_navigation_history_livechat_webhook_request"}) {
    const Found setting = co_await Read(Collection::kSettings, id);
    if (!setting) co_return setting.error();
    if (!*setting || !(*setting)->Flag("value")) co_return false;
  }
  co_return true;
}

Awaitable<Result<Json>> RocketChatDialect::MessagesOf(const std::string& room_id, const std::string& visitor_id,
                                                      Time until) {
  const Result<bool> with_navigation = co_await TellsNavigation();
  if (!with_navigation) co_return with_navigation.error();
  storage::Query query(Collection::kMessages);
  query.where.emplace_back("rid", Match::kEquals, Json(room_id));
  query.where.emplace_back("ts", Match::kAtMost, Json(UnixMillis(until)));
  query.sort.emplace_back("ts");
  const Result<storage::Found> found = co_await stores_.documents().Find(std::move(query));
  if (!found) co_return found.error();
  Json list = Json::MakeArray();
  for (const Document& message : found->documents) {
    if (IsTold(message.body, *with_navigation)) list.Push(MessageJson(message, visitor_id));
  }
  co_return list;
}

Json RocketChatDialect::Sample(const std::string& type, const Endpoint& /*endpoint*/, Time now) const {
  Json body;
  body.Append("_id", "test");
  body.Append("label", "A test of the webhook");
  body.Append("createdAt", IsoTime(now));
  body.Append("visitor", Json::Of({{"_id", "test"}, {"token", "test"}, {"username", "test"}}));
  body.Append("type", type.substr(0, type.find(':')));
  body.Append("messages", Json::MakeArray());
  return body;
}

Awaitable<Status> RocketChatDialect::Answered(std::string room_id, std::string answer) {
  if (answer.empty()) co_return Status();
  const Json kept(answer.substr(0, kMostAnswerBytes));
  auto attempt = [&]() -> Awaitable<Status> {
    const Result<std::optional<Document>> room = co_await stores_.documents().Get(Collection::kRooms, room_id);
    if (!room) co_return room.error();
    if (!*room || (*room)->body.Text("crmData") == *kept.AsString()) co_return Status();
    Json body = (*room)->body;
    body.Set("crmData", kept);
    storage::Changes changes;
    changes.Update(Collection::kRooms, **room, std::move(body));
    co_return co_await stores_.committer().Commit(std::move(changes));
  };
  co_return co_await storage::Retrying(std::move(attempt));
}

}  // namespace parley::relay
