// Canned responses of a workspace, watched as they change.
//
// No webhook tells of them. Two looks at the list do: what is new in it, reads otherwise or is gone was made, changed or
// removed between them; that one is gone is asked for by its id, because a list may slip while its pages are read. What a
// workspace does not keep, Parley does, and tells by itself; what a user keeps for themselves is nobody's news.
// Errors: what may be otherwise the next time. What the account may not read, or nobody can use, is logged once.
// Threading: one shard. Tests: tests/unit/sync/canned_responses_test.cc
#pragma once

#include <string>

#include "sync/room_sync.h"

namespace parley::sync {

class CannedResponses {
 public:
  CannedResponses(WorkspaceReader& reader, const SyncParts& parts) : reader_(reader), parts_(parts) {}

  // The first look of all tells nobody.
  Awaitable<Status> Look();

 private:
  Awaitable<Status> Attempt();
  // Those of `known` that are in no list and cannot be read by their ids either.
  Awaitable<Result<std::vector<std::string>>> FindRemoved(const Json& known, const Json& kept);
  // As subscribers are shown them: the shortcut is the first of the tags, unless it was made out of them.
  Awaitable<Result<Json>> KeptOf(const Taken& response);

  WorkspaceReader& reader_;
  const SyncParts parts_;
  std::string complaint_;  // what was logged last
};

}  // namespace parley::sync
