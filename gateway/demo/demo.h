// The seeded company: a small furniture shop with agents, departments and some days of chats.
//
// Purpose: give `parley demo` believable content. Everything is made through the embedded backend's own calls, on a
// clock that stands in the past, so ledger and events are what real use would have left.
// Deterministic: one seed and one `now` give the same people, words and times; ids of the store are drawn from the
// seed. Refuses to know: command lines, ports, LiveChat's shapes. Threading: one thread, before a gateway opens the
// store. Tests: tests/unit/demo/, tests/e2e/demo.test.mjs
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "specs/spec.h"

namespace parley::demo {

inline constexpr int kMostChats = 100'000;

struct Options {
  int chats = 40;  // the last two of them are still open
  std::uint64_t seed = 1;
  Time now{};
  std::string admin_username;  // of the first administrator
  std::string admin_password;
  std::string agent_password;  // of every agent
};

// What somebody needs to look around.
struct Company {
  std::string name;
  std::string timezone;
  std::string owner_login;      // LiveChat
  std::string agent_username;   // Rocket.Chat; the password is the one of the options
  std::string department_name;  // one with chats
};

// The same for every seed and without a store: what a gateway for it is configured with.
Company TheCompany();

// Fills an empty store. `rocketchat`: specs/rocketchat-livechat.yaml, loaded.
// Errors: those of the store, and kInternal naming the call the backend refused.
Status BuildCompany(const std::string& store_url, const specs::Spec& rocketchat, const Options& options);

}  // namespace parley::demo
