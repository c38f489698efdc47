#include "metrics/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <mutex>

namespace parley::metrics {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

std::size_t StatusIndex(int status) {
  const auto at = std::find(kStatuses.begin(), kStatuses.end(), status);
  const auto fallback = std::find(kStatuses.begin(), kStatuses.end(), 500);
  return static_cast<std::size_t>((at != kStatuses.end() ? at : fallback) - kStatuses.begin());
}

// Adds one shard's histogram to a metric that may already hold another shard's.
void Accumulate(ClientMetric::Histogram& sum, const Histogram& part) {
  sum.bucket.resize(kDurationBuckets.size() + 1);
  std::uint64_t cumulative = 0;
  for (std::size_t i = 0; i <= kDurationBuckets.size(); ++i) {
    cumulative += part.Count(i);
    sum.bucket[i].cumulative_count += cumulative;
    sum.bucket[i].upper_bound =
        i < kDurationBuckets.size() ? kDurationBuckets[i] : std::numeric_limits<double>::infinity();
  }
  sum.sample_count += cumulative;
  sum.sample_sum += part.Sum();
}

MetricFamily FamilyOf(const Family& family) {
  MetricFamily shown{family.name, family.help, family.counter ? MetricType::Counter : MetricType::Gauge, {}};
  for (const Sample& sample : family.read()) {
    ClientMetric metric;
    for (const auto& [name, value] : sample.labels) metric.label.push_back({name, value});
    (family.counter ? metric.counter.value : metric.gauge.value) = sample.value;
    shown.metric.push_back(std::move(metric));
  }
  return shown;
}

MetricFamily Gauge(const std::string& name, const std::string& help, double value) {
  ClientMetric metric;
  metric.gauge.value = value;
  return {name, help, MetricType::Gauge, {metric}};
}

MetricFamily Counter(const std::string& name, const std::string& help, double value) {
  ClientMetric metric;
  metric.counter.value = value;
  return {name, help, MetricType::Counter, {metric}};
}

}  // namespace

void Histogram::Observe(double seconds) {
  const auto bucket = static_cast<std::size_t>(
      std::lower_bound(kDurationBuckets.begin(), kDurationBuckets.end(), seconds) - kDurationBuckets.begin());
  // Plain load and store instead of a locked add: there is one writer.
  counts_[bucket].store(Count(bucket) + 1, std::memory_order_relaxed);
  sum_.store(Sum() + seconds, std::memory_order_relaxed);
}

ShardMetrics::ShardMetrics(std::size_t operations) : requests_(operations * kStatuses.size()) {}

ShardMetrics::~ShardMetrics() {
  for (auto& slot : requests_) delete slot.load();
}

void ShardMetrics::ObserveRequest(std::size_t operation, int status, double seconds) {
  auto& slot = requests_[operation * kStatuses.size() + StatusIndex(status)];
  Histogram* histogram = slot.load(std::memory_order_relaxed);
  if (histogram == nullptr) {
    histogram = new Histogram();
    slot.store(histogram, std::memory_order_release);
  }
  histogram->Observe(seconds);
}

const Histogram* ShardMetrics::Request(std::size_t operation, std::size_t status_index) const {
  return requests_[operation * kStatuses.size() + status_index].load(std::memory_order_acquire);
}

struct Metrics::Impl {
  struct Source {
    std::string name, help;
    std::function<double()> read;
    bool counts = false;
  };

  std::vector<OperationLabels> operations;
  std::shared_ptr<prometheus::Registry> registry = std::make_shared<prometheus::Registry>();
  prometheus::Family<prometheus::Counter>& surprises =
      prometheus::BuildCounter()
          .Name("parley_mapping_surprises_total")
          .Help("Values in backend answers that were not of the type the spec states")
          .Register(*registry);
  prometheus::Family<prometheus::Counter>& backend_calls = prometheus::BuildCounter()
                                                               .Name("parley_backend_calls_total")
                                                               .Help("Calls made to the backend, by route and status")
                                                               .Register(*registry);
  prometheus::Family<prometheus::Histogram>& backend_call_durations =
      prometheus::BuildHistogram()
          .Name("parley_backend_call_duration_seconds")
          .Help("Duration of calls made to the backend, by route")
          .Register(*registry);
  prometheus::Family<prometheus::Counter>& undo_failures =
      prometheus::BuildCounter()
          .Name("parley_undo_failed_total")
          .Help("Compensations that failed: the backend is left half changed")
          .Register(*registry);
  prometheus::Family<prometheus::Counter>& attempts = prometheus::BuildCounter()
                                                          .Name("parley_relay_attempts_total")
                                                          .Help("Deliveries tried, by dialect and outcome")
                                                          .Register(*registry);
  prometheus::Family<prometheus::Counter>& attempt_seconds =
      prometheus::BuildCounter()
          .Name("parley_relay_attempt_seconds_total")
          .Help("Seconds receivers took to answer, by dialect and outcome")
          .Register(*registry);
  std::mutex mutex;
  std::vector<Source> sources;   // guarded by mutex
  std::vector<Family> families;  // guarded by mutex
};

