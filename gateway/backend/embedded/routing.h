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
};

// The setting Livechat_Routing_Method; methods that are not served assign nobody by themselves.
RoutingMethod ParseRoutingMethod(std::string_view setting);

// What the method lets agents see and do: `config` of GET livechat/config/routing.
Json RoutingConfig(RoutingMethod method);

// Somebody who can be given a chat now.
struct Candidate {
  std::string user_id;
  std::string username;
  // Chats given so far: the user's `livechatCount`, or the `count` of the department's row. Never goes down.
  std::int64_t picks = 0;
  std::int64_t order = 0;  // of the department's row
};

// The candidate with the fewest picks, then the lowest order, then by username; null without candidates.
const Candidate* ChooseAgent(const std::vector<Candidate>& candidates);

}  // namespace parley::backend::embedded
