// Custom fields of contacts: every field of scope visitor.
//
// Source: administration reference §5.2. Threading: pure functions.
// Tests: tests/unit/backend/embedded/contacts_test.cc, visitor_contacts_test.cc
#pragma once

#include <vector>

#include "backend/embedded/custom_field.h"
#include "backend/embedded/reply.h"

namespace parley::backend::embedded {

enum class UnknownFields { kRefused, kIgnored };

// The values that stay of those sent: trimmed, blank ones dropped. `values`: an object, or null for none.
// Errors: "Invalid value for <label or id> field", "Custom field <key> is not allowed"
Outcome<Json> CheckContactFields(const std::vector<CustomField>& fields, const Json& values, UnknownFields unknown);

// What of them a contact made from a visitor keeps; nothing is demanded and nothing refused.
Json FittingContactFields(const std::vector<CustomField>& fields, const Json& values);

}  // namespace parley::backend::embedded
