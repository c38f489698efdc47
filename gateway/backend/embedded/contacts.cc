// Contacts: making, changing, settling, reading and erasing one. Source: administration reference §5.1, §5.2.
#include <algorithm>

#include "backend/embedded/chats.h"
#include "backend/embedded/contact.h"
#include "backend/embedded/contact_fields.h"
#include "backend/embedded/erasing.h"
#include "base/ordered_id.h"
#include "base/text.h"

namespace parley::backend::embedded {
namespace {

using storage::Match;

// A member that was sent; null stands for not sent.
const Json* Sent(const Call& call, std::string_view member) {
  const Json* value = call.body.Find(member);
  return value == nullptr || value->IsNull() ? nullptr : value;
}

std::string SentText(const Call& call, std::string_view member) {
  return std::string(call.body.Text(member));
}

std::vector<EmailEntry> SentEmails(const Call& call) {
  std::vector<EmailEntry> emails;
  for (std::string& address : Texts(call.body, "emails")) emails.push_back({std::move(address)});
  return emails;
}

std::vector<PhoneEntry> SentPhones(const Call& call) {
  std::vector<PhoneEntry> phones;
  for (std::string& number : Texts(call.body, "phones")) phones.push_back({std::move(number)});
  return phones;
}

// Errors: the published schema's when a list names one thing twice
Outcome<Done> CheckListsAreSets(const Call& call) {
  for (const char* member : {"emails", "phones"}) {
    const std::vector<std::string> list = Texts(call.body, member);
    for (std::size_t i = list.size(); i-- > 0;) {
      const auto same = std::find(list.begin() + static_cast<std::ptrdiff_t>(i) + 1, list.end(), list[i]);
      if (same == list.end()) continue;
      return FailCoded("invalid-params", "must NOT have duplicate items (items ## " +
                                             std::to_string(same - list.begin()) + " and " + std::to_string(i) +
                                             " are identical)");
    }
  }
  return Done();
}

// Errors: error-contact-manager-not-found unless the user is an agent; an empty id is nobody
Awaitable<Outcome<Done>> CheckManager(const Call& call, std::string user_id) {
  if (user_id.empty()) co_return Done();
  FoundUser manager = co_await FindUser(call.documents(), std::move(user_id));
  if (!manager) co_return manager.error();
  if (!*manager || !(*manager)->IsAgent()) co_return Fail("error-contact-manager-not-found");
  co_return Done();
}

// Errors: error-contact-not-found
Awaitable<Outcome<Contact>> FindNamedContact(const Call& call) {
  auto contact = co_await FindContact(call.documents(), SentText(call, "contactId"));
  if (!contact) co_return contact.error();
  if (!*contact) co_return Fail("error-contact-not-found");
  co_return std::move(**contact);
}

// ---- making ---------------------------------------------------------------------------------------------------------

Awaitable<Reply> CreateContact(Call& call) {
  auto lists = CheckListsAreSets(call);
  if (!lists) co_return lists.failure();
  Contact contact;
  contact.manager_id = SentText(call, "contactManager");
  auto manager = co_await CheckManager(call, contact.manager_id);
  if (!manager) co_return manager.failure();
  auto fields = co_await FindCustomFields(call.documents(), "visitor");
  if (!fields) co_return fields.error();
  const Json* sent = Sent(call, "customFields");
  auto values = CheckContactFields(*fields, sent == nullptr ? Json() : *sent, UnknownFields::kRefused);
  if (!values) co_return values.failure();

  contact.id = OrderedObjectId(call.ids(), call.now);
  contact.name = SentText(call, "name");
  contact.emails = SentEmails(call);
  contact.phones = SentPhones(call);
  contact.custom_fields = std::move(*values);
  contact.pre_registered = true;
  contact.created = call.now;
  storage::Changes changes;
  SaveContact(contact, call.now, changes);
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Json::Of({{"contactId", contact.id}});
}

// ---- changing -------------------------------------------------------------------------------------------------------

// The chats of a contact are called as it is, the closed ones too.
Awaitable<Status> RenameChats(const Call& call, const Contact& contact, storage::Changes& changes) {
  storage::Query query(Room::kCollection);
  query.where.emplace_back("contactId", Match::kEquals, Json(contact.id));
  auto rooms = co_await Find<Room>(call.documents(), std::move(query));
  if (!rooms) co_return rooms.error();
  for (Room& room : rooms->list) {
    const Status called = co_await CallChat(call, std::move(room), contact.name, changes);
    if (!called) co_return called;
  }
  co_return Status();
}

// The object replaces what is there, save the values of fields that are not defined any more.
Awaitable<Outcome<Done>> ReplaceCustomFields(const Call& call, const Json& sent, Contact& contact) {
  auto fields = co_await FindCustomFields(call.documents(), "visitor");
  if (!fields) co_return fields.error();
  auto values = CheckContactFields(*fields, sent, UnknownFields::kRefused);
  if (!values) co_return values.failure();
  Json replaced = std::move(*values);
  for (const auto& [key, value] : *contact.custom_fields.AsObject()) {
    if (FindField(*fields, key) == nullptr) replaced.Append(key, value);
  }
  contact.custom_fields = std::move(replaced);
  co_return Done();
}

Awaitable<Reply> UpdateContact(Call& call) {
  auto lists = CheckListsAreSets(call);
  if (!lists) co_return lists.failure();
  auto contact = co_await FindNamedContact(call);
  if (!contact) co_return contact.failure();
  auto manager = co_await CheckManager(call, SentText(call, "contactManager"));
  if (!manager) co_return manager.failure();
  const auto& members = *call.body.AsObject();
  const bool says_anything = std::any_of(members.begin(), members.end(), [](const Json::Member& member) {
    return member.first != "contactId" && !member.second.IsNull();
  });
  if (!says_anything) co_return Json::Of({{"contact", ToAnswer(*contact)}});
  if (const Json* sent = Sent(call, "customFields")) {
    auto replaced = co_await ReplaceCustomFields(call, *sent, *contact);
    if (!replaced) co_return replaced.failure();
  }

  storage::Changes changes;
  if (Sent(call, "emails") != nullptr) contact->emails = SentEmails(call);
  if (Sent(call, "phones") != nullptr) contact->phones = SentPhones(call);
  if (Sent(call, "contactManager") != nullptr) contact->manager_id = SentText(call, "contactManager");
  if (call.body.Flag("wipeConflicts")) contact->conflicts.emplace();
  contact->unknown = false;
  if (const Json* name = Sent(call, "name"); name != nullptr && name->AsString() != contact->name) {
    contact->name = SentText(call, "name");
    const Status renamed = co_await RenameChats(call, *contact, changes);
    if (!renamed) co_return renamed.error();
  }
  SaveContact(*contact, call.now, changes);
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Json::Of({{"contact", ToAnswer(*contact)}});
}

// ---- settling contradictions ----------------------------------------------------------------------------------------

// What was sent is right; contradictions about it are settled. REQUIRES: some
void TakeOver(const Call& call, Contact& contact) {
  std::vector<std::string> settled;
  if (const std::string name = SentText(call, "name"); !name.empty()) {
    contact.name = name;
    settled.emplace_back("name");
  }
  if (Sent(call, "contactManager") != nullptr) {
    contact.manager_id = SentText(call, "contactManager");
    settled.emplace_back("manager");
  }
  if (const Json* fields = Sent(call, "customFields")) {
    for (const auto& [key, value] : *fields->AsObject()) {
      contact.custom_fields.Set(key, value);
      settled.push_back("customFields." + key);
    }
  }
  const bool all = call.body.Flag("wipeConflicts");
  std::erase_if(*contact.conflicts, [&](const ContactConflict& conflict) {
    return all || std::find(settled.begin(), settled.end(), conflict.field) != settled.end();
  });
}

Awaitable<Reply> SettleConflicts(Call& call) {
  auto contact = co_await FindNamedContact(call);
  if (!contact) co_return contact.failure();
  if (!contact->conflicts || contact->conflicts->empty()) co_return Fail("error-contact-has-no-conflicts");
  auto manager = co_await CheckManager(call, SentText(call, "contactManager"));
  if (!manager) co_return manager.failure();
  TakeOver(call, *contact);
  storage::Changes changes;
  SaveContact(*contact, call.now, changes);
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Json::Of({{"result", ToAnswer(*contact)}});
}

// ---- reading --------------------------------------------------------------------------------------------------------

Awaitable<Reply> GetContact(Call& call) {
  auto contact = co_await FindContact(call.documents(), std::string(call.query.Text("contactId")));
  if (!contact) co_return contact.error();
  if (!*contact) co_return ResourceNotFound();
  co_return Json::Of({{"contact", ToAnswer(**contact)}});
}

bool LooksLikeAddress(std::string_view text) {
  const auto at = text.find('@');
  return at != std::string_view::npos && at > 0 && at + 1 < text.size();
}

// What the published schema says of one of its three alternatives; empty when the query is of that form.
std::string ViolationOf(const Json& query, std::string_view key) {
  const Json* value = query.Find(key);
  if (value == nullptr) return "must have required property '" + std::string(key) + "'";
  if (query.size() > 1) return "must NOT have additional properties";
  const std::string_view text = value->AsString().value_or("");
  if (Trim(text).empty()) return "must pass \"isNotEmpty\" keyword validation";
  if (key == "email" && !LooksLikeAddress(text)) return "must match format \"basic_email\"";
  return {};
}

// Errors: the published schema's when not exactly one key is given, or a blank one
Outcome<Done> CheckOneKey(const Json& query) {
  std::vector<std::string> violations;
  for (const std::string_view key : {"contactId", "email", "phone"}) {
    std::string violation = ViolationOf(query, key);
    if (violation.empty()) return Done();
    violations.push_back(std::move(violation));
  }
  violations.emplace_back("must match exactly one schema in oneOf");
  return FailCoded("invalid-params", Join(violations, "\n "));
}

Awaitable<Reply> CheckExistence(Call& call) {
  auto checked = CheckOneKey(call.query);
  if (!checked) co_return checked.failure();
  if (const std::string_view id = call.query.Text("contactId"); !id.empty()) {
    auto contact = co_await Get<Contact>(call.documents(), std::string(id));  // an erased one existed
    if (!contact) co_return contact.error();
    co_return Json::Of({{"exists", contact->has_value()}});
  }
  const std::string_view email = call.query.Text("email");
  std::vector<std::string> keys{email.empty() ? PhoneKey(call.query.Text("phone")) : EmailKey(email)};
  auto contacts = co_await FindContactsBy(call.documents(), std::move(keys));
  if (!contacts) co_return contacts.error();
  co_return Json::Of({{"exists", !contacts->empty()}});
}

// ---- erasing --------------------------------------------------------------------------------------------------------

Awaitable<Result<bool>> HasOpenRooms(const Call& call, const Contact& contact) {
  storage::Query query(Room::kCollection);
  query.where.emplace_back("contactId", Match::kEquals, Json(contact.id));
  query.where.emplace_back("open", Match::kEquals, Json(true));
  auto open = co_await call.documents().Count(std::move(query));
  if (!open) co_return open.error();
  co_return *open > 0;
}

Awaitable<Reply> DeleteContact(Call& call) {
  auto contact = co_await FindNamedContact(call);
  if (!contact) co_return contact.failure();
  auto open = co_await HasOpenRooms(call, *contact);
  if (!open) co_return open.error();
  if (*open && !call.settings().Flag("Livechat_Allow_collect_and_store_HTTP_header_informations")) {
    co_return Fail("error-contact-has-open-rooms");
  }
  std::vector<Contact> contacts;
  contacts.push_back(std::move(*contact));
  storage::Changes changes;
  const Status erased = co_await EraseContacts(call, std::move(contacts), changes);
  if (!erased) co_return erased.error();
  const Status committed = co_await call.Commit(std::move(changes));
  if (!committed) co_return committed.error();
  co_return Reply::Empty();
}

}  // namespace

Routes ContactRoutes() {
  return {
      {"POST omnichannel/contacts", &CreateContact},
      {"POST omnichannel/contacts.update", &UpdateContact},
      {"POST omnichannel/contacts.conflicts", &SettleConflicts},
      {"POST omnichannel/contacts.delete", &DeleteContact},
      {"GET omnichannel/contacts.get", &GetContact},
      {"GET omnichannel/contacts.checkExistence", &CheckExistence, Checks::kNone},
  };
}

}  // namespace parley::backend::embedded
