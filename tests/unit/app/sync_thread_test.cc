#include "app/sync_thread.h"

#include <gtest/gtest.h>

#include "base/wake_up.h"
#include "json/json.h"
#include "ledger/projector.h"
#include "support/test_store.h"

namespace parley::app {
namespace {

// A workspace without anything in it.
class EmptyWorkspace final : public backend::Backend {
 public:
  Awaitable<Result<backend::Response>> Call(const backend::Request&) override {
    co_return backend::Response(
        200, R"({"rooms":[],"count":0,"offset":0,"total":0,"room":null,"result":{"updated":[]},"success":true})");
  }
  Awaitable<Result<std::shared_ptr<const backend::Directory>>> GetDirectory() override {
    co_return std::make_shared<const backend::Directory>();
  }
};

// One that answers nothing until it is given up.
class SilentWorkspace final : public backend::Backend {
 public:
  Awaitable<Result<backend::Response>> Call(const backend::Request&) override {
    const auto woken = std::make_shared<WakeUp>();
    waiting_.push_back(woken);
    asked = true;
    if (!given_up_) co_await woken->Wait(std::chrono::hours(1));
    co_return Unavailable("given up");
  }
  Awaitable<Result<std::shared_ptr<const backend::Directory>>> GetDirectory() override {
    co_return std::make_shared<const backend::Directory>();
  }
  void GiveUp() {
    given_up_ = true;
    for (const auto& woken : waiting_) woken->Notify();
  }

  std::atomic<bool> asked{false};

 private:
  bool given_up_ = false;
  std::vector<std::shared_ptr<WakeUp>> waiting_;
};

class SyncThreadTest : public testing::Test {
 protected:
  std::unique_ptr<SyncThread> Make() {
    sync::SyncOptions options;
    options.poll_interval = std::chrono::hours(1);
    const SyncShared shared{store_.store(), projector_, store_.clock(), metrics_, options};
    auto made = SyncThread::Create(shared, [](Executor) -> Result<SyncThread::Connected> {
      return SyncThread::Connected{std::make_unique<EmptyWorkspace>(), [] {}};
    });
    EXPECT_TRUE(made);
    return *std::move(made);
  }

  test::TestStore store_;
  ledger::Projector projector_;
  metrics::Metrics metrics_{{}, 1};
};

TEST_F(SyncThreadTest, FillsAndLooksAround) {
  const std::unique_ptr<SyncThread> thread = Make();
  thread->Start();
  while (!thread->progress().filled || thread->progress().polled_at == 0) std::this_thread::yield();
  thread->Stop();
  const Json told = *ParseJson(thread->ProgressJson());
  EXPECT_TRUE(told.FindPath("fill.finished")->AsBoolean().value());
  EXPECT_EQ(told.Text("polled_at"), "2026-01-05T10:15:30.000Z");
  EXPECT_NE(metrics_.Render().find("parley_sync_recovered_events_total 0"), std::string::npos);
}

TEST_F(SyncThreadTest, StopsWithoutWaitingForItsPauses) {
  const std::unique_ptr<SyncThread> thread = Make();
  thread->Start();
  while (!thread->progress().filled) std::this_thread::yield();
  thread->Wake();
  thread->LookAtAgents();
  thread->Stop();  // a test that hangs here has failed
  thread->Stop();
}

TEST_F(SyncThreadTest, StopsWithoutWaitingForAnAnswer) {
  SilentWorkspace* silent = nullptr;
  const SyncShared shared{store_.store(), projector_, store_.clock(), metrics_, {}};
  const auto made = SyncThread::Create(shared, [&](Executor) -> Result<SyncThread::Connected> {
    auto workspace = std::make_unique<SilentWorkspace>();
    silent = workspace.get();
    return SyncThread::Connected{std::move(workspace), [silent] { silent->GiveUp(); }};
  });
  ASSERT_TRUE(made);
  (*made)->Start();
  while (!silent->asked) std::this_thread::yield();
  (*made)->Stop();  // a test that hangs here has failed
}

TEST_F(SyncThreadTest, ThatWasNeverStartedStops) {
  Make()->Stop();
}

TEST_F(SyncThreadTest, AWorkspaceThatCannotBeReachedIsSaidAtOnce) {
  const SyncShared shared{store_.store(), projector_, store_.clock(), metrics_, {}};
  const auto made = SyncThread::Create(
      shared, [](Executor) -> Result<SyncThread::Connected> { return Unavailable("no certificates"); });
  EXPECT_FALSE(made);
}

}  // namespace
}  // namespace parley::app
