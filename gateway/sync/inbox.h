// What somebody said should be looked at, kept until it was.
//
// One document a room: said again, it is looked at once; said again while it is looked at, once more. On disk before
// whoever said it is answered, so that nothing acknowledged is lost in a crash.
// Threading: one shard; several may work on one store. Tests: tests/unit/sync/receiver_test.cc, synchroniser_test.cc
#pragma once

#include <string>
#include <vector>

#include "events/event.h"
#include "storage/store.h"

namespace parley::sync {

struct Hint {
  std::string id;
  std::int64_t version = 0;
  std::string room_id;
  events::Source source = events::Source::kWebhook;
  bool lead = false;
  std::int64_t attempts = 0;  // that failed
  Time said{}, due{};
};

class Inbox {
 public:
  Inbox(storage::ShardStores& stores, const Clock& clock) : stores_(stores), clock_(clock) {}

  // `lead`: the visitor told how to reach them, which is kept beside.
  Awaitable<Status> Put(std::string room_id, events::Source source, bool lead = false);
  // All of them, what has waited longest first.
  Awaitable<Result<std::vector<Hint>>> Read();
  // It was looked at. Stays when it was said again meanwhile.
  Awaitable<Status> Done(const Hint& hint);
  // It could not be looked at: not before `due` again. Nothing when it was said again meanwhile.
  Awaitable<Status> Postpone(Hint hint, Time due);

 private:
  storage::ShardStores& stores_;
  const Clock& clock_;
};

}  // namespace parley::sync
