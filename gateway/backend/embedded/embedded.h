// The embedded backend: Rocket.Chat's livechat routes, served in process on Parley's own store.
//
// Purpose: answer `Backend::Call` as a workspace of the 8.3 line would, and give the directory from its own records.
// One file per route family (accounts, users, departments, rooms, ...) over small domain parts (presence, routing,
// permissions), each testable without HTTP.
// Refuses to know: LiveChat, mappings, sockets, SQL.
// Order of checks: route (404, 405, 501 when it is not built yet), login (401), permission (403), edition, schema of
// typed routes (400), rate limit (429), schema of classic routes (400), action. Threading: a Workspace is thread-safe and shared by all shards; an EmbeddedBackend belongs to one
// shard. Tests: tests/unit/backend/embedded/
#pragma once

#include <memory>

#include "backend/backend.h"
#include "backend/embedded/call.h"
#include "backend/embedded/rate_limiter.h"
#include "backend/embedded/workspace.h"

namespace parley::backend::embedded {

class EmbeddedBackend final : public Backend {
 public:
  // Everything is borrowed and outlives the backend. `limiter`: shared by all shards; null limits nobody.
  EmbeddedBackend(storage::ShardStores& stores, const events::Recorder& recorder, const Clock& clock, IdGenerator& ids,
                  Workspace& workspace, RateLimiter* limiter = nullptr)
      : services_{stores, recorder, clock, ids, workspace}, limiter_(limiter) {}

  Awaitable<Result<Response>> Call(const Request& request) override;
  Awaitable<Result<std::shared_ptr<const Directory>>> GetDirectory() override;
  Awaitable<Result<std::string>> KeepPicture(Picture picture) override;
  // What the workspace does by itself, for ever; one backend of a process does it. Ends with the loop it runs on.
  Awaitable<> WorkByItself();

 private:
  Services services_;
  RateLimiter* const limiter_;
};

}  // namespace parley::backend::embedded
