// A subscription: somebody's seat in a room. The serving agent has one, and everybody who joined; closing removes them.
//
// Threading: plain values. Tests: tests/unit/backend/embedded/conversation_records_test.cc
#pragma once

#include <string>

#include "backend/embedded/room.h"

namespace parley::backend::embedded {

struct Subscription {
  static constexpr storage::Collection kCollection = storage::Collection::kSubscriptions;
  std::string id;
  std::int64_t version = 0;
  Json extra;

  std::string room_id;
  std::string name;
  Person user;
  VisitorSnapshot visitor;
  std::string department;
  bool alert = true;
  std::int64_t unread = 1;
  Time since{};
  Time updated_at{};

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit("rid", self.room_id);
    visit.Constant("t", "l");
    visit("name", self.name);
    visit.Constant("open", true);
    visit("alert", self.alert);
    visit("unread", self.unread);
    visit.Constant("userMentions", 1);
    visit.Constant("groupMentions", 0);
    visit("u", self.user);
    visit("v", self.visitor);
    visit("department", self.department);
    visit("ts", self.since);
    visit("_updatedAt", self.updated_at);
  }
};

}  // namespace parley::backend::embedded
