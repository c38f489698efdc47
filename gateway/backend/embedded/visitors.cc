// Visitors: registering, reading, erasing, coming and going. Source: omnichannel reference §2.7.
#include <algorithm>

#include "backend/embedded/arguments.h"
#include "backend/embedded/chats.h"
#include "backend/embedded/custom_field.h"
#include "backend/embedded/presence.h"
#include "base/ordered_id.h"
#include "base/text.h"

namespace parley::backend::embedded {
namespace {

using storage::Condition;
using storage::Match;

// ---- registering ----------------------------------------------------------------------------------------------------

// What a registration says about the visitor; empty texts change nothing.
struct Registration {
  std::string token, name, email, phone, department;
  Json custom_fields;  // [{key, value, overwrite}]
};

Outcome<Registration> ReadRegistration(const Call& call) {
  const Json* visitor = call.body.Find("visitor");
  if (visitor == nullptr) return FailMatch("Missing key 'visitor'");
  if (!visitor->IsObject()) return FailMatch("Expected object, got " + std::string(NameOf(visitor->kind())));
  const ExpectedTexts expected{{"token"}, {"id", "name", "email", "phone", "department", "username"}, true};
  if (auto mismatch = FirstMismatch(*visitor, expected, "visitor")) return *mismatch;
  Registration registration;
  registration.token = visitor->Text("token");
  registration.name = visitor->Text("name");
  registration.email = Lower(Trim(visitor->Text("email")));
  registration.phone = visitor->Text("phone");
  registration.department = visitor->Text("department");
  if (const Json* fields = visitor->Find("customFields")) registration.custom_fields = *fields;
  if (Trim(registration.token).empty()) {
    return FailCoded("error-invalid-token", "Token cannot be empty", MethodDetails("livechat:registerGuest"));
  }
  return registration;
}

Awaitable<Maybe<Visitor>> FindVisitorWith(const Call& call, const char* path, std::string value) {
  if (value.empty()) co_return std::optional<Visitor>();
  std::vector<Condition> where;
  where.emplace_back(path, Match::kEquals, Json(std::move(value)));
  where.emplace_back("token", Match::kExists);
  co_return co_await FindFirst<Visitor>(call.documents(), std::move(where));
}

Awaitable<Result<Visitor>> MakeVisitor(const Call& call, std::string token) {
  auto number = co_await call.services.stores.committer().NextNumber("livechat_guest");
  if (!number) co_return number.error();
  Visitor visitor;
  visitor.id = OrderedObjectId(call.ids(), call.now);
  visitor.username = "guest-" + std::to_string(*number);
  visitor.token = std::move(token);
  visitor.registered = call.now;
  co_return visitor;
}

// The visitor meant: by token; by phone, who keeps the stored token; by e-mail, who gets the new token; else a new one.
Awaitable<Result<Visitor>> IdentifyVisitor(const Call& call, const Registration& registration) {
  auto by_token = co_await FindVisitorByToken(call, registration.token);
  if (!by_token) co_return by_token.error();
  if (*by_token) co_return std::move(**by_token);
  auto by_phone = co_await FindVisitorWith(call, "phone.0.phoneNumber", registration.phone);
  if (!by_phone) co_return by_phone.error();
  if (*by_phone) co_return std::move(**by_phone);
  auto by_email = co_await FindVisitorWith(call, "visitorEmails.0.address", registration.email);
  if (!by_email) co_return by_email.error();
  if (*by_email) {
    (*by_email)->token = registration.token;
    co_return std::move(**by_email);
  }
  co_return co_await MakeVisitor(call, registration.token);
}

// Applies a list of {key, value, overwrite} to the visitor's defined fields.
Awaitable<Outcome<Done>> ApplyCustomFields(const Call& call, const Json& list, Visitor& visitor) {
  const Json::Array* entries = list.AsArray();
  if (entries == nullptr || entries->empty()) co_return Done();
  auto fields = co_await FindCustomFields(call.documents(), "visitor");
  if (!fields) co_return fields.error();
  std::vector<std::string> missing;
  for (const CustomField& field : *fields) {
    const bool given =
        std::any_of(entries->begin(), entries->end(), [&](const Json& entry) { return entry.Text("key") == field.id; });
    if (field.required.value_or(false) && !given) missing.push_back(field.id);
  }
  if (!missing.empty()) co_return Fail("Missing required custom fields: " + Join(missing, ", "));
  for (const Json& entry : *entries) {
    const std::string key(entry.Text("key"));
    const bool keeps = !entry.Flag("overwrite") && visitor.livechat_data.Find(key) != nullptr;
    if (FindField(*fields, key) == nullptr || keeps) continue;
    visitor.livechat_data.Set(key, Json(entry.Text("value")));
  }
  co_return Done();
}

void CollectHeaders(const Call& call, Visitor& visitor) {
  if (!call.settings().Flag("Livechat_Allow_collect_and_store_HTTP_header_informations")) return;
  const std::string_view forwarded = Trim(Split(call.Header("x-forwarded-for"), ',').front());
  const std::string_view real = call.Header("x-real-ip");
  visitor.ip = !real.empty() ? real : !forwarded.empty() ? forwarded : call.request.client_address;
  visitor.user_agent = call.Header("user-agent");
  visitor.host = call.Header("host");
}

Awaitable<Outcome<Done>> ApplyRegistration(const Call& call, const Registration& registration, Visitor& visitor) {
  if (!registration.department.empty()) {
    auto department = co_await FindDepartmentByIdOrName(call.documents(), registration.department);
    if (!department) co_return department.error();
    if (!*department) co_return Fail("error-invalid-department");
    visitor.department = (*department)->id;
  }
  if (!registration.name.empty()) visitor.name = registration.name;
  if (!registration.email.empty()) visitor.emails = {EmailEntry{registration.email}};
  if (!registration.phone.empty()) visitor.phones = {PhoneEntry{registration.phone}};
  CollectHeaders(call, visitor);
  co_return co_await ApplyCustomFields(call, registration.custom_fields, visitor);
}

// The open chats show the visitor as they are now.
Awaitable<Status> RefreshOpenRooms(const Call& call, const Visitor& visitor, storage::Changes& changes) {
  auto rooms = co_await FindOpenRoomsOf(call, visitor.token);
  if (!rooms) co_return rooms.error();
  for (Room& room : *rooms) {
    auto chat = co_await Continue(call, std::move(room));
    if (!chat) co_return chat.error();
    chat->Rename(visitor);
    chat->FinishInto(changes);
  }
  co_return Status();
}

Awaitable<Reply> RegisterVisitor(Call& call) {
  Outcome<Registration> registration = ReadRegistration(call);
  if (!registration) co_return registration.failure();
  auto visitor = co_await IdentifyVisitor(call, *registration);
  if (!visitor) co_return visitor.error();
  const Visitor before = *visitor;
  auto applied = co_await ApplyRegistration(call, *registration, *visitor);
  if (!applied) co_return applied.failure();

  storage::Changes changes;
  const Status refreshed = co_await RefreshOpenRooms(call, *visitor, changes);
  if (!refreshed) co_return refreshed.error();
  Save(*visitor, call.now, changes);
  RecordVisitor(call, before.version == 0 ? nullptr : &before, *visitor, changes);
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return OrReadAgain(committed.error());
  co_return Json::Of({{"visitor", ToAnswer(*visitor)}});
}

// ---- reading --------------------------------------------------------------------------------------------------------

Awaitable<Reply> GetVisitor(Call& call) {
  auto visitor = co_await FindVisitorByToken(call, std::string(call.Path("token")));
  if (!visitor) co_return visitor.error();
  if (!*visitor) co_return FailCoded("invalid-token");
  co_return Json::Of({{"visitor", ToAnswer(**visitor)}});
}

Awaitable<Reply> GetVisitorInfo(Call& call) {
  auto visitor = co_await FindVisitor(call, std::string(call.query.Text("visitorId")));
  if (!visitor) co_return visitor.error();
  if (!*visitor) co_return Fail("visitor-not-found");
  Json answer = ToAnswer(**visitor);
  answer.Remove("token");
  co_return Json::Of({{"visitor", std::move(answer)}});
}

std::vector<Condition> Matching(std::string_view term) {
  std::vector<Condition> where;
  where.emplace_back("disabled", Match::kMissing);
  if (term.empty()) return where;
  std::vector<Condition> any;
  any.emplace_back("name", Match::kContains, Json(term));
  any.emplace_back("username", Match::kContains, Json(term));
  any.emplace_back("visitorEmails.0.address", Match::kEquals, Json(Lower(term)));
  any.emplace_back("phone.0.phoneNumber", Match::kEquals, Json(term));
  where.push_back(Condition::AnyOf(std::move(any)));
  return where;
}

Awaitable<Reply> SearchVisitors(Call& call) {
  auto paging = ReadPaging(call, {storage::SortKey("ts", true)});
  if (!paging) co_return paging.failure();
  storage::Query query(Visitor::kCollection);
  query.where = Matching(call.query.Text("term"));
  paging->ApplyTo(query);
  auto found = co_await Find<Visitor>(call.documents(), std::move(query));
  if (!found) co_return found.error();
  Json items = Json::MakeArray();
  for (const Visitor& visitor : found->list) {
    items.Push(
        Pick(ToAnswer(visitor), {"_id", "username", "name", "phone", "visitorEmails", "livechatData", "lastChat"}));
  }
  co_return PageOf("visitors", std::move(items), *paging, found->total);
}

Awaitable<Reply> CompleteVisitors(Call& call) {
  const Result<Json> selector = ParseJson(call.query.Text("selector"));
  if (!selector || !selector->IsObject()) co_return Fail("The 'selector' param is required");
  constexpr std::int64_t kMostItems = 10;
  storage::Query query(Visitor::kCollection);
  query.where = Matching(selector->Text("term"));
  for (std::string& id : Texts(*selector, "exceptions")) {
    query.where.emplace_back("_id", Match::kNotEquals, Json(std::move(id)));
  }
  query.sort.emplace_back("name");
  query.limit = kMostItems;
  auto found = co_await Find<Visitor>(call.documents(), std::move(query));
  if (!found) co_return found.error();
  Json items = Json::MakeArray();
  for (const Visitor& visitor : found->list) {
    items.Push(Json::Of({{"_id", visitor.id},
                         {"name", visitor.DisplayName()},
                         {"username", visitor.username},
                         {"custom_name", visitor.username + " - " + visitor.DisplayName()}}));
  }
  co_return Json::Of({{"items", std::move(items)}});
}

Awaitable<Reply> ListRoomsOfVisitor(Call& call) {
  auto rooms = co_await FindOpenRoomsOf(call, std::string(call.Path("token")));
  if (!rooms) co_return rooms.error();
  Json items = Json::MakeArray();
  for (const Room& room : *rooms) items.Push(Pick(ToAnswer(room), {"_id", "t", "cl", "servedBy"}));
  co_return Json::Of({{"rooms", std::move(items)}});
}

// ---- coming, going, and being forgotten -----------------------------------------------------------------------------

Awaitable<Reply> SetVisitorStatus(Call& call) {
  const std::string token(call.body.Text("token"));
  const std::string status(call.body.Text("status"));
  auto visitor = co_await FindVisitorByToken(call, token);
  if (!visitor) co_return visitor.error();
  if (!*visitor) co_return FailCoded("invalid-token");
  if (!IsPresence(status)) co_return FailCoded("invalid-params", "must be equal to one of the allowed values");
  (*visitor)->status = status;

  storage::Changes changes;
  Save(**visitor, call.now, changes);
  const Status refreshed = co_await RefreshOpenRooms(call, **visitor, changes);
  if (!refreshed) co_return refreshed.error();
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Json::Of({{"token", token}, {"status", status}});
}

Awaitable<Reply> EraseVisitor(Call& call) {
  auto visitor = co_await FindVisitorByToken(call, std::string(call.Path("token")));
  if (!visitor) co_return visitor.error();
  if (!*visitor) co_return FailCoded("invalid-token");
  storage::Query query(Room::kCollection);
  query.where.emplace_back("v._id", Match::kEquals, Json((*visitor)->id));
  auto rooms = co_await Find<Room>(call.documents(), std::move(query));
  if (!rooms) co_return rooms.error();
  const bool anything_open =
      std::any_of(rooms->list.begin(), rooms->list.end(), [](const Room& room) { return room.open; });
  if (anything_open && !call.settings().Flag("Livechat_Allow_collect_and_store_HTTP_header_informations")) {
    co_return FailCoded("visitor-has-open-rooms", "Cannot remove visitors with opened rooms");
  }

  storage::Changes changes;
  for (const Room& room : rooms->list) RemoveChat(call, room, changes);
  changes.Sweep(Message::kCollection, "navigation.token", Json((*visitor)->token));
  Visitor erased;
  erased.id = (*visitor)->id;
  erased.version = (*visitor)->version;
  erased.username = (*visitor)->username;
  erased.registered = (*visitor)->registered;
  erased.status = "offline";
  erased.disabled = true;
  Save(erased, call.now, changes);
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Json::Of({{"visitor", Pick(ToAnswer(erased), {"_id", "ts"})}});
}

}  // namespace

Routes VisitorRoutes() {
  return {
      {"POST livechat/visitor", &RegisterVisitor, Checks::kNone},
      {"GET livechat/visitor/{token}", &GetVisitor},
      {"DELETE livechat/visitor/{token}", &EraseVisitor},
      {"GET livechat/visitor/{token}/room", &ListRoomsOfVisitor},
      {"GET livechat/visitors.info", &GetVisitorInfo},
      {"GET livechat/visitors.search", &SearchVisitors},
      {"GET livechat/visitors.autocomplete", &CompleteVisitors},
      {"POST livechat/visitor.status", &SetVisitorStatus},
  };
}

}  // namespace parley::backend::embedded
