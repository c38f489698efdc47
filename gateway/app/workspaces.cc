#include "app/workspaces.h"

#include "app/followed_workspace.h"
#include "app/remote_workspace.h"
#include "app/workspace_on_loop.h"
#include "backend/rocketchat/overlay.h"
#include "base/text.h"

namespace parley::app {
namespace {

namespace embedded = backend::embedded;
namespace rocketchat = backend::rocketchat;

embedded::Options WorkspaceOptions(const config::Config& config) {
  embedded::Options options;
  options.edition = config.embedded.edition == config::Edition::kCommunity ? embedded::Edition::kCommunity
                                                                           : embedded::Edition::kPremium;
  options.version = config.embedded.compat_version;
  options.time_zone = config.account.timezone;
  options.uploads_directory = config.data_directory + "/uploads";
  return options;
}

}  // namespace

Result<std::unique_ptr<Workspaces>> Workspaces::Create(Shared shared) {
  std::unique_ptr<Workspaces> made(new Workspaces(std::move(shared)));
  const Shared& with = made->shared_;
  if (with.config.backend.kind == config::BackendKind::kRocketChat) {
    Result<std::unique_ptr<rocketchat::Workspace>> remote = MakeRemoteWorkspace(with.config, with.rocketchat_spec);
    if (!remote) return remote.error();
    made->remote_ = *std::move(remote);
    MeasureRemoteWorkspace(*made->remote_, with.clock, with.metrics);
  }
  embedded::Options options = WorkspaceOptions(with.config);
  options.outgoing = with.outgoing;
  if (made->remote_ != nullptr) options.edition = embedded::Edition::kPremium;
  Result<std::unique_ptr<embedded::Workspace>> here =
      embedded::Workspace::Create(std::move(options), with.rocketchat_spec);
  if (!here) return here.error();
  (made->remote_ != nullptr ? made->stand_in_ : made->embedded_) = std::move(*here);
  return made;
}

Status Workspaces::OpenSync() {
  if (remote_ == nullptr) return {};
  const config::Config& config = shared_.config;
  for (const config::Config::Groups::Rule& rule : config.groups.rules) {
    group_rules_.push_back(
        {rule.group, rule.url_contains, rule.custom_field, rule.custom_value, rule.tag, Lower(rule.agent)});
  }
  const SyncShared parts{shared_.store,
                         shared_.recorder,
                         shared_.clock,
                         shared_.metrics,
                         {config.backend.poll_interval, !config.backend.webhook_token.empty()},
                         &group_rules_};
  Result<std::unique_ptr<SyncThread>> made =
      SyncThread::Create(parts, [this](Executor executor) -> Result<SyncThread::Connected> {
        Result<std::unique_ptr<WorkspaceOnLoop>> there =
            WorkspaceOnLoop::Create(*remote_, UpstreamOptions(shared_.config), executor, shared_.clock,
                                    WorkspaceOnLoop::Finding::kElsewhere);  // in the background
        if (!there) return there.error();
        WorkspaceOnLoop& workspace = **there;
        return SyncThread::Connected{*std::move(there), [&workspace] { workspace.Abort(); }};
      });
  if (!made) return made.error();
  sync_ = *std::move(made);
  return {};
}

Workspaces::OfShard Workspaces::ForShard(storage::ShardStores& stores, http::Shard& shard) {
  const Shared& with = shared_;
  if (remote_ == nullptr) {
    auto here = std::make_unique<embedded::EmbeddedBackend>(stores, with.recorder, with.clock, with.ids, *embedded_,
                                                            with.config.embedded.rate_limit ? &limiter_ : nullptr);
    if (first_backend_ == nullptr) first_backend_ = here.get();
    return {std::move(here), {}};
  }
  auto there = std::make_unique<rocketchat::RocketChatBackend>(*remote_, shard.client(), shard.timers(), with.clock);
  const FollowedWorkspace::Shared following{
      *sync_, with.recorder, with.clock, with.ids, with.config.backend.webhook_token, &group_rules_};
  auto followed = std::make_unique<FollowedWorkspace>(std::move(there), stores, following);
  http::Handler receiver = [workspace = followed.get()](const http::Request& request) {
    return workspace->Receive(request);
  };
  auto stand_in = std::make_unique<embedded::EmbeddedBackend>(stores, with.recorder, with.clock, with.ids, *stand_in_);
  return {
      std::make_unique<rocketchat::Overlay>(std::move(followed), std::move(stand_in), remote_->knowledge(), with.clock),
      std::move(receiver)};
}

Status Workspaces::Health() {
  return remote_ != nullptr ? remote_->Health(shared_.clock.Now()) : Status();
}

void Workspaces::StopSync() {
  if (sync_ != nullptr) sync_->Stop();
}

void Workspaces::Stop() {
  if (embedded_ != nullptr) embedded_->Stop();
  if (stand_in_ != nullptr) stand_in_->Stop();
}

}  // namespace parley::app
