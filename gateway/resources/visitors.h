// Visitors on the site: who chats, waits, looks at pages, or has just chatted.
//
// One pass over what is open and who has just been there, joined by visitor. Its cost grows with the people there are,
// never with what they wrote or with the chats that are over.
// Threading: one shard. Tests: tests/unit/resources/visitors_test.cc
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "resources/local_call.h"
#include "resources/local_store.h"

namespace parley::resources {

class Visitors {
 public:
  explicit Visitors(const LocalStore& store) : store_(store) {}

  // local/visitors, specs/local.yaml. Those who chat come first, then those who wait, the rest; each the oldest first.
  Awaitable<Result<Json>> List(const std::vector<std::pair<std::string, std::string>>& query);

 private:
  const LocalStore& store_;
};

}  // namespace parley::resources
