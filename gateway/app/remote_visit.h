// The configured workspace, for one command: a loop, a connection pool and a backend of its own.
//
//   Result<std::unique_ptr<RemoteVisit>> visit = RemoteVisit::Create(config, *serving->rocketchat_spec);
//   Result<std::shared_ptr<const Findings>> found = (*visit)->Probe();
//
// Threading: one thread. Tests: tests/e2e/doctor.test.mjs
#pragma once

#include <memory>

#include "app/workspace_on_loop.h"
#include "backend/rocketchat/rocketchat.h"
#include "base/own_loop.h"
#include "config/config.h"

namespace parley::app {

class RemoteVisit {
 public:
  // REQUIRES: backend.kind is rocketchat. `spec` must outlive it.
  static Result<std::unique_ptr<RemoteVisit>> Create(const config::Config& config, const specs::Spec& spec);

  backend::Service& workspace() { return *backend_; }
  OwnLoop& loop() { return loop_; }
  // Of what is asked now.
  SteadyTime deadline() const;

  Result<std::shared_ptr<const backend::rocketchat::Findings>> Probe();

 private:
  RemoteVisit() = default;

  SystemClock clock_;
  OwnLoop loop_;
  std::unique_ptr<backend::rocketchat::Workspace> workspace_;
  std::unique_ptr<WorkspaceOnLoop> backend_;  // last: its connections go before the loop does
};

}  // namespace parley::app
