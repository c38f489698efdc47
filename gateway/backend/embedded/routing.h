// Who gets the next chat.
//
// Pure: the caller gathers the candidates and writes the pick's counter in the same change that assigns the chat.
// Tests: tests/unit/backend/embedded/routing_test.cc
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "json/json.h"

namespace parley::backend::embedded {

enum class RoutingMethod {
  kAutoSelection,    // round robin over lifetime picks
  kManualSelection,  // nobody: every chat waits until an agent takes it
  kExternal,         // a service outside names the agent
  kLoadBalancing,    // the fewest open chats (premium)
  kLoadRotation,     // whoever got one longest ago (premium)
};

// The setting Livechat_Routing_Method; an unknown one assigns nobody by itself.
RoutingMethod ParseRoutingMethod(std::string_view setting);

// Whether chats are given to agents without anybody taking them.
bool AssignsByItself(RoutingMethod method);

// What the method lets agents see and do: `config` of GET livechat/config/routing.
Json RoutingConfig(RoutingMethod method);

// Somebody who can be given a chat now.
struct Candidate {
  std::string user_id;
  std::string username;
  // The first thing that counts: picks so far under Auto_Selection (the user's `livechatCount`, or the `count` of the
  // department's row), open chats under Load_Balancing.
  std::int64_t picks = 0;
  // The second: `order` of the department's row, or when the agent was last given a chat.
  std::int64_t order = 0;
};

// The candidate with the fewest picks, then the lowest order, then by username; null without candidates.
const Candidate* ChooseAgent(const std::vector<Candidate>& candidates);

}  // namespace parley::backend::embedded
