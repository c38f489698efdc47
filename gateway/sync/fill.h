// The first fill: the chats a workspace had before Parley looked at it.
//
// Newest first, page by page through livechat/rooms, so that the reports people look at most are there soonest. How far
// it came is kept after every page; a page that is read twice changes nothing, so a crash costs at most a page. It goes as
// fast as the workspace lets it, and waits when told to. Nothing it writes is told to subscribers.
// Threading: one shard. Tests: tests/unit/sync/synchroniser_test.cc
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "sync/room_sync.h"

namespace parley::sync {

class Fill {
 public:
  // Awaited before every chat: lets go first what cannot wait.
  using GiveWay = std::function<Awaitable<>()>;

  Fill(RoomSync& sync, const SyncParts& parts, GiveWay give_way)
      : sync_(sync), parts_(parts), give_way_(std::move(give_way)) {}

  // Reads a page. True when everything is there. Errors: those of WorkspaceReader for the page, and for a chat of it that
  // cannot be read now; one that cannot be used at all is named in the log and left out
  Awaitable<Result<bool>> Step();

 private:
  struct State {
    std::int64_t version = 0;
    Time until{};  // what began before is still to be read
    std::int64_t done = 0, total = 0;
    std::int64_t offset = 0;  // within what began at the very same moment
    bool finished = false;
  };

  Awaitable<Result<State>> Read();
  Awaitable<Status> Keep(const State& state);
  Awaitable<> SyncOne(const Taken& room, std::optional<Error>& failed);
  void Show(const State& state);

  RoomSync& sync_;
  const SyncParts parts_;
  const GiveWay give_way_;
  std::optional<Time> began_;  // of this run
  std::int64_t done_at_start_ = 0;
};

}  // namespace parley::sync
