// A private group: a room of users. Scripts make them beside the chats; nothing is said in them here.
//
// Source: administration reference §6.2.
// Threading: plain values; the queries run on the shard. Tests: tests/unit/backend/embedded/groups_test.cc
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backend/embedded/call.h"
#include "backend/embedded/message.h"

namespace parley::backend::embedded {

struct Group {
  static constexpr storage::Collection kCollection = storage::Collection::kExtras;

  std::string id;  // not of the form of other extras, so no list of those shows it
  std::int64_t version = 0;
  Json extra;
  std::string name;
  std::string unique_name;  // the same; tells a group from other extras
  Person creator;
  std::vector<std::string> members;  // user ids
  std::int64_t users = 0;
  bool read_only = false;
  Json custom_fields;
  std::string topic;
  Time created{};
  Time updated_at{};

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit("name", self.name);
    visit.Secret("group", self.unique_name);
    visit.Constant("fname", Json(self.name));
    visit.Constant("t", "p");
    visit.Constant("msgs", 0);
    visit("usersCount", self.users);
    visit("u", self.creator);
    visit.Secret("members", self.members);
    visit("customFields", self.custom_fields);
    visit("topic", self.topic);
    visit("ts", self.created);
    visit("ro", self.read_only);
    visit.Constant("sysMes", true);
    visit("_updatedAt", self.updated_at);
  }
};

// By id, or by name when the id is empty; none when the caller is no member.
Awaitable<Result<std::optional<Group>>> FindGroupOfCaller(const Call& call, std::string id, std::string name);
Awaitable<Result<std::vector<Group>>> FindGroupsOfCaller(const Call& call);

}  // namespace parley::backend::embedded
