// The workspace behind the gateway: the embedded one; or a remote one, what follows its chats, and an embedded one that
// stands in for what it lacks.
//
// Purpose: alone knows which of the two there is. Refuses to know: faces, servers, the relay.
// Threading: made, started and stopped by one thread; the workspaces themselves are used by every shard.
// Tests: tests/unit/app/app_test.cc, tests/e2e/sync.test.mjs, overlay.test.mjs
#pragma once

#include <memory>
#include <vector>

#include "app/sync_thread.h"
#include "backend/embedded/embedded.h"
#include "backend/rocketchat/rocketchat.h"
#include "config/config.h"
#include "http/server.h"
#include "outgoing/outgoing.h"
#include "records/group_rules.h"

namespace parley::app {

class Workspaces {
 public:
  // Everything is borrowed and outlives it.
  struct Shared {
    const config::Config& config;
    storage::Store& store;
    const events::Recorder& recorder;
    const Clock& clock;
    IdGenerator& ids;
    metrics::Metrics& metrics;
    std::shared_ptr<outgoing::Caller> outgoing;
    const specs::Spec& rocketchat_spec;  // the workspaces point into it
  };
  // What a shard calls, and what takes a workspace's webhooks; none when it is embedded.
  struct OfShard {
    std::unique_ptr<backend::Backend> backend;
    http::Handler receiver;
  };

  static Result<std::unique_ptr<Workspaces>> Create(Shared shared);
  Workspaces(const Workspaces&) = delete;
  Workspaces& operator=(const Workspaces&) = delete;

  // One of the two, the other is null.
  backend::embedded::Workspace* embedded() { return embedded_.get(); }
  backend::rocketchat::Workspace* remote() { return remote_.get(); }
  // Null with an embedded workspace, and before OpenSync.
  SyncThread* sync() { return sync_.get(); }
  // Of the first shard that was made; does what a workspace does by itself. Null with a remote one.
  backend::embedded::EmbeddedBackend* first_backend() { return first_backend_; }

  // Nothing to do with an embedded workspace.
  Status OpenSync();
  OfShard ForShard(storage::ShardStores& stores, http::Shard& shard);
  // A remote one can be reached and takes the account.
  Status Health();

  // Waits for what the synchronisation has under way; the store must still answer.
  void StopSync();
  // Joins the workers of the embedded ones.
  void Stop();

 private:
  explicit Workspaces(Shared shared) : shared_(std::move(shared)) {}

  const Shared shared_;
  std::unique_ptr<backend::embedded::Workspace> embedded_;  // one of the two
  std::unique_ptr<backend::rocketchat::Workspace> remote_;
  std::unique_ptr<backend::embedded::Workspace> stand_in_;  // for what the remote one lacks
  backend::embedded::RateLimiter limiter_;
  std::vector<records::GroupRule> group_rules_;
  std::unique_ptr<SyncThread> sync_;
  backend::embedded::EmbeddedBackend* first_backend_ = nullptr;
};

}  // namespace parley::app
