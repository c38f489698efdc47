// Registering visitors. Source: omnichannel reference §2.7.
#include "backend/embedded/registering.h"

#include <algorithm>

#include "backend/embedded/arguments.h"
#include "backend/embedded/contact_link.h"
#include "backend/embedded/contact_merge.h"
#include "backend/embedded/custom_field.h"
#include "base/ordered_id.h"
#include "base/text.h"
#include "records/visit.h"

namespace parley::backend::embedded {
namespace {

using storage::Condition;
using storage::Match;

// What a registration says about the visitor; empty texts change nothing.
struct Registration {
  std::string token, name, email, phone, department;
  Json custom_fields;  // [{key, value, overwrite}]
};

// A custom value that was accepted.
struct CustomValue {
  std::string key, value;
  bool overwrite = false;
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

// As they are before anybody looks for the visitor.
Awaitable<Result<std::vector<AddressMark>>> ReadMarks(const Call& call, const Registration& registration) {
  std::vector<EmailEntry> emails;
  if (!registration.email.empty()) emails.push_back({registration.email});
  std::vector<PhoneEntry> phones;
  if (!registration.phone.empty()) phones.push_back({registration.phone});
  return ReadAddressMarks(call, std::move(emails), std::move(phones));
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

// The values of defined fields in a list of {key, value, overwrite}.
Awaitable<Outcome<std::vector<CustomValue>>> ReadCustomValues(const Call& call, const Json& list) {
  std::vector<CustomValue> values;
  const Json::Array* entries = list.AsArray();
  if (entries == nullptr || entries->empty()) co_return values;
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
    CustomValue value{std::string(entry.Text("key")), std::string(entry.Text("value")), entry.Flag("overwrite")};
    if (FindField(*fields, value.key) != nullptr) values.push_back(std::move(value));
  }
  co_return values;
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
  if (!registration.phone.empty()) visitor.phones = {PhoneEntry{registration.phone}};
  if (!registration.email.empty()) {
    visitor.emails = {EmailEntry{registration.email}};
    auto manager = co_await FindManagerByEmail(call, registration.email);
    if (!manager) co_return manager.error();
    if (!manager->IsNull()) visitor.contact_manager = std::move(*manager);
  }
  CollectHeaders(call, visitor);
  co_return Done();
}

void ApplyCustomValues(const std::vector<CustomValue>& values, Visitor& visitor) {
  for (const CustomValue& value : values) {
    const bool keeps = !value.overwrite && visitor.livechat_data.Find(value.key) != nullptr;
    if (!keeps) visitor.livechat_data.Set(value.key, Json(value.value));
  }
}

// What the contacts of the visitor learn.
bool TellContact(const Registration& registration, const Visitor& visitor, const std::vector<CustomValue>& values,
                 Contact& contact) {
  ContactFacts facts;
  facts.name = registration.name;
  facts.username = visitor.username;
  if (!registration.email.empty()) facts.emails.push_back(registration.email);
  if (!registration.phone.empty()) facts.phones.push_back(registration.phone);
  bool changed = Merge(facts, contact);
  for (const CustomValue& value : values) {
    changed = MergeCustomValue(value.key, value.value, value.overwrite, contact) || changed;
  }
  return changed;
}

Awaitable<Reply> RegisterVisitor(Call& call) {
  Outcome<Registration> registration = ReadRegistration(call);
  if (!registration) co_return registration.failure();
  auto marks = co_await ReadMarks(call, *registration);
  if (!marks) co_return marks.error();
  auto visitor = co_await IdentifyVisitor(call, *registration);
  if (!visitor) co_return visitor.error();
  const Visitor before = *visitor;
  auto applied = co_await ApplyRegistration(call, *registration, *visitor);
  if (!applied) co_return applied.failure();
  auto values = co_await ReadCustomValues(call, registration->custom_fields);
  if (!values) co_return values.failure();
  ApplyCustomValues(*values, *visitor);

  storage::Changes changes;
  if (before.version == 0) WriteAddressMarks(*marks, changes);
  const auto learn = [&](Contact& contact) { return TellContact(*registration, *visitor, *values, contact); };
  const Status told = co_await TellContacts(call, visitor->id, learn, changes);
  if (!told) co_return told.error();
  const Status refreshed = co_await RefreshOpenRooms(call, *visitor, changes);
  if (!refreshed) co_return refreshed.error();
  Save(*visitor, call.now, changes);
  RecordVisitor(call, before.version == 0 ? nullptr : &before, *visitor, changes);
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return OrReadAgain(committed.error());
  co_return Json::Of({{"visitor", ToAnswer(*visitor)}});
}

// Who has looked at pages has an id already, unless somebody else came to have it: a visitor who got a new token.
Awaitable<Result<std::string>> IdFor(const Call& call, const std::string& token) {
  auto visit = co_await records::FindVisit(call.documents(), token);
  if (!visit) co_return visit.error();
  if (*visit) {
    auto taken = co_await Get<Visitor>(call.documents(), (*visit)->visitor_id);
    if (!taken) co_return taken.error();
    if (!*taken) co_return (*visit)->visitor_id;
  }
  co_return OrderedObjectId(call.ids(), call.now);
}

}  // namespace

Awaitable<Maybe<Visitor>> FindVisitorWith(const Call& call, const char* path, std::string value) {
  if (value.empty()) co_return std::optional<Visitor>();
  std::vector<Condition> where;
  where.emplace_back(path, Match::kEquals, Json(std::move(value)));
  where.emplace_back("token", Match::kExists);
  co_return co_await FindFirst<Visitor>(call.documents(), std::move(where));
}

std::vector<std::string> AddressMarks(const std::vector<EmailEntry>& emails, const std::vector<PhoneEntry>& phones) {
  std::vector<std::string> ids;
  for (const EmailEntry& email : emails) ids.push_back("registered/" + EmailKey(email.address));
  for (const PhoneEntry& phone : phones) ids.push_back("registered/" + PhoneKey(phone.number));
  return ids;
}

Awaitable<Result<std::vector<AddressMark>>> ReadAddressMarks(const Call& call, std::vector<EmailEntry> emails,
                                                             std::vector<PhoneEntry> phones) {
  std::vector<AddressMark> marks;
  for (const std::string& id : AddressMarks(emails, phones)) {
    auto mark = co_await call.documents().Get(storage::Collection::kContactKeys, id);
    if (!mark) co_return mark.error();
    marks.push_back({id, *mark ? (*mark)->version : storage::kMustNotExist});
  }
  co_return marks;
}

void WriteAddressMarks(const std::vector<AddressMark>& marks, storage::Changes& changes) {
  for (const AddressMark& mark : marks) {
    changes.puts.push_back({storage::Collection::kContactKeys, mark.id, Json::MakeObject(), mark.version});
  }
}

Awaitable<Result<Visitor>> MakeVisitor(const Call& call, std::string token) {
  auto number = co_await call.services.stores.committer().NextNumber("livechat_guest");
  if (!number) co_return number.error();
  auto id = co_await IdFor(call, token);
  if (!id) co_return id.error();
  Visitor visitor;
  visitor.id = *std::move(id);
  visitor.username = "guest-" + std::to_string(*number);
  visitor.token = std::move(token);
  visitor.registered = call.now;
  co_return visitor;
}

Routes RegistrationRoutes() {
  return {
      {"POST livechat/visitor", &RegisterVisitor, Checks::kNone},
  };
}

}  // namespace parley::backend::embedded
