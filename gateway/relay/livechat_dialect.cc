#include "relay/livechat_dialect.h"

#include <algorithm>

#include "base/text.h"
#include "base/time.h"
#include "json/members.h"
#include "records/visit.h"

namespace parley::relay {
namespace {

using events::Event;
using storage::IdKind;
using storage::LedgerAgent;
using storage::LedgerChat;
using storage::LedgerEntry;
using Composed = Result<std::optional<Json>>;

constexpr std::size_t kHexDigits = 32;

bool Wanted(const Endpoint& endpoint, std::string_view data_type) {
  const auto& wanted = endpoint.data_types;
  // An endpoint of the admin API gets everything unless it says what.
  if (wanted.empty()) return endpoint.origin == Origin::kAdmin;
  return std::find(wanted.begin(), wanted.end(), data_type) != wanted.end();
}

Json Seconds(Time time) {
  return Json(UnixSeconds(time));
}

void AppendUnlessEmpty(Json& object, std::string_view name, const std::string& text) {
  if (!text.empty()) object.Append(name, text);
}

Json MessageJson(const LedgerEntry& entry) {
  Json message;
  message.Append("user_type", entry.user_type);
  message.Append("author_name", entry.author_name);
  AppendUnlessEmpty(message, "agent_id", entry.agent_login);
  message.Append("text", entry.text);
  message.Append("json", "");
  message.Append("timestamp", Seconds(entry.at));
  return message;
}

Json AttachmentJson(const LedgerEntry& entry) {
  Json attachment;
  attachment.Append("user_type", entry.user_type);
  attachment.Append("author_name", entry.author_name);
  AppendUnlessEmpty(attachment, "agent_id", entry.agent_login);
  attachment.Append("files", TextsJson(entry.files));
  attachment.Append("timestamp", Seconds(entry.at));
  return attachment;
}

Json ClosingJson(const LedgerEntry& entry) {
  Json closing;
  closing.Append("user_type", entry.user_type);
  closing.Append("text", entry.text);
  closing.Append("timestamp", Seconds(entry.at));
  closing.Append("type", "closed");
  return closing;
}

Json AgentsJson(const std::vector<LedgerAgent>& agents) {
  Json list = Json::MakeArray();
  for (const LedgerAgent& agent : agents)
    list.Push(Json::Of({{"name", agent.name.empty() ? agent.username : agent.name}, {"login", agent.email}}));
  return list;
}

Json ChatJson(const LedgerChat& chat, const std::string& id, Json group) {
  Json messages = Json::MakeArray();
  Json attachments = Json::MakeArray();
  Json closings = Json::MakeArray();
  for (const LedgerEntry& entry : chat.entries) {
    if (entry.type == "message") messages.Push(MessageJson(entry));
    if (entry.type == "attachment") attachments.Push(AttachmentJson(entry));
    if (entry.type == "event" && entry.event_type == "closed") closings.Push(ClosingJson(entry));
  }
  Json json;
  json.Append("id", id);
  json.Append("started_timestamp", Seconds(chat.started));
  if (chat.ended) json.Append("ended_timestamp", Seconds(*chat.ended));
  json.Append("url", chat.start_url);
  json.Append("referer", chat.referrer);
  json.Append("messages", std::move(messages));
  json.Append("attachments", std::move(attachments));
  json.Append("events", std::move(closings));
  json.Append("agents", AgentsJson(chat.agents));
  json.Append("tags", TextsJson(chat.tags));
  json.Append("groups", Json(Json::Array{std::move(group)}));
  return json;
}

Json VisitorJson(const LedgerChat& chat, const std::string& id, const std::string& page) {
  Json visitor;
  visitor.Append("id", id);
  visitor.Append("name", chat.visitor.name);
  visitor.Append("email", chat.visitor.email);
  if (chat.visitor.custom_variables.size() > 0) visitor.Append("custom_variables", chat.visitor.custom_variables);
  visitor.Append("country", chat.visitor.country);
  visitor.Append("city", chat.visitor.city);
  visitor.Append("page_current", page);
  visitor.Append("timezone", chat.visitor.timezone);
  return visitor;
}

std::string_view SurveyType(std::string_view label) {
  const std::string lower = Lower(label);
  if (lower.starts_with("name")) return "name";
  if (lower.find("mail") != std::string::npos) return "email";
  return lower.find("phone") != std::string::npos ? "phone" : "question";
}

Json SurveyJson(const Json& survey) {
  Json list = Json::MakeArray();
  if (survey.AsArray() == nullptr) return list;
  for (const Json& item : *survey.AsArray()) {
    Json answer;
    answer.Append("id", item.Text("id"));
    answer.Append("type", SurveyType(item.Text("key")));
    answer.Append("label", item.Text("key"));
    answer.Append("answer", item.Text("value"));
    list.Push(std::move(answer));
  }
  return list;
}

void CopyMember(const Json& from, std::string_view name, Json& to) {
  if (const Json* member = from.Find(name)) to.Append(name, *member);
}

Json MomentJson(const Json& object, std::string_view member) {
  return Json(IsoTime(FromUnixMillis(object.Integer(member))));
}

Json TicketEventJson(const Json& event) {
  Json json;
  CopyMember(event, "author", json);
  json.Append("date", MomentJson(event, "at"));
  for (const char* name : {"is_private", "message", "type", "source", "from", "to"}) CopyMember(event, name, json);
  return json;
}

// {"id","name"} of LiveChat out of {"login","name"}.
Json AssigneeJson(const Json& assignee) {
  return Json::Of({{"id", assignee.Text("login")}, {"name", assignee.Text("name")}});
}

// Without `groups`.
Json TicketJson(const Json& ticket, const std::string& id) {
  Json happened = Json::MakeArray();
  if (const Json* list = ticket.Find("events"); list != nullptr && list->AsArray() != nullptr) {
    for (const Json& event : *list->AsArray()) happened.Push(TicketEventJson(event));
  }
  Json source;
  if (const Json* known = ticket.Find("source")) source = *known;
  if (source.Find("url") == nullptr) source.Set("url", nullptr);
  Json json;
  json.Append("id", id);
  for (const char* name : {"status", "subject", "requester"}) CopyMember(ticket, name, json);
  if (const Json* assignee = ticket.Find("assignee"); assignee != nullptr && assignee->IsObject())
    json.Append("assignee", AssigneeJson(*assignee));
  json.Append("events", std::move(happened));
  CopyMember(ticket, "tags", json);
  json.Append("source", std::move(source));
  return json;
}

bool IsFirstAgent(const events::ChatTaken& taken, const Occurrence& occurrence) {
  return !taken.supervising && occurrence.chat->taken == occurrence.event.at;
}

}  // namespace

std::vector<std::string> LiveChatDialect::Types() const {
  return {"chat_started", "chat_ended", "chat_changed", "visitor_queued", "ticket_created", "canned_response_changed"};
}

std::vector<std::string> LiveChatDialect::TypesOf(const Event& event) const {
  const std::string_view kind = events::KindOf(event.payload);
  if (kind == "chat.taken") return {"chat_started"};
  if (kind == "chat.closed") return {"chat_ended"};
  if (kind == "chat.tagged") return {"chat_changed"};
  if (kind == "chat.queued") return {"visitor_queued"};
  if (kind == "ticket.created") return {"ticket_created"};
  if (kind == "canned_response.changed") return {"canned_response_changed"};
  return {};
}

// Without the token, which is none of what is kept of a delivery: delivery_request.h adds it.
Json LiveChatDialect::Envelope(const std::string& type) const {
  Json body;
  body.Append("event_type", type);
  body.Append("license_id", std::to_string(license_));
  return body;
}

Awaitable<Composed> LiveChatDialect::Compose(const Occurrence& occurrence, std::string type, const Endpoint& endpoint) {
  const Event& event = occurrence.event;
  Json body = Envelope(type);
  if (const auto* made = std::get_if<events::TicketCreated>(&event.payload))
    co_return co_await ComposeTicket(made->ticket, std::move(body), endpoint);
  if (std::holds_alternative<events::CannedResponseChanged>(event.payload))
    co_return co_await ComposeCanned(event, std::move(body), endpoint);
  if (occurrence.chat == nullptr) co_return std::optional<Json>();
  const auto* taken = std::get_if<events::ChatTaken>(&event.payload);
  if (taken != nullptr && !IsFirstAgent(*taken, occurrence)) co_return std::optional<Json>();
  body.Append("event_unique_id", Sha256Hex(event.id).substr(0, kHexDigits));
  body.Append("lc_version", "2");
  co_return co_await ComposeChat(occurrence, std::move(body), endpoint);
}

Awaitable<Composed> LiveChatDialect::ComposeChat(const Occurrence& occurrence, Json body, const Endpoint& endpoint) {
  const LedgerChat& chat = *occurrence.chat;
  const bool queueing = std::holds_alternative<events::ChatQueued>(occurrence.event.payload);
  if (!queueing && Wanted(endpoint, "chat")) {
    const Result<std::string> id = co_await IdOf(IdKind::kChat, chat.id);
    if (!id) co_return id.error();
    Result<Json> group = co_await GroupId(chat.department);
    if (!group) co_return group.error();
    body.Append("chat", ChatJson(chat, *id, *std::move(group)));
  }
  if (Wanted(endpoint, "visitor")) {
    const Result<std::string> id = co_await IdOf(IdKind::kVisitor, chat.visitor.id);
    if (!id) co_return id.error();
    const Result<std::string> page = co_await PageOf(chat, occurrence.event.at);
    if (!page) co_return page.error();
    body.Append("visitor", VisitorJson(chat, *id, *page));
  }
  const bool tagged = std::holds_alternative<events::ChatTagged>(occurrence.event.payload);
  if (!queueing && !tagged && Wanted(endpoint, "pre_chat_survey"))
    body.Append("pre_chat_survey", SurveyJson(chat.prechat_survey));
  co_return std::optional<Json>(std::move(body));
}

Awaitable<Composed> LiveChatDialect::ComposeTicket(const Json& ticket, Json body, const Endpoint& endpoint) {
  if (Wanted(endpoint, "ticket")) {
    const Result<std::string> id = co_await IdOf(IdKind::kTicket, std::string(ticket.Text("id")));
    if (!id) co_return id.error();
    Json groups = Json::MakeArray();
    if (const Json* departments = ticket.Find("groups"); departments != nullptr && departments->AsArray() != nullptr) {
      for (const Json& department : *departments->AsArray()) {
        const std::string backend_id(department.AsString().value_or(""));
        const Result<Json> group = co_await GroupJson(backend_id);
        if (!group) co_return group.error();
        groups.Push(*group);
      }
    }
    Json shown = TicketJson(ticket, *id);
    shown.Append("groups", std::move(groups));
    body.Append("ticket", std::move(shown));
  }
  co_return std::optional<Json>(std::move(body));
}

Awaitable<Composed> LiveChatDialect::ComposeCanned(const Event& event, Json body, const Endpoint& endpoint) {
  if (Wanted(endpoint, "canned_response")) {
    const auto& changed = std::get<events::CannedResponseChanged>(event.payload);
    const Result<std::string> id = co_await IdOf(IdKind::kCannedResponse, event.subject);
    if (!id) co_return id.error();
    Result<Json> group = co_await GroupId(changed.department);
    if (!group) co_return group.error();
    Json canned;
    canned.Append("group", *std::move(group));
    canned.Append("id", ParseInteger(*id).value_or(0));
    canned.Append("modification_date", Seconds(event.at));
    canned.Append("tags", TextsJson(changed.tags));
    canned.Append("text", changed.text);
    body.Append("canned_response", std::move(canned));
  }
  co_return std::optional<Json>(std::move(body));
}

// Where the visitor was: the last page of their visit that is known from then, else where the chat began.
Awaitable<Result<std::string>> LiveChatDialect::PageOf(const LedgerChat& chat, Time at) {
  const auto visitor = co_await stores_.documents().Get(storage::Collection::kVisitors, chat.visitor.id);
  if (!visitor) co_return visitor.error();
  if (!*visitor) co_return chat.start_url;
  const auto visit = co_await records::FindVisit(stores_.documents(), (*visitor)->body.Text("token"));
  if (!visit) co_return visit.error();
  if (!*visit) co_return chat.start_url;
  const auto page = co_await records::FindPageAt(stores_.documents(), **visit, at);
  if (!page) co_return page.error();
  co_return *page ? (*page)->url : chat.start_url;
}

// Everybody's group is 0.
Awaitable<Result<Json>> LiveChatDialect::GroupId(const std::string& department) {
  if (department.empty()) co_return Json(0);
  const Result<std::string> id = co_await IdOf(IdKind::kGroup, department);
  if (!id) co_return id.error();
  co_return Json(ParseInteger(*id).value_or(0));
}

Awaitable<Result<Json>> LiveChatDialect::GroupJson(const std::string& department) {
  std::string name = "All operators";
  if (!department.empty()) {
    const auto found = co_await stores_.documents().Get(storage::Collection::kDepartments, department);
    if (!found) co_return found.error();
    name = *found ? std::string((*found)->body.Text("name")) : std::string();
  }
  Result<Json> id = co_await GroupId(department);
  if (!id) co_return id.error();
  Json group;
  group.Append("id", *std::move(id));
  group.Append("name", name);
  group.Append("inherited", false);
  co_return group;
}

Awaitable<Result<std::string>> LiveChatDialect::IdOf(IdKind kind, const std::string& backend_id) {
  std::vector<std::string> wanted;
  wanted.push_back(backend_id);
  Result<std::vector<std::string>> ids = co_await stores_.ids().Issue(kind, std::move(wanted));
  if (!ids) co_return ids.error();
  co_return std::move(ids->front());
}

Json LiveChatDialect::Sample(const std::string& type, const Endpoint& /*endpoint*/, Time now) const {
  Json body = Envelope(type);
  body.Append("event_unique_id", Sha256Hex(IsoTime(now)).substr(0, kHexDigits));
  body.Append("lc_version", "2");
  body.Append("test", true);
  return body;
}

}  // namespace parley::relay
