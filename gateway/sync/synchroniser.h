// Parley's store kept in step with a workspace's chats.
//
// Purpose: three things that go on side by side on one loop: what somebody spoke of is looked at as soon as it is said
// (inbox.h), the lists are looked through now and then for what nobody told (poll.h), and once, the chats of the past are
// read (fill.h). A workspace that does not answer, or asks to be left alone for a while, holds nothing up but itself.
// Refuses to know: who serves requests.
// Threading: Wake, LookAtAgents and Stop from any thread; everything else on the executor the stores were opened for.
// Tests: tests/unit/sync/synchroniser_test.cc
#pragma once

#include <atomic>
#include <chrono>

#include "base/wake_up.h"
#include "sync/canned_responses.h"
#include "sync/fill.h"
#include "sync/inbox.h"
#include "sync/poll.h"
#include "sync/presence.h"
#include "sync/room_sync.h"

namespace parley::sync {

struct SyncOptions {
  std::chrono::milliseconds poll_interval{10'000};
  bool webhooks = false;  // the workspace is expected to tell by itself
};

class Synchroniser {
 public:
  Synchroniser(const SyncParts& parts, const SyncOptions& options)
      : parts_(parts),
        options_(options),
        sync_(parts),
        inbox_(parts.stores, parts.clock),
        poll_(sync_, parts, options.webhooks),
        fill_(sync_, parts, [this] { return GiveWay(); }),
        presence_(parts),
        canned_responses_(sync_.reader(), parts) {}

  // Until Stop.
  Awaitable<> Run();

  // There is something new in the inbox. Thread-safe.
  void Wake() { said_.Notify(); }
  // Who accepts chats may have changed, and it was seen passing. Thread-safe.
  void LookAtAgents();
  // Run ends with the calls that are under way. Thread-safe.
  void Stop();

  // ---- its steps, for tests ----
  // Looks at what somebody spoke of and is due. Answers when the next is due, if any waits.
  Awaitable<Result<std::optional<Time>>> LookAtHints();
  Awaitable<Status> LookAround();
  Awaitable<Result<bool>> FillOn() { return fill_.Step(); }

 private:
  Awaitable<> KeepLookingAtHints();
  Awaitable<> KeepLookingAround();
  Awaitable<> KeepFilling();
  Awaitable<Status> LookAt(Hint hint);
  // What is happening goes before what has happened, a while: an account with limits has not enough calls for both.
  Awaitable<> GiveWay();

  const SyncParts parts_;
  const SyncOptions options_;
  RoomSync sync_;
  Inbox inbox_;
  Poll poll_;
  Fill fill_;
  Presence presence_;
  CannedResponses canned_responses_;
  WakeUp said_, due_, more_;
  std::atomic<bool> stopping_{false}, agents_{false};
  bool looking_ = false;  // at what somebody spoke of
};

// What to say of a failed step in the log; how long to leave the workspace alone.
std::chrono::milliseconds PauseAfter(const Error& error, std::int64_t attempts);

}  // namespace parley::sync
