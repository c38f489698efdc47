// What is known of a visitor in custom fields: the variables of their page, and details.
//
// Details are sets of facts that another system posts for agents to see. Each set is a custom field of the visitor,
// because that is what Rocket.Chat's clients show beside a chat; it is no variable of the visitor's page.
// Threading: pure function. Tests: tests/unit/resources/visitors_test.cc
#pragma once

#include <string_view>

#include "json/json.h"

namespace parley::records {

// The names of fields with details begin like this; mappings/livechat-v2/visitors.yaml writes them.
inline constexpr std::string_view kDetailsPrefix = "details-";

// [{key, value}] of the fields that are no details; null when there are none.
Json CustomVariables(const Json& livechat_data);

}  // namespace parley::records
