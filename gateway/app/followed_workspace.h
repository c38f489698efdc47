// A workspace as one shard sees it: followed, with the receiver of its webhooks.
//
// Purpose: owns what sync/ puts around a backend, in the order it is built on. Threading: one shard.
// Tests: tests/e2e/sync.test.mjs
#pragma once

#include <memory>
#include <string>

#include "app/sync_thread.h"
#include "sync/followed_backend.h"
#include "sync/receiver.h"

namespace parley::app {

class FollowedWorkspace final : public backend::Backend {
 public:
  struct Shared {
    SyncThread& sync;
    const events::Recorder& recorder;
    const Clock& clock;
    IdGenerator& ids;
    std::string webhook_token;  // empty: webhooks are refused
    const std::vector<records::GroupRule>* group_rules = nullptr;
  };

  // `shared` and `stores` outlive it.
  FollowedWorkspace(std::unique_ptr<backend::Backend> workspace, storage::ShardStores& stores, const Shared& shared);

  Awaitable<Result<backend::Response>> Call(const backend::Request& request) override {
    return followed_.Call(request);
  }
  Awaitable<Result<std::shared_ptr<const backend::Directory>>> GetDirectory() override {
    return followed_.GetDirectory();
  }
  Awaitable<Result<std::shared_ptr<const backend::Capabilities>>> GetCapabilities() override {
    return followed_.GetCapabilities();
  }
  Awaitable<Result<std::string>> KeepPicture(backend::Picture picture) override {
    return followed_.KeepPicture(std::move(picture));
  }
  // POST /relay/rocketchat
  Awaitable<http::Response> Receive(const http::Request& request) { return receiver_.Receive(request); }

 private:
  const std::unique_ptr<backend::Backend> workspace_;
  const sync::SyncParts parts_;
  sync::FollowedBackend followed_;
  sync::Receiver receiver_;
};

}  // namespace parley::app
