// One request through the gateway: which face, then metrics and one log line on every path out.
//
// Purpose: alone knows the order. docs/life-of-a-request.md tells it folder by folder.
// Refuses to know: sockets, storage engines, what an operation does.
// Threading: one shard; the Serving it reads is swapped from outside.
// Tests: tests/unit/pipeline/
#pragma once

#include <chrono>

#include "base/clock.h"
#include "base/id_generator.h"
#include "base/ip_network.h"
#include "http/message.h"
#include "metrics/metrics.h"
#include "pipeline/livechat_face.h"
#include "pipeline/rocketchat_face.h"
#include "pipeline/serving.h"

namespace parley::pipeline {

struct PipelineOptions {
  std::chrono::milliseconds request_timeout{30'000};
  std::string admin_key;  // allows X-Parley-Explain; empty: nobody
  std::vector<IpNetwork> trusted_proxies;
};

class Pipeline {
 public:
  // `receiver` answers /relay/rocketchat; empty: nothing does.
  Pipeline(LiveChatFace& livechat, RocketChatFace& rocketchat, const ServingSlot& serving,
           metrics::ShardMetrics& metrics, const Clock& clock, IdGenerator& ids, PipelineOptions options,
           http::Handler receiver = {})
      : livechat_(livechat),
        rocketchat_(rocketchat),
        serving_(serving),
        metrics_(metrics),
        clock_(clock),
        ids_(ids),
        options_(std::move(options)),
        receiver_(std::move(receiver)) {}

  // Never throws: what a library throws below is answered with 500, counted and logged like everything else.
  Awaitable<http::Response> Handle(const http::Request& request);

 private:
  Awaitable<http::Response> Answer(Exchange& exchange, const Serving& serving, mapping::Trace* trace);
  bool WantsTrace(const http::Request& request) const;

  LiveChatFace& livechat_;
  RocketChatFace& rocketchat_;
  const ServingSlot& serving_;
  metrics::ShardMetrics& metrics_;
  const Clock& clock_;
  IdGenerator& ids_;
  PipelineOptions options_;
  http::Handler receiver_;
};

}  // namespace parley::pipeline
