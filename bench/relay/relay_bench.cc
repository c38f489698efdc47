// The relay against bare programs, in alternating rounds of one run:
//
//   relay_bench [DIRECTORY [ROUNDS [DELIVERIES [PART]]]]        PART: accepting, delivering or dead; all without
//
// accepting    events committed by 64 coroutines, against bare SQLite group commits of records of that size and as many
//              indexes (must 0.7)
// delivering   a queue of deliveries to a receiver on this machine, against a bare libcurl-multi sender of the same
//              bodies (must 0.8)
// dead         how long a delivery takes, 99 of 100, with an endpoint beside it that never answers and has a backlog,
//              against without (at most 1.2)
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <cstdio>
#include <filesystem>
#include <mutex>
#include <thread>

#include "base/ordered_id.h"
#include "http/server.h"
#include "ledger/projector.h"
#include "outgoing/guarded_caller.h"
#include "relay/bare_sender.h"
#include "relay/neutral_dialect.h"
#include "relay/relay.h"
#include "storage/group_commit_peer.h"
#include "storage/store.h"

namespace {

using namespace parley;

constexpr int kClients = 64;
constexpr int kAtOnce = 64;
constexpr int kTextBytes = 150;
constexpr int kRecordBytes = 300;
constexpr int kRecordIndexes = 2;
constexpr double kSeconds = 2;
constexpr int kDeadBacklog = 5'000;
constexpr int kTimed = 2'000;

class NotCounted final : public relay::RelayObserver {
 public:
  void Attempted(std::string_view, std::string_view, std::chrono::milliseconds) override {}
};

using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;

// Answers 200 to everything but /dead, which is never answered; notes when each event arrived.
class Receiver {
 public:
  Receiver() {
    const http::HandlerFactory factory = [this](http::Shard& shard) -> http::Handler {
      return [this, &shard](const http::Request& request) -> Awaitable<http::Response> {
        if (request.path == "/dead") {
          Timer never(shard.io(), Timer::time_point::max());
          boost::system::error_code ignored;
          co_await never.async_wait(boost::asio::redirect_error(UseAwaitable(), ignored));
        }
        const SteadyTime now = std::chrono::steady_clock::now();
        if (timing_) {
          const Result<Json> body = ParseJson(request.body);
          const std::lock_guard lock(mutex_);
          if (body) arrived_.emplace(std::string(body->Text("id")), now);
        }
        ++count_;
        co_return http::Response(200, "text/plain", "ok");
      };
    };
    server_ = *http::Server::Create({}, clock_, factory);
    server_->Start();
  }
  ~Receiver() { server_->Stop(); }

  std::string url() const { return server_->url(); }
  long count() const { return count_; }
  void SetTiming(bool timing) { timing_ = timing; }
  std::map<std::string, SteadyTime> arrived() {
    const std::lock_guard lock(mutex_);
    return arrived_;
  }

 private:
  SystemClock clock_;
  std::atomic<long> count_{0};
  std::atomic<bool> timing_{false};
  std::mutex mutex_;
  std::map<std::string, SteadyTime> arrived_;
  std::unique_ptr<http::Server> server_;
};

// A store of its own, and what the relay works with.
class Bench {
 public:
  explicit Bench(const std::string& directory) {
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(directory + "/relay.db" + suffix);
    store_ = *storage::OpenStore("sqlite:" + directory + "/relay.db", clock_, *ids_);
    stores_ = *store_->OpenShard(loop_.get_executor());
    relay_stores_ = *store_->OpenShard(relay_loop_.get_executor());
    outgoing::CallerOptions options;
    options.guard = *outgoing::AddressGuard::Create({"127.0.0.1"});
    options.most_at_once = 1'000;
    options.keep_connections = true;
    caller_ = std::make_unique<outgoing::GuardedCaller>(std::move(options), relay_loop_);
    relay_ =
        std::make_unique<relay::Relay>(relay::Services{*relay_stores_, projector_, clock_, *ids_, *caller_, observer_},
                                       relay::Dialects{neutral_, neutral_, neutral_}, relay::RelayOptions());
    store_->OnEvents([this] { relay_->Wake(); });
  }
  ~Bench() {
    if (thread_.joinable()) {
      boost::asio::post(relay_loop_, [this] { relay_->Stop(); });
      caller_->Stop();
      thread_.join();
    }
    store_->Stop();
  }

  void Register(const std::string& url, int concurrency) {
    relay::Endpoint endpoint;
    endpoint.url = url;
    endpoint.types = {url.ends_with("/dead") ? "agent.status_changed" : "chat.message_removed"};
    endpoint.concurrency = concurrency;
    relay::EndpointBook book(*stores_, clock_, *ids_);
    (void)Run(book.Register(endpoint));
  }
  void StartRelay() {
    boost::asio::co_spawn(relay_loop_, relay_->Run(), boost::asio::detached);
    thread_ = std::thread([this] { relay_loop_.run(); });
  }

