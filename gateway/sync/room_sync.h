// One chat of a workspace, brought up to date in Parley: its records, what happened, and the ledger.
//
// Purpose: the one way anything of a workspace's chats gets into Parley's store. Whoever hears that a chat may have
// changed has it synchronised; the chat is read, compared with the mirror (the documents Parley keeps of it, in the form
// the embedded backend keeps its own), and what differs is written with the events it tells of, in one change. So it does
// not matter who said it, how often, or in which order; what was told once is not told again.
// Two synchronisations of one chat at a time: the mirror is read before the workspace and written only when it is still
// what was read, so the older view never wins; whoever comes second looks again.
// Refuses to know: webhooks, lists, HTTP.
// What happened before Parley first looked (Watch) is written silently: the ledger has it, subscribers are not told.
// Errors: those of WorkspaceReader and the store; nothing was written then
// Threading: one shard; several may work on one workspace. Tests: tests/unit/sync/room_sync_test.cc
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "backend/backend.h"
#include "events/event.h"
#include "records/group_rules.h"
#include "storage/store.h"
#include "sync/people.h"
#include "sync/progress.h"
#include "sync/story.h"
#include "sync/workspace_reader.h"

namespace parley::sync {

// Why somebody looks.
struct Sighting {
  events::Source source = events::Source::kPoll;
  bool recovered = false;         // who should have told did not
  bool lead = false;              // the visitor is said to have told how to reach them
  const Taken* listed = nullptr;  // the room as a list just showed it: it need not be read
};

// What synchronising works with; everything outlives it.
struct SyncParts {
  backend::Backend& workspace;  // itself, not a decorator that synchronises
  storage::ShardStores& stores;
  const events::Recorder& recorder;
  const Clock& clock;
  Progress& progress;
  const std::vector<records::GroupRule>* group_rules = nullptr;  // null: none
};

// When Parley first looked at this workspace; noted then.
Awaitable<Result<Time>> WatchedSince(storage::ShardStores& stores, Time now);

// Whether the workspace says of a chat what is mirrored of it.
bool IsSameRoom(const Json& mirrored, const Json& told);

class RoomSync {
 public:
  explicit RoomSync(const SyncParts& parts)
      : parts_(parts), reader_(parts.workspace, parts.clock), people_(parts.workspace, reader_) {}

  WorkspaceReader& reader() { return reader_; }

  // Answers how many events were recorded.
  Awaitable<Result<std::size_t>> Sync(std::string room_id, Sighting sighting);
  // What the workspace just said of a visitor, chats or not.
  Awaitable<Status> SyncVisitor(Taken visitor, events::Source source);
  // The workspace has forgotten the visitor: so does Parley, with everything it kept beside. Their chats, which are gone
  // there, have to be synchronised besides.
  Awaitable<Status> ForgetVisitor(std::string visitor_id);

 private:
  struct Mirror;
  struct Fresh;

  Awaitable<Result<std::size_t>> Attempt(const std::string& room_id, Sighting sighting);
  Awaitable<Result<Mirror>> ReadMirror(std::string room_id);
  Awaitable<Status> ReadMirroredVisitor(std::string visitor_id, Mirror& mirror);
  Awaitable<Result<Fresh>> ReadWorkspace(const Mirror& mirror, Taken room, const Sighting& sighting);
  Awaitable<Status> ReadMessages(const Mirror& mirror, Fresh& fresh);
  Awaitable<Status> ReadVisitor(const Mirror& mirror, const Sighting& sighting, Fresh& fresh);
  Awaitable<Status> ReadInquiry(const Mirror& mirror, Fresh& fresh);
  Awaitable<Result<std::size_t>> Write(const Mirror& mirror, const Fresh& fresh, const Sighting& sighting);
  Awaitable<Result<std::size_t>> Remove(const Mirror& mirror, const Sighting& sighting);
  Awaitable<Status> PutVisitor(const std::string& id, const Json& body, std::int64_t version,
                               storage::Changes& changes);
  Awaitable<Result<Time>> Since();
  static void PutMessages(const Mirror& mirror, const ChatRecords& now, storage::Changes& changes);
  static void PutInquiry(const Mirror& mirror, const Fresh& fresh, storage::Changes& changes);
  static void PutRoom(const Mirror& mirror, const ChatRecords& now, storage::Changes& changes);
  Awaitable<Status> NoteBeside(const Mirror& mirror, const ChatRecords& now, bool live, storage::Changes& changes);
  // A group the workspace does not know, where a rule says that the chat is one of its own.
  Awaitable<Status> AssignGroup(const ChatRecords& now, const KnownPeople& people, storage::Changes& changes);
  // Each with the source it has by its time.
  Awaitable<Status> Record(std::vector<events::Event> events, const Sighting& sighting, storage::Changes& changes);
  // Counts what it wrote. kConflict also where a unique index refuses.
  Awaitable<Status> Commit(storage::Changes changes);
  void Count(const std::vector<storage::OutboxEvent>& events);

  const SyncParts parts_;
  WorkspaceReader reader_;
  People people_;
  std::optional<Time> since_;
};

}  // namespace parley::sync
