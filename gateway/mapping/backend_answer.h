// What a backend's answer says about success and failure.
//
// Refuses to know: mappings' outcomes beyond the tables that name failures.
// Threading: plain functions. Tests: tests/unit/mapping/runner_test.cc
#pragma once

#include <string>

#include "backend/backend.h"
#include "base/clock.h"
#include "mapping/program.h"
#include "mapping/value.h"

namespace parley::mapping {

bool Succeeded(int status);
// "success": false, which refuses under any status.
bool IsRefusal(const Value& body);

// What an errors table may name a failure by, the most specific first.
struct FailureKeys {
  std::string type, code, text, status;

  FailureKeys(const Value& body, int http_status);

  // Null when the table names none of them.
  const OutcomeCode* Find(const ErrorTable& table) const;
  const std::string& Best() const { return !type.empty() ? type : !code.empty() ? code : text; }
};

// Seconds until asking again makes sense; 0 when the answer does not say.
int RetryAfter(const backend::Response& response, const Clock& clock);

Error Unreadable(const CallCode& call);

}  // namespace parley::mapping
