// Messages left while nobody was there, each told once, whoever saw it.
//
// A workspace keeps none. It tells of them by webhook, and one that is left by way of Parley is seen passing; both may see
// the same one, in either order, and a webhook may come twice. Two sightings of different kinds of one text from one
// address, close to each other, are one message.
// Threading: one shard. Tests: tests/unit/sync/receiver_test.cc
#pragma once

#include <optional>
#include <string>

#include "sync/room_sync.h"

namespace parley::sync {

class OfflineMessages {
 public:
  explicit OfflineMessages(const SyncParts& parts) : parts_(parts) {}

  // `sent`: what a webhook says of it. Nothing for one that was told before.
  Awaitable<Status> NoteWebhook(events::OfflineMessage left, Time sent);
  Awaitable<Status> NotePassing(events::OfflineMessage left);

 private:
  Awaitable<Status> Note(const events::OfflineMessage& left, Time at, events::Source source);

  const SyncParts parts_;
};

}  // namespace parley::sync
