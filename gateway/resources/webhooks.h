// The registry of webhooks: who wants to be told of which event, and what with it.
//
// Refuses to know: deliveries. Threading: one shard. Tests: tests/unit/resources/webhooks_test.cc
#pragma once

#include <string>

#include "outgoing/outgoing.h"
#include "resources/local_records.h"

namespace parley::resources {

class Webhooks {
 public:
  // `caller`: says which addresses may be called.
  Webhooks(const LocalStore& store, outgoing::Caller& caller) : store_(store), caller_(caller) {}

  // local/webhooks, specs/local.yaml
  Awaitable<Result<backend::Response>> Call(const LocalCall& call);

 private:
  Awaitable<Result<Json>> List();
  Awaitable<Result<Json>> Create(Json input);
  Awaitable<Result<Json>> Remove(std::string id);

  const LocalStore& store_;
  outgoing::Caller& caller_;
};

}  // namespace parley::resources