Metrics::Metrics(std::vector<OperationLabels> operations, std::size_t shards) : impl_(std::make_unique<Impl>()) {
  impl_->operations = std::move(operations);
  for (std::size_t i = 0; i < shards; ++i) shards_.push_back(std::make_unique<ShardMetrics>(impl_->operations.size()));
}

Metrics::~Metrics() = default;

bool Metrics::SameOperations(const std::vector<OperationLabels>& operations) const {
  return impl_->operations == operations;
}

void Metrics::CountSurprise(std::string_view operation, std::string_view path) {
  impl_->surprises.Add({{"operation", std::string(operation)}, {"path", std::string(path)}}).Increment();
}

void Metrics::ObserveBackendCall(std::string_view route, int status, double seconds) {
  const prometheus::Labels labels = {{"route", std::string(route)}};
  impl_->backend_calls.Add({{"route", std::string(route)}, {"status", std::to_string(status)}}).Increment();
  const prometheus::Histogram::BucketBoundaries buckets(kDurationBuckets.begin(), kDurationBuckets.end());
  impl_->backend_call_durations.Add(labels, buckets).Observe(seconds);
}

void Metrics::CountUndoFailure(std::string_view operation) {
  impl_->undo_failures.Add({{"operation", std::string(operation)}}).Increment();
}

void Metrics::CountDeliveryAttempt(std::string_view dialect, std::string_view outcome, double seconds) {
  const prometheus::Labels labels = {{"dialect", std::string(dialect)}, {"outcome", std::string(outcome)}};
  impl_->attempts.Add(labels).Increment();
  impl_->attempt_seconds.Add(labels).Increment(seconds);
}

void Metrics::AddGauge(std::string name, std::string help, std::function<double()> read) {
  const std::lock_guard lock(impl_->mutex);
  impl_->sources.push_back({std::move(name), std::move(help), std::move(read), false});
}

void Metrics::AddCounter(std::string name, std::string help, std::function<double()> read) {
  const std::lock_guard lock(impl_->mutex);
  impl_->sources.push_back({std::move(name), std::move(help), std::move(read), true});
}

void Metrics::AddFamily(Family family) {
  const std::lock_guard lock(impl_->mutex);
  impl_->families.push_back(std::move(family));
}

std::string Metrics::Render() const {
  std::vector<MetricFamily> families = impl_->registry->Collect();

  MetricFamily requests{"http_server_request_duration_seconds",
                        "Duration of requests, by operation and status",
                        MetricType::Histogram,
                        {}};
  for (std::size_t operation = 0; operation < impl_->operations.size(); ++operation) {
    for (std::size_t status = 0; status < kStatuses.size(); ++status) {
      ClientMetric metric;
      for (const auto& shard : shards_)
        if (const Histogram* histogram = shard->Request(operation, status)) Accumulate(metric.histogram, *histogram);
      if (metric.histogram.sample_count == 0) continue;
      const OperationLabels& labels = impl_->operations[operation];
      metric.label = {{"http_request_method", labels.method},
                      {"http_route", labels.route},
                      {"http_response_status_code", std::to_string(kStatuses[status])},
                      {"parley_face", labels.face},
                      {"parley_operation", labels.operation}};
      requests.metric.push_back(std::move(metric));
    }
  }
  families.push_back(std::move(requests));

  std::int64_t connections = 0;
  for (const auto& shard : shards_) connections += shard->connections();
  families.push_back(Gauge("http_server_open_connections", "Connections of clients", static_cast<double>(connections)));
  {
    const std::lock_guard lock(impl_->mutex);
    for (const auto& source : impl_->sources) {
      families.push_back(source.counts ? Counter(source.name, source.help, source.read())
                                       : Gauge(source.name, source.help, source.read()));
    }
    for (const Family& family : impl_->families) families.push_back(FamilyOf(family));
  }
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace parley::metrics
