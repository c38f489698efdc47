// From events to deliveries: reads the outbox on, and has what each endpoint is to be told sent, at once or by the queue.
//
// The deliveries of a batch that are queued and the place it was read to are written together, and that place is never
// behind an event of which the sender has something that is not written: an event is never passed over. What is read a
// second time after a crash finds what was written already, for the ids follow from event and endpoint.
// Refuses to know: HTTP. Threading: the relay's thread. Tests: tests/unit/relay/dispatcher_test.cc
#pragma once

#include <string>
#include <vector>

#include "relay/dialect.h"
#include "relay/sender.h"
#include "storage/store.h"

namespace parley::relay {

struct ReplayCount {
  std::int64_t queued = 0;  // again, or for the first time
  bool more = false;        // the limit was reached
};

class Dispatcher {
 public:
  // `sender`: is offered every delivery first; null: everything is queued.
  Dispatcher(storage::ShardStores& stores, Dialects dialects, const Clock& clock, Sender* sender = nullptr)
      : stores_(stores), dialects_(dialects), clock_(clock), sender_(sender) {}

  // The next batch of events; false when there are no more, or the sender has no room for them.
  // Errors: those of the store; nothing of the batch has been queued then
  Awaitable<Result<bool>> Step(const std::vector<Endpoint>& endpoints);

  // Queues every event of [since, until) for the endpoint again, those from before it was registered included.
  Awaitable<Result<ReplayCount>> Replay(const Endpoint& endpoint, Time since, Time until, std::int64_t limit);

  // The same for the same event, endpoint and type.
  static std::string DeliveryId(const storage::OutboxEvent& event, std::string_view endpoint_id, std::string_view type);

 private:
  Awaitable<Result<std::vector<storage::Delivery>>> DeliveriesOf(const storage::OutboxEvent& stored,
                                                                 const std::vector<const Endpoint*>& endpoints);
  Awaitable<Status> Skip(const std::vector<Endpoint>& endpoints);
  Awaitable<Status> Move(storage::Changes changes, std::int64_t place);
  Awaitable<Status> MoveToEnd();
  Awaitable<Result<bool>> Offer(const Endpoint& endpoint, storage::Delivery& delivery, std::int64_t sequence);

  storage::ShardStores& stores_;
  const Dialects dialects_;
  const Clock& clock_;
  Sender* const sender_;
  std::int64_t cursor_ = -1;   // unknown
  std::int64_t begun_to_ = 0;  // the end of the last batch, if it came to one
  std::int64_t maybe_to_ = 0;  // of events up to here there may be deliveries in the store already
};

}  // namespace parley::relay
