// What the server and the mappings report, as metrics and log lines. Thread-safe.
#pragma once

#include "base/log.h"
#include "http/server.h"
#include "mapping/mapping.h"
#include "metrics/metrics.h"

namespace parley::app {

class MetricsObserver final : public http::ServerObserver, public mapping::Observer {
 public:
  explicit MetricsObserver(metrics::Metrics& metrics) : metrics_(metrics) {}

  void OnConnectionOpened() override { metrics_.shard(0).AddConnections(1); }
  void OnConnectionClosed() override { metrics_.shard(0).AddConnections(-1); }

  void Surprise(std::string_view operation, std::string_view path) override {
    metrics_.CountSurprise(operation, path);
    Log(LogLevel::kWarning, "mapping.surprise", {{"operation", std::string(operation)}, {"path", std::string(path)}});
  }

  void UndoFailed(std::string_view operation, std::string_view call) override {
    metrics_.CountUndoFailure(operation);
    Log(LogLevel::kError, "mapping.undo_failed", {{"operation", std::string(operation)}, {"to_do", std::string(call)}});
  }

 private:
  metrics::Metrics& metrics_;
};

}  // namespace parley::app
