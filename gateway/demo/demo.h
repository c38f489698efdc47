// The seeded company: a small furniture shop with agents, departments and, going back in time, as many chats as wanted.
//
// Purpose: give `parley demo` believable content, and measurements an archive of any size. About 500 chats a day, so more
// chats are a longer past. The last ones are held through the embedded backend's own calls on a clock that stands in
// the past (holder.h); older ones are composed of the same records and facts and written in batches (composer.h).
// Deterministic: one seed and one `now` give the same people, words and times; ids of the store are drawn from the
// seed. Refuses to know: command lines, ports, LiveChat's shapes. Threading: one thread, before a gateway opens the
// store. Tests: tests/unit/demo/, tests/e2e/demo.test.mjs
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "specs/spec.h"

namespace parley::demo {

inline constexpr std::int64_t kFewestChats = 2;
inline constexpr std::int64_t kMostChats = 5'000'000;

struct Options {
  std::int64_t chats = 40;  // the last two of them are still open
  std::int64_t held = 100;  // how many of the last are held by calls; the others are composed
  std::uint64_t seed = 1;
  Time now{};
  std::string admin_username;  // of the first administrator
  std::string admin_password;
  std::string agent_password;  // of every agent
  // Told now and then how many chats there are by now; what it answers ends the building. May be empty.
  std::function<Status(std::int64_t)> on_progress;
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

// A long history is not begun where it cannot end. Errors: kInvalidArgument when `available` bytes do not hold the chats.
Status CheckSpace(std::int64_t chats, std::uintmax_t available);

// Fills an empty store. `rocketchat`: specs/rocketchat-livechat.yaml, loaded.
// Errors: those of the store and of `on_progress`, and kInternal naming the call the backend refused.
Status BuildCompany(const std::string& store_url, const specs::Spec& rocketchat, const Options& options);

}  // namespace parley::demo
