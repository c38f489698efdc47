// The synchronisation with a workspace, with a thread, a view of the store and a connection to the workspace of its own.
//
// Threading: made, started and stopped by one thread; Wake, LookAtAgents, progress and ProgressJson from any.
// Tests: tests/unit/app/sync_thread_test.cc
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "backend/backend.h"
#include "metrics/metrics.h"
#include "storage/store.h"
#include "sync/synchroniser.h"

namespace parley::app {

// Everything outlives the thread.
struct SyncShared {
  storage::Store& store;
  const events::Recorder& recorder;
  const Clock& clock;
  metrics::Metrics& metrics;
  sync::SyncOptions options;
  const std::vector<records::GroupRule>* group_rules = nullptr;
};

class SyncThread {
 public:
  // The workspace itself, not one that is followed.
  struct Connected {
    std::unique_ptr<backend::Backend> workspace;
    std::function<void()> abort;  // calls under way end with an error; called on the loop
  };
  // For the loop it is called on.
  using ConnectWorkspace = std::function<Result<Connected>(Executor)>;

  static Result<std::unique_ptr<SyncThread>> Create(const SyncShared& shared, const ConnectWorkspace& connect);
  ~SyncThread() { Stop(); }
  SyncThread(const SyncThread&) = delete;
  SyncThread& operator=(const SyncThread&) = delete;

  void Start();
  // There is something new in the inbox.
  void Wake() { synchroniser_->Wake(); }
  // Who accepts chats may be others now.
  void LookAtAgents() { synchroniser_->LookAtAgents(); }
  // Calls of the workspace that are under way are given up; what they were for is done at the next start. The store must
  // still answer. Safe to call twice, and without Start.
  void Stop();

  // Of every shard that follows this workspace. Counted here.
  sync::Progress& progress() { return *progress_; }
  // GET /admin/v1/sync.
  std::string ProgressJson() const;

 private:
  explicit SyncThread(const SyncShared& shared) : shared_(shared) {}
  void AddMetrics();
  Awaitable<> RunToTheEnd();

  const SyncShared shared_;
  const std::shared_ptr<sync::Progress> progress_ = std::make_shared<sync::Progress>();
  boost::asio::io_context io_{1};
  std::unique_ptr<storage::ShardStores> stores_;
  Connected connected_;
  std::unique_ptr<sync::Synchroniser> synchroniser_;
  std::thread thread_;
};

}  // namespace parley::app
