#include "app/sync_thread.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include "base/time.h"
#include "json/json.h"

namespace parley::app {

Result<std::unique_ptr<SyncThread>> SyncThread::Create(const SyncShared& shared, const ConnectWorkspace& connect) {
  std::unique_ptr<SyncThread> made(new SyncThread(shared));
  Result<std::unique_ptr<storage::ShardStores>> stores = shared.store.OpenShard(made->io_.get_executor());
  if (!stores) return stores.error();
  made->stores_ = *std::move(stores);
  Result<Connected> connected = connect(made->io_.get_executor());
  if (!connected) return connected.error();
  made->connected_ = *std::move(connected);
  const sync::SyncParts parts{
      *made->connected_.workspace, *made->stores_, shared.recorder, shared.clock, *made->progress_, shared.group_rules};
  made->synchroniser_ = std::make_unique<sync::Synchroniser>(parts, shared.options);
  made->AddMetrics();
  return made;
}

// The metrics outlive the thread.
void SyncThread::AddMetrics() {
  const auto gauge = [&](const char* name, const char* help, std::atomic<std::int64_t> sync::Progress::*member,
                         double unit) {
    shared_.metrics.AddGauge(name, help, [progress = progress_, member, unit] {
      return static_cast<double>(((*progress).*member).load()) * unit;
    });
  };
  const auto counter = [&](const char* name, const char* help, std::atomic<std::int64_t> sync::Progress::*member) {
    shared_.metrics.AddCounter(
        name, help, [progress = progress_, member] { return static_cast<double>(((*progress).*member).load()); });
  };
  using sync::Progress;
  counter("parley_sync_events_total", "Events of the workspace's chats told to subscribers", &Progress::events);
  counter("parley_sync_recovered_events_total", "Of them, those no webhook told of, found by looking through the lists",
          &Progress::recovered_events);
  counter("parley_sync_unusable_answers_total", "What the workspace told and could not be used",
          &Progress::unusable_answers);
  gauge("parley_sync_lag_seconds", "How long after it happened the latest event was told", &Progress::lag_millis, 1e-3);
  gauge("parley_sync_waiting_rooms", "Chats somebody spoke of and nobody has looked at yet", &Progress::waiting_rooms,
        1);
  gauge("parley_sync_polled_timestamp_seconds", "When the workspace's lists were last looked through",
        &Progress::polled_at, 1e-3);
  gauge("parley_sync_fill_done_rooms", "Chats of the past that have been read", &Progress::fill_done, 1);
  gauge("parley_sync_fill_total_rooms", "Chats of the past there are", &Progress::fill_total, 1);
}

// What is left on the loop then, connections for example, does not hold it open.
Awaitable<> SyncThread::RunToTheEnd() {
  co_await synchroniser_->Run();
  io_.stop();
}

void SyncThread::Start() {
  boost::asio::co_spawn(io_, RunToTheEnd(), boost::asio::detached);
  thread_ = std::thread([this] { io_.run(); });
}

void SyncThread::Stop() {
  if (!thread_.joinable()) return;
  synchroniser_->Stop();
  boost::asio::post(io_, connected_.abort);
  thread_.join();
}

std::string SyncThread::ProgressJson() const {
  const sync::Progress& progress = *progress_;
  Json fill = Json::Of({{"finished", progress.filled.load()},
                        {"done", progress.fill_done.load()},
                        {"total", progress.fill_total.load()}});
  if (const std::int64_t left = progress.fill_seconds_left; left >= 0) fill.Append("seconds_left", left);
  Json told = Json::Of({{"fill", std::move(fill)}});
  if (const std::int64_t polled = progress.polled_at; polled > 0)
    told.Append("polled_at", IsoTime(FromUnixMillis(polled)));
  told.Append("waiting_rooms", progress.waiting_rooms.load());
  told.Append("lag_ms", progress.lag_millis.load());
  told.Append("events", progress.events.load());
  told.Append("recovered_events", progress.recovered_events.load());
  told.Append("unusable_answers", progress.unusable_answers.load());
  return Print(told);
}

}  // namespace parley::app
