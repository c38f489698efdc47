// A contact: the person behind one or more visitors, each known by the channel they came in by.
//
// Exact look-ups (an address, a number, a visitor) go by keys, small documents beside the contact: a document's index
// reaches one member, and a contact has many addresses. SaveContact keeps them in step.
// Source: omnichannel reference §3.8, administration reference §5.
// Threading: plain values; the look-ups belong to one shard. Tests: tests/unit/backend/embedded/contacts_test.cc
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/embedded/record.h"
#include "backend/embedded/visitor.h"

namespace parley::backend::embedded {

// What tells the channels of a contact apart: a visitor, and a source of chats.
struct ChannelSource {
  std::string type, id;

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit("type", self.type);
    visit("id", self.id);
  }
};

struct ChannelVisitor {
  std::string visitor_id;
  ChannelSource source;

  // `room_source`: as rooms show it.
  static ChannelVisitor Of(std::string_view visitor_id, const Json& room_source) {
    return {std::string(visitor_id), {std::string(room_source.Text("type")), std::string(room_source.Text("id"))}};
  }
  bool operator==(const ChannelVisitor& other) const {
    return visitor_id == other.visitor_id && source.type == other.source.type && source.id == other.source.id;
  }

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit("visitorId", self.visitor_id);
    visit("source", self.source);
  }
};

// One way a contact comes in.
struct ContactChannel {
  std::string name;
  bool blocked = false, verified = false;
  ChannelVisitor visitor;
  Json details;  // the source as rooms show it
  std::optional<LastChat> last_chat;

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit("name", self.name);
    visit("visitor", self.visitor);
    visit("blocked", self.blocked);
    visit("verified", self.verified);
    visit("details", self.details);
    visit("lastChat", self.last_chat);
  }
};

// A value that contradicts the contact's own; an agent decides which is right.
struct ContactConflict {
  std::string field;  // name, manager, customFields.<key>
  std::string value;

  bool operator==(const ContactConflict&) const = default;

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit("field", self.field);
    visit("value", self.value);
  }
};

struct Contact {
  static constexpr storage::Collection kCollection = storage::Collection::kContacts;
  std::string id;
  std::int64_t version = 0;
  Json extra;

  std::string name;
  std::vector<EmailEntry> emails;
  std::vector<PhoneEntry> phones;
  std::string manager_id;                                 // a user
  bool unknown = false;                                   // nobody has looked at what the visitor said about themselves
  std::optional<std::vector<ContactConflict>> conflicts;  // unset until there was one
  Json custom_fields = Json::MakeObject();
  std::vector<ContactChannel> channels;
  Time created{};
  std::optional<LastChat> last_chat;
  std::vector<std::string> activity;  // months "2026-01" in which an agent answered
  bool pre_registered = false;        // made by hand, waiting for the visitor of one of its addresses
  bool erased = false;                // all that is left is that there was one
  Time updated_at{};

  // Null when the contact has no such channel.
  ContactChannel* FindChannel(const ChannelVisitor& visitor);

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit("name", self.name);
    visit("emails", self.emails);
    visit("phones", self.phones);
    visit("contactManager", self.manager_id);
    visit("unknown", self.unknown);
    visit("conflictingFields", self.conflicts);
    visit("customFields", self.custom_fields);
    visit("channels", self.channels);
    visit("createdAt", self.created);
    visit("lastChat", self.last_chat);
    visit.IfAny("activity", self.activity);
    visit("preRegistration", self.pre_registered);
    visit.IfTrue("erased", self.erased);
    visit.Secret("keys", self.keys_);
    visit.Secret("searched", self.searched_);
    visit("_updatedAt", self.updated_at);
  }

 private:
  friend void SaveContact(Contact& contact, Time now, storage::Changes& changes);

  std::vector<std::string> keys_;  // ids of the key documents as stored
  std::string searched_;           // name, addresses and numbers in one text
};

// Inserts the contact, or overwrites the version it was read at, with its keys. A second contact for a channel that
// has one is a conflict.
void SaveContact(Contact& contact, Time now, storage::Changes& changes);

// Condition of a search: `text` is part of the name, an address or a number. ASCII case ignored.
storage::Condition ContactContains(std::string_view text);

// Keys of look-ups.
std::string EmailKey(std::string_view address);
std::string PhoneKey(std::string_view number);
std::string VisitorKey(std::string_view visitor_id);

// Erased contacts are found by none of these.
Awaitable<Result<std::optional<Contact>>> FindContact(storage::DocumentStore& documents, std::string id);
Awaitable<Result<std::optional<Contact>>> FindContactOfChannel(storage::DocumentStore& documents,
                                                               ChannelVisitor visitor);
// Every contact that has at least one of the keys, each once, in the order of ids.
Awaitable<Result<std::vector<Contact>>> FindContactsBy(storage::DocumentStore& documents,
                                                       std::vector<std::string> keys);
Awaitable<Result<std::vector<Contact>>> FindContactsOfVisitor(storage::DocumentStore& documents,
                                                              std::string visitor_id);

}  // namespace parley::backend::embedded
