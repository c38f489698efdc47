// A subscription: somebody's seat in a room. The serving agent has one, and everybody who joined; closing removes them.
//
// What is unread is counted when somebody asks (seats.cc), so a message changes no seat.
// Threading: plain values. Tests: tests/unit/backend/embedded/conversation_records_test.cc
#pragma once

#include <optional>
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
  std::optional<Time> last_seen;  // when its user last read the room
  Time since{};
  Time updated_at{};

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit("rid", self.room_id);
    visit.Constant("t", "l");
    visit("name", self.name);
    visit.Constant("open", true);
    visit("u", self.user);
    visit("v", self.visitor);
    visit("department", self.department);
    visit("ts", self.since);
    visit("ls", self.last_seen);
    visit("_updatedAt", self.updated_at);
  }
};

}  // namespace parley::backend::embedded
