// The older form of contacts, which are visitors. Source: omnichannel reference §2.8, administration reference §5.1.
#include <algorithm>

#include "backend/embedded/arguments.h"
#include "backend/embedded/chats.h"
#include "backend/embedded/contact_fields.h"
#include "backend/embedded/registering.h"
#include "base/text.h"

namespace parley::backend::embedded {
namespace {

using storage::Condition;
using storage::Match;

// ---- making and changing --------------------------------------------------------------------------------------------

Failure MaybeMismatch(std::string_view field) {
  return FailMatch("Failed Match.OneOf, Match.Maybe or Match.Optional validation in field " + std::string(field));
}

// A member that may be an object; null when it is absent or null.
Outcome<Json> ReadObject(const Json& body, std::string_view member) {
  const Json* value = body.Find(member);
  if (value == nullptr || value->IsNull()) return Json();
  if (!value->IsObject()) return MaybeMismatch(member);
  return *value;
}

// What the request makes of the visitor.
struct Description {
  std::string token, name, username;
  std::string email;                 // empty: none
  std::optional<std::string> phone;  // unset: as it is; empty: none
  Json custom_fields;
  std::string manager;  // empty: none
};

Outcome<Description> ReadDescription(const Json& body) {
  const ExpectedTexts texts{{"token", "name"}, {"_id", "email", "phone", "username"}, true};
  if (auto mismatch = FirstMismatch(body, texts, "")) return *mismatch;
  Outcome<Json> fields = ReadObject(body, "customFields");
  if (!fields) return fields.failure();
  Outcome<Json> manager = ReadObject(body, "contactManager");
  if (!manager) return manager.failure();
  if (!manager->IsNull() && FirstMismatch(*manager, {{"username"}, {}}, "contactManager")) {
    return MaybeMismatch("contactManager");
  }
  for (const auto& [key, value] : *body.AsObject()) {
    const std::string_view known[] = {"_id",   "token",    "name",         "email",
                                      "phone", "username", "customFields", "contactManager"};
    if (std::find(std::begin(known), std::end(known), key) == std::end(known)) {
      return FailMatch("Unknown key in field " + key);
    }
  }
  Description description;
  description.token = body.Text("token");
  description.name = body.Text("name");
  description.username = body.Text("username");
  description.email = Lower(Trim(body.Text("email")));
  if (const Json* phone = body.Find("phone"); phone != nullptr && phone->IsString())
    description.phone = body.Text("phone");
  description.custom_fields = std::move(*fields);
  description.manager = manager->Text("username");
  if (description.token.empty()) return FailCoded("error-invalid-contact-data", "Invalid visitor token");
  return description;
}

// Errors: error-contact-manager-not-found, error-invalid-contact-manager
Awaitable<Outcome<Done>> CheckManager(const Call& call, std::string username) {
  if (username.empty()) co_return Done();
  FoundUser manager = co_await FindUserByName(call.documents(), username);
  if (!manager) co_return manager.error();
  if (!*manager) co_return FailCoded("error-contact-manager-not-found", "No user found with username " + username);
  if (!(*manager)->IsAgent()) {
    co_return FailCoded("error-invalid-contact-manager", "The contact manager must have the role \"livechat-agent\"");
  }
  co_return Done();
}

// Errors: in the words of the database below Rocket.Chat
Awaitable<Outcome<Done>> CheckUsername(const Call& call, std::string username) {
  auto taken = co_await FindVisitorWith(call, "username", username);
  if (!taken) co_return taken.error();
  if (!*taken) co_return Done();
  co_return Fail("E11000 duplicate key error collection: rocketchat_livechat_visitor index: username_1 dup key: " +
                 ("{ username: \"" + username + "\" }"));
}

// By token, else by e-mail, else a new one.
Awaitable<Outcome<Visitor>> FindOrMake(const Call& call, const Description& description) {
  auto by_token = co_await FindVisitorByToken(call, description.token);
  if (!by_token) co_return by_token.error();
  if (*by_token) co_return std::move(**by_token);
  auto by_email = co_await FindVisitorWith(call, "visitorEmails.0.address", description.email);
  if (!by_email) co_return by_email.error();
  if (*by_email) co_return std::move(**by_email);
  auto unused = co_await CheckUsername(call, description.username);
  if (!unused) co_return unused.failure();
  auto made = co_await MakeVisitor(call, description.token);
  if (!made) co_return made.error();
  if (!description.username.empty()) made->username = description.username;
  co_return std::move(*made);
}

void Describe(const Description& description, Json custom_fields, Visitor& visitor) {
  visitor.token = description.token;
  visitor.name = description.name;
  visitor.livechat_data = std::move(custom_fields);
  visitor.emails.clear();
  if (!description.email.empty()) visitor.emails.push_back({description.email});
  if (description.phone) visitor.phones.clear();
  if (!description.phone.value_or("").empty()) visitor.phones.push_back({*description.phone});
  visitor.contact_manager = Json();
  if (!description.manager.empty()) visitor.contact_manager = Json::Of({{"username", description.manager}});
}

// All chats of the visitor, the closed ones too, are called as they are.
Awaitable<Status> RenameChats(const Call& call, const Visitor& visitor, storage::Changes& changes) {
  storage::Query query(Room::kCollection);
  query.where.emplace_back("v._id", Match::kEquals, Json(visitor.id));
  auto rooms = co_await Find<Room>(call.documents(), std::move(query));
  if (!rooms) co_return rooms.error();
  for (Room& room : rooms->list) {
    const Status called = co_await CallChat(call, std::move(room), visitor.DisplayName(), changes);
    if (!called) co_return called;
  }
  co_return Status();
}

Awaitable<Reply> SaveVisitor(Call& call) {
  Outcome<Description> description = ReadDescription(call.body);
  if (!description) co_return description.failure();
  auto manager = co_await CheckManager(call, description->manager);
  if (!manager) co_return manager.failure();
  auto fields = co_await FindCustomFields(call.documents(), "visitor");
  if (!fields) co_return fields.error();
  auto values = CheckContactFields(*fields, description->custom_fields, UnknownFields::kIgnored);
  if (!values) co_return values.failure();
  auto visitor = co_await FindOrMake(call, *description);
  if (!visitor) co_return visitor.failure();
  const Visitor before = *visitor;
  Describe(*description, std::move(*values), *visitor);

  storage::Changes changes;
  const Status renamed = co_await RenameChats(call, *visitor, changes);
  if (!renamed) co_return renamed.error();
  Save(*visitor, call.now, changes);
  RecordVisitor(call, before.version == 0 ? nullptr : &before, *visitor, changes);
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return OrReadAgain(committed.error());
  co_return Json::Of({{"contact", visitor->id}});
}

// ---- reading --------------------------------------------------------------------------------------------------------

Reply AnswerWith(const std::optional<Visitor>& visitor) {
  const bool known = visitor && !visitor->disabled;
  return Json::Of({{"contact", known ? ToAnswer(*visitor) : Json()}});
}

Awaitable<Reply> GetVisitor(Call& call) {
  if (auto mismatch = FirstMismatch(call.query, {{"contactId"}, {}}, "")) co_return *mismatch;
  auto visitor = co_await FindVisitor(call, std::string(call.query.Text("contactId")));
  if (!visitor) co_return visitor.error();
  co_return AnswerWith(*visitor);
}

// Errors: error-invalid-params-custom
Outcome<Json> ReadCustom(const Call& call) {
  const std::string_view text = call.query.Text("custom");
  if (text.empty()) return Json::MakeObject();
  Result<Json> custom = ParseJson(text);
  if (!custom || !custom->IsObject()) return FailCoded("error-invalid-params-custom");
  return std::move(*custom);
}

// Conditions for the searchable ones among the custom fields asked for.
Awaitable<Result<std::vector<Condition>>> MatchingFields(const Call& call, const Json& custom) {
  std::vector<Condition> where;
  if (custom.empty()) co_return where;
  auto fields = co_await FindCustomFields(call.documents(), "visitor");
  if (!fields) co_return fields.error();
  for (const auto& [key, value] : *custom.AsObject()) {
    const CustomField* field = FindField(*fields, key);
    const auto text = value.AsString();
    if (field == nullptr || !field->IsSearchable() || !text) continue;
    where.emplace_back("livechatData." + key, Match::kContains, Json(*text));
  }
  co_return where;
}

Awaitable<Reply> SearchVisitor(Call& call) {
  if (auto mismatch = FirstMismatch(call.query, {{}, {"email", "phone", "custom"}}, "")) co_return *mismatch;
  Outcome<Json> custom = ReadCustom(call);
  if (!custom) co_return custom.failure();
  const std::string_view email = call.query.Text("email");
  const std::string_view phone = call.query.Text("phone");
  if (email.empty() && phone.empty() && custom->empty()) co_return FailCoded("error-invalid-params");
  auto where = co_await MatchingFields(call, *custom);
  if (!where) co_return where.error();
  if (!email.empty()) where->emplace_back("visitorEmails.0.address", Match::kEquals, Json(email));
  if (!phone.empty()) where->emplace_back("phone.0.phoneNumber", Match::kEquals, Json(phone));
  if (where->empty()) co_return AnswerWith(std::nullopt);  // asked for nothing that can be searched
  where->emplace_back("disabled", Match::kMissing);
  auto visitor = co_await FindFirst<Visitor>(call.documents(), std::move(*where));
  if (!visitor) co_return visitor.error();
  co_return AnswerWith(*visitor);
}

}  // namespace

Routes VisitorContactRoutes() {
  return {
      {"POST omnichannel/contact", &SaveVisitor, Checks::kNone},
      {"GET omnichannel/contact", &GetVisitor, Checks::kNone},
      {"GET omnichannel/contact.search", &SearchVisitor, Checks::kNone},
  };
}

}  // namespace parley::backend::embedded
