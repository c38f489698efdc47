// A visitor: who chats from outside, known by a token only the visitor's side holds.
//
// Threading: plain values. Tests: tests/unit/backend/embedded/conversation_records_test.cc
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backend/embedded/message.h"
#include "backend/embedded/record.h"

namespace parley::backend::embedded {

struct PhoneEntry {
  std::string number;

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit("phoneNumber", self.number);
  }
};

struct EmailEntry {
  std::string address;

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit("address", self.address);
  }
};

struct LastChat {
  std::string room_id;
  Time at{};

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit("_id", self.room_id);
    visit("ts", self.at);
  }
};

// Who took the visitor's last chat.
struct LastAgent {
  std::string agent_id, username;
  Time at{};

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit("agentId", self.agent_id);
    visit("username", self.username);
    visit("ts", self.at);
  }
};

struct Visitor {
  static constexpr storage::Collection kCollection = storage::Collection::kVisitors;
  std::string id;
  std::int64_t version = 0;
  Json extra;

  std::string username;  // guest-<n>
  std::string token;     // secret
  std::string name;
  std::string status = "online";  // online, away, busy, offline
  std::string department;         // where the next chat goes
  Time registered{};
  std::vector<PhoneEntry> phones;
  std::vector<EmailEntry> emails;  // lower case
  Json livechat_data;              // custom fields of scope visitor, null when none
  std::optional<LastChat> last_chat;
  std::optional<LastAgent> last_agent;  // noted while chats go to it, see preferred_agent.h
  std::int64_t chats = 0;               // opened so far
  Json contact_manager;                 // {"username", "_id"?, "name"?, "emails"?}, null when none
  std::string ip, user_agent, host;     // only while the settings allow collecting them
  std::vector<std::string> activity;    // months "2026-01" in which an agent answered
  bool disabled = false;                // erased: the record only keeps the token taken
  Time updated_at{};

  const std::string& DisplayName() const { return name.empty() ? username : name; }
  Person AsPerson() const { return Person{id, username, DisplayName()}; }

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit("username", self.username);
    visit("name", self.name);
    visit("token", self.token);
    visit("status", self.status);
    visit("ts", self.registered);
    visit("department", self.department);
    visit.IfAny("phone", self.phones);
    visit.IfAny("visitorEmails", self.emails);
    visit("livechatData", self.livechat_data);
    visit("lastChat", self.last_chat);
    visit("lastAgent", self.last_agent);
    visit.Secret("chats", self.chats);
    visit("contactManager", self.contact_manager);
    visit("ip", self.ip);
    visit("userAgent", self.user_agent);
    visit("host", self.host);
    visit.IfAny("activity", self.activity);
    visit.IfTrue("disabled", self.disabled);
    visit("_updatedAt", self.updated_at);
  }
};

}  // namespace parley::backend::embedded
