// A workspace whose chats are followed: what is written through it is known to Parley before its writer is answered.
//
// Purpose: a Backend around another. After a call that succeeded, whatever it may have changed (touched.h) is
// synchronised, within the call's deadline and a little time; what cannot be looked at in that time is kept in the inbox
// and looked at next. Both faces go through it, so that a client of either reads what it wrote.
// What a workspace does not tell anybody is noted as it passes: pages visitors look at, with the goals they reach, and
// messages left while nobody was there.
// What is not looked into passes as it comes: files, lists, bodies of which only the route says what they change.
// Refuses to know: which face calls. Errors: those of the backend below; none of its own
// Threading: one shard. Tests: tests/unit/sync/followed_backend_test.cc
#pragma once

#include <functional>

#include "sync/inbox.h"
#include "sync/offline_messages.h"
#include "sync/room_sync.h"
#include "sync/touched.h"

namespace parley::sync {

class FollowedBackend final : public backend::Backend {
 public:
  struct Hooks {
    std::function<void()> woken;   // there is something new in the inbox
    std::function<void()> agents;  // who accepts chats may be others now
  };

  // `parts.workspace` is what is followed; everything outlives this.
  FollowedBackend(const SyncParts& parts, IdGenerator& ids, Hooks hooks)
      : parts_(parts), ids_(ids), hooks_(std::move(hooks)), inbox_(parts.stores, parts.clock), offline_(parts) {}

  Awaitable<Result<backend::Response>> Call(const backend::Request& request) override;
  Awaitable<Result<std::shared_ptr<const backend::Directory>>> GetDirectory() override {
    return parts_.workspace.GetDirectory();
  }
  Awaitable<Result<std::shared_ptr<const backend::Capabilities>>> GetCapabilities() override {
    return parts_.workspace.GetCapabilities();
  }
  Awaitable<Result<std::string>> KeepPicture(backend::Picture picture) override {
    return parts_.workspace.KeepPicture(std::move(picture));
  }

 private:
  Awaitable<> Follow(const backend::Request& request, const Touched& touched);
  Awaitable<Status> FollowVisitors(RoomSync& sync, const Touched& touched);
  Awaitable<Status> KnowVisit(const std::string& token, const std::string& visitor_id);
  Awaitable<Status> FindRooms(RoomSync& sync, const Touched& touched, std::vector<std::string>& rooms);
  Awaitable<Status> Erase(RoomSync& sync, const std::string& token, std::vector<std::string>& rooms);
  Awaitable<Status> FindClosed(const Touched& touched);
  Awaitable<Status> NotePage(const Json& body);
  Awaitable<Status> ReachGoals(const storage::Document& visitor, const std::string& url, std::string room_id, Time at,
                               storage::Changes& changes);
  Awaitable<Status> NoteMessage(const Json& body);

  const SyncParts parts_;
  IdGenerator& ids_;
  const Hooks hooks_;
  Inbox inbox_;
  OfflineMessages offline_;
};

}  // namespace parley::sync
