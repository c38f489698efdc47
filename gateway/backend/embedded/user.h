// A user: accounts, agents and managers are all users told apart by their roles.
//
// Sources: administration reference §2, omnichannel reference §3.6.
// Threading: plain values; the queries run on the shard.
// Tests: tests/unit/backend/embedded/users_test.cc, record_test.cc
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/embedded/record.h"
#include "base/awaitable.h"

namespace parley::backend::embedded {

inline constexpr std::string_view kAgentRole = "livechat-agent";
inline constexpr std::string_view kManagerRole = "livechat-manager";
inline constexpr std::string_view kBotRole = "bot";

struct Email {
  std::string address;
  bool verified = false;

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit("address", self.address);
    visit("verified", self.verified);
  }
};

struct User {
  static constexpr storage::Collection kCollection = storage::Collection::kUsers;

  std::string id;
  std::int64_t version = 0;
  Json extra;

  Time created_at{};
  std::string username;
  std::vector<Email> emails;
  std::string type = "user";
  std::string status = "offline";             // presence as others see it
  std::string status_connection = "offline";  // nothing opens a realtime connection here
  std::string status_default;                 // the wish
  std::string status_text;
  bool active = true;
  std::string name;
  std::string nickname, bio;
  std::vector<std::string> roles;
  std::optional<double> utc_offset;
  std::string language;
  Json settings = Json::MakeObject();
  Json custom_fields;
  bool require_password_change = false;
  std::string inactive_reason;
  std::optional<Time> last_login;
  std::string avatar_etag;
  Time updated_at{};

  // Agents only.
  std::optional<std::string> status_livechat;  // available, not-available
  std::optional<bool> livechat_status_system_modified;
  Json livechat;                               // {maxNumberSimultaneousChat, ...} as it was sent
  std::optional<std::int64_t> livechat_count;  // lifetime picks of Auto_Selection
  std::optional<Time> last_routing_time;
  std::optional<std::vector<std::string>> open_business_hours;
  std::optional<Time> away_since;  // ceased to be there for chats while a setting says what becomes of them

  std::string password_hash;  // libsodium's text; empty: no password login

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit("createdAt", self.created_at);
    visit("username", self.username);
    visit("emails", self.emails);
    visit("type", self.type);
    visit("status", self.status);
    visit("statusConnection", self.status_connection);
    visit("statusDefault", self.status_default);
    visit("statusText", self.status_text);
    visit("active", self.active);
    visit("_updatedAt", self.updated_at);
    visit("name", self.name);
    visit("nickname", self.nickname);
    visit("bio", self.bio);
    visit("roles", self.roles);
    visit("utcOffset", self.utc_offset);
    visit("language", self.language);
    visit("settings", self.settings);
    visit("customFields", self.custom_fields);
    visit("requirePasswordChange", self.require_password_change);
    visit("inactiveReason", self.inactive_reason);
    visit("lastLogin", self.last_login);
    visit("avatarETag", self.avatar_etag);
    visit("statusLivechat", self.status_livechat);
    visit("livechatStatusSystemModified", self.livechat_status_system_modified);
    visit("livechat", self.livechat);
    visit("livechatCount", self.livechat_count);
    visit("lastRoutingTime", self.last_routing_time);
    visit("openBusinessHours", self.open_business_hours);
    visit.Secret("awaySince", self.away_since);
    visit.Secret("passwordHash", self.password_hash);
  }

  bool HasRole(std::string_view role) const;
  bool IsAgent() const { return HasRole(kAgentRole); }
  std::string_view Address() const {
    return emails.empty() ? std::string_view() : std::string_view(emails.front().address);
  }
};

// {"_id","username"}, with the name when asked for: how other records mention a user.
Json Mention(const User& user, bool with_name = false);

using FoundUser = Result<std::optional<User>>;

Awaitable<FoundUser> FindUser(storage::DocumentStore& documents, std::string id);
Awaitable<FoundUser> FindUserByName(storage::DocumentStore& documents, std::string username);
Awaitable<FoundUser> FindUserByIdOrName(storage::DocumentStore& documents, std::string id_or_username);
// As login does: the exact name, else the only one that differs by case alone.
Awaitable<FoundUser> FindUserByAnyCase(storage::DocumentStore& documents, std::string username);
Awaitable<FoundUser> FindUserByEmail(storage::DocumentStore& documents, std::string address);
Awaitable<Result<std::vector<User>>> FindUsersInRole(storage::DocumentStore& documents, std::string role);

}  // namespace parley::backend::embedded
