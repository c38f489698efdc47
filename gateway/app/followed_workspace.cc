#include "app/followed_workspace.h"

namespace parley::app {

FollowedWorkspace::FollowedWorkspace(std::unique_ptr<backend::Backend> workspace, storage::ShardStores& stores,
                                     const Shared& shared)
    : workspace_(std::move(workspace)),
      parts_{*workspace_, stores, shared.recorder, shared.clock, shared.sync.progress(), shared.group_rules},
      followed_(parts_, shared.ids,
                {[&sync = shared.sync] { sync.Wake(); }, [&sync = shared.sync] { sync.LookAtAgents(); }}),
      receiver_(parts_, shared.webhook_token, [&sync = shared.sync] { sync.Wake(); }) {}

}  // namespace parley::app
