// A look at the workspace's lists for what nobody told.
//
// Purpose: find every chat that is not as Parley has it: those open, waiting and on hold, those that ended since the last
// look, and those Parley has as open which no list shows any more. What differs is synchronised; where webhooks are taken,
// what happened a moment ago and chats somebody has just spoken of are left to them, and what is found is marked as
// recovered.
// Every thirtieth look also goes through the chats that ended within a day, for their ratings and tags.
// Errors: those of WorkspaceReader for the lists; a chat that cannot be read is named in the log and tried again when the
// workspace says it changed, or in a while
// Threading: one shard. Tests: tests/unit/sync/synchroniser_test.cc
#pragma once

#include <map>
#include <set>
#include <string>

#include "sync/inbox.h"
#include "sync/room_sync.h"

namespace parley::sync {

class Poll {
 public:
  // `webhooks`: the workspace is expected to tell by itself.
  Poll(RoomSync& sync, const SyncParts& parts, bool webhooks)
      : sync_(sync), parts_(parts), inbox_(parts.stores, parts.clock), webhooks_(webhooks) {}

  Awaitable<Status> Look();

 private:
  using Listed = std::map<std::string, Taken>;
  struct Failure {
    std::int64_t changed = 0;
    Time until{};
  };

  Awaitable<Status> ListAll(Time closed_since, Listed& listed, std::set<std::string>& unlisted);
  Awaitable<Status> SyncWhatDiffers(Time now, const Listed& listed, std::set<std::string> unlisted);
  Awaitable<Status> List(std::vector<std::pair<std::string, std::string>> filter, Listed& listed);
  Awaitable<Status> ListWaiting(Listed& listed, std::set<std::string>& unlisted);
  Awaitable<Result<std::set<std::string>>> FindSpokenOf();
  Awaitable<Result<std::map<std::string, Json>>> FindMirrored(const Listed& listed);
  Awaitable<Result<std::set<std::string>>> FindLeftOpen(const Listed& listed);
  Awaitable<> Sync(std::string room_id, const Taken* listed);
  bool IsTried(const std::string& room_id, const Taken* listed) const;

  RoomSync& sync_;
  const SyncParts parts_;
  Inbox inbox_;
  const bool webhooks_;
  std::int64_t looks_ = 0;  // that came to their end
  std::map<std::string, Failure> failures_;
  bool lists_queued_ = true;  // the workspace knows the filter
};

}  // namespace parley::sync
