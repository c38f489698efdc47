// Who the people of a chat are: agents by the directory, others as the workspace knows them.
//
// The ledger knows an agent by the e-mail address, which a message does not tell. Who has left the workspace is known by
// what the message says of them.
// Threading: one shard. Tests: tests/unit/sync/room_sync_test.cc
#pragma once

#include <map>
#include <set>
#include <string>

#include "backend/backend.h"
#include "storage/ledger.h"
#include "sync/workspace_reader.h"

namespace parley::sync {

using KnownPeople = std::map<std::string, storage::LedgerAgent>;  // by user id

class People {
 public:
  People(backend::Backend& workspace, WorkspaceReader& reader) : workspace_(workspace), reader_(reader) {}

  // Those of `ids` anybody knows. Errors: those of the directory and of WorkspaceReader
  Awaitable<Result<KnownPeople>> Find(std::set<std::string> ids);

 private:
  backend::Backend& workspace_;
  WorkspaceReader& reader_;
  KnownPeople others_;  // who is in no directory, once asked for
};

}  // namespace parley::sync
