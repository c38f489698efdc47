#include "backend/embedded/contact.h"

#include <algorithm>

namespace parley::backend::embedded {
namespace {

using storage::Collection;
using storage::Condition;
using storage::Match;

// Beside a contact, for each thing it is found by: {"key", "contactId"}.
struct Key {
  std::string id;
  std::string key;

  bool operator<(const Key& other) const { return id < other.id; }
};

// One id for each channel there can be, whoever has it.
std::string ChannelKeyId(const ChannelVisitor& visitor) {
  return "channel:" + visitor.visitor_id + "/" + visitor.source.type + "/" + visitor.source.id;
}

std::vector<Key> KeysOf(const Contact& contact) {
  std::vector<Key> keys;
  const auto add = [&](std::string key) { keys.push_back({contact.id + "/" + key, key}); };
  for (const EmailEntry& email : contact.emails) add(EmailKey(email.address));
  for (const PhoneEntry& phone : contact.phones) add(PhoneKey(phone.number));
  for (const ContactChannel& channel : contact.channels) {
    keys.push_back({ChannelKeyId(channel.visitor), VisitorKey(channel.visitor.visitor_id)});
  }
  std::sort(keys.begin(), keys.end());
  const auto same_id = [](const Key& a, const Key& b) { return a.id == b.id; };
  keys.erase(std::unique(keys.begin(), keys.end(), same_id), keys.end());
  return keys;
}

std::string SearchedText(const Contact& contact) {
  std::string text = contact.name;
  for (const EmailEntry& email : contact.emails) text += "\n" + email.address;
  for (const PhoneEntry& phone : contact.phones) text += "\n" + phone.number;
  return text;
}

bool Contains(const std::vector<std::string>& ids, const std::string& id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

}  // namespace

ContactChannel* Contact::FindChannel(const ChannelVisitor& visitor) {
  const auto found = std::find_if(channels.begin(), channels.end(),
                                  [&](const ContactChannel& channel) { return channel.visitor == visitor; });
  return found == channels.end() ? nullptr : &*found;
}

void SaveContact(Contact& contact, Time now, storage::Changes& changes) {
  const std::vector<std::string> known = std::move(contact.keys_);
  contact.keys_.clear();
  for (const Key& key : KeysOf(contact)) {
    contact.keys_.push_back(key.id);
    if (Contains(known, key.id)) continue;
    changes.Insert(Collection::kContactKeys, key.id, Json::Of({{"key", key.key}, {"contactId", contact.id}}));
  }
  for (const std::string& id : known) {
    if (!Contains(contact.keys_, id)) changes.Remove(Collection::kContactKeys, id);
  }
  contact.searched_ = SearchedText(contact);
  Save(contact, now, changes);
}

Condition ContactContains(std::string_view text) {
  return Condition("searched", Match::kContains, Json(text));
}

std::string EmailKey(std::string_view address) {
  return "email:" + std::string(address);
}
std::string PhoneKey(std::string_view number) {
  return "phone:" + std::string(number);
}
std::string VisitorKey(std::string_view visitor_id) {
  return "visitor:" + std::string(visitor_id);
}

Awaitable<Result<std::optional<Contact>>> FindContact(storage::DocumentStore& documents, std::string id) {
  auto contact = co_await Get<Contact>(documents, std::move(id));
  if (contact && *contact && (*contact)->erased) contact->reset();
  co_return contact;
}

Awaitable<Result<std::optional<Contact>>> FindContactOfChannel(storage::DocumentStore& documents,
                                                               ChannelVisitor visitor) {
  auto key = co_await documents.Get(Collection::kContactKeys, ChannelKeyId(visitor));
  if (!key) co_return key.error();
  if (!*key) co_return std::optional<Contact>();
  co_return co_await FindContact(documents, std::string((*key)->body.Text("contactId")));
}

Awaitable<Result<std::vector<Contact>>> FindContactsBy(storage::DocumentStore& documents,
                                                       std::vector<std::string> keys) {
  if (keys.empty()) co_return std::vector<Contact>();
  Json wanted = Json::MakeArray();
  for (std::string& key : keys) wanted.Push(std::move(key));
  storage::Query by_key(Collection::kContactKeys);
  by_key.where.emplace_back("key", Match::kIn, std::move(wanted));
  auto found = co_await documents.Find(std::move(by_key));
  if (!found) co_return found.error();
  Json ids = Json::MakeArray();
  for (const storage::Document& key : found->documents) ids.Push(*key.body.Find("contactId"));
  if (ids.empty()) co_return std::vector<Contact>();
  storage::Query query(Contact::kCollection);
  query.where.emplace_back("_id", Match::kIn, std::move(ids));
  auto contacts = co_await Find<Contact>(documents, std::move(query));
  if (!contacts) co_return contacts.error();
  co_return std::move(contacts->list);
}

Awaitable<Result<std::vector<Contact>>> FindContactsOfVisitor(storage::DocumentStore& documents,
                                                              std::string visitor_id) {
  std::vector<std::string> keys{VisitorKey(visitor_id)};
  return FindContactsBy(documents, std::move(keys));
}

}  // namespace parley::backend::embedded
