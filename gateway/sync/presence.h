// Who accepts chats, noted as it changes.
//
// No webhook tells it. Two looks at the directory do: whoever began or ceased to accept chats between them did so at the
// second. Agents are mirrored beside it, in the form the embedded backend keeps its users, for whoever reads them there.
// Threading: one shard. Tests: tests/unit/sync/synchroniser_test.cc
#pragma once

#include "sync/room_sync.h"

namespace parley::sync {

class Presence {
 public:
  explicit Presence(const SyncParts& parts) : parts_(parts) {}

  // `source`: who says that there may be something to see. The first look of all tells subscribers nothing.
  Awaitable<Status> Look(events::Source source);

 private:
  Awaitable<Status> Attempt(const backend::Directory& directory, events::Source source);

  const SyncParts parts_;
};

}  // namespace parley::sync
