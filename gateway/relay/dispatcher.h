// From events to deliveries: reads the outbox on, and queues what each endpoint is to be told.
//
// The deliveries of a batch and the place it was read to are written together: an event is never passed over, and what
// is read a second time after a crash finds its deliveries queued already, for their ids follow from event and endpoint.
// Refuses to know: HTTP. Threading: the relay's thread. Tests: tests/unit/relay/dispatcher_test.cc
#pragma once

#include <string>
#include <vector>

#include "relay/dialect.h"
#include "storage/store.h"

namespace parley::relay {

struct ReplayCount {
  std::int64_t queued = 0;  // again, or for the first time
  bool more = false;        // the limit was reached
};

class Dispatcher {
 public:
  Dispatcher(storage::ShardStores& stores, Dialects dialects, const Clock& clock)
      : stores_(stores), dialects_(dialects), clock_(clock) {}

  // The next batch of events; false when there are no more.
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

  storage::ShardStores& stores_;
  const Dialects dialects_;
  const Clock& clock_;
  std::int64_t cursor_ = -1;  // unknown
};

}  // namespace parley::relay
