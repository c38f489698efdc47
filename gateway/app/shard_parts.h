// Everything one shard needs to answer requests, in the order it is built on.
//
// Threading: belongs to its shard.
#pragma once

#include <memory>

#include "app/id_resolver.h"
#include "auth/credentials.h"
#include "backend/backend.h"
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
  outgoing::Caller& outgoing;
  const pipeline::ServingSlot& serving;
  mapping::Observer& observer;
  mapping::AccountInfo account;
  pipeline::PipelineOptions pipeline_options;
  pipeline::ForwardedHeaders forwarded_headers;
};

class ShardParts {
 public:
  // `receiver`: as of Pipeline
  ShardParts(std::unique_ptr<storage::ShardStores> stores, std::unique_ptr<backend::Backend> backend,
             http::Handler receiver, const SharedParts& shared, metrics::ShardMetrics& metrics);
  ShardParts(const ShardParts&) = delete;
  ShardParts& operator=(const ShardParts&) = delete;

  pipeline::Pipeline& pipeline() { return pipeline_; }
  backend::Backend& backend() { return *backend_; }

 private:
  std::unique_ptr<storage::ShardStores> stores_;
  std::unique_ptr<backend::Backend> backend_;
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
