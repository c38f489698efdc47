#include "app/workspace_on_loop.h"

namespace parley::app {

Result<std::unique_ptr<WorkspaceOnLoop>> WorkspaceOnLoop::Create(backend::rocketchat::Workspace& workspace,
                                                                 http::ClientOptions options, Executor executor,
                                                                 const Clock& clock) {
  Result<std::unique_ptr<LoopClient>> client = LoopClient::Create(std::move(options), executor, clock);
  if (!client) return client.error();
  return std::unique_ptr<WorkspaceOnLoop>(new WorkspaceOnLoop(workspace, *std::move(client), clock));
}

}  // namespace parley::app
