// A workspace, which is the embedded backend on a store of its own, and Parley's store beside it.
//
//   SyncFixture both;
//   const std::string room = both.chats.RoomOf("vt-1");
//   both.Sync(room);
//   EXPECT_EQ(both.Told(room), both.Happened(room));
//
// Threading: one thread.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "base/time.h"
#include "chat_fixture.h"
#include "ledger/projector.h"
#include "support/test_store.h"
#include "sync/room_sync.h"

namespace parley::sync {

using backend::embedded::ChatFixture;

// The workspace, which can be told to answer something else.
class TamperedWorkspace final : public backend::Backend {
 public:
  using Tamper = std::function<std::optional<Result<backend::Response>>(const backend::Request&)>;

  explicit TamperedWorkspace(backend::Backend& next) : next_(next) {}

  Awaitable<Result<backend::Response>> Call(const backend::Request& request) override {
    asked.push_back(request.path);
    if (tamper) {
      if (auto answer = tamper(request)) co_return *std::move(answer);
    }
    Result<backend::Response> answer = co_await next_.Call(request);
    if (answer && meddle) co_await meddle(request, *answer);
    co_return answer;
  }
  Awaitable<Result<std::shared_ptr<const backend::Directory>>> GetDirectory() override { return next_.GetDirectory(); }
  Awaitable<Result<std::shared_ptr<const backend::Capabilities>>> GetCapabilities() override {
    co_return std::make_shared<const backend::Capabilities>(able);
  }

  backend::Capabilities able;
  std::vector<std::string> asked;  // paths
  Tamper tamper;
  // Called with every answer, which it may change, before it is given.
  std::function<Awaitable<>(const backend::Request&, backend::Response&)> meddle;

 private:
  backend::Backend& next_;
};

class SyncFixture {
 public:
  SyncFixture() {
    ann = chats.AddAgent("ann");
    bob = chats.AddAgent("bob");
    Watch();
  }

  void Later(std::chrono::seconds time = std::chrono::seconds(10)) { chats.clock().Advance(time); }
  // Parley begins to look now, where it has not yet.
  void Watch() { EXPECT_TRUE(test::Await(WatchedSince(store.stores(), chats.clock().Now()))); }

  Result<std::size_t> TrySync(const std::string& room, Sighting sighting) {
    return test::Await(sync.Sync(room, sighting));
  }
  // Answers how many events were recorded.
  std::size_t Sync(const std::string& room, events::Source source = events::Source::kWebhook) {
    Sighting sighting;
    sighting.source = source;
    const Result<std::size_t> synced = TrySync(room, sighting);
    EXPECT_TRUE(synced) << synced.error().message << " " << synced.error().detail;
    return synced ? *synced : 0;
  }

  // ---- what subscribers are told, line by line ----
  // Of a room or a visitor: moment, kind and payload of each event without its source.
  std::vector<std::string> Told(const std::string& subject) { return EventsIn(store, subject); }
  std::vector<std::string> Happened(const std::string& subject) { return EventsIn(chats.store(), subject); }
  std::vector<std::string> KindsTold(const std::string& subject) {
    std::vector<std::string> kinds;
    for (const storage::OutboxEvent& event : Outbox(store)) {
      if (event.subject == subject) kinds.push_back(event.kind);
    }
    return kinds;
  }
  std::vector<storage::OutboxEvent> Outbox(test::TestStore& of) { return *test::Await(of.outbox().Read(0, 10'000)); }

  std::optional<Json> Mirrored(storage::Collection collection, const std::string& id) {
    auto found = *test::Await(store.documents().Get(collection, id));
    if (!found) return std::nullopt;
    return found->body;
  }
  std::size_t CountMirrored(storage::Collection collection) {
    return test::Await(store.documents().Find(storage::Query(collection)))->documents.size();
  }

  ChatFixture chats;
  TamperedWorkspace workspace{chats.backend()};
  test::TestStore store;
  ledger::Projector projector;
  Progress progress;
  SyncParts parts{workspace, store.stores(), projector, chats.clock(), progress};
  RoomSync sync{parts};
  std::string ann, bob;

 private:
  std::vector<std::string> EventsIn(test::TestStore& of, const std::string& subject) {
    std::vector<std::string> lines;
    for (const storage::OutboxEvent& event : Outbox(of)) {
      if (event.subject != subject) continue;
      Json payload = event.payload;
      payload.Remove("source");
      payload.Remove("recovered");
      lines.push_back(IsoTime(event.at) + " " + event.kind + " " + Print(payload));
    }
    return lines;
  }
};

}  // namespace parley::sync
