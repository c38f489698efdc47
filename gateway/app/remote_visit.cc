#include "app/remote_visit.h"

#include "app/remote_workspace.h"

namespace parley::app {

namespace rocketchat = backend::rocketchat;

Result<std::unique_ptr<RemoteVisit>> RemoteVisit::Create(const config::Config& config, const specs::Spec& spec) {
  std::unique_ptr<RemoteVisit> visit(new RemoteVisit());
  Result<std::unique_ptr<rocketchat::Workspace>> workspace = MakeRemoteWorkspace(config, spec);
  if (!workspace) return workspace.error();
  visit->workspace_ = *std::move(workspace);
  Result<std::unique_ptr<WorkspaceOnLoop>> backend =
      WorkspaceOnLoop::Create(*visit->workspace_, UpstreamOptions(config), visit->loop_.executor(), visit->clock_);
  if (!backend) return backend.error();
  visit->backend_ = *std::move(backend);
  return visit;
}

SteadyTime RemoteVisit::deadline() const {
  return clock_.Steady() + workspace_->options().call_timeout;
}

Result<std::shared_ptr<const rocketchat::Findings>> RemoteVisit::Probe() {
  const Status probed = loop_.Run(backend_->workspace().ProbeNow());
  if (!probed) return probed.error();
  return workspace_->knowledge().findings();
}

}  // namespace parley::app
