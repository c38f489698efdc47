// What every local resource works with, and what all of them do with it.
//
// Threading: one shard. Tests: through the parts, tests/unit/resources/
#pragma once

#include <string>

#include "base/clock.h"
#include "base/id_generator.h"
#include "events/event.h"
#include "json/members.h"
#include "storage/store.h"

namespace parley::resources {

struct LocalStore {
  storage::ShardStores& stores;
  const events::Recorder& recorder;
  const Clock& clock;
  IdGenerator& ids;

  // Errors: kNotFound
  Awaitable<Result<storage::Document>> Read(storage::Collection collection, std::string id) const;
  // Everything that matches, the oldest first.
  Awaitable<Result<std::vector<storage::Document>>> Find(storage::Query query) const;
  Awaitable<Status> Commit(storage::Changes changes) const { return stores.committer().Commit(std::move(changes)); }
  void Record(std::string subject, events::Payload payload, storage::Changes& changes) const;
};

// Copies a member under another name, when it is there.
void CopyMember(const Json& from, std::string_view member, Json& to, std::string_view name);

}  // namespace parley::resources
