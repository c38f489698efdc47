#include "app/workspace_on_loop.h"

namespace parley::app {

Result<std::unique_ptr<WorkspaceOnLoop>> WorkspaceOnLoop::Create(backend::rocketchat::Workspace& workspace,
                                                                 http::ClientOptions options, Executor executor,
                                                                 const Clock& clock, Finding finding) {
  Result<std::unique_ptr<LoopClient>> client = LoopClient::Create(std::move(options), executor, clock);
  if (!client) return client.error();
  return std::unique_ptr<WorkspaceOnLoop>(new WorkspaceOnLoop(workspace, *std::move(client), clock, finding));
}

Awaitable<Result<std::shared_ptr<const backend::Capabilities>>> WorkspaceOnLoop::GetCapabilities() {
  if (finding_ == Finding::kOut) co_return co_await backend_.GetCapabilities();
  if (auto known = shared_.knowledge().capabilities()) co_return known;
  co_return Unavailable("what the workspace can do is not known yet");
}

}  // namespace parley::app