  // One event; its id.
  std::string Record(events::Payload payload, storage::Changes& changes) {
    events::Event event;
    event.at = clock_.Now();
    event.id = OrderedObjectId(*ids_, event.at);
    event.subject = "room";
    event.payload = std::move(payload);
    changes.events.push_back(events::ToOutbox(event));
    return event.id;
  }
  std::string Happen(events::Payload payload) {
    storage::Changes changes;
    std::string id = Record(std::move(payload), changes);
    (void)Run(stores_->committer().Commit(std::move(changes)));
    return id;
  }
  void HappenMany(const events::Payload& payload, int count) {
    storage::Changes changes;
    for (int i = 0; i < count; ++i) Record(payload, changes);
    (void)Run(stores_->committer().Commit(std::move(changes)));
  }

  // Everything that happened has been queued.
  bool HasRead() {
    const Result<std::int64_t> cursor = Run(stores_->deliveries().Cursor());
    const auto next = Run(stores_->outbox().Read(cursor ? *cursor : 0, 1));
    return next && next->empty();
  }

  double AcceptRate() {
    std::atomic<long> accepted{0};
    const SteadyTime end =
        std::chrono::steady_clock::now() + std::chrono::milliseconds(static_cast<int>(kSeconds * 1'000));
    for (int i = 0; i < kClients; ++i) boost::asio::co_spawn(loop_, Accept(end, accepted), boost::asio::detached);
    loop_.restart();
    loop_.run();
    return static_cast<double>(accepted) / kSeconds;
  }

  template <class T>
  T Run(Awaitable<T> work) {
    std::optional<T> kept;
    boost::asio::co_spawn(
        loop_, [&]() -> Awaitable<> { kept.emplace(co_await std::move(work)); }, boost::asio::detached);
    loop_.restart();
    loop_.run();
    return std::move(*kept);
  }

 private:
  Awaitable<> Accept(SteadyTime end, std::atomic<long>& accepted) {
    while (std::chrono::steady_clock::now() < end) {
      storage::Changes changes;
      Record(events::ChatMessageRemoved{std::string(kTextBytes, 'x')}, changes);
      const Status committed = co_await stores_->committer().Commit(std::move(changes));
      if (committed) ++accepted;
    }
  }

  SystemClock clock_;
  std::unique_ptr<IdGenerator> ids_ = MakeSeededIdGenerator(1);
  ledger::Projector projector_;
  NotCounted observer_;
  boost::asio::io_context loop_{1};
  boost::asio::io_context relay_loop_{1};
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<storage::ShardStores> stores_, relay_stores_;
  relay::NeutralDialect neutral_;
  std::unique_ptr<outgoing::GuardedCaller> caller_;
  std::unique_ptr<relay::Relay> relay_;
  std::thread thread_;
};

// What all threads of this process have used.
double CpuSeconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

// In a process of its own, so that neither side's settings of SQLite reach the other.
double BareAcceptRate(const std::string& directory) {
  int ends[2];
  if (pipe(ends) != 0) return -1;
  if (fork() == 0) {
    const double rate =
        parley_group_commit_rate(directory.c_str(), kClients, kSeconds, kRecordBytes, kRecordIndexes, /*owners=*/0);
    _exit(write(ends[1], &rate, sizeof rate) == sizeof rate ? 0 : 1);
  }
  double rate = -1;
  if (read(ends[0], &rate, sizeof rate) != sizeof rate) rate = -1;
  close(ends[0]);
  close(ends[1]);
  wait(nullptr);
  return rate;
}

// The receiver's work is part of the CPU time of either.
struct Delivered {
  double rate = 0;        // a second
  double cpu_micros = 0;  // each
};

Delivered BareDelivered(Receiver& receiver, const std::string& body, int count) {
  const double before = CpuSeconds();
  const double rate = bench::BareSenderRate(receiver.url() + "/hook", body, count, kAtOnce);
  return {rate, (CpuSeconds() - before) * 1e6 / count};
}

Delivered RelayDelivered(const std::string& directory, Receiver& receiver, int count) {
  Bench bench(directory);
  bench.Register(receiver.url() + "/hook", kAtOnce);
  bench.HappenMany(events::ChatMessageRemoved{std::string(kTextBytes, 'x')}, count);
  const long before = receiver.count();
  const double cpu_before = CpuSeconds();
  const SteadyTime began = std::chrono::steady_clock::now();
  bench.StartRelay();
  while (receiver.count() - before < count) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  return {count / took.count(), (CpuSeconds() - cpu_before) * 1e6 / count};
}

// The latency, in milliseconds, that 99 of 100 deliveries stay below.
double LatencyOf99(const std::string& directory, Receiver& receiver, bool beside_dead) {
  Bench bench(directory);
  bench.Register(receiver.url() + "/hook", kAtOnce);
  if (beside_dead) {
    bench.Register(receiver.url() + "/dead", relay::Endpoint::kStandardConcurrency);
    bench.HappenMany(events::AgentStatusChanged{}, kDeadBacklog);
  }
  bench.StartRelay();
  while (!bench.HasRead()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  receiver.SetTiming(true);
  std::map<std::string, SteadyTime> happened;
  for (int i = 0; i < kTimed; ++i) {
    const std::string id = bench.Happen(events::ChatMessageRemoved{std::string(kTextBytes, 'x')});
    happened.emplace(id, std::chrono::steady_clock::now());
    std::this_thread::sleep_for(std::chrono::microseconds(500));
  }
  std::vector<double> latencies;
  while (latencies.size() < happened.size()) {
    latencies.clear();
    const std::map<std::string, SteadyTime> arrived = receiver.arrived();
    for (const auto& [id, at] : happened) {
      const auto found = arrived.find(id);
      if (found != arrived.end())
        latencies.push_back(std::chrono::duration<double, std::milli>(found->second - at).count());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  receiver.SetTiming(false);
  std::sort(latencies.begin(), latencies.end());
  return latencies[latencies.size() * 99 / 100];
}

void Report(const char* what, std::vector<double> ratios, const char* wanted) {
  if (ratios.empty()) return;
  std::sort(ratios.begin(), ratios.end());
  std::printf("%s: %.2f [%.2f-%.2f] (%s)\n", what, ratios[ratios.size() / 2], ratios.front(), ratios.back(), wanted);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string base = argc > 1 ? argv[1] : std::filesystem::temp_directory_path().string();
  const int rounds = argc > 2 ? std::max(1, std::atoi(argv[2])) : 5;
  const int deliveries = argc > 3 ? std::max(1, std::atoi(argv[3])) : 20'000;
  const std::string part = argc > 4 ? argv[4] : "";
  const auto rounds_of = [&](const char* name) { return part.empty() || part == name ? rounds : 0; };
  std::string directory = base + "/parley-relay-bench-XXXXXX";
  if (mkdtemp(directory.data()) == nullptr) return 1;

  std::vector<double> accepting, delivering, dead;
  for (int i = 0; i < rounds_of("accepting"); ++i) {
    const bool bare_first = i % 2 == 0;
    double bare = bare_first ? BareAcceptRate(directory) : 0;
    const double ours = Bench(directory).AcceptRate();
    if (!bare_first) bare = BareAcceptRate(directory);
    accepting.push_back(ours / bare);
    std::printf("round %d: accepted %.0f events/s, bare %.0f records/s, ratio %.2f\n", i + 1, ours, bare, ours / bare);
  }
  Receiver receiver;
  // What is delivered: the event's envelope around its text.
  const std::string body = R"({"id":"0123456789abcdef01234567","type":"chat.message_removed","at":)"
                           R"("2026-01-05T10:15:30.000Z","subject":"room","data":{"message_id":")" +
                           std::string(kTextBytes, 'x') + R"(","source":"embedded"}})";
  for (int i = 0; i < rounds_of("delivering"); ++i) {
    const bool bare_first = i % 2 == 0;
    Delivered bare;
    if (bare_first) bare = BareDelivered(receiver, body, deliveries);
    const Delivered ours = RelayDelivered(directory, receiver, deliveries);
    if (!bare_first) bare = BareDelivered(receiver, body, deliveries);
    if (bare.rate <= 0) return 1;
    delivering.push_back(ours.rate / bare.rate);
    std::printf(
        "round %d: delivered %.0f/s, bare libcurl %.0f/s, ratio %.2f; CPU with the receiver's %.1f and %.1f us each\n",
        i + 1, ours.rate, bare.rate, ours.rate / bare.rate, ours.cpu_micros, bare.cpu_micros);
  }
  for (int i = 0; i < rounds_of("dead"); ++i) {
    const double without = LatencyOf99(directory, receiver, false);
    const double beside = LatencyOf99(directory, receiver, true);
    dead.push_back(beside / without);
    std::printf("round %d: p99 %.2f ms beside a dead endpoint, %.2f ms without, ratio %.2f\n", i + 1, beside, without,
                beside / without);
  }
  Report("accepting, 64 clients, events / bare SQLite group commit", accepting, "must 0.7");
  Report("delivering, 64 at once, relay / bare libcurl", delivering, "must 0.8");
  Report("p99 of a delivery beside a dead endpoint / without", dead, "at most 1.2");
  std::filesystem::remove_all(directory);
  return 0;
}
