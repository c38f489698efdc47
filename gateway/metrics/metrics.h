// Every metric name and label of the gateway, in one place.
//
// Purpose: Prometheus text on the admin port; HTTP durations under OpenTelemetry's names. Label values are bounded:
// operations come from the specs, statuses from a fixed list, nothing from a client.
// Refuses to know: where the numbers come from. Only metrics.cc includes prometheus-cpp.
// Threading: a ShardMetrics is written by its shard only, without locks, and read by whoever renders; everything else
// is thread-safe. Tests: tests/unit/metrics/metrics_test.cc
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::metrics {

// What a request is counted under: one row of http_server_request_duration_seconds.
struct OperationLabels {
  std::string face;       // livechat, rocketchat, none
  std::string operation;  // the spec's id, or "unmatched"
  std::string method;
  std::string route;  // path template

  friend bool operator==(const OperationLabels&, const OperationLabels&) = default;
};

inline constexpr std::array<double, 14> kDurationBuckets = {0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25,
                                                            0.5,   0.75, 1,     2.5,  5,     7.5, 10};
inline constexpr std::array<int, 16> kStatuses = {200, 302, 304, 400, 401, 403, 404, 405,
                                                  409, 413, 429, 500, 501, 502, 503, 504};

// Single writer, any number of readers.
class Histogram {
 public:
  void Observe(double seconds);
  std::uint64_t Count(std::size_t bucket) const { return counts_[bucket].load(std::memory_order_relaxed); }
  double Sum() const { return sum_.load(std::memory_order_relaxed); }

 private:
  std::array<std::atomic<std::uint64_t>, kDurationBuckets.size() + 1> counts_{};  // the last: above every bound
  std::atomic<double> sum_{0};
};

// One shard's counts. One thread writes.
class ShardMetrics {
 public:
  explicit ShardMetrics(std::size_t operations);
  ~ShardMetrics();
  ShardMetrics(const ShardMetrics&) = delete;
  ShardMetrics& operator=(const ShardMetrics&) = delete;

  // `operation`: index into the labels given to Metrics. A status outside kStatuses counts as 500.
  void ObserveRequest(std::size_t operation, int status, double seconds);
  void AddConnections(int change) { connections_.fetch_add(change, std::memory_order_relaxed); }

  const Histogram* Request(std::size_t operation, std::size_t status_index) const;
  std::int64_t connections() const { return connections_.load(std::memory_order_relaxed); }

 private:
  std::vector<std::atomic<Histogram*>> requests_;  // [operation * kStatuses.size() + status]; made on first use
  std::atomic<std::int64_t> connections_{0};
};

struct Sample {
  std::vector<std::pair<std::string, std::string>> labels;
  double value = 0;
};

// Numbers others keep, read whenever somebody scrapes.
struct Family {
  std::string name, help;
  bool counter = false;  // else a gauge
  std::function<std::vector<Sample>()> read;
};

class Metrics {
 public:
  Metrics(std::vector<OperationLabels> operations, std::size_t shards);
  ~Metrics();

  // Whether these labels are those it was made for: indexes stay right after a reload only then.
  bool SameOperations(const std::vector<OperationLabels>& operations) const;

  ShardMetrics& shard(std::size_t index) { return *shards_[index]; }

  // A mapping met a value of a type its spec does not allow.
  void CountSurprise(std::string_view operation, std::string_view path);
  // Calls made to a workspace: parley_backend_calls_total{route,status} and parley_backend_call_duration_seconds{route}.
  // `status`: 0 when no answer came.
  void ObserveBackendCall(std::string_view route, int status, double seconds);
  void CountUndoFailure(std::string_view operation);
  // parley_relay_attempts_total{dialect,outcome} and the seconds spent on them.
  void CountDeliveryAttempt(std::string_view dialect, std::string_view outcome, double seconds);
  // Read whenever somebody scrapes: gauges owned by others (outbox rows, queued writes).
  void AddGauge(std::string name, std::string help, std::function<double()> read);
  // The same of what only grows.
  void AddCounter(std::string name, std::string help, std::function<double()> read);
  // The same with labels. REQUIRES: as few label values as there are names of ours
  void AddFamily(Family family);

  // Prometheus text exposition format 0.0.4.
  std::string Render() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  std::vector<std::unique_ptr<ShardMetrics>> shards_;
};

}  // namespace parley::metrics
