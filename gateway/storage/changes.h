// One atomic write: documents, ledger rows and outbox events that become durable together or not at all.
//
// Domain code reads, decides, fills a Changes and commits it. Concurrent writers are told apart by versions: when a
// document is not at the expected version any more, nothing is written and the commit answers kConflict; the caller
// reads again and decides anew (`Retrying` in storage/transact.h).
// Threading: a plain value.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "json/json.h"
#include "storage/deliveries.h"
#include "storage/documents.h"
#include "storage/ledger.h"
#include "storage/outbox.h"

namespace parley::storage {

// Expected versions with a meaning of their own.
inline constexpr std::int64_t kMustNotExist = 0;
inline constexpr std::int64_t kAnyVersion = -1;  // inserts or overwrites

struct PutDocument {
  Collection collection;
  std::string id;
  Json body;
  std::int64_t expected_version;
};

struct RemoveDocument {
  Collection collection;
  std::string id;
  std::int64_t expected_version;  // kAnyVersion: also fine when it is gone already
};

// Removes every document whose member equals the value: the messages of a room.
struct RemoveWhere {
  Collection collection;
  std::string path;
  Json value;
};

struct Changes {
  // Applied in this order: removals, puts, ledger, events, relay.
  std::vector<RemoveDocument> removals;
  std::vector<RemoveWhere> sweeps;
  std::vector<PutDocument> puts;
  std::vector<LedgerChange> ledger;
  std::vector<OutboxEvent> events;
  std::vector<RelayChange> relay;

  void Insert(Collection collection, std::string id, Json body);
  void Update(Collection collection, const Document& read, Json body);  // expects the version that was read
  void Put(Collection collection, std::string id, Json body);           // whatever is there
  void Remove(Collection collection, std::string id, std::int64_t expected_version = kAnyVersion);
  void Sweep(Collection collection, std::string path, Json value);
  bool empty() const;
};

// Errors: kConflict   a document is not at its expected version; retry from the read
//         kAlreadyExists  a unique index refuses; Error::message starts with the index name, "users.username"
//         StorageFailure  nothing was written
class Committer {
 public:
  virtual ~Committer() = default;
  // Durable when it answers ok. One refused write never fails its neighbours in the same group commit.
  virtual Awaitable<Status> Commit(Changes changes) = 0;
  // The first of the next `count` numbers of a named sequence, which starts at 1. Unique and growing for ever; gaps are
  // possible. REQUIRES: count > 0
  virtual Awaitable<Result<std::int64_t>> NextNumbers(std::string sequence, std::int64_t count) = 0;
  Awaitable<Result<std::int64_t>> NextNumber(std::string sequence) { return NextNumbers(std::move(sequence), 1); }
};

}  // namespace parley::storage
