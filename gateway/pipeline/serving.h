// What is served right now: specs, routes and programs, swapped as a whole on reload.
//
// Threading: immutable; requests keep the one they started with.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "mapping/mapping.h"
#include "metrics/metrics.h"
#include "routing/route_table.h"
#include "specs/spec.h"

namespace parley::pipeline {

enum class Served { kNative, kTranslated, kLocal, kPlanned, kUnsupported };

std::string_view NameOf(Served served);  // "native"

struct Serving {
  std::shared_ptr<const specs::Spec> livechat_spec, rocketchat_spec, local_spec;
  routing::RouteTable livechat_routes, rocketchat_routes;
  std::shared_ptr<const mapping::Catalog> catalog;
  std::unordered_map<const specs::Operation*, Served> served;
  std::unordered_map<const specs::Operation*, std::size_t> metrics_index;  // into MetricsLabels(); 0 is "unmatched"

  Served HowServed(const specs::Operation& operation) const;
};

// The current Serving, shared by all shards. Thread-safe.
class ServingSlot {
 public:
  std::shared_ptr<const Serving> Get() const { return std::atomic_load(&serving_); }
  void Set(std::shared_ptr<const Serving> serving) { std::atomic_store(&serving_, std::move(serving)); }

 private:
  std::shared_ptr<const Serving> serving_;
};

// One row per operation of both faces, in spec order, after the row of unmatched requests. Fills metrics_index.
std::vector<metrics::OperationLabels> MetricsLabels(Serving& serving);

}  // namespace parley::pipeline
