#include "backend/embedded/contact_merge.h"

#include <algorithm>

namespace parley::backend::embedded {
namespace {

constexpr std::size_t kMonthsKept = 12;

bool AddConflict(Contact& contact, std::string field, std::string value) {
  const ContactConflict conflict{std::move(field), std::move(value)};
  if (!contact.conflicts) contact.conflicts.emplace();
  auto& known = *contact.conflicts;
  if (std::find(known.begin(), known.end(), conflict) != known.end()) return false;
  known.push_back(conflict);
  return true;
}

// The rule for what a contact has one of.
bool MergeText(const char* field, const std::string& said, std::string& own, Contact& contact) {
  if (said.empty() || said == own) return false;
  if (!own.empty() && !contact.unknown) return AddConflict(contact, field, said);
  own = said;
  return true;
}

bool MergeName(const ContactFacts& facts, Contact& contact) {
  const bool nameless = facts.name.empty() && contact.name.empty();
  return MergeText("name", nameless ? facts.username : facts.name, contact.name, contact);
}

bool AddEmails(const std::vector<std::string>& addresses, Contact& contact) {
  bool added = false;
  for (const std::string& address : addresses) {
    const auto same = [&](const EmailEntry& known) { return known.address == address; };
    if (address.empty() || std::any_of(contact.emails.begin(), contact.emails.end(), same)) continue;
    contact.emails.push_back({address});
    added = true;
  }
  return added;
}

bool AddPhones(const std::vector<std::string>& numbers, Contact& contact) {
  bool added = false;
  for (const std::string& number : numbers) {
    const auto same = [&](const PhoneEntry& known) { return known.number == number; };
    if (number.empty() || std::any_of(contact.phones.begin(), contact.phones.end(), same)) continue;
    contact.phones.push_back({number});
    added = true;
  }
  return added;
}

bool AddChannel(const std::optional<ContactChannel>& channel, Contact& contact) {
  if (!channel || contact.FindChannel(channel->visitor) != nullptr) return false;
  contact.channels.push_back(*channel);
  contact.pre_registered = false;
  return true;
}

// Values a known contact has already stay, without a word.
bool MergeCustomFields(const Json& said, Contact& contact) {
  if (said.AsObject() == nullptr) return false;
  bool changed = false;
  for (const auto& [key, value] : *said.AsObject()) {
    const Json* own = contact.custom_fields.Find(key);
    if (own != nullptr && (*own == value || !contact.unknown)) continue;
    contact.custom_fields.Set(key, value);
    changed = true;
  }
  return changed;
}

bool UniteActivity(const std::vector<std::string>& months, Contact& contact) {
  std::vector<std::string> all = contact.activity;
  all.insert(all.end(), months.begin(), months.end());
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  if (all.size() > kMonthsKept) all.erase(all.begin(), all.end() - kMonthsKept);
  if (all == contact.activity) return false;
  contact.activity = std::move(all);
  return true;
}

}  // namespace

ContactFacts FactsOf(const Visitor& visitor) {
  ContactFacts facts;
  facts.name = visitor.name;
  facts.username = visitor.username;
  for (const EmailEntry& email : visitor.emails) facts.emails.push_back(email.address);
  for (const PhoneEntry& phone : visitor.phones) facts.phones.push_back(phone.number);
  facts.custom_fields = visitor.livechat_data;
  facts.activity = visitor.activity;
  return facts;
}

bool Merge(const ContactFacts& facts, Contact& contact) {
  const bool changes[] = {
      MergeName(facts, contact),
      MergeText("manager", facts.manager_id, contact.manager_id, contact),
      AddEmails(facts.emails, contact),
      AddPhones(facts.phones, contact),
      MergeCustomFields(facts.custom_fields, contact),
      UniteActivity(facts.activity, contact),
      AddChannel(facts.channel, contact),
  };
  return std::any_of(std::begin(changes), std::end(changes), [](bool changed) { return changed; });
}

bool MergeCustomValue(const std::string& key, const std::string& value, bool overwrite, Contact& contact) {
  const Json* own = contact.custom_fields.Find(key);
  if (own != nullptr && own->AsString() == value) return false;
  const bool has_value = own != nullptr && !own->AsString().value_or("").empty();
  if (has_value && !overwrite) return AddConflict(contact, "customFields." + key, value);
  contact.custom_fields.Set(key, Json(value));
  return true;
}

}  // namespace parley::backend::embedded
