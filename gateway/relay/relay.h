// Webhooks that lose nothing: events in, signed deliveries out, at least once.
//
// Purpose: one loop on a thread of its own that reads the outbox on (dispatcher.h) and sends what is due (sender.h),
// woken by commits with events and by time. What was queued survives a crash; what was under way is sent again.
// Refuses to know: who serves requests. Threading: Start, Stop and Wake from any thread; everything else runs on the
// executor the stores were opened for. Tests: tests/unit/relay/, tests/e2e/relay.test.mjs
#pragma once

#include <atomic>
#include <memory>

#include "base/wake_up.h"
#include "relay/dispatcher.h"
#include "relay/endpoint_book.h"
#include "relay/sender.h"

namespace parley::relay {

struct RelayOptions {
  Sender::Options sending;
  std::chrono::milliseconds retention = std::chrono::hours(30 * 24);  // of what has been finished
};

class Relay {
 public:
  Relay(const Services& services, Dialects dialects, RelayOptions options);

  // Queues what happened since, begins what is due, and answers when something is due next, if anything waits for its
  // time. Errors: those of the store
  Awaitable<Result<std::optional<Time>>> Step();
  // Step again and again, until Stop.
  Awaitable<> Run();

  // Something may be due earlier than was thought. Thread-safe.
  void Wake() { wake_up_.Notify(); }
  // Run ends; attempts under way are given up by the caller's Stop, and made again after the next start. Thread-safe.
  void Stop();

  bool idle() const { return sender_.idle(); }

 private:
  Awaitable<Status> Prune();
  Awaitable<Status> TellWaiting();

  const Services services_;
  const RelayOptions options_;
  EndpointBook book_;
  Dispatcher dispatcher_;
  WakeUp wake_up_;
  Sender sender_;
  Time pruned_{};
  bool anybody_ = false;  // there are endpoints
  std::atomic<bool> stopping_ = false;
};

}  // namespace parley::relay
