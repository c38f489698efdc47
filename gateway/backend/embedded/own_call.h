// A call nobody made: what the backend does by itself, as its system user and with every permission.
//
//   auto own = co_await BeginOwnCall(services);
//   if (!own) co_return own.error();
//   co_await CloseForgottenChats((*own)->call());
//
// Settings and the time are those of its beginning. Threading: one shard.
// Tests: through tests/unit/backend/embedded/duty_test.cc, queue_worker_test.cc
#pragma once

#include <memory>

#include "backend/embedded/call.h"

namespace parley::backend::embedded {

class OwnCall {
 public:
  explicit OwnCall(Services& services) : call_(request_, operation_, services) { call_.learnt = &learnt_; }
  OwnCall(const OwnCall&) = delete;
  OwnCall& operator=(const OwnCall&) = delete;

  Call& call() { return call_; }

 private:
  Request request_;
  specs::Operation operation_;
  Learnt learnt_;
  Call call_;
};

Awaitable<Result<std::unique_ptr<OwnCall>>> BeginOwnCall(Services& services);

}  // namespace parley::backend::embedded
