// A trigger: what a widget does by itself once its conditions hold on a visitor's page.
//
// Source: omnichannel reference §2.10, §3.8. Threading: plain values.
// Tests: tests/unit/backend/embedded/triggers_test.cc
#pragma once

#include <string>

#include "backend/embedded/record.h"

namespace parley::backend::embedded {

struct Trigger {
  static constexpr storage::Collection kCollection = storage::Collection::kTriggers;

  std::string id;
  std::int64_t version = 0;
  Json extra;

  std::string name, description;
  bool enabled = false;
  bool run_once = false;
  Json conditions, actions;  // lists, kept as they were sent
  Time updated_at{};

  template <class Self, class Visit>
  static void Members(Self& self, Visit& visit) {
    visit.Always("name", self.name);
    visit.Always("description", self.description);
    visit("enabled", self.enabled);
    visit("runOnce", self.run_once);
    visit("conditions", self.conditions);
    visit("actions", self.actions);
    visit("_updatedAt", self.updated_at);
  }
};

// What `livechat/config` tells a widget: the enabled ones, by name.
Awaitable<Result<Json>> FindWidgetTriggers(storage::DocumentStore& documents);

}  // namespace parley::backend::embedded
