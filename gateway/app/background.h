// What is done as time passes: the embedded backend's timed work or a look at what the workspace can do, and the end of
// visitors' sessions.
//
// With a thread, a view of the store and a connection to the workspace of its own.
// Threading: made, started and stopped by one thread. Tests: tests/e2e/visitors.test.mjs, capabilities.test.mjs
#pragma once

#include <memory>

#include "app/ticker.h"
#include "app/workspace_on_loop.h"
#include "app/workspaces.h"
#include "backend/embedded/timed_work.h"
#include "resources/visitor_chats.h"

namespace parley::app {

class Background {
 public:
  // Everything outlives it. Errors: of the store; as of http::Client::Create
  static Result<std::unique_ptr<Background>> Create(const Workspaces::Shared& shared, Workspaces& workspaces);
  ~Background();

  void Start();
  // Lets a pass that has begun finish; the store must still answer. Safe to call twice.
  void Stop() { ticker_.Stop(); }

 private:
  Background();
  Status ConnectWorkspace(const Workspaces::Shared& shared, Workspaces& workspaces);
  Awaitable<void> Pass();

  std::unique_ptr<storage::ShardStores> stores_;
  std::unique_ptr<backend::embedded::Services> services_;
  std::unique_ptr<backend::embedded::TimedWork> work_;  // null: the backend is elsewhere
  std::unique_ptr<backend::Backend> backend_;
  WorkspaceOnLoop* remote_ = nullptr;  // it, when it is elsewhere
  std::unique_ptr<resources::LocalStore> local_;
  std::unique_ptr<resources::VisitorChats> visitor_chats_;
  Ticker ticker_;  // last: destroyed, and so stopped, before what its work uses
};

}  // namespace parley::app
