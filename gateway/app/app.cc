#include "app/app.h"

#include <sys/resource.h>

#include <thread>

#include "admin/admin.h"
#include "app/admin_key.h"
#include "app/id_resolver.h"
#include "app/run_to_end.h"
#include "app/serving_loader.h"
#include "auth/credentials.h"
#include "backend/embedded/bootstrap.h"
#include "backend/embedded/embedded.h"
#include "base/log.h"
#include "http/server.h"
#include "ledger/projector.h"
#include "mapping/mapping.h"
#include "metrics/metrics.h"
#include "pipeline/local_handlers.h"
#include "pipeline/pipeline.h"
#include "resources/local_service.h"
#include "storage/store.h"

namespace parley::app {
namespace {

namespace embedded = backend::embedded;

// Everything one shard needs to answer requests, in the order it is built on.
struct ShardParts {
  ShardParts(std::unique_ptr<storage::ShardStores> shard_stores, const events::Recorder& recorder, const Clock& clock,
             IdGenerator& ids, embedded::Workspace& workspace, const pipeline::ServingSlot& serving,
             metrics::ShardMetrics& metrics, mapping::Observer& observer, const mapping::AccountInfo& account,
             pipeline::PipelineOptions options)
      : stores(std::move(shard_stores)),
        backend(stores->documents(), stores->committer(), *stores, recorder, clock, ids, workspace),
        local(*stores, clock, account.timezone),
        id_resolver(stores->ids()),
        runner(backend, local, id_resolver, clock, ids, WithObserver(observer)),
        credentials(stores->documents(), stores->committer(), clock, ids),
        local_handlers(pipeline::MakeLocalHandlers(credentials, runner, serving)),
        livechat(credentials, runner, local_handlers, account),
        rocketchat(backend),
        pipeline(livechat, rocketchat, serving, metrics, clock, ids, std::move(options)) {}

  static mapping::RunnerOptions WithObserver(mapping::Observer& observer) {
    mapping::RunnerOptions options;
    options.observer = &observer;
    return options;
  }

  std::unique_ptr<storage::ShardStores> stores;
  embedded::EmbeddedBackend backend;
  resources::LocalService local;
  StoreIdResolver id_resolver;
  mapping::Runner runner;
  auth::CredentialStore credentials;
  pipeline::LocalHandlers local_handlers;
  pipeline::LiveChatFace livechat;
  pipeline::RocketChatFace rocketchat;
  pipeline::Pipeline pipeline;
};

}  // namespace
}  // namespace parley::app
