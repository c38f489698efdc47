// Holds chats as people do: call by call, on a clock in the past, so that all that real use leaves behind is there.
//
// Threading: one thread. Tests: tests/unit/demo/composer_test.cc
#pragma once

#include "demo/calls.h"
#include "demo/script.h"
#include "demo/shop.h"

namespace parley::demo {

class Holder {
 public:
  Holder(Calls& calls, DemoClock& clock, const Shop& shop) : calls_(calls), clock_(clock), shop_(shop) {}

  // REQUIRES: whoever serves the chat is at work. Answers the room's id.
  Awaitable<Result<std::string>> Hold(const Script& script);
  Awaitable<Status> Turn(const demo::Turn& turn);

 private:
  // One chat on its way.
  struct Held {
    const Script& script;
    Caller guest;
    std::string visitor_id, room_id;
    std::string agent_id;  // who serves it; empty: nobody yet
  };

  Awaitable<Status> Register(Held& held);
  Awaitable<Status> Open(Held& held);
  Awaitable<Status> Take(Held& held);
  Awaitable<Status> RouteByHand(bool by_hand);
  Awaitable<Status> Speak(Held& held);
  Awaitable<Status> HandOver(Held& held, const Handover& handover);
  Awaitable<Status> SeePage(const Held& held, std::string_view page, const std::string& room_id);
  Awaitable<Status> Rate(const Held& held);
  Awaitable<Status> Close(const Held& held);
  Awaitable<Status> Order(const Held& held);
  Awaitable<Status> Write(const Held& held);

  Calls& calls_;
  DemoClock& clock_;
  const Shop& shop_;
};

}  // namespace parley::demo
