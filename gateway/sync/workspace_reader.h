// What a workspace tells of its chats, asked as the gateway itself.
//
// Purpose: the few reads the synchronisation needs, each answered in the form Parley's own documents have (shape.h), and
// every way an answer can be unusable told apart by name.
// Refuses to know: what differs from what Parley has, HTTP. An answer is never one that another call was given: it is
// younger than the question (see kFresh).
// Errors: kTooManyRequests, kUnavailable, kTimeout  ask again later
//         kBadGateway  the answer cannot be used; `detail` says what is wrong with it
// Threading: the shard of its Service. Tests: tests/unit/sync/room_sync_test.cc
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "backend/backend.h"
#include "sync/shape.h"

namespace parley::sync {

// Asks whoever stands between not to answer with what another call is about to be answered.
inline constexpr std::pair<std::string_view, std::string_view> kFresh{"cache-control", "no-cache"};

struct RoomMessages {
  std::vector<Taken> updated;                         // everything but hidden ones, system messages included
  std::vector<std::pair<std::string, Time>> deleted;  // ids, and when
  std::size_t unusable = 0;                           // left out
};

struct RoomPage {
  std::vector<Taken> rooms;
  std::size_t listed = 0;  // how many the page held, unusable ones included
  std::int64_t total = 0;
  std::string unusable;  // what is wrong with one of those left out
};

struct KnownUser {
  std::string id, username, name, email;
};

class WorkspaceReader {
 public:
  WorkspaceReader(backend::Service& workspace, const Clock& clock) : workspace_(workspace), clock_(clock) {}

  // How long one answer may take, limits the workspace sets included.
  void SetTimeout(std::chrono::milliseconds timeout) { timeout_ = timeout; }
  // Of everything that is asked from now on, beside that.
  void SetDeadline(SteadyTime deadline) { deadline_ = deadline; }

  // Nothing is asked any more: kUnavailable from now on. Thread-safe.
  void Close() { closed_ = true; }

  // Empty results: there is none.
  Awaitable<Result<std::optional<Taken>>> Room(std::string id);
  // What changed after `since`.
  Awaitable<Result<RoomMessages>> Messages(std::string room_id, Time since);
  Awaitable<Result<std::optional<Taken>>> Visitor(std::string id);
  Awaitable<Result<std::optional<Taken>>> VisitorByToken(std::string token);
  Awaitable<Result<std::optional<Taken>>> Inquiry(std::string room_id);
  // The address of the last page the visitor looked at before `before`; empty when none is known.
  Awaitable<Result<std::string>> PageBefore(std::string room_id, Time before);
  Awaitable<Result<std::optional<KnownUser>>> User(std::string id);
  // Ids of the open chats of the visitor with this token.
  Awaitable<Result<std::vector<std::string>>> OpenRoomsOf(std::string token);
  // `query`: filters and paging of livechat/rooms.
  Awaitable<Result<RoomPage>> Rooms(std::vector<std::pair<std::string, std::string>> query);
  // All the account may see. Errors: kBadGateway when one of them cannot be used
  Awaitable<Result<std::vector<Taken>>> CannedResponses();
  Awaitable<Result<std::optional<Taken>>> CannedResponse(std::string id);
  // Ids of the rooms that wait in the queue.
  Awaitable<Result<std::vector<std::string>>> QueuedRooms();

 private:
  // The body of a success; empty for one of the failures `none` names.
  Awaitable<Result<std::optional<Json>>> Ask(std::string path, std::vector<std::pair<std::string, std::string>> query,
                                             std::vector<std::string_view> none = {});

  backend::Service& workspace_;
  const Clock& clock_;
  std::chrono::milliseconds timeout_{20'000};
  SteadyTime deadline_ = SteadyTime::max();
  std::atomic<bool> closed_{false};
};

}  // namespace parley::sync
