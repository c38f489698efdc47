// What the parts of the relay work with.
#pragma once

#include <chrono>
#include <string_view>

#include "base/clock.h"
#include "base/id_generator.h"
#include "events/event.h"
#include "outgoing/outgoing.h"
#include "storage/store.h"

namespace parley::relay {

// Counts. Calls come on the relay's thread.
class RelayObserver {
 public:
  virtual ~RelayObserver() = default;
  // `dialect`: livechat, rocketchat or neutral; `outcome`: delivered, again, dead or gone
  virtual void Attempted(std::string_view dialect, std::string_view outcome, std::chrono::milliseconds latency) = 0;
  // What waits, about once a minute. `oldest`: how long ago the longest waiting happened.
  virtual void Waiting(std::int64_t /*pending*/, std::chrono::milliseconds /*oldest*/) {}
};

// Everything is borrowed and outlives the relay.
struct Services {
  storage::ShardStores& stores;  // of the relay's thread
  const events::Recorder& recorder;
  const Clock& clock;
  IdGenerator& ids;
  outgoing::Caller& caller;
  RelayObserver& observer;
};

}  // namespace parley::relay
