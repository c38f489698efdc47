// Text messages from phones: each is said in a chat of the number it came from. Source: omnichannel reference §2.13.
//
// Twilio signs what it sends. The other two send nothing that would prove who they are, as with a workspace; whoever
// configures one of them keeps the address secret or lets a proxy guard it.
#include <algorithm>

#include "backend/embedded/chats.h"
#include "backend/embedded/contact_link.h"
#include "backend/embedded/contact_merge.h"
#include "backend/embedded/custom_field.h"
#include "backend/embedded/lead_capture.h"
#include "backend/embedded/message_rules.h"
#include "backend/embedded/opening.h"
#include "backend/embedded/registering.h"
#include "backend/embedded/text_message.h"
#include "base/text.h"

namespace parley::backend::embedded {
namespace {

using storage::Condition;
using storage::Match;

// ---- is it the provider? --------------------------------------------------------------------------------------------

// The configured one, by the name in the path.
// Errors: "Invalid service", "error-sms-service-disabled"
Outcome<TextProvider> FindProvider(const Call& call) {
  const std::string name = Lower(call.Path("service"));
  const auto provider = ParseTextProvider(name);
  if (!provider || name != call.settings().Text("SMS_Service")) return Fail("Invalid service");
  if (!call.settings().Flag("SMS_Enabled")) return Fail("error-sms-service-disabled");
  return *provider;
}

// Where Twilio may have been told to post to. A proxy may have taken the encryption off, so the Host is tried with both
// schemes: the signature is only as good as the token in either case.
std::vector<std::string> UrlsOf(const Call& call) {
  std::string target = "/api/v1/" + call.request.path;
  if (!call.request.query.empty()) target += "?" + call.request.query;
  if (!call.options().site_url.empty()) return {call.options().site_url + target};
  const std::string host(call.Header("host"));
  return {"https://" + host + target, "http://" + host + target};
}

// Without a token nothing is believed.
bool IsSignedByTwilio(const Call& call) {
  const std::string_view token = call.settings().Text("SMS_Twilio_authToken");
  const std::string_view signature = call.Header("x-twilio-signature");
  const bool is_form = call.request.content_type.find("application/x-www-form-urlencoded") != std::string::npos;
  const auto form = http::ParseQuery(call.request.body);
  if (token.empty() || signature.empty() || !is_form || !form) return false;
  const auto urls = UrlsOf(call);
  return std::any_of(urls.begin(), urls.end(), [&](const std::string& url) {
    return SecureEquals(TwilioSignature(token, url, *form), signature);
  });
}

// ---- who sends it ---------------------------------------------------------------------------------------------------

// The department the route was asked for, else the one of the settings; empty when neither is one.
Awaitable<Result<std::string>> FindTargetDepartment(const Call& call) {
  for (const std::string_view asked :
       {call.query.Text("department"), call.settings().Text("SMS_Default_Omnichannel_Department")}) {
    if (asked.empty()) continue;
    auto department = co_await FindDepartmentByIdOrName(call.documents(), std::string(asked));
    if (!department) co_return department.error();
    if (*department) co_return (*department)->id;
  }
  co_return std::string();
}

std::string DigitsOf(std::string_view number) {
  std::string digits;
  std::copy_if(number.begin(), number.end(), std::back_inserter(digits), [](char c) { return c >= '0' && c <= '9'; });
  return digits;
}

// Called after the digits of the number, unless somebody else is.
Awaitable<Result<Visitor>> MakeSender(const Call& call, const TextMessage& text) {
  auto visitor = co_await MakeVisitor(call, call.ids().Secret());
  if (!visitor) co_return visitor.error();
  visitor->phones = {PhoneEntry{text.from}};
  const std::string digits = DigitsOf(text.from);
  if (digits.empty()) co_return std::move(*visitor);
  std::vector<Condition> called_so;
  called_so.emplace_back("username", Match::kEquals, Json(digits));
  auto namesake = co_await FindFirst<Visitor>(call.documents(), std::move(called_so));
  if (!namesake) co_return namesake.error();
  if (!*namesake) visitor->username = digits;
  co_return std::move(*visitor);
}

// What the number tells of where it is from, as far as there are fields for it.
Awaitable<Result<Json>> OriginFor(const Call& call, const TextMessage& text, std::string scope) {
  auto fields = co_await FindCustomFields(call.documents(), std::move(scope));
  if (!fields) co_return fields.error();
  Json values = Json::MakeObject();
  for (const auto& [name, value] : text.origin) {
    const CustomField* field = FindField(*fields, name);
    if (field != nullptr && Fits(*field, value)) values.Set(name, Json(value));
  }
  co_return values;
}

// Says whether something is different now.
bool SetAll(const Json& values, Json& data) {
  bool changed = false;
  for (const auto& [name, value] : *values.AsObject()) {
    const Json* known = data.Find(name);
    if (known != nullptr && *known == value) continue;
    data.Set(name, value);
    changed = true;
  }
  return changed;
}

bool TellContact(const Json& values, Contact& contact) {
  bool changed = false;
  for (const auto& [name, value] : *values.AsObject()) {
    changed = MergeCustomValue(name, std::string(values.Text(name)), true, contact) || changed;
  }
  return changed;
}

Awaitable<Result<Visitor>> FindOrMakeSender(const Call& call, const TextMessage& text) {
  auto known = co_await FindVisitorWith(call, "phone.0.phoneNumber", text.from);
  if (!known) co_return known.error();
  if (*known) co_return std::move(**known);
  co_return co_await MakeSender(call, text);
}

// The visitor of the number, registered. Doing it again changes nothing, so that a conflict later on may run it once
// more.
Awaitable<Result<Visitor>> RegisterSender(const Call& call, const TextMessage& text, std::string department) {
  std::vector<EmailEntry> no_address;
  std::vector<PhoneEntry> number{PhoneEntry{text.from}};
  auto marks = co_await ReadAddressMarks(call, std::move(no_address), std::move(number));
  if (!marks) co_return marks.error();
  auto visitor = co_await FindOrMakeSender(call, text);
  if (!visitor) co_return visitor.error();
  auto origin = co_await OriginFor(call, text, "visitor");
  if (!origin) co_return origin.error();
  const Visitor before = *visitor;
  const bool is_new = before.version == 0;
  if (!department.empty()) visitor->department = std::move(department);
  const bool moved = SetAll(*origin, visitor->livechat_data);
  if (!is_new && !moved && visitor->department == before.department) co_return std::move(*visitor);

  storage::Changes changes;
  if (is_new) WriteAddressMarks(*marks, changes);
  const auto learn = [&](Contact& contact) { return TellContact(*origin, contact); };
  const Status told = co_await TellContacts(call, visitor->id, learn, changes);
  if (!told) co_return told.error();
  Save(*visitor, call.now, changes);
  RecordVisitor(call, is_new ? nullptr : &before, *visitor, changes);
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return OrReadAgain(committed.error());
  auto registered = co_await FindVisitorByToken(call, visitor->token);
  if (!registered) co_return registered.error();
  if (!*registered) co_return Conflict("the visitor was erased meanwhile");
  co_return std::move(**registered);
}

// ---- where it is said -----------------------------------------------------------------------------------------------

struct TextChat {
  Conversation chat;
  bool is_new;
};

// The number's open chat by text message; in the department when one is asked for.
Awaitable<Maybe<Room>> FindTextRoom(const Call& call, const Visitor& visitor, const std::string& department) {
  std::vector<Condition> where;
  where.emplace_back("v.token", Match::kEquals, Json(visitor.token));
  where.emplace_back("open", Match::kEquals, Json(true));
  where.emplace_back("source.type", Match::kEquals, Json("sms"));
  if (!department.empty()) where.emplace_back("departmentId", Match::kEquals, Json(department));
  return FindFirst<Room>(call.documents(), std::move(where));
}

Awaitable<Outcome<TextChat>> FindOrStartChat(const Call& call, const TextMessage& text, const Visitor& visitor,
                                             const std::string& department) {
  auto room = co_await FindTextRoom(call, visitor, department);
  if (!room) co_return room.error();
  if (*room) {
    auto chat = co_await Continue(call, std::move(**room));
    if (!chat) co_return chat.error();
    co_return TextChat{std::move(*chat), false};
  }
  ChatWish wish;
  wish.source = Json::Of({{"type", "sms"}, {"alias", call.settings().Text("SMS_Service")}, {"destination", text.to}});
  auto chat = co_await StartChat(call, visitor, std::move(wish));
  if (!chat) co_return chat.failure();
  // The number that was written to: what an answer would come from.
  chat->room().extra.Set("sms", Json::Of({{"from", text.to}}));
  co_return TextChat{std::move(*chat), true};
}

// Files are not fetched; the agent sees that there were some.
Json AttachmentsOf(const TextMessage& text) {
  if (text.media <= 0) return {};
  Json note = Json::Of({{"title", "Attachment not fetched"},
                        {"type", "file"},
                        {"description", "Files sent along with the message: " + std::to_string(text.media)},
                        {"color", "yellow"}});
  return Json(Json::Array{std::move(note)});
}

Message MessageOf(const TextMessage& text) {
  Message message;
  SetText(message, text.text);
  message.attachments = AttachmentsOf(text);
  if (!text.location.IsNull()) message.extra.Set("location", text.location);
  return message;
}

Awaitable<Outcome<Done>> Say(const Call& call, const TextMessage& text, Visitor visitor, std::string department) {
  const Visitor before = visitor;
  const bool learned = CaptureLeads(call.settings(), text.text, visitor);
  auto found = co_await FindOrStartChat(call, text, visitor, department);
  if (!found) co_return found.failure();
  Conversation& chat = found->chat;
  auto origin = co_await OriginFor(call, text, "room");
  if (!origin) co_return origin.error();
  SetAll(*origin, chat.room().livechat_data);
  const Message said = chat.PostFromVisitor(visitor, MessageOf(text));
  if (learned && !found->is_new) Save(visitor, call.now, chat.changes());
  if (learned) {
    RecordVisitor(call, &before, visitor, chat.changes());
    chat.TellLead(said.id);
  }
  const Status committed = co_await call.Commit(chat.Finish());
  if (!committed) co_return OrReadAgain(committed.error());
  co_return Done();
}

// Refusals of the chat are the API's, refusals of the message the provider's.
Awaitable<Reply> ReceiveText(Call& call) {
  const auto provider = FindProvider(call);
  if (!provider) co_return provider.failure();
  if (*provider == TextProvider::kTwilio && !IsSignedByTwilio(call)) co_return Fail("Invalid request");
  const auto text = ReadTextMessage(*provider, call.body);
  if (!text) co_return Fail("Invalid data");
  if (ExceedsMessageSize(call, text->text)) {
    co_return RefuseText(*provider, "Message size exceeds Message_MaxAllowedSize");
  }
  auto department = co_await FindTargetDepartment(call);
  if (!department) co_return department.error();
  auto visitor = co_await RegisterSender(call, *text, *department);
  if (!visitor) co_return visitor.error();
  auto said = co_await Say(call, *text, std::move(*visitor), *department);
  if (!said) co_return said.failure();
  co_return AcceptText(*provider);
}

}  // namespace

Routes TextMessageRoutes() {
  return {
      {"POST livechat/sms-incoming/{service}", &ReceiveText, Checks::kNone},
  };
}

}  // namespace parley::backend::embedded
