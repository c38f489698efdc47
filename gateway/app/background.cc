#include "app/background.h"

#include "app/remote_workspace.h"
#include "base/log.h"

namespace parley::app {
namespace {

namespace embedded = backend::embedded;

constexpr std::chrono::milliseconds kPause{1000};

}  // namespace

Background::Background() : ticker_(kPause) {}

// Connections go before the loop they are on.
Background::~Background() {
  ticker_.Stop();
  backend_.reset();
}

Result<std::unique_ptr<Background>> Background::Create(const Workspaces::Shared& shared, Workspaces& workspaces) {
  std::unique_ptr<Background> made(new Background());
  Result<std::unique_ptr<storage::ShardStores>> stores = shared.store.OpenShard(made->ticker_.executor());
  if (!stores) return stores.error();
  made->stores_ = std::move(*stores);
  if (Status connected = made->ConnectWorkspace(shared, workspaces); !connected) return connected.error();
  made->local_.reset(new resources::LocalStore{*made->stores_, shared.recorder, shared.clock, shared.ids});
  made->visitor_chats_ = std::make_unique<resources::VisitorChats>(*made->local_);
  return made;
}

Status Background::ConnectWorkspace(const Workspaces::Shared& shared, Workspaces& workspaces) {
  if (embedded::Workspace* here = workspaces.embedded(); here != nullptr) {
    services_.reset(new embedded::Services{*stores_, shared.recorder, shared.clock, shared.ids, *here});
    work_ = std::make_unique<embedded::TimedWork>(*services_);
    backend_ = std::make_unique<embedded::EmbeddedBackend>(*stores_, shared.recorder, shared.clock, shared.ids, *here);
    return {};
  }
  Result<std::unique_ptr<WorkspaceOnLoop>> there =
      WorkspaceOnLoop::Create(*workspaces.remote(), UpstreamOptions(shared.config), ticker_.executor(), shared.clock);
  if (!there) return there.error();
  remote_ = there->get();
  backend_ = *std::move(there);
  return {};
}

void Background::Start() {
  const auto give_up = [this] {
    if (remote_ != nullptr) remote_->Abort();
  };
  ticker_.Start([this] { return Pass(); }, give_up);
}

Awaitable<void> Background::Pass() {
  if (work_ != nullptr) co_await work_->Run();
  if (remote_ != nullptr) co_await remote_->workspace().ProbeWhenDue();
  const Status closed = co_await visitor_chats_->CloseLapsed(*backend_);
  if (!closed) Log(LogLevel::kWarning, "visitor_chats.close_failed", {{"reason", closed.error().message}});
}

}  // namespace parley::app
