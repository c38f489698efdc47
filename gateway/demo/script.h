// What happens in a chat, before anybody makes it happen: who, when, which words.
//
// A script is the same whether the chat is held through the backend's calls (holder.h) or composed (composer.h), and
// however long the history around it. Threading: immutable. Tests: tests/unit/demo/script_test.cc
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "demo/schedule.h"

namespace parley::demo {

// A customer who chats; one who comes back is the same visitor.
struct Guest {
  std::string token, name, email, phone, address;
};

struct Spoken {
  Time at{};
  bool from_agent = false;
  std::string_view text;
};

// Another agent goes on, from this line on.
struct Handover {
  std::size_t before_line = 0;
  Time at{};
  const Person* to = nullptr;
};

struct Order {
  Time at{};
  std::string id;
  Ware ware;
};

struct TicketScript {
  const Letter* letter = nullptr;
  Time at{};
  const Person* agent = nullptr;         // who answers it
  std::optional<Time> answered, solved;  // none: not yet
};

struct Script {
  Guest guest;
  std::string_view page;
  const Conversation* conversation = nullptr;
  Time opened{};
  // Who takes it, at once unless `taken` says when. Null: the guest waits until `ended`.
  const Person* agent = nullptr;
  std::optional<Time> taken;
  std::vector<Spoken> lines;
  std::optional<Handover> handover;
  std::optional<Time> page_seen;  // of the order, during the chat: reaches a goal
  std::optional<Order> order;     // a sale, after the chat
  std::string_view mark, remark;  // one to five; empty: not rated
  std::optional<Time> rated, ended;
  bool ended_by_guest = false;
  std::optional<TicketScript> ticket;  // written by the guest afterwards

  // Waits for an agent before it is taken or given up.
  bool waits() const { return agent == nullptr || taken.has_value(); }
};

class Scripts {
 public:
  // `now`: nothing is answered or ordered after it.
  Scripts(std::uint64_t seed, Time now) : seed_(seed), now_(now), schedule_(seed) {}

  const Schedule& schedule() const { return schedule_; }

  // The chats of a day, in the order of their openings.
  std::vector<Script> OfDay(std::int64_t day) const;
  // Two that have begun a moment before now and go on.
  std::vector<Script> StillOpen() const;

 private:
  Script Ended(std::int64_t day, std::size_t number, Time opened) const;
  Guest GuestOf(std::int64_t week, std::uint64_t number) const;

  const std::uint64_t seed_;
  const Time now_;
  const Schedule schedule_;
};

}  // namespace parley::demo
