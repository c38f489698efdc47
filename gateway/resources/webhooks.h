// The registry of webhooks: who wants to be told of which event, and what with it.
//
// Refuses to know: deliveries. Threading: one shard. Tests: tests/unit/resources/webhooks_test.cc
#pragma once

#include <string>

#include "resources/local_records.h"

namespace parley::resources {

class Webhooks {
 public:
  explicit Webhooks(const LocalStore& store) : store_(store) {}

  // local/webhooks, specs/local.yaml
  Awaitable<Result<backend::Response>> Call(const LocalCall& call);

 private:
  Awaitable<Result<Json>> List();
  Awaitable<Result<Json>> Create(Json input);
  Awaitable<Result<Json>> Remove(std::string id);

  const LocalStore& store_;
};

}  // namespace parley::resources
