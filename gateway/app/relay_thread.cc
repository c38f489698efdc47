#include "app/relay_thread.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace parley::app {
namespace {

relay::RelayOptions OptionsOf(const config::Config::Relay& config, IdGenerator& ids) {
  relay::RelayOptions options;
  options.sending.rules.pauses = config.pauses;
  options.sending.rules.jitter = config.jitter_percent / 100.0;
  options.sending.rules.timeout = config.timeout;
  options.sending.longest_failure = config.disable_after;
  options.sending.seed = std::hash<std::string>()(ids.Secret());
  options.retention = config.retention;
  return options;
}

}  // namespace

Result<std::unique_ptr<RelayThread>> RelayThread::Create(const RelayShared& shared, boost::asio::io_context& loop) {
  std::unique_ptr<RelayThread> made(new RelayThread(shared, loop));
  Result<std::unique_ptr<storage::ShardStores>> stores = shared.store.OpenShard(made->io_.get_executor());
  if (!stores) return stores.error();
  made->stores_ = *std::move(stores);
  made->dialects_ = std::make_unique<RelayDialects>(*made->stores_, shared.config.account.license_id);
  const relay::Services services{*made->stores_, shared.recorder, shared.clock, shared.ids, shared.caller, *made};
  made->relay_ =
      std::make_unique<relay::Relay>(services, made->dialects_->all(), OptionsOf(shared.config.relay, shared.ids));
  // The metrics outlive the thread.
  shared.metrics.AddGauge("parley_relay_pending_deliveries", "Deliveries that wait, as of the last minute",
                          [backlog = made->backlog_] { return static_cast<double>(backlog->pending); });
  shared.metrics.AddGauge("parley_relay_oldest_pending_seconds", "How long ago the longest waiting delivery happened",
                          [backlog = made->backlog_] { return static_cast<double>(backlog->oldest_millis) / 1e3; });
  return made;
}

void RelayThread::Start() {
  boost::asio::co_spawn(io_, relay_->Run(), boost::asio::detached);
  thread_ = std::thread([this] { io_.run(); });
}

// On its own thread, where everything else it has to do with happens.
void RelayThread::Halt() {
  if (thread_.joinable()) boost::asio::post(io_, [this] { relay_->Stop(); });
}

void RelayThread::Stop() {
  Halt();
  if (thread_.joinable()) thread_.join();
}

void RelayThread::Attempted(std::string_view dialect, std::string_view outcome, std::chrono::milliseconds latency) {
  shared_.metrics.CountDeliveryAttempt(dialect, outcome, std::chrono::duration<double>(latency).count());
}

void RelayThread::Waiting(std::int64_t pending, std::chrono::milliseconds oldest) {
  backlog_->pending = pending;
  backlog_->oldest_millis = oldest.count();
}

RelayAdmin::RelayAdmin(const RelayShared& shared, std::unique_ptr<storage::ShardStores> stores,
                       std::function<void()> woken)
    : stores_(std::move(stores)),
      dialects_(*stores_, shared.config.account.license_id),
      api_({*stores_, shared.recorder, shared.clock, shared.ids, shared.caller, *this}, dialects_.all(),
           shared.config.relay.timeout, std::move(woken)) {}

}  // namespace parley::app
