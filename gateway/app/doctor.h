// What keeps Parley from working well, and what to do about it.
//
// Purpose: look at store, specs, mappings and, where the backend is a workspace, at the workspace, Parley's account and
// permissions there, what it can do, its rate limiter, its clock and its webhooks. Nothing is changed unless asked for:
// then the workspace's webhook settings are written and read back.
// Threading: the main thread of a command. Tests: tests/e2e/doctor.test.mjs
#pragma once

#include <string>
#include <vector>

#include "config/config.h"

namespace parley::app {

enum class Health { kOk, kWarning, kProblem };
std::string_view NameOf(Health health);  // "ok"

struct Diagnosis {
  Health health = Health::kOk;
  std::string subject;  // "store", "workspace", "webhook Livechat_webhookUrl"
  std::string finding;
  std::string to_do;  // empty: nothing
};

// In the order things depend on one another; what cannot be looked at for a problem before it is left out.
std::vector<Diagnosis> Examine(const config::Config& config, bool fix);

}  // namespace parley::app
