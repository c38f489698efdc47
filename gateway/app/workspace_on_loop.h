// A workspace on a loop that is no shard's, with its own connections.
//
// Threading: the loop's thread. Goes before the loop does. Tests: tests/e2e/sync.test.mjs
#pragma once

#include <memory>

#include "app/loop_client.h"
#include "backend/rocketchat/rocketchat.h"

namespace parley::app {

class WorkspaceOnLoop final : public backend::Backend {
 public:
  // Whether somebody else finds out what the workspace can do; until they have, kUnavailable is what is known here.
  enum class Finding { kOut, kElsewhere };

  // Everything outlives it. Errors: as of http::Client::Create
  static Result<std::unique_ptr<WorkspaceOnLoop>> Create(backend::rocketchat::Workspace& workspace,
                                                         http::ClientOptions options, Executor executor,
                                                         const Clock& clock, Finding finding = Finding::kOut);

  backend::rocketchat::RocketChatBackend& workspace() { return backend_; }

  // Calls under way end with an error, and there are no others. On the loop.
  void Abort() { client_->client().Abort(); }

  Awaitable<Result<backend::Response>> Call(const backend::Request& request) override { return backend_.Call(request); }
  Awaitable<Result<std::shared_ptr<const backend::Directory>>> GetDirectory() override {
    return backend_.GetDirectory();
  }
  Awaitable<Result<std::shared_ptr<const backend::Capabilities>>> GetCapabilities() override;

 private:
  WorkspaceOnLoop(backend::rocketchat::Workspace& workspace, std::unique_ptr<LoopClient> client, const Clock& clock,
                  Finding finding)
      : shared_(workspace),
        finding_(finding),
        client_(std::move(client)),
        backend_(workspace, client_->client(), client_->timers(), clock) {}

  const backend::rocketchat::Workspace& shared_;
  const Finding finding_;
  const std::unique_ptr<LoopClient> client_;
  backend::rocketchat::RocketChatBackend backend_;
};

}  // namespace parley::app
