// Everything one shard needs to answer requests, in the order it is built on.
//
// Threading: belongs to its shard.
#pragma once

#include <memory>

#include "app/id_resolver.h"
#include "auth/credentials.h"
#include "backend/embedded/embedded.h"
#include "mapping/mapping.h"
#include "pipeline/local_handlers.h"
#include "pipeline/pipeline.h"
#include "resources/local_service.h"
#include "storage/store.h"

namespace parley::app {

// What all shards share. Everything outlives the shards.
struct SharedParts {
  const events::Recorder& recorder;
  const Clock& clock;
  IdGenerator& ids;
  backend::embedded::Workspace& workspace;
  backend::embedded::RateLimiter* limiter;  // null: calls are not limited
  const pipeline::ServingSlot& serving;
  mapping::Observer& observer;
  mapping::AccountInfo account;
  pipeline::PipelineOptions pipeline_options;
};

class ShardParts {
 public:
  ShardParts(std::unique_ptr<storage::ShardStores> stores, const SharedParts& shared, metrics::ShardMetrics& metrics);
  ShardParts(const ShardParts&) = delete;
  ShardParts& operator=(const ShardParts&) = delete;

  pipeline::Pipeline& pipeline() { return pipeline_; }
  backend::embedded::EmbeddedBackend& backend() { return backend_; }

 private:
  std::unique_ptr<storage::ShardStores> stores_;
  backend::embedded::EmbeddedBackend backend_;
  auth::CredentialStore credentials_;
  resources::LocalService local_;
  StoreIdResolver id_resolver_;
  mapping::Runner runner_;
  pipeline::LocalHandlers local_handlers_;
  pipeline::LiveChatFace livechat_;
  pipeline::RocketChatFace rocketchat_;
  pipeline::Pipeline pipeline_;
};

}  // namespace parley::app
