// The settings that make a workspace tell Parley of its chats.
//
// Purpose: read them, compare them with what Parley wants, and write those that are wrong. A setting a server does not
// have (older ones lack some events) is left out. Secrets are compared, never shown.
// Errors: as of pages.h; kPermissionDenied saying what the account lacks.
// Threading: runs on the workspace's loop. Tests: tests/unit/backend/rocketchat/webhook_setup_test.cc
#pragma once

#include <string>
#include <vector>

#include "backend/backend.h"
#include "json/json.h"

namespace parley::backend::rocketchat {

struct WebhookSetting {
  std::string id;  // "Livechat_webhookUrl"
  Json wanted;
  Json is;
  bool secret = false;

  bool right() const { return is == wanted; }
  // "is http://old.test, not https://parley.acme.test/relay/rocketchat"
  std::string Difference() const;
};

// All that matter, right or wrong. `url` and `token`: what the workspace is to call, and with what.
Awaitable<Result<std::vector<WebhookSetting>>> ReadWebhookSetup(Service& workspace, std::string url, std::string token,
                                                                SteadyTime deadline);

// Writes those that are wrong, the address last: nothing is sent before the token is right.
Awaitable<Status> WriteWebhookSetup(Service& workspace, const std::vector<WebhookSetting>& settings,
                                    SteadyTime deadline);

}  // namespace parley::backend::rocketchat
