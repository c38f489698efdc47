// The relay with a thread, a view of the store and a way out of its own.
//
// Threading: made, started and stopped by one thread. Tests: tests/e2e/relay.test.mjs
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <thread>

#include "config/config.h"
#include "metrics/metrics.h"
#include "outgoing/guarded_caller.h"
#include "relay/livechat_dialect.h"
#include "relay/neutral_dialect.h"
#include "relay/relay.h"
#include "relay/relay_api.h"
#include "relay/rocketchat_dialect.h"

namespace parley::app {

// What the relay and its admin API both need; everything outlives them.
struct RelayShared {
  const config::Config& config;
  storage::Store& store;
  const events::Recorder& recorder;
  const Clock& clock;
  IdGenerator& ids;
  outgoing::Caller& caller;
  metrics::Metrics& metrics;
};

// The dialects over one view of the store.
struct RelayDialects {
  RelayDialects(storage::ShardStores& stores, std::int64_t license) : livechat(stores, license), rocketchat(stores) {}

  relay::Dialects all() { return {livechat, rocketchat, neutral}; }

  relay::LiveChatDialect livechat;
  relay::RocketChatDialect rocketchat;
  relay::NeutralDialect neutral;
};

class RelayThread final : private relay::RelayObserver {
 public:
  // As of the last minute; read by whoever scrapes.
  struct Backlog {
    std::atomic<std::int64_t> pending{0};
    std::atomic<std::int64_t> oldest_millis{0};
  };

  // `loop`: its thread runs it; outlives it. The caller's calls may be carried by it as well.
  static Result<std::unique_ptr<RelayThread>> Create(const RelayShared& shared, boost::asio::io_context& loop);
  ~RelayThread() override { Stop(); }

  void Start();
  void Wake() { relay_->Wake(); }
  // What comes back from now on is as if it had never been sent: the caller is stopped next. Safe without Start.
  void Halt();
  // After Halt and the caller's Stop, or attempts under way are waited for; the store must still answer. Safe to call
  // twice.
  void Stop();

 private:
  RelayThread(const RelayShared& shared, boost::asio::io_context& loop) : shared_(shared), io_(loop) {}
  void Attempted(std::string_view dialect, std::string_view outcome, std::chrono::milliseconds latency) override;
  void Waiting(std::int64_t pending, std::chrono::milliseconds oldest) override;

  const RelayShared shared_;
  const std::shared_ptr<Backlog> backlog_ = std::make_shared<Backlog>();
  boost::asio::io_context& io_;
  std::unique_ptr<storage::ShardStores> stores_;
  std::unique_ptr<RelayDialects> dialects_;
  std::unique_ptr<relay::Relay> relay_;
  std::thread thread_;
};

// The relay's admin API on one shard.
class RelayAdmin final : private relay::RelayObserver {
 public:
  // `woken`: the relay has something new to do.
  RelayAdmin(const RelayShared& shared, std::unique_ptr<storage::ShardStores> stores, std::function<void()> woken);

  Awaitable<http::Response> Handle(const http::Request& request) { return api_.Handle(request); }

 private:
  void Attempted(std::string_view, std::string_view, std::chrono::milliseconds) override {}

  const std::unique_ptr<storage::ShardStores> stores_;
  RelayDialects dialects_;
  relay::RelayApi api_;
};

}  // namespace parley::app
