// How a visitor's answers to Rocket.Chat's survey count as a LiveChat rating.
//
// Threading: pure functions. Tests: tests/unit/backend/embedded/conversation_flow_test.cc
#pragma once

#include <string>

#include "json/json.h"

namespace parley::records {

// satisfaction 4 and 5 are good, 1 and 2 bad, everything else is no rating.
inline std::string RateOf(const Json& survey) {
  const std::string_view satisfaction = survey.Text("satisfaction");
  if (satisfaction == "4" || satisfaction == "5") return "rated_good";
  if (satisfaction == "1" || satisfaction == "2") return "rated_bad";
  return "not_rated";
}

}  // namespace parley::records
